"""A server in a thread."""

import asyncio
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.sync.client import connect as connect_blocking

from tests.lab.handlers import ask, echo
from wsdemo import lab
from wsdemo.errors import LocalError
from wsdemo.lab.host import Handler, Job
from wsdemo.lab.thread_server import ThreadServer


def _server(handler: Handler, failures: list[BaseException], **options: Any) -> ThreadServer:
    job = Job(handler, "test", "websockets", "127.0.0.1", 0, options, grace=0.05)
    return ThreadServer(job, failures)


async def test_it_goes_on_while_the_callers_loop_is_blocked() -> None:
    """A cell that blocks doesn't hold the server up."""
    server = _server(echo, [])
    port = await server.start()
    assert lab.run(ask, f"ws://127.0.0.1:{port}") == "Hello"  # this thread stands still meanwhile
    await server.stop()


async def test_stopping_lets_clients_on_the_callers_loop_answer() -> None:
    """The closing handshake needs both sides: a join in place of the await would deadlock."""
    server = _server(echo, [], close_timeout=60)
    port = await server.start()
    connection = await connect(f"ws://127.0.0.1:{port}")
    async with asyncio.timeout(30):
        await server.stop()
        await connection.wait_closed()
    assert connection.close_code == 1001


async def test_the_thread_ends_with_the_server() -> None:
    """A notebook full of cells doesn't collect threads."""
    before = threading.active_count()
    server = _server(echo, [])
    await server.start()
    assert threading.active_count() == before + 1
    await server.stop()
    assert threading.active_count() == before


async def test_a_start_that_fails_leaves_no_thread() -> None:
    """The engine's error comes out as it is."""
    before = threading.active_count()
    server = _server(echo, [], open_sesame=True)
    with pytest.raises(TypeError, match="open_sesame"):
        await server.start()
    for thread in threading.enumerate():
        if thread.name == "wsdemo server test":
            thread.join()
    assert threading.active_count() == before


async def test_a_handler_that_blocks_is_told_of_with_its_line() -> None:
    """No thread can be stopped from outside; stop() comes back and says what is left behind."""
    gate, failures = threading.Event(), list[BaseException]()

    async def block(connection: Any) -> None:
        gate.wait()

    server = _server(block, failures, close_timeout=0.05)
    async with connect(f"ws://127.0.0.1:{await server.start()}"):
        await server.stop()
        gate.set()
    (failure,) = failures
    assert isinstance(failure, LocalError)
    assert "handler 'test' blocks the event loop of its server" in str(failure)
    assert "threading.py" in str(failure)


async def test_an_interrupted_stop_stops_all_the_same() -> None:
    """The caller may leave; the server is on its way out."""
    server = _server(echo, [])
    port = await server.start()
    stopping = asyncio.create_task(server.stop())
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    await asyncio.wrap_future(server._thread.ended)
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await ask(f"ws://127.0.0.1:{port}")


async def test_a_handler_may_stop_its_own_server() -> None:
    """It waits for itself, is cancelled, and everybody gets home."""
    servers: list[ThreadServer] = []

    async def stop(connection: Any) -> None:
        await servers[0].stop()

    servers.append(_server(stop, [], close_timeout=0.05))
    async with connect(f"ws://127.0.0.1:{await servers[0].start()}") as connection:
        await connection.wait_closed()
    assert connection.close_code == 1001
    await asyncio.wrap_future(servers[0]._thread.ended)


ABANDONED = """
import asyncio, sys
from tests.lab.handlers import echo
from wsdemo import lab

async def main():
    server = await lab.running(echo)
    print(server.uri, flush=True)

asyncio.run(main())
sys.stdin.read()
"""


def test_a_server_left_running_says_goodbye_at_exit() -> None:
    """A kernel that is restarted does just this; the page sees 1001 and can come back."""
    child = subprocess.Popen(
        [sys.executable, "-c", ABANDONED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with connect_blocking(child.stdout.readline().strip()) as connection:
        connection.send("Hello")
        assert connection.recv() == "Hello"
        started = time.monotonic()
        child.communicate(timeout=30)
        with pytest.raises(Exception, match="1001"):
            connection.recv()
    assert child.returncode == 0
    assert time.monotonic() - started < 15
