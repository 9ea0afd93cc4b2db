"""What counts: every counter, from any thread to read, for the price of an addition."""

import subprocess
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus

import pytest

from wsdemo.metrics import CONTENT_TYPE, Metrics, Snapshot
from wsdemo.protocol import CloseCode


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (lambda metrics: metrics.opened(), Snapshot(now=1, peak=1, total=1)),
        (lambda metrics: metrics.received(5), Snapshot(messages_in=1, payload_in=5)),
        (lambda metrics: metrics.received(0), Snapshot(messages_in=1)),
        (lambda metrics: metrics.sent(4), Snapshot(messages_out=1, payload_out=4)),
        (lambda metrics: metrics.wire(received=11), Snapshot(wire_in=11)),
        (lambda metrics: metrics.wire(11, 6), Snapshot(wire_in=11, wire_out=6)),
        (lambda metrics: metrics.failed(), Snapshot(errors=1)),
        (lambda metrics: None, Snapshot()),
    ],
)
def test_each_counts_its_own(count: Callable[[Metrics], None], expected: Snapshot) -> None:
    """And nothing else."""
    metrics = Metrics(clock=lambda: 0.0)
    count(metrics)
    assert metrics.snapshot() == expected


def test_connections_come_and_go() -> None:
    """The most that were open at once is remembered."""
    metrics = Metrics()
    for _ in range(3):
        metrics.opened()
    metrics.closed(1000)
    metrics.closed(1006)
    metrics.opened()
    seen = metrics.snapshot()
    assert (seen.now, seen.peak, seen.total) == (2, 3, 4)
    assert seen.closed == {1000: 1, 1006: 1}


def test_refusals_are_counted_by_status() -> None:
    """They are not connections."""
    metrics = Metrics()
    for status in (503, 403, 503):
        metrics.refused(status)
    assert metrics.snapshot().refused == {403: 1, 503: 2}
    assert metrics.snapshot().total == 0


def test_names_of_codes_are_counted_as_numbers() -> None:
    """One code is one series, however it was written."""
    metrics = Metrics()
    metrics.refused(HTTPStatus.NOT_FOUND)
    metrics.opened()
    metrics.closed(CloseCode.GOING_AWAY)
    assert repr(metrics.snapshot().refused) == "{404: 1}"
    assert 'code="1001"} 1.0' in metrics.exposition()


def test_latencies_are_observed() -> None:
    """As measured, or with what was not measured meanwhile."""
    metrics = Metrics()
    metrics.observe(0.5)
    assert metrics.snapshot().latency.count == 1
    metrics.observe_corrected(0.5, 0.1)
    assert metrics.snapshot().latency.count == 6


def test_uptime_is_told_by_the_clock() -> None:
    """From the object's beginning."""
    times = iter([100.0, 107.5])
    assert Metrics(clock=lambda: next(times)).snapshot().uptime == 7.5


def test_snapshots_are_independent() -> None:
    """One that was taken knows nothing of what comes."""
    metrics = Metrics(clock=lambda: 0.0)
    before = metrics.snapshot()
    metrics.opened()
    metrics.closed(1000)
    metrics.refused(503)
    metrics.observe(0.1)
    assert before == Snapshot()
    assert metrics.snapshot() != before


def test_two_do_not_share() -> None:
    """Two servers in one process have their own numbers, and their own registries."""
    one, other = Metrics(), Metrics()
    one.received(1)
    assert 'websocket_messages_total{direction="in"} 1.0\n' in one.exposition()
    assert 'websocket_messages_total{direction="in"} 0.0\n' in other.exposition()


def test_it_tells_itself_in_a_line() -> None:
    """For whoever looks at it in passing."""
    metrics = Metrics()
    metrics.opened()
    metrics.received(5)
    assert repr(metrics) == "<metrics: 1 of 1 connections open, 1 messages in, 0 out>"


def test_its_content_type_is_the_formats() -> None:
    """Prometheus falls back to this version only when it is told nothing."""
    assert CONTENT_TYPE == "text/plain; version=0.0.4; charset=utf-8"


def count_much(metrics: Metrics, times: int) -> None:
    """Count as a server does, over and over."""
    for index in range(times):
        metrics.opened()
        metrics.received(10)
        metrics.wire(received=16)
        metrics.observe(index / 1e6)
        metrics.closed(3000 + index % 1000)


def test_another_thread_may_look() -> None:
    """What it sees is never more than there was, and never goes back."""
    metrics = Metrics()
    counting = threading.Thread(target=count_much, args=(metrics, 5000))
    counting.start()
    seen = [metrics.snapshot()]
    while counting.is_alive():
        seen.append(metrics.snapshot())
        assert seen[-1].now <= seen[-1].peak <= 1
        assert seen[-1].now + seen[-1].closed.total() <= seen[-1].total
        _ = seen[-1] - seen[-2]  # raises where a counter has gone back
        metrics.exposition()
    counting.join()
    last = metrics.snapshot()
    assert (last.total, last.closed.total(), last.latency.count) == (5000, 5000, 5000)
    assert (last.messages_in, last.payload_in, last.wire_in) == (5000, 50_000, 80_000)


def test_latencies_may_come_from_several_threads() -> None:
    """None is lost, and no sum."""
    metrics = Metrics()

    def observe() -> None:
        for _ in range(5000):
            metrics.observe(0.001)

    threads = [threading.Thread(target=observe) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    latency = metrics.snapshot().latency
    assert latency.count == 20_000
    assert latency.mean == pytest.approx(0.001)


def test_counting_a_message_calls_nothing() -> None:
    """Three methods of additions: no lock, no clock, no library. tests/metrics/cost.py times it."""
    metrics = Metrics()
    called: list[str] = []

    def note(frame: object, event: str, argument: object) -> None:
        called.append(event)

    sys.setprofile(note)
    try:
        metrics.received(64)
        metrics.sent(64)
        metrics.wire(70, 66)
    finally:
        sys.setprofile(None)
    assert called == ["call", "return"] * 3 + ["c_call"]  # the last one is setprofile itself


def test_the_library_for_prometheus_waits_until_it_is_asked() -> None:
    """A client that nobody scrapes doesn't wait for it."""
    code = (
        "import sys; from wsdemo.metrics import Metrics; Metrics().snapshot();"
        "assert 'prometheus_client' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
