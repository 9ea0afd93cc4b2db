"""What servers have cost that were measured in turns, in the same seconds.

Leaves out measuring them: see `wsdemo.lab.steps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from wsdemo.lab.show.staircase import DEPTHS, LIMIT, StairsFigure, draw

__all__ = ["Race"]


@dataclass(frozen=True, slots=True, repr=False)
class Race:
    """What servers have cost in the same seconds.

    Attributes:
        costs: by messages in flight and name: µs of CPU time for each message, one for each turn.
    """

    costs: dict[int, dict[str, list[float]]]

    def cost(self, name: str, in_flight: int = 1) -> float:
        """Return the median cost of a server, in µs of CPU time for each message."""
        return median(self.costs[in_flight][name])

    def ratio(self, name: str, to: str, in_flight: int = 1) -> float:
        """Return what a server costs, in costs of another."""
        of = self.costs[in_flight]
        # A coarse clock may say that a short turn has cost nothing: it says nothing then.
        turns = zip(of[name], of[to], strict=True)
        return median(one / other for one, other in turns if other)

    def __contains__(self, name: str) -> bool:
        return name in self.costs[DEPTHS[0]]

    def plot(self) -> StairsFigure:
        """Draw what each has cost; the limit is a line."""
        names = list(self.costs[DEPTHS[0]])
        each = {name: {depth: self.cost(name, depth) for depth in DEPTHS} for name in names}
        limit = {name: each.pop(name) for name in names if name == LIMIT}
        return draw(each, limit, len(each))

    def __repr__(self) -> str:
        return f"<race of {', '.join(self.costs[DEPTHS[0]])}>"
