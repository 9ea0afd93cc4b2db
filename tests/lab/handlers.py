"""Handlers that tests serve, here so that a child process can import them."""

from typing import Any

from websockets.asyncio.client import connect


class Overslept(Exception):
    """An exception that no pickle can bring back: its arguments are not its own."""

    def __init__(self, *, minutes: int) -> None:
        super().__init__(f"overslept by {minutes} minutes")


async def echo(connection: Any) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


async def crash(connection: Any) -> None:
    """Fail at the first message, with its text."""
    raise KeyError(await connection.recv())


async def oversleep(connection: Any) -> None:
    """Fail with an exception that doesn't travel."""
    await connection.recv()
    raise Overslept(minutes=7)


async def ask(uri: str, message: str = "Hello") -> Any:
    """Open a connection, send a message, and return the answer."""
    async with connect(uri, close_timeout=0.2) as connection:
        await connection.send(message)
        return await connection.recv()
