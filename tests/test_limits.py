"""Slots are taken one by one, and given back once."""

from __future__ import annotations

import sys

import pytest

from tests.scratch.clock import HandClock
from wsdemo.limits import Bucket, Slots, raise_open_files


def test_a_slot_is_taken_until_there_is_none() -> None:
    """The limit is never exceeded, and never undershot."""
    slots = Slots(2)
    assert slots.take()
    assert slots.take()
    assert slots.take() is None
    assert slots.taken == 2


def test_a_slot_is_given_back_once() -> None:
    """However often it is told to: else the limit would grow."""
    slots = Slots(1)
    slot = slots.take()
    assert slot is not None
    slot.release()
    slot.release()
    assert slots.taken == 0


def test_without_a_limit_slots_are_counted() -> None:
    """And never refused."""
    slots = Slots()
    assert all(slots.take() for _ in range(1000))
    assert repr(slots) == "<1000 of any number taken>"


@pytest.mark.parametrize("most", [0, -1])
def test_a_limit_lets_somebody_in(most: int) -> None:
    """0 would be read as "no limit" by one person and as "nobody" by the next."""
    with pytest.raises(ValueError, match=f"for {most} connections"):
        Slots(most)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_open_files_are_allowed_up_to_the_hard_limit() -> None:
    """The soft limit rises to the hard one, and the hard one stays."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(256, before[1]) if before[1] != resource.RLIM_INFINITY else 256
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, before[1]))
    try:
        now = raise_open_files()
        assert now is None or now > low or now == before[1]
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == before[1]
        assert raise_open_files() == now
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    """And says how long to wait for the rest."""
    clock = HandClock()
    bucket = Bucket(2, 3, clock.time)
    assert [bucket.take() for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    clock.advance(0.5)
    assert bucket.take() == 0.0
    assert bucket.take(2) == 1.0


def test_a_bucket_takes_all_or_nothing() -> None:
    """Who is told to wait has paid nothing."""
    bucket = Bucket(1, 3, lambda: 0.0)
    bucket.take(2)
    assert bucket.take(2) == 1.0
    assert bucket.take(1) == 0.0


def test_a_bucket_overflows() -> None:
    """Patience buys no more than a burst."""
    clock = HandClock()
    bucket = Bucket(1, 2, clock.time)
    clock.advance(1000)
    assert [bucket.take() for _ in range(3)] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0.5), (float("inf"), 1)])
def test_a_bucket_that_gives_nothing_is_refused(rate: float, burst: float) -> None:
    """Or that gives without end."""
    with pytest.raises(ValueError, match="a bucket of"):
        Bucket(rate, burst)


@pytest.mark.parametrize("tokens", [0, -1, 4])
def test_what_a_bucket_can_never_give_is_refused(tokens: float) -> None:
    """Waiting would be for ever."""
    with pytest.raises(ValueError, match="from a bucket that holds 3"):
        Bucket(1, 3).take(tokens)
