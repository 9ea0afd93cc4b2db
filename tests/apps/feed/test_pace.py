"""The timetable: what is due when."""

from __future__ import annotations

import math

import pytest

from wsdemo.apps.feed.pace import Pace


def test_changes_are_due_evenly() -> None:
    """Each once."""
    pace = Pace(rate=100, start=5.0)
    assert [pace.due(5.0 + step / 64) for step in range(9)] == [0, 1, 2, 1, 2, 1, 2, 1, 2]


def test_nothing_is_lost_by_looking_seldom() -> None:
    """Who is late owes it all."""
    often, seldom = Pace(1000, 0.0), Pace(1000, 0.0)
    assert sum(often.due(step / 128) for step in range(65)) == seldom.due(0.5) == 500


def test_who_was_away_for_long_is_forgiven() -> None:
    """An hour in which the machine slept has one second's worth, and then all is as usual."""
    pace = Pace(rate=10, start=0.0)
    assert pace.due(3600.0) == 10
    assert pace.due(3600.0) == 0
    assert pace.due(3600.5) == 5


def test_a_slow_market_is_not_forgiven_its_only_change() -> None:
    """One change in ten seconds comes after ten seconds."""
    pace = Pace(rate=0.125, start=0.0)
    assert [pace.due(second) for second in (0.0, 4.0, 8.0, 12.0, 16.0)] == [0, 0, 1, 0, 1]


def test_a_market_that_stands_still_owes_nothing() -> None:
    """Whatever the time."""
    pace = Pace(rate=0, start=0.0)
    assert pace.due(1e9) == 0
    assert pace.since_last(1e9) == pace.span(10) == 0.0


def test_it_knows_how_long_ago_the_last_one_was() -> None:
    """And how far changes are apart."""
    pace = Pace(rate=8, start=1.0)
    assert pace.since_last(1.0) == 0.0
    pace.due(1.6875)
    assert pace.since_last(1.6875) == 0.0625
    assert pace.span(4) == 0.5


def test_a_clock_that_stands_still_makes_nothing_due_twice() -> None:
    """Or one that is read twice in the same moment."""
    pace = Pace(rate=100, start=0.0)
    assert [pace.due(0.5), pace.due(0.5)] == [50, 0]


@pytest.mark.parametrize("rate", [-1, math.inf, math.nan])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    """With its value."""
    with pytest.raises(ValueError, match=str(rate)):
        Pace(rate, 0.0)
