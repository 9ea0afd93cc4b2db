"""Round-trip times: the last one, and a smoothed one by the rule that TCP uses.

RFC 6298, 2: "When the first RTT measurement R is made, the host MUST set SRTT <- R, RTTVAR <- R/2
[...] When a subsequent RTT measurement R' is made, a host MUST set RTTVAR <- (1 - beta) * RTTVAR +
beta * |SRTT - R'|, SRTT <- (1 - alpha) * SRTT + alpha * R' [...] The above SHOULD be computed using
alpha=1/8 and beta=1/4".

Leaves out a retransmission timeout, which is TCP's to have; percentiles are in ``metrics``.
"""

from __future__ import annotations

__all__ = ["ALPHA", "BETA", "RoundTrip"]

ALPHA = 1 / 8
BETA = 1 / 4


class RoundTrip:
    """What is known of the time from a ping to its pong.

    Attributes:
        last: seconds of the latest round trip; None before the first.
        smoothed: seconds, with the past weighing 7/8; None before the first.
        variation: seconds by which round trips differ from the smoothed one; None likewise.
        count: how many there were, over all connections.
    """

    __slots__ = ("_fresh", "count", "last", "smoothed", "variation")

    def __init__(self) -> None:
        self.last: float | None = None
        self.smoothed: float | None = None
        self.variation: float | None = None
        self.count = 0
        self._fresh = True

    def restart(self) -> None:
        """Begin anew with the next measurement: another connection may take another way.

        Until then the values of the former one stay readable.
        """
        self._fresh = True

    def add(self, seconds: float) -> None:
        """Take a measurement."""
        if self._fresh or self.smoothed is None or self.variation is None:
            self.smoothed, self.variation, self._fresh = seconds, seconds / 2, False
        else:
            # The variation first: it goes by the smoothed time as it was.
            self.variation += BETA * (abs(self.smoothed - seconds) - self.variation)
            self.smoothed += ALPHA * (seconds - self.smoothed)
        self.last = seconds
        self.count += 1

    def __repr__(self) -> str:
        if self.last is None or self.smoothed is None:
            return "<RoundTrip: none yet>"
        return f"<RoundTrip: last {self.last * 1e3:.2f} ms, smoothed {self.smoothed * 1e3:.2f} ms>"
