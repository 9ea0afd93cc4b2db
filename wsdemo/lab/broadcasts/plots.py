"""One picture of all designs: what the good clients got, how late, and what the slow one cost.

Leaves out `pyplot`: nobody's current figure or style is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from wsdemo.lab.bench.plots import BenchFigure
from wsdemo.lab.broadcasts.measuring import Outcome
from wsdemo.lab.show.quantiles import CARD, GRID, INK
from wsdemo.lab.show.theme import Hue

__all__ = ["plot"]

BAR, AROUND = 0.34, 0.5  # inches for each design, and for the titles
ROOM = 1.45  # of the longest bar: for the number behind it


def plot(outcomes: Iterable[Outcome]) -> BenchFigure:
    """Draw what designs did while one client had stalled, in the order given.

    Returns:
        A figure with three axes, side by side, and a row for each design: deliveries a second to
        those who read, the 99th percentile of their lateness, and the memory held for the other.

    Raises:
        ValueError: there is nothing to draw.
    """
    rows = list(outcomes)
    if not rows:
        raise ValueError("no outcome to draw")
    with matplotlib.style.context("default"):
        figure = BenchFigure(BAR * len(rows) + AROUND - 0.4, _words(rows))
        rate, late, held = figure.subplots(1, 3, sharey=True)
        _bars(rate, "deliveries/s to readers", [row.per_second for row in rows])
        _dots(late, "p99 lateness of readers, ms", [row.p99 * 1000 for row in rows])
        _bars(held, "held for the other, KiB", [row.held / 1024 for row in rows])
        rate.set_yticks(range(len(rows)), [row.name for row in rows])
        rate.set_ylim(len(rows) - 0.4, -0.6)
    return figure


def _words(rows: Sequence[Outcome]) -> str:
    each = (
        f"{row.name}: {row.per_second:.0f} deliveries/s, "
        f"p99 {row.p99 * 1000:.0f} ms, {row.held / 1024:.0f} KiB held"
        for row in rows
    )
    return "\n".join(each)


def _bars(axes: Axes, title: str, values: Sequence[float]) -> None:
    axes.barh(range(len(values)), values, 0.6, color=Hue.BLUE.hex)
    axes.set_xlim(0, max(*values, 1.0) * ROOM)
    _dress(axes, title, values)


def _dots(axes: Axes, title: str, values: Sequence[float]) -> None:
    """Draw dots: on a logarithmic axis the length of a bar says nothing."""
    axes.set_xscale("log")
    axes.plot(values, range(len(values)), "o", color=Hue.VERMILLION.hex, markersize=7)
    axes.set_xlim(min(values) / 2, max(values) * 12)
    axes.xaxis.set_minor_locator(NullLocator())
    _dress(axes, title, values)


def _dress(axes: Axes, title: str, values: Sequence[float]) -> None:
    axes.set_facecolor(CARD)
    axes.set_title(title, fontsize=10, color=INK)
    axes.tick_params(length=0, labelsize=9, colors=INK)
    axes.spines[:].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for at, value in enumerate(values):
        label = f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
        axes.annotate(
            label, (value, at), (7, 0), textcoords="offset points", va="center", fontsize=9
        )
