"""What each step of an optimisation costs, as stairs that grow to the right.

Two plots side by side: one message in flight, and many. The figure is opaque and has its own
colours, so that it is legible on a light and on a dark page. The newest step is dark, those before
it are pale, and others are lines with their names on them: nothing is told by colour alone.

A third plot is of the first turns of servers, as lines.

Leaves out `pyplot`: nobody's current figure or style is touched.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from wsdemo.lab.show.quantiles import CARD, DPI, GRID, INK, LINES, SCALE
from wsdemo.lab.show.theme import Hue

__all__ = ["DEPTHS", "LIMIT", "StairsFigure", "draw", "turns_chart"]

DEPTHS = (1, 16)
LIMIT = "tcp"
TITLES = MappingProxyType({1: "one message at a time", 16: "16 in flight"})

TITLE = "CPU time of the server for each message (µs)"

SIZE = (8.6, 3.7)  # inches, at 80 to the inch: as wide as a cell of JupyterLab's
PALE = "#a9cbe2"
FAINT, LIMIT_INK = "#595959", "#a84300"
WIDTH = 0.72
MARGIN = 0.08  # inches, on every side

Costs = Mapping[str, Mapping[int, float]]


class StairsFigure(Figure):
    """A figure of matplotlib that displays itself, and reads as text where none can be shown."""

    def __init__(self, words: str) -> None:
        layout = ConstrainedLayoutEngine(w_pad=MARGIN, h_pad=MARGIN)
        super().__init__(figsize=SIZE, dpi=DPI, facecolor=CARD, layout=layout)
        FigureCanvasAgg(self)
        self._words = words

    def __repr__(self) -> str:
        return self._words

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Render the figure for a notebook, whatever style is set there."""
        target = io.BytesIO()
        with matplotlib.style.context("default"):
            self.savefig(target, format="png", dpi=DPI, metadata={"Software": None})
        width, height = (round(inches * DPI / SCALE) for inches in self.get_size_inches())
        return target.getvalue(), {"width": width, "height": height}


def draw(steps: Costs, others: Costs, slots: int) -> StairsFigure:
    """Draw steps as bars, and others as lines.

    Args:
        steps: by name, and by messages in flight: µs for each message. In order.
        others: the same of those that are drawn as lines; `LIMIT` among them is the limit.
        slots: how many steps there will be: there is room for those that are still to come.

    Raises:
        ValueError: there is no step.
    """
    if not steps:
        raise ValueError("there is no step to draw")
    with matplotlib.style.context("default"):
        figure = StairsFigure("\n".join(_told(depth, {**others, **steps}) for depth in DEPTHS))
        for depth, axes in zip(DEPTHS, figure.subplots(1, len(DEPTHS)), strict=True):
            heights = [cost[depth] for cost in steps.values()]
            lines = {name: cost[depth] for name, cost in others.items()}
            _dress(axes, TITLES[depth])
            _bars(axes, list(steps), heights, slots)
            axes.set_ylim(0, max(*heights, *lines.values(), 0) * 1.14)
            for name, cost in lines.items():
                _line(axes, name, cost)
        figure.suptitle(TITLE, x=0.01, ha="left", color=INK, fontsize=11.5, weight="bold")
    return figure


def _told(depth: int, costs: Costs) -> str:
    each = ", ".join(f"{name} {cost[depth]:.3g} µs" for name, cost in costs.items())
    return f"{TITLES[depth]}: {each}"


def _bars(axes: Axes, names: Sequence[str], heights: Sequence[float], slots: int) -> None:
    newest = len(heights) - 1
    colours = [Hue.BLUE.hex if at == newest else PALE for at in range(len(heights))]
    axes.bar(range(len(heights)), heights, WIDTH, color=colours, zorder=2)
    for at, height in enumerate(heights):
        axes.annotate(
            f"{height:.3g}",
            (at, height),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontsize=9,
            weight="bold" if at == newest else "normal",
        )
    # Behind the last bar there is room for the names of the lines.
    labels = [name.replace(" ", "\n", 1) for name in names] + [""] * (slots - len(names))
    axes.set_xticks(range(slots), labels)
    axes.set_xlim(-0.6, slots * 1.22 - 0.4)


def _line(axes: Axes, name: str, cost: float) -> None:
    limit = name == LIMIT
    colour, ink = (Hue.VERMILLION.hex, LIMIT_INK) if limit else (INK, INK)
    axes.axhline(cost, color=colour, linewidth=1.4, linestyle=(0, (5, 2)), zorder=3)
    axes.annotate(
        f"{'plain TCP' if limit else name}\n{cost:.3g}",
        (1, cost),
        xycoords=("axes fraction", "data"),
        xytext=(-1, 3),
        textcoords="offset points",
        ha="right",
        color=ink,
        fontsize=8.5,
        linespacing=1.05,
    )


def turns_chart(turns: Mapping[str, Sequence[float]]) -> StairsFigure:
    """Draw what servers cost in their first turns.

    Args:
        turns: µs for each message in each turn, by the name of the server; at most four.
    """
    told = [
        f"{name}: {', '.join(f'{cost:.3g}' for cost in costs)}" for name, costs in turns.items()
    ]
    with matplotlib.style.context("default"):
        figure = StairsFigure("\n".join(told))
        figure.set_figheight(SIZE[1] * 0.75)
        axes = figure.subplots()
        _dress(axes, "one message at a time")
        axes.set_xlabel("turn since the server began", color=INK, fontsize=9)
        for (name, costs), (hue, dashes), mark in zip(turns.items(), LINES, "osD^", strict=False):
            at = range(1, len(costs) + 1)
            axes.plot(at, costs, mark, color=hue.hex, linestyle=dashes, linewidth=1.8, label=name)
            axes.set_xticks(at)
        axes.set_ylim(0, max(max(costs) for costs in turns.values()) * 1.1)
        axes.legend(facecolor=CARD, edgecolor=GRID, labelcolor=INK, fontsize=9)
        figure.suptitle(TITLE, x=0.01, ha="left", color=INK, fontsize=11.5, weight="bold")
    return figure


def _dress(axes: Axes, title: str) -> None:
    axes.set_facecolor(CARD)
    axes.set_title(title, loc="left", color=FAINT, fontsize=10)
    axes.tick_params(axis="x", colors=INK, labelsize=8, length=0)
    axes.tick_params(axis="y", colors=FAINT, labelsize=8.5)
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_visible(side == "bottom")
