"""Nothing is left: no task, no descriptor, no connection in the books."""

from __future__ import annotations

import asyncio
import sys

import psutil
import pytest

from tests.scratch.raw import REQUEST, Raw, masked, until
from wsdemo import scratch
from wsdemo.protocol import Opcode


async def echo(connection: scratch.ServerConnection) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


def descriptors() -> int:
    """Count what this process has open."""
    process = psutil.Process()
    if sys.platform == "win32":
        return process.num_handles()
    return process.num_fds()


async def come_and_go(address: tuple[str, int], number: int) -> None:
    """Connect, get somewhere, and vanish, each time somewhere else."""
    with await Raw.dial(address) as raw:
        stage = number % 5
        if stage == 1:
            await raw.send(REQUEST[: number % len(REQUEST)])
        elif stage >= 2:
            await raw.shake()
        if stage == 3:
            await raw.send(masked(Opcode.TEXT, b"Hello"))
        elif stage == 4:
            await raw.send(masked(Opcode.TEXT, b"Hel", fin=False))
        if number % 2:
            raw.reset()


async def test_two_hundred_visitors_leave_nothing_behind() -> None:
    """Whenever and however they leave."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        tasks, open_files = len(asyncio.all_tasks()), descriptors()
        address = server.sockets[0].getsockname()
        for start in range(0, 200, 20):
            await asyncio.gather(*(come_and_go(address, start + n) for n in range(20)))
        await until(lambda: server.counters.total == 200 and server.counters.now == 0)
        await until(lambda: len(asyncio.all_tasks()) == tasks)
        assert descriptors() == open_files
        assert server.counters.balanced
        assert not server.connections


async def test_two_hundred_honest_clients_leave_nothing_behind() -> None:
    """Nor do those who stay until the server closes."""
    await a_day(2)  # what the loop and the libraries open once is no leak
    open_files = descriptors()
    await a_day(200)
    await until(lambda: descriptors() == open_files)


async def a_day(visitors: int) -> None:
    """Serve some clients; half of them leave, and half stay to the end."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        clients = await asyncio.gather(*(open_client(server.uri) for _ in range(visitors)))
        assert len(server.connections) == visitors
        await asyncio.gather(*(client.close() for client in clients[: visitors // 2]))
    for client in clients:
        await client.wait_closed()
    assert server.counters.closed.total() == visitors


async def open_client(uri: str) -> scratch.ClientConnection:
    """Connect, and hear an echo."""
    client = await scratch.connect(uri)
    await client.send("Hello")
    assert await client.recv() == "Hello"
    return client


@pytest.mark.parametrize("verb", ["recv", "send", "close", "wait_closed", "pong"])
async def test_every_wait_can_be_cancelled(verb: str) -> None:
    """And the connection can still be closed."""

    async def idle(connection: scratch.ServerConnection) -> None:
        connection.transport.pause_reading()
        await connection.wait_closed()

    async with scratch.serve(idle, "127.0.0.1", 0, close_timeout=0.01) as server:
        client = await scratch.connect(server.uri, close_timeout=0.01)
        client.pause_writing()
        waiting = asyncio.ensure_future(wait_in(client, verb))
        for _ in range(5):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        client.resume_writing()
        await client.close()


async def wait_in(client: scratch.ClientConnection, verb: str) -> None:
    """Call a verb that has to wait."""
    arguments = ["x"] if verb == "send" else []
    await getattr(client, verb)(*arguments)
