"""A server on the caller's loop."""

import asyncio

import pytest

from tests.lab.handlers import ask, echo
from wsdemo import lab
from wsdemo.lab.host import Job
from wsdemo.lab.loop_server import LoopServer

JOB = Job(echo, "echo", "websockets", "127.0.0.1", 0, {})


async def test_it_serves_on_this_loop() -> None:
    """No thread, no process: client and server take turns."""
    server = LoopServer(JOB, [])
    port = await server.start()
    assert await ask(f"ws://127.0.0.1:{port}") == "Hello"
    await server.stop()
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await ask(f"ws://127.0.0.1:{port}")


async def test_it_freezes_while_its_loop_is_blocked() -> None:
    """Whatever blocks the loop, as a long cell does, keeps every answer back."""
    server = LoopServer(JOB, [])
    port = await server.start()
    with pytest.raises(TimeoutError):
        lab.run(ask, f"ws://127.0.0.1:{port}", timeout=0.1)  # from another thread; this one waits
    assert await ask(f"ws://127.0.0.1:{port}") == "Hello"
    await server.stop()


async def test_it_can_be_stopped_from_another_loop() -> None:
    """The work is done on the loop of the server."""

    async def start() -> tuple[LoopServer, int]:
        server = LoopServer(JOB, [])
        return server, await server.start()

    server, port = lab.run(start)
    assert await ask(f"ws://127.0.0.1:{port}") == "Hello"
    await server.stop()
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await ask(f"ws://127.0.0.1:{port}")


def test_it_ends_with_its_loop() -> None:
    """Stopping what a closed loop has taken along does nothing, and doesn't hang."""

    async def forget() -> LoopServer:
        server = LoopServer(JOB, [])
        await server.start()
        await server.stop()
        return server

    server = asyncio.run(forget())
    asyncio.run(server.stop())
