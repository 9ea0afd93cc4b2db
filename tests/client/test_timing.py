"""Deadlines and pauses, with a clock that a test turns by hand."""

import asyncio
from typing import Any

import pytest

from tests.scratch.clock import HandClock
from wsdemo.client import DeadlineExceeded, Deadlines
from wsdemo.client.timing import sleep, within


async def turns(count: int = 5) -> None:
    """Let others run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def dawdle(clock: HandClock, seconds: float | None = 3, **options: Any) -> None:
    """Do nothing for ever, within a time."""
    async with within(clock, seconds, "nap", lambda: "a nap", **options):
        await asyncio.Event().wait()


async def test_what_takes_too_long_is_named() -> None:
    """Not a moment before its time is over."""
    clock = HandClock()
    task = asyncio.create_task(dawdle(clock))
    await turns()
    clock.advance(2.9)
    await turns()
    assert not task.done()
    clock.advance(0.1)
    with pytest.raises(DeadlineExceeded, match=r"^a nap took longer than 3 s$") as caught:
        await task
    assert caught.value.deadline == "nap"


async def test_what_is_in_time_leaves_no_timer() -> None:
    """The block's end is the timer's, too."""
    clock = HandClock()
    async with within(clock, 3, "nap", lambda: "a nap"):
        assert clock.pending == 1
    assert clock.pending == 0


async def test_no_limit_sets_no_timer() -> None:
    """None is for ever."""
    clock = HandClock()
    async with within(clock, None, "nap", lambda: "a nap"):
        assert clock.pending == 0


async def test_grace_is_asked_for_at_the_end() -> None:
    """As often as it is given."""
    clock, more = HandClock(), [5.0, 0.0]
    task = asyncio.create_task(dawdle(clock, grace=lambda: more.pop(0)))
    await turns()
    clock.advance(7.9)
    await turns()
    assert not task.done()
    clock.advance(0.1)
    with pytest.raises(DeadlineExceeded):
        await task


async def test_somebody_elses_timeout_passes() -> None:
    """It is not ours to rename."""
    with pytest.raises(TimeoutError, match="theirs") as caught:
        async with within(HandClock(), 3, "nap", lambda: "a nap"):
            raise TimeoutError("theirs")
    assert not isinstance(caught.value, DeadlineExceeded)


async def test_a_cancellation_passes_and_leaves_no_timer() -> None:
    """To be cancelled is not to be late."""
    clock = HandClock()
    task = asyncio.create_task(dawdle(clock))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.pending == 0


async def test_sleep_goes_by_the_clock() -> None:
    """And leaves no timer when it is cancelled."""
    clock = HandClock()
    sleeper, cancelled = (asyncio.create_task(sleep(clock, s)) for s in (2, 9))
    await turns()
    cancelled.cancel()
    clock.advance(2)
    await sleeper
    await turns()
    assert cancelled.cancelled()
    assert clock.pending == 0


@pytest.mark.parametrize("name", ["connect", "send", "reply", "close"])
@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_deadline_is_a_time(name: str, seconds: float) -> None:
    """None is for no limit; 0 would be always late."""
    with pytest.raises(ValueError, match=name):
        Deadlines(**{name: seconds})
    assert getattr(Deadlines(**{name: None}), name) is None
