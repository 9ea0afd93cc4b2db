"""Latencies: three digits, quantiles as numpy has them, corrected when asked to be."""

import math
import pickle
import random
import statistics
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram

from wsdemo.metrics import Latency, LatencyRecorder
from wsdemo.metrics.latency import _top

SHARES = (0.001, 0.07, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999)
# A value is rounded to a whole microsecond, and its bucket is a thousandth wide at most.
ROUNDING, PRECISION = 0.5e-6, 1e-3

SHAPES: dict[str, Callable[[random.Random], float]] = {
    "lognormal": lambda rng: rng.lognormvariate(-7, 1.5),
    "uniform": lambda rng: rng.uniform(1e-6, 0.01),
    "exponential": lambda rng: rng.expovariate(1000),
    "two humps": lambda rng: rng.choice([2e-4, 40.0]) * rng.uniform(0.9, 1.1),
}


def data(shape: str, count: int = 20_000) -> list[float]:
    """Draw latencies, the same at every run."""
    rng = random.Random(shape)
    return [SHAPES[shape](rng) for _ in range(count)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", SHARES)
def test_quantiles_are_numpys_within_three_digits(shape: str, share: float) -> None:
    """Of the nearest rank: a value that was observed, not one between two."""
    values = data(shape)
    expected = float(np.quantile(values, share, method="inverted_cdf"))
    assert Latency.of(values).quantile(share) == pytest.approx(
        expected, rel=PRECISION, abs=ROUNDING
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_extremes_and_mean_are_exact(shape: str) -> None:
    """They are kept beside the buckets."""
    values = data(shape)
    latency = Latency.of(values)
    assert (latency.count, latency.min, latency.max) == (len(values), min(values), max(values))
    assert latency.mean == pytest.approx(statistics.fmean(values))
    assert (latency.quantile(0), latency.quantile(1)) == (min(values), max(values))


@pytest.mark.parametrize("count", [1, 2, 3, 10, 99, 100, 101])
def test_a_rank_is_not_missed_by_a_rounding_error(count: int) -> None:
    """0.07 × 100 is a little more than 7 in binary, and means the seventh."""
    latency = Latency.of([index / 1000 for index in range(1, count + 1)])
    for rank in range(1, count + 1):
        assert latency.quantile(rank / count) == pytest.approx(rank / 1000, rel=PRECISION)


@pytest.mark.parametrize("share", [0.5, 0.99, 0.999])
def test_quantiles_are_the_librarys(share: float) -> None:
    """Where no rank lies between two, to the microsecond."""
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    values = data("lognormal")
    for value in values:
        histogram.record_value(max(1, round(value * 1e6)))
    expected = histogram.get_value_at_percentile(share * 100)
    assert round(Latency.of(values).quantile(share) * 1e6) == expected


@pytest.mark.parametrize("value", [1, 2, 2047, 2048, 2049, 4096, 123_457, 2**31, 3_600_000_000])
def test_buckets_are_the_librarys(value: int) -> None:
    """At every width of a bucket."""
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    low = histogram.get_lowest_equivalent_value(value)
    assert _top(low) == histogram.get_highest_equivalent_value(value)
    assert Latency.of([value / 1e6]).counts == ((low, 1),)


def test_nothing_is_lost_at_the_ends() -> None:
    """What is too short or too long to tell is counted as the shortest or the longest."""
    latency = Latency.of([0.0, 1e-9, 86_400.0])
    assert [count for _, count in latency.counts] == [2, 1]
    assert (latency.min, latency.max) == (0.0, 86_400.0)


@pytest.mark.parametrize("seconds", [-1e-9, math.nan, math.inf])
def test_what_is_no_latency_is_refused(seconds: float) -> None:
    """A clock that goes back is found here, and not in a plot."""
    recorder = LatencyRecorder()
    with pytest.raises(ValueError, match="a latency of"):
        recorder.observe(seconds)
    assert recorder.snapshot() == Latency()


def test_a_correction_adds_what_was_not_measured() -> None:
    """A stall of 1 s met ten that were due every 100 ms; as the library in Java and C counts."""
    corrected = Latency.of([0.05, 1.0, 0.05], expected_interval=0.1)
    missed = [index / 10 for index in range(1, 11)]
    assert corrected.counts == Latency.of([0.05, 0.05, *missed]).counts
    assert corrected.mean == pytest.approx(statistics.fmean([0.05, 0.05, *missed]))


def test_a_correction_ends_at_the_interval() -> None:
    """None is added that is shorter, as HdrHistogram has it; one as long is."""
    assert Latency.of([10.0], expected_interval=3.0).counts == Latency.of([10.0, 7.0, 4.0]).counts
    assert Latency.of([0.3], expected_interval=0.1).counts == Latency.of([0.3, 0.2, 0.1]).counts


def test_what_came_in_time_needs_no_correction() -> None:
    """Up to twice the interval, exclusively."""
    values = [0.01, 0.1, 0.19]
    assert Latency.of(values, expected_interval=0.1) == Latency.of(values)


@pytest.mark.parametrize("interval", [0.0, -1.0, math.nan, 1e-7])
def test_an_interval_that_never_ends_is_refused(interval: float) -> None:
    """Nothing is counted."""
    recorder = LatencyRecorder()
    with pytest.raises(ValueError, match="expected interval"):
        recorder.observe_corrected(1.0, interval)
    assert recorder.snapshot().count == 0


def test_without_any_there_is_nothing_to_tell() -> None:
    """No number at all, rather than a 0 that looks like a good one."""
    none = Latency()
    assert none.count == 0
    assert all(map(math.isnan, [none.min, none.mean, none.max, none.quantile(0.5)]))
    assert repr(none) == "<latency: nothing observed>"


@pytest.mark.parametrize("share", [-0.1, 1.1, 99, math.nan])
def test_a_share_is_not_a_percentage(share: float) -> None:
    """99 is a mistake for 0.99."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        Latency().quantile(share)


def test_quantiles_in_milliseconds_are_named() -> None:
    """As people say them."""
    latency = Latency.of([0.001] * 999 + [0.5])
    told = latency.quantiles_ms(0.5, 0.999, 0.9999)
    assert {name: round(value) for name, value in told.items()} == {
        "p50": 1,
        "p99.9": 1,
        "p99.99": 500,
    }
    assert list(latency.quantiles_ms()) == ["p50", "p90", "p99", "p99.9"]


def test_how_many_took_no_longer() -> None:
    """For each of several bounds, the bound included."""
    latency = Latency.of([0.001, 0.002, 0.002, 0.3])
    assert latency.up_to([0.0, 0.001, 0.0015, 0.002, 1.0]) == [0, 1, 1, 3, 4]


def parts(first: Sequence[float], then: Sequence[float]) -> tuple[Latency, Latency]:
    """Observe in two parts; return the snapshots after each."""
    recorder = LatencyRecorder()
    for value in first:
        recorder.observe(value)
    earlier = recorder.snapshot()
    for value in then:
        recorder.observe(value)
    return earlier, recorder.snapshot()


def test_a_difference_is_what_was_observed_since() -> None:
    """Its quantiles and its mean are those of the second part alone."""
    first, then = data("exponential")[:5000], data("uniform")[:5000]
    earlier, later = parts(first, then)
    between, alone = later - earlier, Latency.of(then)
    assert between.counts == alone.counts
    assert between.mean == pytest.approx(alone.mean)
    assert between.quantile(0.99) == pytest.approx(alone.quantile(0.99))


def test_the_extremes_of_a_difference_are_within_three_digits() -> None:
    """Exact when they were set since."""
    earlier, later = parts([1.0, 5.0], [2.0, 3.0])
    assert (later - earlier).min == pytest.approx(2.0, rel=PRECISION)
    assert (later - earlier).max == pytest.approx(3.0, rel=PRECISION)
    earlier, later = parts([1.0], [0.123456789, 7.123456789])
    assert ((later - earlier).min, (later - earlier).max) == (0.123456789, 7.123456789)


def test_a_difference_of_nothing_is_nothing() -> None:
    """And one from the beginning is everything."""
    earlier, later = parts([1.0], [])
    assert later - earlier == Latency()
    assert later - Latency() == later
    with pytest.raises(ValueError, match="is not earlier than"):
        Latency() - later


def test_a_snapshot_does_not_change() -> None:
    """Whatever is observed after it; and it can be sent to another process."""
    recorder = LatencyRecorder()
    recorder.observe(0.001)
    before = recorder.snapshot()
    copied = pickle.loads(pickle.dumps(before))
    recorder.observe(0.001)
    assert before.count == 1
    assert before == copied
    with pytest.raises(AttributeError):
        before.total = 2.0  # type: ignore[misc]


def test_it_reads_in_milliseconds() -> None:
    """On one line."""
    assert repr(Latency.of([0.001, 0.002])) == (
        "<latency of 2, in ms: min 1, p50 1, p90 2, p99 2, p99.9 2, max 2>"
    )
