"""A clock that a test turns by hand."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from typing import Any


class HandTimer:
    """A timer of a HandClock."""

    def __init__(self, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.callback = callback
        self.args = args
        self.cancelled = False

    def cancel(self) -> None:
        """Never call back."""
        self.cancelled = True


class HandClock:
    """Stands still until ``advance`` is called."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._numbers = itertools.count()
        self._timers: list[tuple[float, int, HandTimer]] = []

    def time(self) -> float:
        """Return the seconds on the dial."""
        return self.now

    def call_later(self, delay: float, callback: Callable[..., Any], /, *args: Any) -> HandTimer:
        """Call back when the dial has been turned that far."""
        timer = HandTimer(callback, args)
        heapq.heappush(self._timers, (self.now + delay, next(self._numbers), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Turn the dial, calling on the way what is due, each at its own time."""
        end = self.now + seconds
        while self._timers and self._timers[0][0] <= end:
            self.now, _, timer = heapq.heappop(self._timers)
            if not timer.cancelled:
                timer.callback(*timer.args)
        self.now = end

    @property
    def pending(self) -> int:
        """How many timers are set."""
        return sum(not timer.cancelled for _, _, timer in self._timers)
