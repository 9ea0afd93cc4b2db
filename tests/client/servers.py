"""Servers that do as they are told, and a client that is in a hurry."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from wsdemo import engines
from wsdemo.client import Backoff, Client, Deadlines, Phase, State

Handler = Callable[[Any], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(
    *handlers: Handler, engine: str = "websockets", **options: Any
) -> AsyncIterator[str]:
    """Serve the first connection with the first handler, and so on; the last one does the rest."""
    left = list(handlers)

    async def handle(connection: Any) -> None:
        handler = left.pop(0) if len(left) > 1 else left[0]
        with contextlib.suppress(engines.get(engine).ConnectionClosed):
            await handler(connection)

    options = {"close_timeout": 0.2, "ping_interval": None} | options
    scheme = "wss" if "ssl" in options else "ws"
    async with engines.get(engine).serve(handle, "127.0.0.1", 0, **options) as server:
        yield f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}/"


@contextlib.asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[str]:
    """Answer the first request with the first of these bytes, and so on, and hang up."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(left.pop(0) if len(left) > 1 else left[0])
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


class Silence:
    """Accepts connections, to the number of `accepted`, and says nothing."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.uri = ""

    @property
    def accepted(self) -> int:
        """How many there were."""
        return len(self.writers)

    async def __aenter__(self) -> Silence:
        def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.writers.append(writer)

        self.server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self.uri = f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self.writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        self.server.close()
        await self.server.wait_closed()


def http(status: str, *fields: str, body: str = "") -> bytes:
    """Write a response."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", body]
    return "\r\n".join(head).encode()


async def echo(connection: Any) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


async def leave(connection: Any) -> None:
    """Break the connection at once."""
    connection.transport.abort()


async def take_and_leave(connection: Any) -> None:
    """Take a message, and break the connection."""
    await connection.recv()
    connection.transport.abort()


async def stay(connection: Any) -> None:
    """Read, and say nothing."""
    async for _ in connection:
        pass


async def stare(connection: Any) -> None:
    """Read nothing, and say nothing; not even pongs."""
    connection.transport.pause_reading()
    await connection.wait_closed()


def closing(code: int, reason: str = "") -> Handler:
    """Return a handler that closes at once."""

    async def close(connection: Any) -> None:
        await connection.close(code, reason)

    return close


async def square(connection: Any) -> None:
    """Answer requests, each with the square of its n."""
    async for message in connection:
        question = json.loads(message)
        await connection.send(json.dumps({"id": question["id"], "square": question["n"] ** 2}))


def hurried(uri: str, **options: Any) -> Client:
    """Make a client that waits a hundredth of a second, at most, before it tries again."""
    usual: dict[str, Any] = {
        "backoff": Backoff(0.01, 1, 0.01, random.Random(1)),
        "deadlines": Deadlines(5, 5, 5, 5),
        "heartbeat": None,
    }
    return Client(uri, **(usual | options))


@contextlib.asynccontextmanager
async def meeting(engine: str, *handlers: Handler, **options: Any) -> AsyncIterator[Client]:
    """Serve, and be connected."""
    serve = serving(*handlers, engine=engine)
    async with serve as uri, hurried(uri, engine=engine, **options) as client:
        yield client


def once(uri: str, **options: Any) -> Client:
    """Make a client that gives up at the first failure."""
    return hurried(uri, backoff=Backoff(retries=0), **options)


async def reach(client: Client, phase: Phase) -> State:
    """Wait until a client is in a state."""
    async with asyncio.timeout(10):
        async for state in client.states():
            if state.phase is phase:
                return state
    raise AssertionError(f"the client ended: {client.state}")
