"""`scene`: a field from above, with players where somebody has them, and a shot.

    lab.arena.scene(field, {"the shooter": ann, "bob, on the server": bob}, shot)

Leaves out time: it is one moment, or several laid over one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from wsdemo.apps.game.field import RADIUS, UNIT, Field
from wsdemo.apps.game.world import REACH, Player, Shot
from wsdemo.lab.arena.figures import ArenaFigure
from wsdemo.lab.show.quantiles import CARD, GRID, INK, LINES

__all__ = ["scene"]

SMALL = 7.0
"""Inches of width, of the figure; the height follows from the field."""
TINT = "33"
"""Of a player, how opaque: a fifth."""
ASIDE = 0.75
"""Units between a player's middle and its name."""


def scene(
    field: Field, players: Mapping[str, Player], shot: Shot | None = None, *, title: str = ""
) -> ArenaFigure:
    """Draw a field, and who stands where.

    Args:
        field: the field.
        players: by what to call each; the same player may be in several places.
        shot: a line to draw, as far as a shot reaches.
        title: of the picture.

    Raises:
        ValueError: nobody is there.
    """
    if not players:
        raise ValueError("a scene without players")
    places = [f"{name}: x {each.x / UNIT:g}, y {each.y / UNIT:g}" for name, each in players.items()]
    with matplotlib.style.context("default"):
        figure = ArenaFigure(1, "\n".join([title, *places] if title else places))
        figure.set_size_inches(SMALL, SMALL * field.height / field.width + 0.4)
        axes = figure.add_subplot()
        _ground(axes, field)
        if shot is not None:
            _fire(axes, shot)
        for (name, player), (hue, dashes) in zip(players.items(), cycle(LINES), strict=False):
            x, y = player.x / UNIT, player.y / UNIT
            round_it = Circle((x, y), RADIUS / UNIT, edgecolor=hue.hex, facecolor=hue.hex + TINT)
            round_it.set(linewidth=2, linestyle=dashes)
            axes.add_patch(round_it)
            under = {
                "facecolor": CARD,
                "edgecolor": "none",
                "pad": 1.5,
            }  # a shot may pass behind it
            axes.text(x + ASIDE, y, name, color=INK, fontsize=9, va="center", bbox=under)
        axes.set_title(title, color=INK, fontsize=11, loc="left")
    return figure


def _ground(axes: Axes, field: Field) -> None:
    """Draw the walls, with y downwards as in the game."""
    axes.set(xlim=(0, field.width), ylim=(field.height, 0), aspect="equal", xticks=[], yticks=[])
    for x, y, wide, high in field.walls:
        axes.add_patch(Rectangle((x, y), wide, high, facecolor=GRID, edgecolor=INK, hatch="///"))


def _fire(axes: Axes, shot: Shot) -> None:
    length = max(abs(shot.ax), abs(shot.ay)) * UNIT
    x, y = shot.x / UNIT, shot.y / UNIT
    ends = x + shot.ax * REACH / length, y + shot.ay * REACH / length
    axes.plot([x, ends[0]], [y, ends[1]], color=INK, linewidth=1, linestyle=":")
