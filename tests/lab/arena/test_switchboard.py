"""Three views, with switches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wsdemo.lab import arena
from wsdemo.lab.arena.played import Played
from wsdemo.lab.arena.switchboard import REMEDIES, Switches, switches


@pytest.fixture
def board() -> Iterator[Switches]:
    """Show a short game of three."""
    made = switches(players=3, seconds=3, delay=60)
    yield made
    made.close()


def test_it_begins_with_what_is_given(board: Switches) -> None:
    """All remedies are on."""
    assert (board.delay.value, board.played.given.players) == (60, 3)
    assert [board.remedies[name].value for name in REMEDIES] == [True] * 4


def test_a_switch_plays_again(board: Switches) -> None:
    """Without prediction the own player is late, and the picture another one."""
    before, picture = board.played, board._picture.value
    board.remedies["prediction"].value = False
    assert before.own_error == 0 < board.played.own_error
    assert picture != board._picture.value


def test_the_slider_plays_again(board: Switches) -> None:
    """Farther away, the others are further in the past."""
    before: Played = board.played
    board.delay.value = 200
    assert board.played.given.delay == 200
    assert board.played.others_error > before.others_error


def test_farthest_away_there_is_something_to_draw() -> None:
    """With the shortest game."""
    near = switches(seconds=2, players=2)
    near.delay.value = near.delay.max
    assert near.played.frames
    near.close()


def test_in_text_it_is_a_sentence(board: Switches) -> None:
    """The same in every run."""
    bundle = board._repr_mimebundle_()
    assert bundle["text/plain"] == (
        "three views, with a slider for the delay, and switches: "
        "prediction, reconciliation, interpolation, compensation"
    )
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_game_that_is_too_short_is_refused() -> None:
    """Nothing would be drawn."""
    with pytest.raises(ValueError, match="too short"):
        arena.switches(seconds=1)
