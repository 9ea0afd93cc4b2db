"""What came of a game, in numbers."""

from __future__ import annotations

import pytest

from tests.apps.game.worlds import at
from tests.lab.arena.games import game
from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.played import FRAMES, Frame, Played, Shots, apart, compare


def _frame(number: int, shown: float, truth: float, **more: int) -> Frame:
    me = at(1, 5, 5)
    pair = at(2, shown, 5, **more), at(2, truth, 5, **more)
    return Frame(number * 1_000_000 // FRAMES, me, me, me, {2: pair})


def _played(*frames: Frame) -> Played:
    return Played.of(Conditions(), [_Nobody()], frames, {}, Shots(0, 0, 0, 0))  # type: ignore[list-item]


class _Nobody:
    """A guest who has done nothing."""

    shown: tuple[object, ...] = ()
    corrections: tuple[object, ...] = ()
    sent = received = fulls = deltas = 0


def test_apart_is_the_greater_of_both_directions() -> None:
    """A number that needs no root."""
    assert apart(at(1, 5, 5), at(1, 7, 4)) == 2048


def test_errors_and_steps_are_those_of_the_frames() -> None:
    """Half a unit behind; from frame to frame as far as at full speed, and twice as far."""
    step = 8 / FRAMES
    played = _played(_frame(0, 5, 5.5), _frame(1, 5 + step, 5.5 + step), _frame(2, 5 + 3 * step, 6))
    assert played.others[0] == (0, 512)
    assert played.roughness == pytest.approx(2, rel=0.01)


def test_who_lies_or_rises_is_left_out() -> None:
    """Its place is no error."""
    played = _played(_frame(0, 5, 9, health=0), _frame(1, 30, 30, deaths=1))
    assert played.others == ((1_000_000 // FRAMES, 0),)
    assert played.steps == ()


def test_shots_are_counted_by_screen_and_server() -> None:
    """The same victim, another one, none on the server, none on the screen, none at all."""
    shots = Shots(0, 0, 0, 0)
    for screen, victim in ((2, 2), (2, 3), (2, 0), (0, 2), (0, 0)):
        shots = shots.add(screen, victim)
    assert shots == Shots(fired=5, hits=3, on_screen=3, confirmed=1)


def test_it_reads_as_a_table() -> None:
    """The same in every run."""
    text = repr(game())
    assert "itself, mean error (units)" in text
    assert "0.000" in text
    assert game()._repr_html_().startswith("<")


def test_games_are_compared_side_by_side() -> None:
    """A column for each; without any there is nothing to compare."""
    table = compare({"on": game(), "off": game(prediction=False)})
    assert tuple(table.headers) == ("", "on", "off")
    with pytest.raises(ValueError, match="no game"):
        compare({})
