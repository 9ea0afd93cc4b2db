"""run(): asynchronous work from synchronous code."""

import asyncio
import contextvars
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.lab.handlers import echo
from wsdemo import lab
from wsdemo.errors import LocalError

color: contextvars.ContextVar[str] = contextvars.ContextVar("color", default="none")


async def double(number: int) -> int:
    """Return twice the number, a turn of the loop later."""
    await asyncio.sleep(0)
    return 2 * number


def test_a_coroutine_and_a_function_give_their_result() -> None:
    """Both forms work, without a loop in the caller's thread."""
    assert lab.run(double(4)) == 8
    assert lab.run(double, 4) == 8


async def test_it_works_where_asyncio_run_refuses() -> None:
    """This test is on a running loop, as a cell is."""
    coroutine = double(4)
    with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
        asyncio.run(coroutine)
    assert lab.run(coroutine) == 8


async def test_nothing_is_patched() -> None:
    """The caller's loop is as it was: the tasks on it don't move while the caller waits."""
    moved: list[bool] = []

    async def move() -> None:
        moved.append(True)

    task = asyncio.create_task(move())
    lab.run(double, 4)
    assert not moved
    await task


def test_what_one_call_opens_the_next_can_use() -> None:
    """All calls share one loop: a connection stays good."""
    server: Any = lab.run(_serve)
    connection: Any = lab.run(connect, server.uri)
    lab.run(connection.send("Hello"))
    assert lab.run(connection.recv, timeout=10) == "Hello"
    lab.run(connection.close)
    lab.run(server.stop)


async def _serve() -> Any:
    return await lab.running(echo, name="for run()")


def test_the_callers_context_goes_along_and_comes_back_unchanged() -> None:
    """Context variables are seen, and what the work sets in them stays inside."""

    async def repaint() -> str:
        before = color.get()
        color.set("red")
        return before

    token = color.set("blue")
    assert lab.run(repaint) == "blue"
    assert color.get() == "blue"
    color.reset(token)


def test_at_the_timeout_the_work_is_cancelled_and_over() -> None:
    """Its clean-up is done when the error arrives."""
    cleaned: list[bool] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    with pytest.raises(TimeoutError, match=r"not done after 0\.01 s"):
        lab.run(wait, timeout=0.01)
    assert cleaned


def test_a_timeout_of_the_works_own_is_not_ours() -> None:
    """What the work raises comes out as it is."""

    async def fail() -> None:
        raise TimeoutError("the bus is late")

    with pytest.raises(TimeoutError, match="the bus is late"):
        lab.run(fail, timeout=60)


@pytest.mark.parametrize("make", [lambda: double(4), lambda: double], ids=["made", "function"])
def test_called_from_its_own_thread_it_says_so(make: Callable[[], Any]) -> None:
    """It could only wait for itself. A coroutine is closed, so that nothing warns of it."""

    async def call() -> None:
        lab.run(make())

    with pytest.raises(LocalError, match="from its own event loop's thread: await"):
        lab.run(call)


@pytest.mark.parametrize("work", [3, None, lambda: 3, print])
def test_there_must_be_something_to_await(work: Any) -> None:
    """A plain function is named beside what it returned."""
    with pytest.raises(TypeError, match="nothing to await"):
        lab.run(work)


def test_arguments_go_with_a_function_only() -> None:
    """A coroutine has its arguments already."""
    with pytest.raises(TypeError, match=r"arguments \(5,\) go with a function"):
        lab.run(double(4), 5)  # type: ignore[call-overload]


def test_threads_share_the_loop() -> None:
    """The first calls of two threads at once make one loop between them."""
    loops: set[int] = set()
    barrier = threading.Barrier(8)

    async def which() -> int:
        return id(asyncio.get_running_loop())

    def call() -> None:
        barrier.wait()
        loops.add(lab.run(which))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loops) == 1


INTERRUPTED = """
import asyncio, signal
from wsdemo import lab

# A shell starts what runs in its background with SIGINT ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

async def wait():
    print("waiting", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        print("cleaned up", flush=True)

try:
    lab.run(wait)
except KeyboardInterrupt:
    print("interrupted", lab.run(asyncio.sleep, 0, "and alive"), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process alone")
def test_ctrl_c_cancels_the_work_and_waits_for_its_end() -> None:
    """KeyboardInterrupt arrives after the clean-up, and the loop is good for more."""
    child = subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "waiting\n"
    child.send_signal(signal.SIGINT)
    rest, _ = child.communicate(timeout=30)
    assert rest.splitlines() == ["cleaned up", "interrupted and alive"]
    assert child.returncode == 0


LEFT_OVER = """
import asyncio
from wsdemo import lab

async def clean():
    try:
        await asyncio.Event().wait()
    finally:
        print("cleaned up")

async def leave():
    lab.task = asyncio.create_task(clean())
    await asyncio.sleep(0)

lab.run(leave)
"""


def test_a_task_left_over_is_cancelled_at_exit() -> None:
    """The interpreter ends at once and without a word, and clean-up code has run."""
    done = subprocess.run(
        [sys.executable, "-c", LEFT_OVER], capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("cleaned up\n", "")
