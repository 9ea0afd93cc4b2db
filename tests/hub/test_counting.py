"""Counts are plain, snapshots are frozen, and a difference tells what happened between."""

from __future__ import annotations

import dataclasses
import json

import pytest

from wsdemo.hub import Snapshot
from wsdemo.hub.counting import COUNTERS, GAUGES, Counts
from wsdemo.metrics import Tally


def busy() -> Counts:
    """Return counts of which none is 0 but those of drops."""
    counts = Counts()
    counts.members, counts.published, counts.copies = 2, 3, 6
    counts.waits(10, depth=1)
    counts.waits(5, depth=2)
    counts.fates["delivered"] = 4
    counts.disconnected(1013)
    return counts


def test_peaks_stay() -> None:
    """What waits no more has waited."""
    counts = busy()
    counts.waiting, counts.octets = 0, 0
    counts.waits(1, depth=1)
    seen = counts.snapshot()
    assert (seen.waiting, seen.octets) == (1, 1)
    assert (seen.peak, seen.octets_peak, seen.deepest) == (2, 15, 2)


def test_a_snapshot_is_frozen() -> None:
    """Counting goes on without it."""
    counts = busy()
    seen = counts.snapshot()
    counts.fates["delivered"] += 1
    counts.disconnected(1013)
    assert (seen.delivered, seen.disconnects) == (4, Tally({1013: 1}))
    with pytest.raises(dataclasses.FrozenInstanceError):
        seen.delivered = 5  # type: ignore[misc]


def test_a_difference_is_what_happened_between() -> None:
    """Counters are subtracted, gauges are the later ones."""
    counts = busy()
    before = counts.snapshot()
    counts.fates["conflated"] += 2
    counts.fates["dropped_oldest"] += 1
    counts.disconnected(1008)
    between = counts.snapshot() - before
    assert (between.delivered, between.dropped, between.waiting) == (0, 3, 2)
    assert between.disconnects == Tally({1008: 1})


def test_a_difference_the_wrong_way_round_is_told() -> None:
    """With the counter that would go back."""
    later = busy().snapshot()
    with pytest.raises(ValueError, match="published went from 3 to 0"):
        Snapshot() - later


def test_every_number_is_a_counter_or_a_gauge() -> None:
    """So that a collector for Prometheus has nothing to decide."""
    names = {field.name for field in dataclasses.fields(Snapshot)} - {"disconnects"}
    assert names == {*COUNTERS, *GAUGES}
    assert not {*COUNTERS} & {*GAUGES}


def test_a_snapshot_travels_as_json() -> None:
    """Close codes become strings, as keys of JSON are."""
    plain = json.loads(json.dumps(busy().snapshot().to_json()))
    assert plain["disconnects"] == {"1013": 1}
    assert plain["octets_peak"] == 15
