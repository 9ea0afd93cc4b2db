"""The timeline: the fastest snapshot tells the time."""

from wsdemo.apps.game.interpolate import PARTS
from wsdemo.apps.game.timeline import REMEMBERED, Timeline

TICK = 50_000  # microseconds, at 20 a second


def test_a_snapshot_that_just_came_is_now() -> None:
    """A tick later it is a tick later."""
    timeline = Timeline(20)
    timeline.arrived(100, 7 * TICK)
    assert timeline.moment(7 * TICK) == 100 * PARTS
    assert timeline.moment(8 * TICK) == 101 * PARTS


def test_one_that_was_held_up_changes_nothing() -> None:
    """The next one would have been in time."""
    timeline = Timeline(20)
    timeline.arrived(100, 7 * TICK)
    timeline.arrived(101, 9 * TICK)
    assert timeline.moment(9 * TICK) == 102 * PARTS


def test_a_faster_one_corrects_it() -> None:
    """It was later than we had thought."""
    timeline = Timeline(20)
    timeline.arrived(100, 7 * TICK)
    timeline.arrived(102, 8 * TICK)
    assert timeline.moment(8 * TICK) == 102 * PARTS


def test_old_arrivals_are_forgotten() -> None:
    """Clocks drift, and the way may have become longer for good."""
    timeline = Timeline(20)
    timeline.arrived(0, 0)
    for tick in range(1, REMEMBERED + 1):
        timeline.arrived(tick, (tick + 2) * TICK)
    assert timeline.moment(REMEMBERED * TICK) == (REMEMBERED - 2) * PARTS


def test_before_the_first_snapshot_it_is_no_time() -> None:
    """There is nothing to show."""
    assert Timeline(20).moment(5 * TICK) == 0
