"""The nouns of the game."""

import pytest
from hypothesis import given

from tests.apps.game.worlds import OPEN, rates
from wsdemo.apps.game.field import RADIUS, UNIT
from wsdemo.apps.game.world import SPEED, Setting


def test_the_setting_for_thirty_ticks_is_as_documented() -> None:
    """The numbers that its docstring names, and the page has, too."""
    made = Setting.of(OPEN, 30)
    assert made[1:] == (30, 273, 193, 45, 12, 60)


@given(rates)
def test_no_step_leaps_over_a_wall(rate: int) -> None:
    """The thinnest wall and a body together are thicker than the longest step."""
    assert Setting.of(OPEN, rate).straight < UNIT + 2 * RADIUS


@given(rates)
def test_a_second_is_as_far_at_every_rate(rate: int) -> None:
    """But for what is rounded: less than a part for each tick."""
    made = Setting.of(OPEN, rate)
    assert 0 <= SPEED - rate * made.straight < rate
    assert 0 <= SPEED * 181 // 256 - rate * made.diagonal < rate


@pytest.mark.parametrize("rate", [4, 121])
def test_a_rate_out_of_bounds_is_refused(rate: int) -> None:
    """Too slow to keep walls solid, too fast for anybody."""
    with pytest.raises(ValueError, match=f"{rate} ticks"):
        Setting.of(OPEN, rate)
