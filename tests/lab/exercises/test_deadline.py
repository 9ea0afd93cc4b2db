"""A function that runs in a thread ends by itself, or is ended."""

import asyncio
import threading
from typing import Any

import pytest

from wsdemo.lab.exercises import deadline


async def test_returns_what_the_function_returns() -> None:
    """A thread is no difference to the caller."""
    assert await deadline.run(lambda: 6 * 7, 30) == 42


@pytest.mark.parametrize("error", [ValueError("no"), TimeoutError("mine"), SystemExit(3)])
async def test_raises_what_the_function_raises(error: BaseException) -> None:
    """Its own TimeoutError is not mistaken for ours, and exit() does not end the kernel."""

    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        await deadline.run(fail, 30)
    assert caught.value is error


async def test_the_loop_goes_on_meanwhile() -> None:
    """The function waits for the loop; a loop that waited for the function would never end."""
    gate = threading.Event()
    asyncio.get_running_loop().call_soon(gate.set)
    assert await deadline.run(gate.wait, 30) is True


def _plain_loop() -> None:
    while True:
        pass


def _loop_that_catches_exceptions() -> None:
    while True:
        try:
            sum(range(100))
        except Exception:
            continue


def _loop_that_catches_all() -> None:
    for _ in range(3):
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


@pytest.mark.parametrize(
    "function", [_plain_loop, _loop_that_catches_exceptions, _loop_that_catches_all]
)
async def test_an_endless_loop_is_stopped(function: Any) -> None:
    """Its thread is gone afterwards, and burns no CPU."""
    before = set(threading.enumerate())
    with pytest.raises(deadline.Overrun) as caught:
        await deadline.run(function, 0.05)
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
    assert caught.value.stopped
    assert str(caught.value) == "still running after 0.05 s"


async def test_a_call_into_c_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be interrupted; we say so, and do not wait for it."""
    monkeypatch.setattr(deadline, "STOPPING_TIME", 0.05)
    gate = threading.Event()
    with pytest.raises(deadline.Overrun) as caught:
        await deadline.run(gate.wait, 0.05)
    gate.set()
    assert not caught.value.stopped


async def test_whoever_stops_the_check_stops_the_function() -> None:
    """The stop button cancels the cell; the learner's loop ends with it."""
    began, ended = threading.Event(), threading.Event()

    def function() -> None:
        try:
            began.set()
            _plain_loop()
        finally:
            ended.set()

    task = asyncio.create_task(deadline.run(function, 30))
    await asyncio.to_thread(began.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 30)


async def test_nothing_is_raised_in_a_thread_that_is_done() -> None:
    """An exception that came too late would hit whatever the thread does next."""
    worker = deadline.Worker(lambda: "done")
    worker.start()
    assert await worker.stop()
    worker.interrupt()
    assert worker.result.result() == "done"
