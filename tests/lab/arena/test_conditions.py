"""The conditions of a game."""

import pytest

from wsdemo.lab.arena.conditions import Conditions


def test_the_field_is_small_unless_it_is_to_be_large() -> None:
    """And the rate is the setting's."""
    assert Conditions(tick=20).setting.rate == 20
    assert Conditions().setting.field.width < Conditions(large=True).setting.field.width


@pytest.mark.parametrize("bad", [{"players": 1}, {"seconds": 0}])
def test_a_game_in_which_nothing_is_seen_is_refused(bad: dict[str, int]) -> None:
    """Alone, or over before it begins."""
    with pytest.raises(ValueError, match="see nothing"):
        Conditions(**bad)  # type: ignore[arg-type]
