"""The metrics as Prometheus reads them: a collector that looks when it is asked.

`prometheus_client` has counters of its own, which would cost a lock and two calls per message. A
custom collector costs a message nothing: it takes one snapshot at a scrape and writes from that.

Names follow Prometheus's conventions: base units (seconds, bytes), ``_total`` for what only
grows, and no unit in a label. Close codes and statuses that are usual are told from the
beginning, as 0: a series that appears with its first event hides that event from ``rate()``.

Leaves out the HTTP answer, which is a server's; and OpenMetrics, which
``prometheus_client.openmetrics`` writes from the same registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from wsdemo.metrics.latency import Latency
from wsdemo.metrics.snapshot import Snapshot

__all__ = ["BOUNDS", "SnapshotCollector", "registry"]

# In seconds: 1, 2.5, 5 in each decade from a fast reply on loopback to a wait that nobody takes
# for one. The HdrHistogram could give thousands; each is a series in a database.
BOUNDS = tuple(float(f"{step}e{decade}") for decade in range(-5, 2) for step in ("1", "2.5", "5"))

USUAL_STATUSES = (400, 403, 404, 426, 503)
USUAL_CODES = (1000, 1001, 1005, 1006, 1009, 1011)


class SnapshotCollector(Collector):
    """Yields one family of samples after the other, all of one moment."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """Take a snapshot, and yield it."""
        seen = self._snapshot()
        yield from _connections(seen)
        yield _counter(
            "messages",
            "Messages, whole and reassembled.",
            {"direction": {"in": seen.messages_in, "out": seen.messages_out}},
        )
        yield _counter(
            "payload_bytes",
            "Payload of the messages, decompressed.",
            {"direction": {"in": seen.payload_in, "out": seen.payload_out}},
        )
        yield _counter(
            "wire_bytes",
            "Bytes on the TCP connections, above TLS.",
            {"direction": {"in": seen.wire_in, "out": seen.wire_out}},
        )
        yield _counter("handler_errors", "Handlers that ended in an exception.", seen.errors)
        yield _histogram(seen.latency)


def registry(snapshot: Callable[[], Snapshot]) -> CollectorRegistry:
    """Make a registry that tells one endpoint's metrics.

    Args:
        snapshot: gives the numbers at each scrape.
    """
    made = CollectorRegistry()
    made.register(SnapshotCollector(snapshot))
    return made


def _connections(seen: Snapshot) -> Iterator[Metric]:
    yield GaugeMetricFamily("websocket_connections_current", "Connections that are open.", seen.now)
    yield GaugeMetricFamily(
        "websocket_connections_peak", "Most connections open at once since the start.", seen.peak
    )
    yield _counter("connections", "Connections that were opened.", seen.total)
    yield _counter(
        "handshakes_refused",
        "Opening handshakes answered otherwise than with 101, by HTTP status.",
        {"status": _with(USUAL_STATUSES, seen.refused)},
    )
    yield _counter(
        "connections_closed",
        "Connections that have ended, by close code (1006: without a close frame).",
        {"code": _with(USUAL_CODES, seen.closed)},
    )


def _with(usual: Iterable[int], counts: Mapping[int, int]) -> dict[str, int]:
    """Return the counts in order, with a 0 for what is usual and has not come yet."""
    return {str(key): counts.get(key, 0) for key in sorted({*usual, *counts})}


def _counter(
    name: str, meaning: str, value: int | Mapping[str, Mapping[str, int]]
) -> CounterMetricFamily:
    """Build a counter: of one number, or of one for each value of a label."""
    name = f"websocket_{name}"
    if isinstance(value, int):
        return CounterMetricFamily(name, meaning, value)
    ((label, counts),) = value.items()
    family = CounterMetricFamily(name, meaning, labels=[label])
    for key, count in counts.items():
        family.add_metric([key], count)
    return family


def _histogram(latency: Latency) -> HistogramMetricFamily:
    counts = map(float, latency.up_to(BOUNDS))
    buckets = [(str(bound), count) for bound, count in zip(BOUNDS, counts, strict=True)]
    return HistogramMetricFamily(
        "websocket_latency_seconds",
        "Latencies observed.",
        [*buckets, ("+Inf", float(latency.count))],
        latency.total,
    )
