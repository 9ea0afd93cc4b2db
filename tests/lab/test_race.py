"""A ratio is taken within a turn."""

from wsdemo.lab.race import Race

COSTS = {
    1: {"one": [10.0, 100.0, 12.0], "other": [20.0, 200.0, 20.0]},
    16: {"one": [2.0, 2.0, 2.0], "other": [1.0, 1.0, 4.0]},
}


def test_a_ratio_is_of_the_same_turn() -> None:
    """A turn in which the machine was slow for both says as much as any other."""
    race = Race(COSTS)
    assert race.cost("one") == 12
    assert race.ratio("one", "other") == 0.5
    assert race.ratio("one", "other", 16) == 2
    assert "one" in race
    assert "nobody" not in race
    assert repr(race) == "<race of one, other>"


def test_a_turn_in_which_a_coarse_clock_saw_nothing_is_left_out() -> None:
    """Nothing can be divided by it."""
    race = Race({1: {"one": [3.0, 4.0], "other": [0.0, 2.0]}})
    assert race.ratio("one", "other") == 2


def test_a_race_is_drawn_with_its_limit_as_a_line() -> None:
    """The others are bars."""
    race = Race({depth: {"tcp": [1.0], "ours": [2.0]} for depth in (1, 16)})
    (axes, _) = race.plot().axes
    assert len(axes.patches) == 1
    assert repr(race.plot()).startswith("one message at a time: tcp 1 µs, ours 2 µs")
