"""Games in pictures."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from tests.lab.arena.games import game
from wsdemo import lab
from wsdemo.lab.arena.figures import errors, traffic, views
from wsdemo.lab.arena.rates import rates


def _numbers(data: Any) -> list[float]:
    return [float(value) for value in data]


def test_errors_are_drawn_a_line_for_each_game() -> None:
    """In units over seconds, and named."""
    figure = errors({"on": game(), "off": game(prediction=False)})
    (axes,) = figure.axes
    assert [str(line.get_label()) for line in axes.get_lines()] == ["on", "off"]
    assert max(_numbers(axes.get_lines()[1].get_ydata())) > 0.3


@pytest.mark.parametrize("what", ["own", "others", "steps"])
def test_every_curve_can_be_drawn_for_a_while(what: str) -> None:
    """Only what lies in the seconds that are asked for."""
    (axes,) = errors(game(), what, since=1.0, until=2.0).axes  # type: ignore[arg-type]
    xs = _numbers(axes.get_lines()[0].get_xdata())
    assert 1.0 <= min(xs) <= max(xs) < 2.0


def test_three_views_are_three_lines_along_each_axis() -> None:
    """Of the player itself, of the server, of another."""
    upper, lower = views(game(), since=1.0).axes
    assert [str(line.get_label()) for line in upper.get_lines()] == [
        "its own screen",
        "the server",
        "another's screen",
    ]
    assert len(lower.get_lines()) == 3


def test_what_a_rate_costs_and_gives_is_drawn() -> None:
    """Full above deltas, and below them the error of the others."""
    cost, error = traffic(rates((10, 20), seconds=2)).axes
    full, delta = (_numbers(line.get_ydata()) for line in cost.get_lines())
    assert all(one > other for one, other in zip(full, delta, strict=True))
    assert len(_numbers(error.get_lines()[0].get_ydata())) == 2


def test_what_is_not_there_can_not_be_drawn() -> None:
    """After the end."""
    with pytest.raises(ValueError, match="nothing to draw"):
        errors(game(), since=99.0)
    with pytest.raises(ValueError, match="nothing to draw"):
        views(game(), since=99.0)


def test_a_figure_is_a_picture_and_reads_as_numbers() -> None:
    """The same bytes in every run."""
    one, same = errors(game()), errors(game())
    assert one._repr_png_() == same._repr_png_()
    assert repr(one) == repr(game())


def test_the_front_door_has_the_arena() -> None:
    """What draws comes when it is first used; what is not there is said to be so."""
    assert lab.arena.errors is errors
    assert lab.arena.views is views
    assert not hasattr(lab.arena, "maps")


def test_a_line_is_interrupted_where_there_is_nothing() -> None:
    """Between two values that are far apart."""
    ends = game().own[0], game().own[-1]
    (axes,) = errors(dataclasses.replace(game(), own=ends)).axes
    (ys,) = (_numbers(line.get_ydata()) for line in axes.get_lines())
    assert [math.isnan(y) for y in ys] == [False, True, False]
