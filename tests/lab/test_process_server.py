"""A server in a process of its own, from the parent's side."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import connect

from tests.lab.handlers import Overslept, ask, crash, echo, oversleep
from wsdemo import engines, lab
from wsdemo.errors import LocalError
from wsdemo.lab.host import Handler, Job
from wsdemo.lab.process_server import ProcessServer


def _server(
    handler: Handler, failures: list[BaseException], engine: str = "websockets", **options: Any
) -> ProcessServer:
    return ProcessServer(Job(handler, "test", engine, "127.0.0.1", 0, options), failures)


@pytest.mark.parametrize("engine", engines.NAMES)
async def test_it_serves_and_says_goodbye(engine: str) -> None:
    """The same life as in a thread, in another process."""
    server = _server(echo, [], engine)
    async with connect(f"ws://127.0.0.1:{await server.start()}") as connection:
        await connection.send("Hello")
        assert await connection.recv() == "Hello"
        assert server.process.pid != os.getpid()
        await server.stop()
        await connection.wait_closed()
    assert connection.close_code == 1001


async def test_a_closure_goes_along_with_a_copy_of_what_it_uses() -> None:
    """A handler made on the spot works; what it changes is its own copy."""
    seen: list[str] = []

    async def count(connection: Any, seen: list[str]) -> None:
        async for message in connection:
            seen.append(message)
            await connection.send(f"{len(seen)}")

    server = _server(lambda connection: count(connection, seen), [])
    uri = f"ws://127.0.0.1:{await server.start()}"
    assert [await ask(uri), await ask(uri)] == ["1", "2"]
    await server.stop()
    assert seen == []


async def test_a_failure_is_here_before_the_peer_hears_of_it() -> None:
    """With its type, its note, and the child's traceback as its cause."""
    failures: list[BaseException] = []
    server = _server(crash, failures)
    uri = f"ws://127.0.0.1:{await server.start()}"
    with pytest.raises(Exception, match="1011"):
        await ask(uri, "lost")
    (failure,) = failures
    await server.stop()
    assert isinstance(failure, KeyError)
    assert (failure.args, failure.__notes__) == (("lost",), ["in handler 'test', on connection 1"])
    assert "raise KeyError(await connection.recv())" in str(failure.__cause__)


async def test_a_failure_that_does_not_travel_sends_its_words() -> None:
    """What can't be made again here is told all the same."""
    failures: list[BaseException] = []
    server = _server(oversleep, failures)
    uri = f"ws://127.0.0.1:{await server.start()}"
    with pytest.raises(Exception, match="1011"):
        await ask(uri)
    await server.stop()
    assert "overslept by 7 minutes" in str(failures[0])
    assert Overslept.__name__ in str(failures[0])


async def test_what_a_handler_prints_does_not_disturb_the_reports(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It goes where errors go; the pipe to the parent isn't stdout any more."""

    async def chat(connection: Any) -> None:
        async for message in connection:
            print(message, flush=True)
            await connection.send(message)

    server = _server(chat, [])
    assert await ask(f"ws://127.0.0.1:{await server.start()}", "out loud") == "out loud"
    await server.stop()
    assert "out loud" in capfd.readouterr().err


async def test_what_cannot_be_sent_there_is_named() -> None:
    """A lock belongs to one process."""
    lock = threading.Lock()

    async def guard(connection: Any) -> None:
        with lock:
            await connection.recv()

    with pytest.raises(TypeError, match=r"server 'test' can't be sent .* cannot pickle '_thread"):
        _server(guard, [])


async def test_what_the_engine_refuses_there_is_raised_here() -> None:
    """An option that doesn't exist, a port that is taken: the error is the engine's own."""
    with pytest.raises(TypeError, match="open_sesame"):
        await _server(echo, [], open_sesame=True).start()
    server = _server(echo, [])
    port = await server.start()
    with pytest.raises(OSError, match=rf"{port}|in use"):
        await ProcessServer(Job(echo, "test", "scratch", "127.0.0.1", port, {}), []).start()
    await server.stop()


async def test_a_job_that_cannot_be_read_there_is_refused() -> None:
    """Such as a handler of a module that only exists here."""

    class Riddle:
        def __reduce__(self) -> Any:
            return (__import__, ("no_such_module",))

        async def __call__(self, connection: Any) -> None:
            """Never called."""

    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        await _server(Riddle(), []).start()


async def test_a_process_that_ends_by_itself_is_told_of() -> None:
    """Nobody wonders why the port is silent."""
    failures: list[BaseException] = []

    async def vanish(connection: Any) -> None:
        os._exit(9)

    server = _server(vanish, failures)
    uri = f"ws://127.0.0.1:{await server.start()}"
    with pytest.raises(Exception, match="no close frame"):
        await ask(uri)
    await server.stop()
    assert [str(each) for each in failures] == ["the process of server 'test' ended with status 9"]


async def test_a_process_that_ends_before_it_listens_is_told_of() -> None:
    """The start fails; it doesn't wait for a minute."""

    class Bomb:
        def __reduce__(self) -> Any:
            return (os._exit, (9,))

        async def __call__(self, connection: Any) -> None:
            """Never called."""

    with pytest.raises(LocalError, match="process of server 'test' ended with status 9"):
        await _server(Bomb(), []).start()


async def test_a_handler_that_blocks_is_killed() -> None:
    """A process, unlike a thread, can be ended from outside."""
    failures: list[BaseException] = []

    async def block(connection: Any) -> None:
        await connection.send("Good night.")
        time.sleep(3_600)  # noqa: ASYNC251 - the very mistake

    server = _server(block, failures, close_timeout=0.01)
    uri = f"ws://127.0.0.1:{await server.start()}"
    child = server.process
    async with connect(uri, close_timeout=0.01) as connection:
        await connection.recv()
        await server.stop()
    assert not child.is_running()
    (failure,) = failures
    assert "blocked the event loop of its process, which had to be killed" in str(failure)


async def test_an_interrupted_start_leaves_no_process() -> None:
    """The stop button may come at any time."""
    server = _server(echo, [])
    starting = asyncio.create_task(server.start())
    await asyncio.sleep(0)
    child = server.process
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert await asyncio.to_thread(psutil.wait_procs, [child], 30) == ([child], [])


async def test_signals_to_the_parents_group_do_not_reach_it() -> None:
    """The stop button and Ctrl-C are for the notebook; its servers go on."""
    if sys.platform == "win32":
        pytest.skip("there are no process groups to signal")
    server = _server(echo, [])
    uri = f"ws://127.0.0.1:{await server.start()}"
    assert os.getpgid(server.process.pid) == server.process.pid != os.getpgid(0)
    server.process.send_signal(signal.SIGINT)
    assert await ask(uri) == "Hello"
    await server.stop()


SCRIPT = '''
import asyncio, sys
from wsdemo import lab

class Unlucky(Exception):
    """Defined here, raised there, caught here."""

async def shout(connection):
    async for message in connection:
        if message == "13":
            raise Unlucky(message)
        await connection.send(message.upper())

async def main():
    server = await lab.running(shout, where="process")
    print(server.uri, server.process.pid, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    try:
        await server.stop()
    except Unlucky as unlucky:
        print("caught", unlucky, flush=True)

if __name__ == "__main__":
    asyncio.run(main())
'''


def _run_script(folder: Path) -> tuple[subprocess.Popen[str], str, psutil.Process]:
    script = folder / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    uri, pid = parent.stdout.readline().split()
    return parent, uri, psutil.Process(int(pid))


def test_a_handler_and_an_exception_of_a_script_make_the_journey(tmp_path: Path) -> None:
    """What is defined in __main__, as in a notebook, is known on both sides."""
    parent, uri, child = _run_script(tmp_path)
    assert lab.run(ask, uri, "hello") == "HELLO"
    with pytest.raises(Exception, match="1011"):
        lab.run(ask, uri, "13")
    out, _ = parent.communicate("stop\n", timeout=30)
    assert out == "caught 13\n"
    assert parent.returncode == 0
    assert not child.is_running()


def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Its stdin ends with the parent, and that is its order to close."""
    parent, uri, child = _run_script(tmp_path)
    assert lab.run(ask, uri, "hello") == "HELLO"
    with parent:
        parent.kill()
    assert _gone(child, deadline=time.monotonic() + 30)


def _gone(process: psutil.Process, deadline: float) -> bool:
    """Tell whether it has ended by then; where nobody reaps orphans it stays as a zombie."""
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False
