"""A loop in a thread: work goes in from any thread, results and exceptions come out."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Awaitable, Callable, Iterator

import pytest

from wsdemo.errors import LocalError
from wsdemo.lab.loop_thread import LoopThread

color: contextvars.ContextVar[str] = contextvars.ContextVar("color", default="none")


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    """A loop that is closed in the end."""
    thread = LoopThread("test")
    yield thread
    assert thread.close(None)


def test_work_runs_in_the_thread(thread: LoopThread) -> None:
    """It runs there, one thread for all of it, and not in the caller's."""

    async def who() -> int:
        return threading.get_ident()

    first, second = thread.submit(who).result(), thread.submit(who).result()
    assert first == second != threading.get_ident()
    assert not thread.is_current()


def test_an_exception_comes_out(thread: LoopThread) -> None:
    """What the work raises is raised where the result is asked for."""

    async def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        thread.submit(fail).result()


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_an_exit_reaches_the_caller_and_not_the_loop(
    thread: LoopThread, error: type[BaseException]
) -> None:
    """`exit()` in a coroutine doesn't end a loop on which others rely."""

    async def leave() -> None:
        raise error

    async def stay() -> str:
        return "here"

    with pytest.raises(error):
        thread.submit(leave).result()
    assert thread.submit(stay).result() == "here"


def test_the_context_goes_along(thread: LoopThread) -> None:
    """The work sees the variables of the context it was given."""

    async def see() -> str:
        return color.get()

    context = contextvars.copy_context()
    context.run(color.set, "blue")
    assert thread.submit(see, context).result() == "blue"
    assert thread.submit(see).result() == "none"


def test_cancelled_work_has_cleaned_up_when_the_result_is_there(thread: LoopThread) -> None:
    """A call is over when its task is, not when somebody asked it to stop."""
    running, cleaned = threading.Event(), []

    async def work() -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    call = thread.submit(work)
    running.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        call.result()
    assert cleaned


def test_work_cancelled_before_its_first_step_is_settled_too(thread: LoopThread) -> None:
    """A task that never started never enters its coroutine; nobody may wait for that."""
    gate = threading.Event()

    async def hold() -> None:
        gate.wait()

    async def work() -> None:
        raise AssertionError("never started")

    thread.submit(hold)
    call = thread.submit(work)
    call.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        call.result()


def test_closing_cancels_what_is_left(thread: LoopThread) -> None:
    """Nobody waits for ever on a loop that has ended."""
    running = threading.Event()

    async def work() -> None:
        running.set()
        await asyncio.Event().wait()

    call = thread.submit(work)
    running.wait()
    assert thread.close(None)
    with pytest.raises(asyncio.CancelledError):
        call.result()
    call.cancel()  # too late, and no error


def test_an_ended_loop_takes_no_work(thread: LoopThread) -> None:
    """It says so, by the name of the thread."""
    thread.close(None)
    with pytest.raises(LocalError, match="thread 'test' has ended"):
        thread.submit(asyncio.Event().wait)


def test_a_blocked_loop_is_told_from_an_ended_one(thread: LoopThread) -> None:
    """close() comes back in time, and where() names the line that blocks."""
    running, gate = threading.Event(), threading.Event()

    async def block() -> None:
        running.set()
        gate.wait()

    thread.submit(block)
    running.wait()
    assert not thread.close(0)
    assert "threading.py" in thread.where()  # Event.wait is written in Python
    gate.set()
    concurrent.futures.wait([thread.ended])
    assert thread.where() == "nowhere"


def as_work(function: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    """Make something to submit of a plain function."""

    async def work() -> None:
        function()

    return work


class Greeter(asyncio.Protocol):
    """Says a byte when a connection is made, and keeps nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"!")


async def test_transports_are_closed_with_the_loop(thread: LoopThread) -> None:
    """A connection that no task holds, such as one before its handshake, ends too."""

    async def listen() -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(Greeter, "127.0.0.1", 0)

    server = await asyncio.wrap_future(thread.submit(listen).future)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert await reader.readexactly(1) == b"!"
    thread.submit(as_work(server.close)).result()  # listening ends, the connection stays
    thread.close()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
