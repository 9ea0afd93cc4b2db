"""What Prometheus reads: by its own parser, by a strict one, and by the names people query."""

import subprocess
import sys

import pytest
from prometheus_client import REGISTRY, Metric
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families

from tests.metrics.text_format import faults
from wsdemo.metrics import Metrics
from wsdemo.metrics.exposition import BOUNDS


def busy() -> Metrics:
    """Make metrics in which every counter has a number of its own."""
    metrics = Metrics()
    for _ in range(4):
        metrics.opened()
    metrics.closed(1000)
    metrics.closed(4321)
    metrics.refused(503)
    metrics.refused(418)
    for _ in range(5):
        metrics.received(100)
    metrics.sent(70)
    metrics.wire(650, 80)
    metrics.failed()
    for seconds in (0.00001, 0.003, 0.003, 0.2, 80.0):
        metrics.observe(seconds)
    return metrics


def families(metrics: Metrics) -> dict[str, Metric]:
    """Read the exposition with the library's parser."""
    return {each.name: each for each in text_string_to_metric_families(metrics.exposition())}


@pytest.mark.parametrize("metrics", [Metrics(), busy()], ids=["new", "busy"])
def test_it_keeps_the_format(metrics: Metrics) -> None:
    """From the very beginning, when nothing has happened yet."""
    assert not faults(metrics.exposition())


def test_every_counter_is_told() -> None:
    """Under the name and with the labels that one queries."""
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families(busy()).values()
        for sample in family.samples
        if "latency" not in sample.name and sample.value
    }
    assert samples == {
        ("websocket_connections_current",): 2,
        ("websocket_connections_peak",): 4,
        ("websocket_connections_total",): 4,
        ("websocket_handshakes_refused_total", "418"): 1,
        ("websocket_handshakes_refused_total", "503"): 1,
        ("websocket_connections_closed_total", "1000"): 1,
        ("websocket_connections_closed_total", "4321"): 1,
        ("websocket_messages_total", "in"): 5,
        ("websocket_messages_total", "out"): 1,
        ("websocket_payload_bytes_total", "in"): 500,
        ("websocket_payload_bytes_total", "out"): 70,
        ("websocket_wire_bytes_total", "in"): 650,
        ("websocket_wire_bytes_total", "out"): 80,
        ("websocket_handler_errors_total",): 1,
    }


def test_every_family_says_what_it_is() -> None:
    """Help for people, a type for the database."""
    told = families(busy())
    assert {name: family.type for name, family in told.items()} == {
        "websocket_connections_current": "gauge",
        "websocket_connections_peak": "gauge",
        "websocket_connections": "counter",
        "websocket_handshakes_refused": "counter",
        "websocket_connections_closed": "counter",
        "websocket_messages": "counter",
        "websocket_payload_bytes": "counter",
        "websocket_wire_bytes": "counter",
        "websocket_handler_errors": "counter",
        "websocket_latency_seconds": "histogram",
    }
    assert all(family.documentation.endswith(".") for family in told.values())


def test_what_is_usual_is_told_before_it_comes() -> None:
    """A series that began with its first event would hide it from rate()."""
    text = Metrics().exposition()
    assert 'websocket_connections_closed_total{code="1006"} 0.0\n' in text
    assert 'websocket_handshakes_refused_total{status="503"} 0.0\n' in text


def test_the_buckets_are_those_of_the_histogram() -> None:
    """Cumulative, the bound included; the last one holds what is beyond every bound."""
    samples = families(busy())["websocket_latency_seconds"].samples
    buckets = {each.labels["le"]: each.value for each in samples if "le" in each.labels}
    assert len(buckets) == len(BOUNDS) + 1
    chosen = ["1e-05", "0.0025", "0.005", "0.25", "50.0", "+Inf"]
    assert [buckets[bound] for bound in chosen] == [1, 1, 3, 4, 4, 5]
    rest = {each.name: each.value for each in samples if "le" not in each.labels}
    assert rest["websocket_latency_seconds_count"] == 5
    assert rest["websocket_latency_seconds_sum"] == pytest.approx(80.20601)


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_is_blurred_by_a_thousandth_at_most(bound: float) -> None:
    """What is shorter is in its bucket, what is longer is not."""
    metrics = Metrics()
    metrics.observe(bound * 0.9989)
    metrics.observe(bound)
    metrics.observe(bound * 1.0011 + 1e-6)
    assert metrics.snapshot().latency.up_to([bound]) == [2]


def test_a_scrape_shows_one_moment() -> None:
    """The next one shows the next."""
    metrics = busy()
    before = metrics.exposition()
    metrics.received(1)
    assert before != metrics.exposition()
    assert metrics.registry.get_sample_value("websocket_messages_total", {"direction": "in"}) == 6


def test_openmetrics_can_be_made_of_it() -> None:
    """Its parser is stricter, and takes it."""
    text = openmetrics.generate_latest(busy().registry).decode()  # type: ignore[no-untyped-call]
    read = openmetrics_parser.text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    assert len(list(read)) == 10


def test_the_librarys_own_registry_is_left_alone() -> None:
    """It is everybody's."""
    busy().exposition()
    names = {family.name for family in REGISTRY.collect()}
    assert not any(name.startswith("websocket") for name in names)


@pytest.mark.parametrize("module", ["counting", "exposition"])
def test_a_module_can_be_imported_first(module: str) -> None:
    """No import goes in a circle."""
    subprocess.run([sys.executable, "-c", f"import wsdemo.metrics.{module}"], check=True)
