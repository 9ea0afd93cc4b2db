"""A loop in which waiting takes no time."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from wsdemo.lab.exercises import virtual_loop
from wsdemo.lab.exercises.virtual_loop import Stuck, VirtualLoop


def _run(main: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def test_a_long_sleep_is_over_at_once() -> None:
    """By the loop's clock it took as long as it says."""

    async def main() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    begun = time.monotonic()
    assert _run(main()) == pytest.approx(3600)
    assert time.monotonic() - begun < 60


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    """However they were started."""
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append((name, round(asyncio.get_running_loop().time(), 6)))

    async def main() -> None:
        await asyncio.gather(sleeper("late", 0.02), sleeper("early", 0.0101), sleeper("now", 0))

    _run(main())
    assert woken == [("now", 0), ("early", 0.0101), ("late", 0.02)]


def test_a_timeout_comes_when_it_is_due() -> None:
    """As `asyncio.timeout` has it."""

    async def main() -> None:
        async with asyncio.timeout(5):
            await asyncio.sleep(10)

    with pytest.raises(TimeoutError):
        _run(main())


def test_blocking_makes_the_others_late() -> None:
    """Time passes, and nobody is served meanwhile."""

    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        sleeper = asyncio.create_task(asyncio.sleep(1))
        await asyncio.sleep(0)
        loop.block(5)
        await sleeper
        return loop.time()

    assert _run(main()) == 5


def test_another_thread_is_waited_for() -> None:
    """In real time, since it takes some."""
    go = threading.Event()

    async def main() -> str:
        waiting = asyncio.create_task(asyncio.to_thread(go.wait))
        await asyncio.sleep(1)
        go.set()
        await waiting
        return "done"

    assert _run(main()) == "done"


def test_waiting_for_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of hanging for ever."""
    monkeypatch.setattr(virtual_loop, "PATIENCE", 0.01)

    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck, match="something that never comes"):
        _run(main())
