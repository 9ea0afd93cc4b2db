"""Schedules of faults for a wire, drawn from a seed, so that a bad run can be run again.

Leaves out playing them, which is `Wire.play`, or `delivery.inflict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

__all__ = ["FAULTS", "KINDS", "faults"]

FAULTS = ("cut", "reset", "half_open", "stall", "refuse")
"""What a wire can do to its connections."""

KINDS = (*FAULTS, "delay", "restart")
"""What `inflict` can do; the last is the server's."""

_CURES = (("stall", "resume"), ("refuse", "accept"), ("delay", "hasten"))


def faults(
    seed: int,
    seconds: float,
    kinds: Sequence[str] = FAULTS,
    *,
    every: float = 1.0,
    outage: float = 0.5,
) -> list[tuple[float, str]]:
    """Draw faults at random times, as `Wire.play` and `inflict` take them.

    Faults come independently of each other: the times between them are distributed exponentially.
    A schedule ends whole: what stalls is resumed, who is refused is accepted again, what is delayed
    comes at once again.

    Args:
        seed: The same seed, the same schedule.
        seconds: For how long faults may begin.
        kinds: What to choose from, each as likely as the others: any of `KINDS`.
        every: Seconds from one fault to the next, on average.
        outage: Seconds that a stall, a refusal or a delay lasts at most.

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
