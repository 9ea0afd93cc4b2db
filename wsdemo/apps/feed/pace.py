"""When changes are due: a timetable, by any clock.

A market doesn't wait for its server. Whoever is late owes all that was due meanwhile, each change
since its own time; counted from when it got round to it instead, a server that stands still would
look fast (notebook 07: coordinated omission). Only who was away for longer than a second, because
the machine slept, is forgiven: what nobody could have seen doesn't happen.

Leaves out the waiting, and what changes.
"""

from __future__ import annotations

import math

__all__ = ["FORGIVEN", "Pace"]

# Seconds.
FORGIVEN = 1.0


class Pace:
    """So many changes a second, evenly, from a moment on.

    Args:
        rate: changes a second; 0 for none.
        start: the moment, in seconds by the clock.

    Raises:
        ValueError: a rate below 0, or not finite.
    """

    def __init__(self, rate: float, start: float) -> None:
        if not 0 <= rate < math.inf:
            raise ValueError(f"a rate of {rate!r} changes a second")
        self.rate = rate
        self._start = start
        self._given = 0

    def due(self, now: float) -> int:
        """Return how many changes are due and were not given, and count them as given."""
        whole = math.floor((now - self._start) * self.rate)
        if whole - self._given > max(1.0, self.rate * FORGIVEN):
            self._start, self._given, whole = now, 0, 0
            # The last second's, and from now on by the timetable.
            return max(1, int(self.rate * FORGIVEN))
        new = max(0, whole - self._given)
        self._given += new
        return new

    def since_last(self, now: float) -> float:
        """Return the seconds since the change that was given last was due; 0.0 before any."""
        if not self._given or not self.rate:
            return 0.0
        return max(0.0, now - self._start - self._given / self.rate)

    def span(self, changes: int) -> float:
        """Return the seconds between a change and the one so many later."""
        return changes / self.rate if self.rate else 0.0
