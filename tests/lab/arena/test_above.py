"""A field from above, and who stands where."""

from __future__ import annotations

import pytest
from matplotlib.patches import Circle, Rectangle

from wsdemo.apps.game import Field, Player
from wsdemo.apps.game.world import REACH, Shot
from wsdemo.lab.arena.above import scene

FIELD = Field.parse("o....\n..##.\n.....")
ANN, BOB = Player(1, "ann", 512, 512), Player(2, "bob", 4096, 2048)


def test_everybody_is_a_circle_and_every_wall_a_box() -> None:
    """Where they are, in units, with a name."""
    (axes,) = scene(FIELD, {"ann": ANN, "bob": BOB}).axes
    circles = [patch for patch in axes.patches if isinstance(patch, Circle)]
    walls = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [circle.center for circle in circles] == [(0.5, 0.5), (4.0, 2.0)]
    assert [wall.get_bbox().bounds for wall in walls] == [(2.0, 1.0, 2.0, 1.0)]
    assert [text.get_text() for text in axes.texts] == ["ann", "bob"]


def test_y_grows_downwards() -> None:
    """As in the game."""
    (axes,) = scene(FIELD, {"ann": ANN}).axes
    assert axes.get_ylim() == (3, 0)


def test_a_shot_is_as_long_as_it_reaches() -> None:
    """From the shooter's middle."""
    (axes,) = scene(FIELD, {"ann": ANN}, Shot(1, 512, 512, 127, 0)).axes
    (line,) = axes.get_lines()
    assert list(line.get_xdata()) == [0.5, 0.5 + REACH / 1024]  # type: ignore[arg-type]


def test_in_text_it_says_who_is_where() -> None:
    """The same in every run."""
    words = repr(scene(FIELD, {"ann": ANN, "bob": BOB}, title="now"))
    assert words == "now\nann: x 0.5, y 0.5\nbob: x 4, y 2"


def test_it_is_a_picture() -> None:
    """Whatever style is set."""
    data, _ = scene(FIELD, {"ann": ANN})._repr_png_()
    assert data.startswith(b"\x89PNG")


def test_a_scene_needs_somebody() -> None:
    """Else there is nothing to see."""
    with pytest.raises(ValueError, match="without players"):
        scene(FIELD, {})
