"""Slots are taken one by one, and given back once."""

from __future__ import annotations

import sys

import pytest

from wsdemo.limits import Slots, raise_open_files


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
