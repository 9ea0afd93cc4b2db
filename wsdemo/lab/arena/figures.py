"""Virtual games in pictures: errors over time, three views of one player, cost by tick rate.

A figure is opaque and has its own colours, so that it is legible on a light and on a dark page;
lines differ in their dashes too, not in colour alone. In text it reads as the numbers that it
shows, always the same.

Leaves out `pyplot`: nobody's current figure or style is touched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any, Literal

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from wsdemo.apps.game.field import UNIT
from wsdemo.apps.game.timeline import SECOND
from wsdemo.lab.arena.played import Curve, Played, compare
from wsdemo.lab.arena.rates import Rates
from wsdemo.lab.show.quantiles import CARD, DPI, GRID, INK, LINES
from wsdemo.lab.show.states_figure import png

__all__ = ["ArenaFigure", "errors", "traffic", "views"]

GAP = 0.25
"""Seconds without a value after which a line is interrupted: no tick is as long."""
WIDTH, HEIGHT = 8.0, 2.6  # inches, at 80 to the inch: as wide as a cell of JupyterLab's

What = Literal["own", "others", "steps"]
Corner = Literal["best", "upper left"]
TITLES: Mapping[What, str] = {
    "own": "How far from the truth a player is shown on its own screen",
    "others": "How far from the truth the others are shown",
    "steps": "The longest step of another from one picture to the next",
}


class ArenaFigure(Figure):
    """A figure of matplotlib that displays itself, and reads as text where none can be shown."""

    def __init__(self, rows: int, words: str) -> None:
        size = (WIDTH, HEIGHT * rows + 0.4)
        super().__init__(figsize=size, dpi=DPI, facecolor=CARD, layout="constrained")
        FigureCanvasAgg(self)
        self._words = words

    def __repr__(self) -> str:
        return self._words

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Render the figure, whatever style is set."""
        with matplotlib.style.context("default"):
            return png(self)


def errors(
    games: Played | Mapping[str, Played],
    what: What = "own",
    *,
    since: float = 0.0,
    until: float | None = None,
) -> ArenaFigure:
    """Draw an error over time, for one game or several.

    Args:
        games: one, or several by a name for each.
        what: "own", of a player on its own screen; "others", of all others on it; "steps", how
            far those leap from picture to picture.
        since: seconds at which to begin.
        until: seconds at which to end; None for the end of the game.

    Raises:
        ValueError: there is no game, or nothing in these seconds.
    """
    named = games if isinstance(games, Mapping) else {"": games}
    curves = {name: _cut(getattr(played, what), since, until) for name, played in named.items()}
    if not any(curves.values()):
        raise ValueError(f"there is nothing to draw from {since} s on")
    with matplotlib.style.context("default"):
        figure = ArenaFigure(1, repr(compare(named)))
        axes = figure.add_subplot()
        for (name, curve), style in zip(curves.items(), cycle(LINES), strict=False):
            _line(axes, name, curve, style)
        _dress(axes, TITLES[what], "units", below="seconds")
    return figure


def views(played: Played, *, since: float = 2.0, seconds: float = 3.0) -> ArenaFigure:
    """Draw where one player is, on its own screen, on the server, and on another's screen.

    Args:
        played: a game.
        since: seconds at which to begin.
        seconds: how many to draw.

    Raises:
        ValueError: there is nothing in these seconds.
    """
    frames = [frame for frame in played.frames if since <= frame.at / SECOND < since + seconds]
    if not frames:
        raise ValueError(f"there is nothing to draw from {since} s on")
    lines = {"its own screen": "me", "the server": "truth", "another's screen": "seen"}
    with matplotlib.style.context("default"):
        figure = ArenaFigure(2, repr(played))
        for axis, axes in zip("xy", figure.subplots(2, sharex=True), strict=True):
            for (name, of), style in zip(lines.items(), cycle(LINES), strict=False):
                curve = tuple((each.at, getattr(getattr(each, of), axis)) for each in frames)
                _line(axes, name, curve, style)
            title = f"One player's {axis}, as three see it"
            _dress(axes, title, "units", below="seconds" if axis == "y" else "")
    return figure


def traffic(measured: Rates) -> ArenaFigure:
    """Draw what each tick rate costs, with full snapshots and with deltas, and what it is good for.

    Args:
        measured: games at several rates.
    """
    with matplotlib.style.context("default"):
        figure = ArenaFigure(2, repr(measured))
        cost, error = figure.subplots(2, sharex=True)
        games = {"full": measured.full, "deltas": measured.delta}
        for (name, those), style in zip(games.items(), LINES, strict=False):
            _points(cost, name, measured.ticks, [played.down / 1000 for played in those], style)
        late = [played.others_error for played in measured.delta]
        _points(error, "", measured.ticks, late, LINES[0])
        _dress(cost, "Bytes a second to each player", "kB/s", legend="upper left")
        _dress(error, TITLES["others"], "units", below="ticks a second")
        for axes in (cost, error):
            axes.set_ylim(bottom=0)
    return figure


def _cut(curve: Curve, since: float, until: float | None) -> Curve:
    end = float("inf") if until is None else until
    return tuple((at, value) for at, value in curve if since <= at / SECOND < end)


def _line(axes: Axes, name: str, curve: Sequence[tuple[int, int]], style: Any) -> None:
    hue, dashes = style
    xs: list[float] = []
    ys: list[float] = []
    for at, value in curve:
        if xs and at / SECOND - xs[-1] > GAP:  # it lay still, or what it did was never taken
            xs.append(xs[-1])
            ys.append(math.nan)
        xs.append(at / SECOND)
        ys.append(value / UNIT)
    axes.plot(xs, ys, color=hue.hex, linestyle=dashes, linewidth=1.5, label=name or None)


def _points(axes: Axes, name: str, xs: Sequence[float], ys: Sequence[float], style: Any) -> None:
    hue, dashes = style
    axes.plot(xs, ys, color=hue.hex, linestyle=dashes, marker="o", label=name or None)


def _dress(axes: Axes, title: str, unit: str, *, below: str = "", legend: Corner = "best") -> None:
    axes.set_title(title, color=INK, fontsize=11, loc="left")
    axes.set_ylabel(unit, color=INK)
    axes.set_xlabel(below, color=INK)
    axes.set_facecolor(CARD)
    axes.grid(color=GRID, linewidth=0.8)
    axes.tick_params(colors=INK, labelsize=9)
    for spine in axes.spines.values():
        spine.set_color(GRID)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc=legend, facecolor=CARD, edgecolor=GRID, labelcolor=INK, fontsize=9)
