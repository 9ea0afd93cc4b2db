"""Latencies in an HdrHistogram: every one is counted, none is kept.

An average hides the requests that somebody waited for, and a list of all of them grows without
bound. An HdrHistogram (Gil Tene, http://hdrhistogram.org) counts values in buckets whose width
grows with the value: here from 1 µs to 1 h with three significant digits, so that whatever is
read from it is wrong by less than a thousandth, in 184 KiB, for good.

**Coordinated omission.** A caller that sends, waits for the reply, and only then sends again
doesn't measure while it waits. A stall of 10 s is then *one* bad value among many good ones,
though a hundred requests would have met it had they been sent every 100 ms as planned: the
measured system chose which measurements not to take (Tene, "How NOT to Measure Latency", 2013).
`LatencyRecorder.observe` takes what was measured, and is right when sending does not wait for
replies, with the latency counted from the time at which a message *was due*.
`LatencyRecorder.observe_corrected` adds what a caller that waited has missed: for a latency of
10 s and an expected interval of 0.1 s also 9.9 s, 9.8 s and so on down to 0.1 s. That is a
reconstruction, not a measurement: show both.

Leaves out time: buckets of the last minute, decay, windows. A difference of two snapshots is the
window; which two is for the one who looks.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, compress

from hdrh.histogram import HdrHistogram

__all__ = ["QUANTILES", "Latency", "LatencyRecorder"]

# In microseconds. Under a microsecond Python measures itself; over an hour nobody is waiting.
SHORTEST = 1
LONGEST = 3_600_000_000
DIGITS = 3
# A bucket holds one value until three digits no longer need it, which is at 2 × 10³ rounded up to
# a power of two: 11 bits. From there the width doubles with every further bit.
SHARP_BITS = 11
MICRO = 1e6

QUANTILES = (0.5, 0.9, 0.99, 0.999)


@dataclass(frozen=True, slots=True, repr=False)
class Latency:
    """A distribution of latencies, frozen. Everything it tells is in seconds.

    With nothing observed, every statistic is NaN.

    Attributes:
        counts: for each bucket that holds any, its lowest value in whole microseconds and how
            many it holds, in order.
        total: the sum of all, in seconds.
        least: the shortest, in seconds; 0 without any.
        most: the longest, in seconds; 0 without any.
    """

    counts: tuple[tuple[int, int], ...] = ()
    total: float = 0.0
    least: float = 0.0
    most: float = 0.0

    @classmethod
    def of(cls, seconds: Iterable[float], expected_interval: float | None = None) -> Latency:
        """Count latencies that are at hand, in seconds.

        Args:
            seconds: the latencies.
            expected_interval: seconds between two of them as planned, to correct for coordinated
                omission; None for no correction.
        """
        recorder = LatencyRecorder()
        for each in seconds:
            if expected_interval is None:
                recorder.observe(each)
            else:
                recorder.observe_corrected(each, expected_interval)
        return recorder.snapshot()

    @property
    def count(self) -> int:
        """How many were observed."""
        return sum(count for _, count in self.counts)

    @property
    def min(self) -> float:
        """The shortest, in seconds."""
        return self.least if self.counts else math.nan

    @property
    def mean(self) -> float:
        """The arithmetic mean, in seconds."""
        return self.total / self.count if self.counts else math.nan

    @property
    def max(self) -> float:
        """The longest, in seconds."""
        return self.most if self.counts else math.nan

    def quantile(self, share: float) -> float:
        """Return the latency, in seconds, that a share of all observations did not exceed.

        It is the nearest rank's, not an interpolation: one that was observed, and more than it
        by less than a thousandth (or by less than 1 µs), as with every HdrHistogram.

        Args:
            share: from 0, the shortest, to 1, the longest; 0.99 for the 99th percentile.

        Raises:
            ValueError: there is no such share.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"a quantile lies between 0 and 1, not at {share}")
        if not self.counts or share in (0, 1):
            return self.max if share else self.min
        reached = self._reached()
        # 0.07 * 100 is 7.000000000000001: the eighth of a hundred is not meant.
        rank = math.ceil(round(share * reached[-1], 6))
        return self._at_most(self.counts[bisect_left(reached, rank)][0])

    def quantiles_ms(self, *shares: float) -> dict[str, float]:
        """Return quantiles in milliseconds, by name, such as ``{"p50": 0.21, "p99.9": 3.1}``.

        Args:
            shares: from 0 to 1; the 50th, 90th, 99th and 99.9th percentile unless given.
        """
        return {f"p{share * 100:.6g}": self.quantile(share) * 1e3 for share in shares or QUANTILES}

    def steps(self) -> list[tuple[float, int]]:
        """Return the cumulative distribution: seconds, and how many took that long at most."""
        tops = (self._at_most(low) for low, _ in self.counts)
        return list(zip(tops, self._reached(), strict=True))

    def up_to(self, bounds: Iterable[float]) -> list[int]:
        """Return how many took that long at most, for each of several bounds in seconds.

        A bound is blurred by a thousandth: it falls into a bucket, all of which is counted.
        """
        lows = [low for low, _ in self.counts]
        reached = [0, *self._reached()]
        return [reached[bisect_right(lows, round(bound * MICRO))] for bound in bounds]

    def _reached(self) -> list[int]:
        return list(accumulate(count for _, count in self.counts))

    def _at_most(self, low: int) -> float:
        """Return the highest value, in seconds, that a bucket can have been given."""
        # The top of a bucket stands for it, as in every HdrHistogram. Of the last one the longest
        # does, which is known exactly, and may have been rounded down to fall into it.
        last = low == self.counts[-1][0]
        return self.most if last else max(_top(low) / MICRO, self.least)

    def to_json(self) -> dict[str, object]:
        """Return the statistics as JSON has them, in seconds; null for what nobody observed."""
        known = bool(self.counts)
        names = [f"{share:g}" for share in QUANTILES]
        return {
            "count": self.count,
            "min": self.min if known else None,
            "mean": self.mean if known else None,
            "max": self.max if known else None,
            "quantiles": {
                name: self.quantile(share) if known else None
                for name, share in zip(names, QUANTILES, strict=True)
            },
        }

    def __sub__(self, earlier: Latency) -> Latency:
        """Return what was observed since.

        The extremes are exact when they were set since, and the bounds of their buckets
        otherwise: an HdrHistogram does not know in which order values came.

        Raises:
            ValueError: the other one holds more, so it is not the earlier one.
        """
        left = Counter(dict(self.counts))
        left.subtract(dict(earlier.counts))
        if any(count < 0 for count in left.values()):
            raise ValueError(f"{earlier!r} is not earlier than {self!r}")
        counts = tuple(sorted((low, count) for low, count in left.items() if count))
        if not counts or not earlier.counts:
            return self if counts else Latency()
        least = self.least if self.least < earlier.least else counts[0][0] / MICRO
        most = self.most if self.most > earlier.most else _top(counts[-1][0]) / MICRO
        total = self.total - earlier.total
        return Latency(counts, total, max(least, self.least), min(most, self.most))

    def __repr__(self) -> str:
        if not self.counts:
            return "<latency: nothing observed>"
        told = {"min": self.min * 1e3, **self.quantiles_ms(), "max": self.max * 1e3}
        values = ", ".join(f"{name} {value:.4g}" for name, value in told.items())
        return f"<latency of {self.count}, in ms: {values}>"


class LatencyRecorder:
    """Takes latencies from any thread, and gives a `Latency` to any thread."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(SHORTEST, LONGEST, DIGITS)
        # The library's record_value() is several steps, and so is a copy. A lock that is free
        # costs a twentieth of what it guards.
        self._lock = threading.Lock()
        self._total = 0.0
        self._least = math.inf
        self._most = 0.0

    def observe(self, seconds: float) -> None:
        """Count one latency, as measured.

        Args:
            seconds: what it took; less than 1 µs counts as 1 µs, more than 1 h as 1 h.

        Raises:
            ValueError: negative, infinite or not a number: a clock went wrong.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError(f"a latency of {seconds} s")
        value = min(max(round(seconds * MICRO), SHORTEST), LONGEST)
        with self._lock:
            self._histogram.record_value(value)
            self._total += seconds
            self._least = min(self._least, seconds)
            self._most = max(self._most, seconds)

    def observe_corrected(self, seconds: float, expected_interval: float) -> None:
        """Count one latency, and those that were not measured while it lasted.

        The module's docstring explains. It takes time in proportion to ``seconds /
        expected_interval``.

        Args:
            seconds: what it took.
            expected_interval: seconds between two measurements as planned; 1 µs at least.

        Raises:
            ValueError: no such latency, or no such interval.
        """
        if not expected_interval >= SHORTEST / MICRO:
            raise ValueError(f"an expected interval of {expected_interval} s")
        self.observe(seconds)
        # Not the library's record_corrected_value(): it adds one more than its originals in Java
        # and C do, which add none shorter than the interval. (0.3 / 0.1 is 2.9999999999999996.)
        for missed in range(1, math.floor(round(seconds / expected_interval, 9))):
            self.observe(seconds - missed * expected_interval)

    def snapshot(self) -> Latency:
        """Return what was observed so far, frozen."""
        with self._lock:
            counts = memoryview(self._histogram.counts).cast("B").cast("Q").tolist()
            total, least, most = self._total, self._least, self._most
        lowest = self._histogram.get_value_from_index
        filled = compress(range(len(counts)), counts)
        pairs = tuple((int(lowest(index)), counts[index]) for index in filled)
        return Latency(pairs, total, least, most) if pairs else Latency()


def _top(low: int) -> int:
    """Return the highest value of the bucket that begins at a value, in microseconds."""
    return low + (1 << max(0, low.bit_length() - SHARP_BITS)) - 1
