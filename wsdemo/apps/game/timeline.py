"""The timeline: which moment of the server's it is for a client now, judged by what arrives.

Each snapshot says at which tick it was made. Those that were held up on the way arrive late, none
arrives early; so the one that was fastest says best when the others should have come. The moment
is what a snapshot would show that came now, as fast as that: the server's present, less the
shortest way. Nobody needs to know how long that is, and no two clocks have to agree.

Leaves out how far behind this moment the others are shown: see ``view``.
"""

from __future__ import annotations

from collections import deque

from wsdemo.apps.game.interpolate import PARTS

__all__ = ["SECOND", "Timeline"]

SECOND = 1_000_000
"""Times are in microseconds, as integers."""
REMEMBERED = 128
"""Arrivals that are compared; clocks that drift apart by 50 millionths differ by 0.2 ms in it."""


class Timeline:
    """Estimates the moment.

    Args:
        rate: the server's ticks a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        # When tick 0 would have arrived, in microseconds times the rate: so nothing is rounded.
        self._starts: deque[int] = deque(maxlen=REMEMBERED)
        self._start = 0

    def arrived(self, tick: int, now: int) -> None:
        """Note that the snapshot of a tick arrived at a time, in microseconds."""
        self._starts.append(now * self._rate - tick * SECOND)
        self._start = min(self._starts)

    def moment(self, now: int) -> int:
        """Return the moment at a time, in sixteenths of a tick; 0 before the first snapshot."""
        if not self._starts:
            return 0
        return max(0, (now * self._rate - self._start) * PARTS // SECOND)
