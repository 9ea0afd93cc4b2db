"""`Snapshot`: everything that was counted up to a moment, or between two.

Leaves out where the numbers come from, which is `wsdemo.metrics.counting`, and colours, which
are a notebook's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wsdemo.metrics.latency import Latency
from wsdemo.metrics.tally import Tally

__all__ = ["Row", "Snapshot"]

# What only ever grows, so that a difference means something.
COUNTERS = (
    "total",
    "messages_in",
    "messages_out",
    "payload_in",
    "payload_out",
    "wire_in",
    "wire_out",
    "errors",
)

_NAMES = (
    ("total", "connections in all"),
    ("messages_in", "messages in"),
    ("messages_out", "messages out"),
    ("payload_in", "payload octets in"),
    ("payload_out", "payload octets out"),
    ("wire_in", "wire octets in"),
    ("wire_out", "wire octets out"),
    ("errors", "handler errors"),
)

Row = tuple[str, int | float, float | None]


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """What an endpoint has counted.

    ``later - earlier`` is what happened between the two: every counter becomes its increase, and
    ``uptime`` the seconds between. ``now`` and ``peak`` are no counters, and stay the later's.

    Attributes:
        now: connections that are open.
        peak: the most that were open at once, ever.
        total: connections that were ever opened.
        refused: opening handshakes answered otherwise than with 101, by HTTP status.
        closed: connections that have ended, by close code.
        messages_in: messages received.
        messages_out: messages sent.
        payload_in: octets in the messages received.
        payload_out: octets in the messages sent.
        wire_in: octets received on TCP connections.
        wire_out: octets sent on TCP connections.
        errors: handlers that ended in an exception.
        latency: the latencies observed.
        uptime: seconds since counting began.
    """

    now: int = 0
    peak: int = 0
    total: int = 0
    refused: Tally = field(default_factory=Tally)
    closed: Tally = field(default_factory=Tally)
    messages_in: int = 0
    messages_out: int = 0
    payload_in: int = 0
    payload_out: int = 0
    wire_in: int = 0
    wire_out: int = 0
    errors: int = 0
    latency: Latency = field(default_factory=Latency)
    uptime: float = 0.0

    def __sub__(self, earlier: Snapshot) -> Snapshot:
        """Return what happened since.

        Raises:
            ValueError: a counter would go back: the other one is later, or of other metrics.
        """
        grown = {name: getattr(self, name) - getattr(earlier, name) for name in COUNTERS}
        grown["uptime"] = self.uptime - earlier.uptime
        for name, increase in grown.items():
            if increase < 0:
                was, is_ = getattr(earlier, name), getattr(self, name)
                raise ValueError(f"not an earlier snapshot: {name} went from {was} to {is_}")
        return Snapshot(
            now=self.now,
            peak=self.peak,
            refused=self.refused - earlier.refused,
            closed=self.closed - earlier.closed,
            latency=self.latency - earlier.latency,
            **grown,
        )

    def rates(self) -> dict[str, float]:
        """Return the counters per second, by their names; 0 where no time has passed."""
        return {
            name: getattr(self, name) / self.uptime if self.uptime else 0.0 for name in COUNTERS
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON has it: codes as strings, latencies in seconds."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("refused", "closed"):
            plain[name] = {str(code): count for code, count in plain[name].items()}
        return plain | {"latency": self.latency.to_json()}

    def rows(self, since: Snapshot | None = None, *, measured: bool = True) -> Iterator[Row]:
        """Yield what a table shows: a name with its unit, the number, how much of it a second.

        Args:
            since: an earlier snapshot: the rates are those since then; overall, unless given.
            measured: whether to tell what is another number at every run of one and the same
                program: rates, latencies, seconds.
        """
        rates = (self - since if since else self).rates() if measured else {}
        yield "connections now", self.now, None
        yield "connections at most", self.peak, None
        yield from self._counters(rates, "total")
        yield from ((f"refused with {key}", n, None) for key, n in self.refused.items())
        yield from ((f"closed with {key}", n, None) for key, n in self.closed.items())
        yield from self._counters(rates, *COUNTERS[1:])
        if measured:
            yield from self._latency()
            yield "seconds counted", self.uptime, None

    def _counters(self, rates: dict[str, float], *names: str) -> Iterator[Row]:
        shown = dict(_NAMES)
        return ((shown[name], getattr(self, name), rates.get(name)) for name in names)

    def _latency(self) -> Iterator[Row]:
        yield "latencies observed", self.latency.count, None
        if self.latency.count:
            yield "latency min, ms", self.latency.min * 1e3, None
            yield "latency mean, ms", self.latency.mean * 1e3, None
            for name, value in self.latency.quantiles_ms().items():
                yield f"latency {name}, ms", value, None
            yield "latency max, ms", self.latency.max * 1e3, None

    def __repr__(self) -> str:
        """Draw a table in plain text."""
        lines = [("", "so far", "per s"), *(_texts(*row) for row in self.rows())]
        wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            f"{name:<{wide[0]}}  {number:>{wide[1]}}  {rate:>{wide[2]}}".rstrip()
            for name, number, rate in lines
        )


def _texts(name: str, number: float, rate: float | None) -> tuple[str, str, str]:
    return name, _text(number), "" if rate is None else _text(rate)


def _text(number: float) -> str:
    """Write a number: one that was counted in full, one that was measured with four digits."""
    if isinstance(number, int):
        return str(number)
    return f"{number:.4g}" if abs(number) < 10_000 else f"{number:.0f}"
