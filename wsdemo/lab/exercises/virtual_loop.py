"""An event loop in which waiting takes no time.

Whoever sleeps for ten seconds has slept for ten seconds by this loop's clock, and for none by the
clock on the wall: when everybody waits, the loop sets its clock to the time at which the first one
is due, and goes on. So a program that takes its time, such as a benchmark, runs at once and in the
same way every time, on ordinary `asyncio` and without a change.

Leaves out sockets: what comes from outside comes in real time, and is waited for only when there
is nothing else to wait for.
"""

import asyncio
import selectors
from typing import Any

__all__ = ["PATIENCE", "Stuck", "VirtualLoop"]

# Seconds, real ones, for what another thread may still bring when nothing is due any more.
PATIENCE = 1.0

# A loop takes what is due within its clock's resolution for due. Windows tells 16 ms for the real
# clock, and ours is exact.
EXACT = 1e-9


class Stuck(BaseException):
    """Everybody waits, and nothing is due; no `except Exception` of theirs catches it."""


class _Selector(selectors.DefaultSelector):
    """Sets the clock forward where another one would wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready, after as long a wait as the loop asks for."""
        if timeout is not None:
            self.now += max(0.0, timeout)
            return super().select(0)
        ready = super().select(PATIENCE)
        if not ready:
            raise Stuck("it waits for something that never comes")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop; its time begins at 0."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)
        # Not public, and the only way in: see EXACT.
        self.__dict__["_clock_resolution"] = EXACT

    def time(self) -> float:
        """Return the time, in seconds."""
        return self._clock.now

    def block(self, seconds: float) -> None:
        """Let time pass without serving anybody, as a call does that blocks.

        Args:
            seconds: how long.
        """
        self._clock.now += seconds

    async def shutdown_default_executor(
        self,
        timeout: float | None = None,  # noqa: ARG002 - given by Python 3.12 and later
    ) -> None:
        """Wait for threads in their own time: by ours any time limit would be over at once.

        Args:
            timeout: of no use here.
        """
        await super().shutdown_default_executor()
