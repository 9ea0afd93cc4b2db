"""Lag compensation: back to what the shooter saw, and not further."""

import pytest

from tests.apps.game.worlds import at, world
from wsdemo.apps.game.interpolate import PARTS, interpolate
from wsdemo.apps.game.rewind import FURTHEST, bounded, rewind
from wsdemo.apps.game.world import World

# Somebody walks a unit each tick.
PAST = [world(at(2, tick, 5), tick=tick) for tick in range(1, 21)]


def test_it_finds_what_a_client_has_shown() -> None:
    """The same snapshots, the same moment, the same places."""
    moment = 17 * PARTS + 5
    shown = interpolate([PAST[16], PAST[18]], moment)
    assert rewind(PAST, moment, 30) == shown
    assert shown[2].x == 17 * 1024 + 5 * 64


def test_it_goes_back_a_quarter_of_a_second_at_most() -> None:
    """Five ticks of twenty a second: whoever names an older moment gets that."""
    assert rewind(PAST, 1, 20) == rewind(PAST, 15 * PARTS, 20) == PAST[14].players


def test_the_future_is_the_present() -> None:
    """And so is a client that names no moment."""
    assert rewind(PAST, 99 * PARTS, 30) == rewind(PAST, 0, 30) == PAST[-1].players


@pytest.mark.parametrize(("rate", "back"), [(5, 20), (30, 120), (60, 240)])
def test_the_bound_is_the_same_time_at_every_rate(rate: int, back: int) -> None:
    """In sixteenths of a tick."""
    assert bounded(1, 100, rate) == 100 * PARTS - back
    assert back * 1000 == FURTHEST * rate * PARTS


def test_without_a_past_there_is_nowhere_to_go() -> None:
    """It is an error to ask."""
    with pytest.raises(ValueError, match="no world"):
        rewind(list[World](), 5, 30)
