"""How long to wait before dialling again.

RFC 6455, 7.2.3: "clients SHOULD use some form of backoff when trying to reconnect after
abnormal closures as described in this section. The first reconnect attempt SHOULD be delayed
by a random amount of time. [...] a value chosen randomly between 0 and 5 seconds is a
reasonable initial delay [...] Should the first reconnect attempt fail, subsequent reconnect
attempts SHOULD be delayed by increasingly longer amounts of time, using a method such as
truncated binary exponential backoff."

``ceilings`` is the growth, without the chance: ``wsdemo.client`` puts a jitter of its own on it.

Left out: the waiting itself, and what counts as an error worth another try; see ``client``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

FIRST = 5.0  # seconds: the RFC's "reasonable initial delay"
LEAST = 3.0  # seconds: where the growth begins
MOST = 90.0  # seconds: a person who looks at the page again should not wait longer
GROWTH = 1.618  # slower than doubling: some ten attempts in the first five minutes


def backoff(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """Yield delays in seconds: one by chance alone, then growing ones, each with jitter.

    Jitter is what keeps a thousand clients, who all lost the same server at the same moment,
    from coming back at the same moment, again and again.

    Args:
        chance: gives numbers from 0 up to 1.
    """
    yield chance() * FIRST
    for delay in ceilings(LEAST, GROWTH, MOST):
        # Half of it certain, half by chance: spread wide, and never zero.
        yield delay * (0.5 + 0.5 * chance())


def ceilings(first: float, factor: float, most: float) -> Iterator[float]:
    """Yield delays that grow by a factor up to the longest, for ever and without any jitter.

    Args:
        first: seconds, of the first.
        factor: how many times as long the next one is.
        most: seconds, of the longest.
    """
    delay = min(first, most)
    while True:
        yield delay
        delay = min(delay * factor, most)
