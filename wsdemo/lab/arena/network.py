"""A network on a virtual clock: one direction, with a delay, jitter and losses, in order.

WebSocket runs over TCP, where nothing is lost for good and nothing overtakes. A segment that is
lost is sent again after a timeout, and everything behind it waits for it: head-of-line blocking.
So to an application a loss is a stall, and then all at once.

Leaves out bandwidth and queues: at these rates the way is never full. And fast retransmission: it
takes three segments behind the lost one to notice (RFC 5681, 3.2), 100 ms at 30 a second.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["MILLI", "RETRANSMIT", "Way"]

MILLI = 1000
"""Microseconds in a millisecond; times are integers."""
RETRANSMIT = 200 * MILLI
"""The least timeout after which Linux sends a segment again (TCP_RTO_MIN); each further one is
twice as long (RFC 6298, 5.5)."""


class Way:
    """One direction of a connection.

    Args:
        delay: of every message, in milliseconds.
        jitter: up to so much is added, in milliseconds.
        loss: the share of messages that are lost at the first attempt, and at each further one.
        chance: gives numbers from 0 to 1.

    Raises:
        ValueError: a delay or a jitter below 0, or a loss that is no share.
    """

    def __init__(self, delay: int, jitter: int, loss: float, chance: Callable[[], float]) -> None:
        if delay < 0 or jitter < 0 or not 0 <= loss < 1:
            raise ValueError(f"no network: delay {delay} ms, jitter {jitter} ms, loss {loss}")
        self._delay = delay * MILLI
        self._jitter = jitter * MILLI
        self._loss = loss
        self._chance = chance
        self._last = 0

    def arrival(self, now: int) -> int:
        """Return when a message arrives that is sent now, in microseconds."""
        timeout, waited = RETRANSMIT, 0
        while self._chance() < self._loss:
            waited += timeout
            timeout *= 2
        jitter = int(self._chance() * self._jitter)
        self._last = max(self._last, now + waited + self._delay + jitter)
        return self._last
