"""The agenda: what happens next on a virtual clock.

Leaves out everything else; what happens at the same time happens in the order of its entry.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

__all__ = ["Agenda"]


class Agenda:
    """Things to do, by time.

    Attributes:
        now: microseconds.
    """

    def __init__(self) -> None:
        self.now = 0
        self._numbers = itertools.count()
        self._entries: list[tuple[int, int, Callable[[], None]]] = []

    def enter(self, when: int, what: Callable[[], None]) -> None:
        """Do something at a time, in microseconds."""
        heapq.heappush(self._entries, (when, next(self._numbers), what))

    def run(self, until: int) -> None:
        """Do everything that is to be done before a time, each at its own."""
        while self._entries and self._entries[0][0] < until:
            self.now, _, what = heapq.heappop(self._entries)
            what()
        self.now = until
