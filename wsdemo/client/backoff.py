"""How long a client waits before it dials again: exponential backoff with full jitter.

Thousands of clients that lost one server at the same moment must not come back at the same
moment. M. Brooker ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015) simulated four
ways to spread them; the one that he calls full jitter, ``sleep = random_between(0, min(cap, base *
2 ** attempt))``, asked the least work of clients and server together. RFC 6455, 7.2.3 wants the
same of every client: a first delay by chance, and "increasingly longer" ones after it, "using a
method such as truncated binary exponential backoff".

In the engine ``wsdemo.scratch`` half of a delay is certain (``scratch.backoff``); the growth is
shared.

Leaves out the waiting, and the decision whether another attempt is worth it; see ``endings``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from wsdemo.scratch.backoff import ceilings

__all__ = ["Backoff"]


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays for a series of failures.

    Attributes:
        first: seconds that the first delay may last.
        factor: by how much each may be longer than the one before.
        most: seconds that any may last.
        rng: the source of chance; a seeded one makes the delays repeatable.
        retries: failures in a row that are followed by another attempt; None for all of them.
        steady: seconds that a connection must have lasted to end the series. A server that
            accepts and falls over at once would else be dialled as fast as it can fall.
    """

    first: float = 0.5
    factor: float = 2.0
    most: float = 30.0
    rng: random.Random = field(default_factory=random.Random, repr=False, compare=False)
    retries: int | None = None
    steady: float = 5.0

    def __post_init__(self) -> None:
        for name in ("first", "most", "steady"):
            seconds = getattr(self, name)
            if not 0 <= seconds < math.inf:
                raise ValueError(f"{name} is a number of seconds, not {seconds!r}")
        if not self.factor >= 1:
            raise ValueError(f"factor is 1 or more, not {self.factor!r}")
        if self.retries is not None and self.retries < 0:
            raise ValueError(f"retries is a number of attempts, or None, not {self.retries!r}")

    def delays(self) -> Iterator[float]:
        """Yield a delay, in seconds, for each failure of a series; ends when it is time to give up.

        The iterator is what either engine's ``connect`` takes, too: ``connect(...,
        reconnect_delays=Backoff().delays)``.
        """
        tops = ceilings(self.first, self.factor, self.most)
        return islice((self.rng.uniform(0.0, top) for top in tops), self.retries)
