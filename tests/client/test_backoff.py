"""Delays before the next attempt: full jitter."""

import random
import statistics
from itertools import islice
from typing import Any

import pytest

from wsdemo import scratch
from wsdemo.client import Backoff


class Always:
    """Chance that always draws the same share of the range."""

    def __init__(self, share: float) -> None:
        self.share = share

    def uniform(self, low: float, high: float) -> float:
        """Draw."""
        return low + self.share * (high - low)


def delays(count: int, share: float, **options: Any) -> list[float]:
    """Return some delays of a series in which chance is none."""
    rng: Any = Always(share)
    return list(islice(Backoff(rng=rng, **options).delays(), count))


def test_the_range_doubles_up_to_a_ceiling() -> None:
    """min(cap, base * 2 ** attempt), as the source has it."""
    assert delays(6, 1.0, first=1, factor=2, most=10) == [1, 2, 4, 8, 10, 10]


def test_the_jitter_is_full() -> None:
    """Chance may draw nothing at all, at any attempt."""
    assert delays(5, 0.0) == [0, 0, 0, 0, 0]
    assert delays(3, 0.5, first=1, factor=2, most=10) == [0.5, 1, 2]


def test_a_seed_repeats_a_series() -> None:
    """And another seed gives another one."""
    series = [list(islice(Backoff(rng=random.Random(s)).delays(), 8)) for s in (1, 1, 2)]
    assert series[0] == series[1] != series[2]


def test_a_thousand_clients_come_back_evenly_spread() -> None:
    """The first delays fill their range, with no crowd anywhere."""
    rng = random.Random(3)
    first = [next(Backoff(first=1, rng=rng).delays()) for _ in range(1000)]
    assert 0.45 < statistics.mean(first) < 0.55
    tenths = [sum(n <= 10 * delay < n + 1 for delay in first) for n in range(10)]
    assert min(tenths) > 60


def test_retries_end_the_series() -> None:
    """None at all, or as many as there are to be."""
    assert not list(Backoff(retries=0).delays())
    assert len(list(Backoff(retries=3).delays())) == 3


def test_either_engine_takes_the_delays() -> None:
    """Whoever has only a connection may wait in the same way."""
    scratch.connect("ws://localhost/", reconnect_delays=Backoff().delays)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": -1},
        {"most": float("inf")},
        {"factor": 0.5},
        {"steady": float("nan")},
        {"retries": -1},
    ],
)
def test_nonsense_is_told(wrong: dict[str, Any]) -> None:
    """At once, and by name."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Backoff(**wrong)
