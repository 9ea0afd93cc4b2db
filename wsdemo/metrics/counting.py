"""`Metrics`: what a server or a client counts while it works.

Counting is written so that a busy event loop doesn't feel it: plain integers, one addition each,
no lock, no call into a library. What is dear (a frozen copy, quantiles, text for Prometheus)
happens when somebody looks, in the thread of the one who looks.

**Threads.** One thread counts, the event loop's; any thread may look, at any time. A snapshot
that is taken in the middle of a count may hold the message and not yet its octets; a later one
holds both, and nothing is lost. Latencies may come from any thread: they have a lock. Two event
loops that count have a `Metrics` each.

Leaves out who counts: see `wsdemo.server` and `wsdemo.client`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from wsdemo.metrics.latency import LatencyRecorder
from wsdemo.metrics.snapshot import Snapshot
from wsdemo.metrics.tally import Tally

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

__all__ = ["CONTENT_TYPE", "Metrics"]

# Prometheus reads a body of another version by that version's rules, or not at all.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counters of one endpoint, all of them 0 at first.

    Args:
        clock: tells the seconds of which a snapshot's ``uptime`` is made; it never goes back.

    Attributes:
        messages_in: messages that came; an engine may add to this one and to the next five itself,
            once for all that one read or one write has brought.
        payload_in: octets of their payloads (text as UTF-8).
        wire_in: octets that came on TCP connections; see `wire`.
        messages_out: messages that went out.
        payload_out: octets of their payloads.
        wire_out: octets that went out on TCP connections.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._now = self._peak = self._total = 0
        self._refused: dict[int, int] = {}
        self._closed: dict[int, int] = {}
        self.messages_in = self.messages_out = 0
        self.payload_in = self.payload_out = 0
        self.wire_in = self.wire_out = 0
        self._errors = 0
        self._latency = LatencyRecorder()
        self._registry: CollectorRegistry | None = None

    def opened(self) -> None:
        """Count a connection whose opening handshake is done."""
        self._total += 1
        self._now += 1
        self._peak = max(self._peak, self._now)

    def closed(self, code: int) -> None:
        """Count the end of a connection that had been opened.

        Args:
            code: its close code: 1005 if the close frame held none, 1006 if there was no close
                frame (RFC 6455, 7.1.5).
        """
        self._now -= 1
        code = int(code)  # a name in a label would be another series
        self._closed[code] = self._closed.get(code, 0) + 1

    def refused(self, status: int) -> None:
        """Count an opening handshake that was answered otherwise than with 101.

        Args:
            status: the HTTP status of the answer.
        """
        status = int(status)
        self._refused[status] = self._refused.get(status, 0) + 1

    def received(self, octets: int) -> None:
        """Count a message that came, with the octets of its payload (text as UTF-8)."""
        self.messages_in += 1
        self.payload_in += octets

    def sent(self, octets: int) -> None:
        """Count a message that went out, with the octets of its payload (text as UTF-8)."""
        self.messages_out += 1
        self.payload_out += octets

    def wire(self, received: int = 0, sent: int = 0) -> None:
        """Count octets on the TCP connection, above TLS if there is any.

        Less than the payload where compression pays, more by frame headers, control frames and
        the opening handshake.
        """
        self.wire_in += received
        self.wire_out += sent

    def failed(self) -> None:
        """Count a handler that ended in an exception."""
        self._errors += 1

    def observe(self, seconds: float) -> None:
        """Count one latency, as measured; see `LatencyRecorder.observe`.

        Raises:
            ValueError: negative, infinite or not a number.
        """
        self._latency.observe(seconds)

    def observe_corrected(self, seconds: float, expected_interval: float) -> None:
        """Count one latency and those it kept from being measured (coordinated omission).

        Args:
            seconds: what it took.
            expected_interval: seconds between two measurements as planned.

        Raises:
            ValueError: no such latency, or no such interval.
        """
        self._latency.observe_corrected(seconds, expected_interval)

    def snapshot(self) -> Snapshot:
        """Return everything counted so far, frozen."""
        # From the end of a connection's life to its beginning: what changes meanwhile makes
        # `now` too small for a moment, and never greater than `peak` or `total`.
        closed = Tally(self._closed.copy())  # copied in one step, whatever another thread does
        now = self._now
        return Snapshot(
            now=now,
            peak=max(self._peak, now),
            total=self._total,
            refused=Tally(self._refused.copy()),
            closed=closed,
            messages_in=self.messages_in,
            messages_out=self.messages_out,
            payload_in=self.payload_in,
            payload_out=self.payload_out,
            wire_in=self.wire_in,
            wire_out=self.wire_out,
            errors=self._errors,
            latency=self._latency.snapshot(),
            uptime=self._clock() - self._began,
        )

    @property
    def registry(self) -> CollectorRegistry:
        """A registry of `prometheus_client` that holds these metrics and nothing else.

        It belongs to this object: the library's global one is left alone, so that two servers in
        one process don't collide. Other collectors may be registered with it.
        """
        if self._registry is None:
            from wsdemo.metrics.exposition import registry  # the library takes a tenth of a second

            self._registry = registry(self.snapshot)
        return self._registry

    def exposition(self) -> str:
        """Return everything in Prometheus's text format 0.0.4, whose type is `CONTENT_TYPE`."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry).decode()

    def __repr__(self) -> str:
        messages = f"{self.messages_in} messages in, {self.messages_out} out"
        return f"<metrics: {self._now} of {self._total} connections open, {messages}>"
