"""The load for a feed: what is counted, and that the books balance. Speeds are nobody's promise."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from wsdemo import lab
from wsdemo.lab.feed_measure import FeedLoad
from wsdemo.metrics import Latency

LOAD = FeedLoad(
    clients=2,
    rate=100,
    seconds=2.0,
    changes=200,
    messages=80,
    deliveries=400,
    conflated=0,
    gaps=0,
    latency=Latency.of([0.01, 0.02, 0.03]),
    octets_per_update=12.34,
    cpu=0.057,
)


@pytest.mark.parametrize("engine", ["websockets", "scratch"])
async def test_what_clients_got_is_counted(engine: str) -> None:
    """Every change, for each of them; a message has many."""
    load = await lab.feed_load(3, 50, 1000, seconds=0.6, engine=engine, window=8)
    assert load.clients == 3
    assert load.deliveries > load.messages > 0
    assert load.gaps == 0
    assert load.latency.count == 3 * load.messages
    assert 0 < load.octets_per_update < 100
    assert load.cpu >= 0


async def test_compression_and_codec_are_those_that_were_asked_for() -> None:
    """In octets: a law, and not a speed."""
    kind: dict[str, Any] = {"clients": 1, "symbols": 50, "rate": 2000, "seconds": 0.6}
    plain = await lab.feed_load(**kind)
    packed = await lab.feed_load(**kind, codec="msgpack", compression=True)
    assert packed.octets_per_update < 0.7 * plain.octets_per_update


async def test_a_pattern_makes_less() -> None:
    """One symbol of fifty."""
    load = await lab.feed_load(1, 50, 2000, seconds=0.6, patterns=["AAA"])
    assert load.deliveries < load.changes


async def test_nobody_measures_nothing() -> None:
    """The probe is one."""
    with pytest.raises(ValueError, match="0 clients"):
        await lab.feed_load(0)


def test_a_load_reads_like_a_line() -> None:
    """With what one wants to know first."""
    told = "<2 clients: 200 deliveries/s, p50 20 ms, p99 30 ms, 12.3 octets/update, 6% of a core>"
    assert repr(LOAD) == told


@pytest.mark.parametrize("fault", [{"changes": 180}, {"conflated": 1}, {"gaps": 1}])
def test_who_keeps_up_is_late_with_nothing_and_leaves_nothing_out(fault: dict[str, int]) -> None:
    """Else it doesn't."""
    assert LOAD.keeps_up
    changed: Any = fault
    assert not dataclasses.replace(LOAD, **changed).keeps_up
