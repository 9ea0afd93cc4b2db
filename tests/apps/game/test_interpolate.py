"""Interpolation: between what is known, and exact on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.game.worlds import WALLED, at, played, setting, turns, world
from wsdemo.apps.game.interpolate import PARTS, between, interpolate
from wsdemo.apps.game.world import Input, World

places = st.integers(-(2**17), 2**17)


@given(places, places, st.integers(1, 999), st.data())
def test_a_place_lies_between_two(old: int, new: int, whole: int, data: st.DataObject) -> None:
    """At most as far as either, in whichever direction."""
    part = data.draw(st.integers(0, whole))
    shown = between(at(1, 0, 0, vx=1)._replace(x=old), at(1, 0, 0)._replace(x=new), part, whole)
    assert min(old, new) <= shown.x <= max(old, new)
    assert shown.vx == 1


@given(turns, st.integers(1, 5))
def test_on_a_snapshot_it_is_the_snapshot(wanted: list[dict[int, list[Input]]], every: int) -> None:
    """Whatever the gaps between them."""
    worlds = [now for now, _ in played(wanted, setting(WALLED))][::every]
    for now in worlds:
        assert interpolate(worlds, now.tick * PARTS) == now.players


def test_halfway_is_halfway() -> None:
    """In time and in place."""
    worlds = [world(at(1, 4, 4), tick=10), world(at(1, 6, 3), tick=12)]
    shown = interpolate(worlds, 11 * PARTS)[1]
    assert (shown.x, shown.y) == (5 * 1024, 3.5 * 1024)


def test_before_the_first_and_after_the_last_nothing_is_invented() -> None:
    """The first, and the last."""
    worlds = [world(at(1, 4, 4), tick=10), world(at(1, 6, 3), tick=12)]
    assert interpolate(worlds, 0) == worlds[0].players
    assert interpolate(worlds, 99 * PARTS) == worlds[1].players


def test_who_rises_elsewhere_does_not_glide_there() -> None:
    """It lies where it fell until it stands at the other end."""
    worlds = [world(at(1, 4, 4, health=0, down=1)), world(at(1, 30, 14), tick=1)]
    assert interpolate(worlds, 15)[1].x == 4 * 1024
    assert interpolate(worlds, 16)[1].x == 30 * 1024


def test_who_fell_and_rose_in_a_gap_does_not_glide_either() -> None:
    """The count of its deaths tells."""
    shown = between(at(1, 4, 4), at(1, 30, 14, deaths=1), 8, 16)
    assert shown == at(1, 4, 4)


def test_who_has_left_stands_and_who_has_come_waits() -> None:
    """Until the later snapshot is due."""
    worlds = [world(at(1, 4, 4)), world(at(2, 6, 3), tick=1)]
    assert interpolate(worlds, 8) == worlds[0].players
    assert interpolate(worlds, 16) == worlds[1].players


def test_without_a_snapshot_there_is_nothing_to_show() -> None:
    """It is an error to ask."""
    with pytest.raises(ValueError, match="nothing"):
        interpolate(list[World](), 0)
