"""What is published: numbered items on a board, and a timetable by which they come.

Every way to get the news reads the same board, so that only the way differs. All items of a lab
have one size on the wire, which keeps the sums of a notebook short: ids have three digits, prices
six characters.

Leaves out storage and forgetting: a board keeps everything, for the minute that a lab takes.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from dataclasses import dataclass

__all__ = ["START", "Board", "Item", "prices", "timetable"]

START = 100
"""What a client has seen that has seen nothing: ids begin above, and all have three digits."""

LOWEST, HIGHEST = 100.00, 999.99
STEP = 0.50  # the most that a price moves from one item to the next


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news."""

    id: int
    text: str

    def to_json(self) -> str:
        """Return the item as it travels, whichever way it goes."""
        return json.dumps({"id": self.id, "text": self.text}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Item:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))

    def __str__(self) -> str:
        return f"{self.id}: {self.text}"


class Board:
    """All items so far, and a way to wait for the next. Belongs to one event loop."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._changed = asyncio.Event()

    @property
    def last(self) -> int:
        """The id of the newest item."""
        return self.items[-1].id if self.items else START

    def publish(self, text: str) -> Item:
        """Put up an item; everybody who waits is woken."""
        item = Item(self.last + 1, text)
        self.items.append(item)
        # One event for each item: who wakes late finds a new one to wait for.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        return item

    def after(self, seen: int) -> list[Item]:
        """Return what is newer than the item with this id."""
        return [item for item in self.items if item.id > seen]

    async def wait(self, seen: int, seconds: float | None = None) -> list[Item]:
        """Wait until there is something newer than the item with this id.

        Args:
            seen: The newest id that the caller knows.
            seconds: How long to wait; None for no limit.

        Returns:
            The newer items; none when the time is up.
        """
        try:
            async with asyncio.timeout(seconds):
                while self.last <= seen:
                    await self._changed.wait()
        except TimeoutError:
            return []
        return self.after(seen)


def prices(count: int, *, seed: int = 6455) -> list[str]:
    """Make up a price for each item: a random walk, the same at every run.

    Args:
        count: How many.
        seed: Another one, another walk.
    """
    draw, price, made = random.Random(seed), 250.00, []
    for _ in range(count):
        price = min(max(price + draw.uniform(-STEP, STEP), LOWEST), HIGHEST)
        made.append(f"ACME {price:.2f}")
    return made


def timetable(count: int, per_second: float, *, seed: int = 6455) -> list[float]:
    """Draw the times at which news happens: at random, and the same at every run.

    The pauses are exponential, as of events that know nothing of each other (a Poisson process).

    Args:
        count: How many.
        per_second: How many in a second, on average.
        seed: Another one, another timetable.

    Returns:
        Seconds since the beginning, in order.
    """
    draw = random.Random(seed)
    return list(itertools.accumulate(draw.expovariate(per_second) for _ in range(count)))
