"""The tick: when one is due, and what to do when some were missed.

Ticks are due at ``start + n / rate``, whenever the last one ran, so that lateness does not add up.
A server that was held up runs the ticks that it has missed, but `MOST` at once: if a tick took
longer than its time, each round of catching up would have more to catch up than the one before
(the "spiral of death"; G. Fiedler, "Fix Your Timestep!", 2004). What is beyond that is skipped: the
game then runs slower than the clock, and says so.

Leaves out waiting: whoever asks what is due has waited, on a clock of its own.
"""

from __future__ import annotations

import math

__all__ = ["MOST", "Ticker"]

MOST = 4
"""Ticks that are run at once, at most."""


class Ticker:
    """Counts the ticks that are due.

    Args:
        rate: ticks a second.
        start: when the first is due, in seconds.

    Attributes:
        overruns: how often more than one tick was due.
        skipped: ticks that were never run.
    """

    def __init__(self, rate: int, start: float) -> None:
        self.rate = rate
        self.overruns = 0
        self.skipped = 0
        self._start = start
        self._count = 0

    @property
    def next(self) -> float:
        """When the next tick is due, in seconds."""
        return self._start + self._count / self.rate

    def due(self, now: float) -> int:
        """Return how many ticks to run now; they count as run."""
        missed = math.floor((now - self._start) * self.rate) + 1 - self._count
        # The product may lie just below a whole number where the sum in `next` does not.
        missed = max(missed, int(now >= self.next))
        if missed > 1:
            self.overruns += 1
            self.skipped += max(0, missed - MOST)
        self._count += missed
        return min(missed, MOST)
