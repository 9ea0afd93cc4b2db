"""Schedules of faults for a wire, drawn from a seed, so that a bad run can be run again.

Leaves out playing them, which is `Wire.play`.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

__all__ = ["FAULTS", "faults"]

FAULTS = ("cut", "reset", "half_open", "stall", "refuse")
"""What a wire can do to its connections."""

_CURES = (("stall", "resume"), ("refuse", "accept"))


def faults(
    seed: int,
    seconds: float,
    *,
    every: float = 1.0,
    outage: float = 0.5,
    kinds: Sequence[str] = FAULTS,
) -> list[tuple[float, str]]:
    """Draw faults at random times, as `Wire.play` takes them.

    Faults come independently of each other: the times between them are distributed exponentially.
    A schedule ends whole: what stalls is resumed, who is refused is accepted again.

    Args:
        seed: The same seed, the same schedule.
        seconds: For how long faults may begin.
        every: Seconds from one fault to the next, on average.
        outage: Seconds that a stall or a refusal lasts at most.
        kinds: What to choose from, each as likely as the others.

    Returns:
        Seconds and what to do then, in order.
    """
    random, cures = Random(seed), dict(_CURES)
    schedule: list[tuple[float, str]] = []
    at = random.expovariate(1 / every)
    while at < seconds:
        fault = random.choice(kinds)
        schedule.append((at, fault))
        if fault in cures:
            schedule.append((at + random.uniform(0, outage), cures[fault]))
        at += random.expovariate(1 / every)
    return sorted(schedule)
