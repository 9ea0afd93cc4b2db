"""Delays before dialling again."""

from __future__ import annotations

from itertools import islice, pairwise

from wsdemo.scratch.backoff import FIRST, LEAST, MOST, backoff, ceilings


def test_the_first_delay_is_chance_alone() -> None:
    """From nothing to five seconds."""
    assert next(backoff(lambda: 0.0)) == 0.0
    assert next(backoff(lambda: 0.5)) == FIRST / 2


def test_delays_grow_to_a_ceiling() -> None:
    """With the same chance each is longer than the one before, until the longest."""
    delays = list(islice(backoff(lambda: 1.0), 1, 12))
    assert delays[0] == LEAST
    assert all(later > earlier for earlier, later in pairwise(delays[:8]))
    assert delays[-1] == delays[-2] == MOST


def test_no_delay_is_without_jitter() -> None:
    """Chance moves each delay by half of it."""
    least = list(islice(backoff(lambda: 0.0), 1, 12))
    most = list(islice(backoff(lambda: 1.0), 1, 12))
    assert [2 * delay for delay in least] == most


def test_ceilings_grow_without_chance() -> None:
    """By the factor, up to the longest; one that begins above it begins with it."""
    assert list(islice(ceilings(0.5, 2, 3), 5)) == [0.5, 1, 2, 3, 3]
    assert list(islice(ceilings(9, 2, 3), 2)) == [3, 3]
