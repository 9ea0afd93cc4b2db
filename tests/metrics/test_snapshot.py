"""A snapshot: frozen, subtracted, divided by time, written as a table and as JSON."""

import dataclasses
import json
import pickle

import pytest

from wsdemo.metrics import Latency, Snapshot, Tally

EARLIER = Snapshot(
    now=2,
    peak=3,
    total=5,
    refused=Tally({503: 1}),
    closed=Tally({1000: 2, 1006: 1}),
    messages_in=10,
    messages_out=20,
    payload_in=100,
    payload_out=200,
    wire_in=160,
    wire_out=240,
    errors=1,
    latency=Latency.of([0.001]),
    uptime=10.0,
)
LATER = Snapshot(
    now=4,
    peak=6,
    total=9,
    refused=Tally({403: 2, 503: 1}),
    closed=Tally({1000: 4, 1006: 1}),
    messages_in=40,
    messages_out=20,
    payload_in=400,
    payload_out=200,
    wire_in=640,
    wire_out=240,
    errors=1,
    latency=Latency.of([0.001, 0.002, 0.004]),
    uptime=20.0,
)


def test_a_difference_is_what_happened_between() -> None:
    """Counters become increases; what is open and what was the most are no counters."""
    between = LATER - EARLIER
    assert (between.total, between.messages_in, between.payload_in, between.wire_in) == (
        (4, 30, 300, 480)
    )
    assert (between.messages_out, between.errors, between.uptime) == (0, 0, 10.0)
    assert (between.refused, between.closed) == (Tally({403: 2}), Tally({1000: 2}))
    assert between.latency.counts == Latency.of([0.002, 0.004]).counts
    assert (between.now, between.peak) == (4, 6)


def test_a_difference_the_wrong_way_round_is_refused() -> None:
    """The error names what would go back."""
    with pytest.raises(ValueError, match="not an earlier snapshot: total went from 9 to 5"):
        EARLIER - LATER


def test_rates_are_per_second() -> None:
    """Of every counter; 0 where no time has passed."""
    assert (LATER - EARLIER).rates() == {
        "total": 0.4,
        "messages_in": 3.0,
        "messages_out": 0.0,
        "payload_in": 30.0,
        "payload_out": 0.0,
        "wire_in": 48.0,
        "wire_out": 0.0,
        "errors": 0.0,
    }
    assert set((EARLIER - EARLIER).rates().values()) == {0.0}


@pytest.mark.parametrize("name", [each.name for each in dataclasses.fields(Snapshot)])
def test_nothing_in_it_can_be_set(name: str) -> None:
    """It is what it was."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(LATER, name, 0)


def test_it_can_be_sent_to_another_process() -> None:
    """A server in a process of its own tells the notebook what it counted."""
    assert pickle.loads(pickle.dumps(LATER)) == LATER


def test_it_is_json() -> None:
    """Without NaN, which is none; codes are strings, latencies seconds."""
    told = json.loads(json.dumps(LATER.to_json(), allow_nan=False))
    assert list(told) == [each.name for each in dataclasses.fields(Snapshot)]
    assert told["closed"] == {"1000": 4, "1006": 1}
    assert told["latency"]["count"] == 3
    assert told["latency"]["quantiles"]["0.99"] == pytest.approx(0.004, rel=1e-3)
    none = json.loads(json.dumps(Snapshot().to_json(), allow_nan=False))
    assert none["latency"] == {
        "count": 0,
        "min": None,
        "mean": None,
        "max": None,
        "quantiles": dict.fromkeys(["0.5", "0.9", "0.99", "0.999"]),
    }


def test_it_reads_as_a_table() -> None:
    """Numbers to the right, rates beside what grows."""
    assert repr(LATER).splitlines() == [
        "                     so far  per s",
        "connections now           4",
        "connections at most       6",
        "connections in all        9   0.45",
        "refused with 403          2",
        "refused with 503          1",
        "closed with 1000          4",
        "closed with 1006          1",
        "messages in              40      2",
        "messages out             20      1",
        "payload octets in       400     20",
        "payload octets out      200     10",
        "wire octets in          640     32",
        "wire octets out         240     12",
        "handler errors            1   0.05",
        "latencies observed        3",
        "latency min, ms           1",
        "latency mean, ms      2.333",
        "latency p50, ms           2",
        "latency p90, ms           4",
        "latency p99, ms           4",
        "latency p99.9, ms         4",
        "latency max, ms           4",
        "seconds counted          20",
    ]


def test_counts_are_written_in_full() -> None:
    """Only what was measured is rounded."""
    text = repr(Snapshot(messages_in=123_456_789, uptime=12_345.678))
    assert text.splitlines()[4] == "messages in          123456789  10000"


def test_rates_can_be_those_since() -> None:
    """The counts remain those of all time."""
    rows = {name: (number, rate) for name, number, rate in LATER.rows(EARLIER)}
    assert rows["messages in"] == (40, 3.0)


def test_what_differs_from_run_to_run_can_be_left_out() -> None:
    """A test of a notebook compares what remains, to the letter."""
    rows = list(LATER.rows(measured=False))
    assert not any("latenc" in name or "seconds" in name for name, _, _ in rows)
    assert {rate for _, _, rate in rows} == {None}
    assert ("closed with 1006", 1, None) in rows
