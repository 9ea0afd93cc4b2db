"""A report in pictures: a bar for each peer, and the limit as a line.

Bars begin at zero, so that lengths are ratios; whiskers reach from the least to the greatest round.
A figure is opaque and has its own colours, so that it is legible on a light and on a dark page.
One colour is for wsdemo's own and one for everybody else, and names stand at the bars: nothing is
told by colour alone.

Leaves out `pyplot`: nobody's current figure or style is touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import blended_transform_factory

from wsdemo.lab.bench.results import Report, Row, Verdict
from wsdemo.lab.bench.tables import BASES, TITLES, by_workload, digits, measured, wanted, workloads
from wsdemo.lab.bench.workloads import Workload
from wsdemo.lab.show.quantiles import CARD, DPI, GRID, INK
from wsdemo.lab.show.states_figure import png
from wsdemo.lab.show.theme import Hue

__all__ = ["BenchFigure", "chart", "goals_chart", "save"]

# What no server can beat, and so no bar but a line: the same traffic without WebSocket.
LIMITS: Mapping[str, str] = MappingProxyType({"tcp": "plain TCP", "sendall": "plain send()"})
OURS = "scratch"

WIDTH = 8.0  # inches, at 80 to the inch: as wide as a cell of JupyterLab's
BAR, TWO_LINES = 0.36, 0.5  # inches for each bar, with a name of one line or of two
AROUND, MARGIN = 1.15, 0.14  # inches, above and below the bars, and on every side
THICK = 0.66  # of the room of a bar
# Dark enough for 4.5:1 on the card, where it is text, and for 3:1 where it is a bar.
FAINT, LIMIT_INK, OTHERS = "#595959", "#a84300", "#8c8c88"
DASHES = (0, (5, 2))


class BenchFigure(Figure):
    """A figure of matplotlib that displays itself, and reads as text where none can be shown."""

    def __init__(self, height: float, words: str) -> None:
        layout = ConstrainedLayoutEngine(w_pad=MARGIN, h_pad=MARGIN)
        size = (WIDTH, height + AROUND)
        super().__init__(figsize=size, dpi=DPI, facecolor=CARD, layout=layout)
        FigureCanvasAgg(self)
        self._words = words

    def __repr__(self) -> str:
        return self._words

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Render the figure for a notebook."""
        return self.png()

    def png(self) -> tuple[bytes, dict[str, int]]:
        """Render the figure, whatever style is set, with the size at which to show it."""
        with matplotlib.style.context("default"):
            return png(self)


def chart(report: Report, workload: Workload) -> BenchFigure:
    """Draw what a workload costs each peer: the cheapest at the top.

    Args:
        report: of a run.
        workload: one that was measured.

    Returns:
        A figure with one axes: a horizontal bar for each peer, in the workload's unit.

    Raises:
        ValueError: It was not measured.
    """
    rows = [row for row in report.rows if row.workload == workload]
    if not rows:
        raise ValueError(f"{workload.name} was not measured")
    bars = sorted((row for row in rows if row.peer not in LIMITS), key=lambda row: row.cost)
    limits = [row for row in rows if row.peer in LIMITS]
    words = ", ".join(f"{row.peer} {digits(row.cost)}" for row in [*limits, *bars])
    with matplotlib.style.context("default"):
        figure = BenchFigure(BAR * max(1, len(bars)), f"{workload.name}, {workload.unit}: {words}")
        axes = figure.add_subplot()
        ratios = [report.ratio(workload.name, row.peer, BASES[0]) for row in bars]
        unit = TITLES[workload.kind].partition(": ")[2]
        unit += f"; ×: ratio to {BASES[0]}" if any(ratios) else ""
        _dress(axes, workload.name, unit, room=16 * bool(limits))
        _bars(axes, bars)
        # A fifth of the width is for the words behind the bars.
        axes.set_xlim(0, max(row.spread[1] for row in rows) * 1.25 or 1.0)
        _words(axes, bars, ratios)
        for row in limits:
            _limit(axes, row)
    return figure


def _bars(axes: Axes, bars: Sequence[Row]) -> None:
    colours = [_colour(row.peer) for row in bars]
    names = [row.peer for row in bars]
    axes.barh(range(len(bars)), [row.cost for row in bars], THICK, color=colours, tick_label=names)
    # A single round has no spread.
    several = [(at, row.cost, *row.spread) for at, row in enumerate(bars) if len(row.samples) > 1]
    for at, cost, low, high in several:
        reach = [[cost - low], [high - cost]]
        axes.errorbar([cost], [at], xerr=reach, fmt="none", ecolor=INK, elinewidth=1.1, capsize=3)
    axes.set_ylim(len(bars) - 0.4, -0.6)


def _colour(peer: str) -> str:
    return Hue.BLUE.hex if peer.startswith(OURS) else OTHERS


def _words(axes: Axes, bars: Sequence[Row], ratios: Sequence[float | None]) -> None:
    for at, (row, ratio) in enumerate(zip(bars, ratios, strict=True)):
        text = digits(row.cost) + ("" if ratio is None else f"    {ratio:.2f} ×")
        _behind(axes, row.spread[1], at, text, bold=row.peer.startswith(OURS))


def _behind(axes: Axes, x: float, y: float, text: str, *, bold: bool) -> None:
    """Write what a bar is behind its end."""
    axes.annotate(
        text,
        (x, y),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color=INK,
        fontsize=9,
        weight="bold" if bold else "normal",
    )


def _limit(axes: Axes, row: Row) -> None:
    colour = Hue.VERMILLION.hex
    axes.axvline(row.cost, color=colour, linewidth=1.6, linestyle=DASHES, zorder=3)
    in_the_left_half = row.cost < sum(axes.get_xlim()) / 2
    axes.text(
        row.cost,
        1.0,
        f"{LIMITS[row.peer]} {digits(row.cost)}",
        transform=blended_transform_factory(axes.transData, axes.transAxes),
        ha="left" if in_the_left_half else "right",
        va="bottom",
        color=LIMIT_INK,
        fontsize=9,
    )


def goals_chart(verdicts: Sequence[Verdict]) -> BenchFigure:
    """Draw how far each goal is reached: what was measured, in parts of what is allowed.

    Args:
        verdicts: of a run; those that were not measured are left out.

    Returns:
        A figure with one axes: a bar for each goal, and a line at 1, beyond which it is missed.

    Raises:
        ValueError: Nothing was measured.
    """
    known = [each for each in by_workload(verdicts) if each.figure is not None]
    if not known:
        raise ValueError("none of the goals was measured")
    labels = [f"{each.goal.workload}\n{each.goal.peer} ≤ {wanted(each.goal)}" for each in known]
    found = [f"{measured(each)}  {'met' if each.met else 'missed'}" for each in known]
    words = "\n".join(": ".join(pair) for pair in zip(labels, found, strict=True))
    with matplotlib.style.context("default"):
        figure = BenchFigure(TWO_LINES * len(known), words)
        axes = figure.add_subplot()
        _dress(
            axes, "What the engine is to reach", "what was measured, in parts of what is allowed"
        )
        _parts(axes, known, labels, found)
    return figure


def _parts(
    axes: Axes, known: Sequence[Verdict], labels: Sequence[str], found: Sequence[str]
) -> None:
    parts = [(each.figure or 0.0) / each.goal.at_most for each in known]
    colours = [(Hue.BLUE if each.met else Hue.VERMILLION).hex for each in known]
    axes.barh(range(len(parts)), parts, THICK, color=colours, tick_label=labels)
    axes.axvline(1, color=INK, linewidth=1.6, linestyle=DASHES, zorder=3)
    for at, (part, text, each) in enumerate(zip(parts, found, known, strict=True)):
        # Behind the line, too: upon it, nothing could be read.
        _behind(axes, max(part, 1.0), at, text, bold=not each.met)
    axes.set_xlim(0, max(1.0, *parts) * 1.25)
    axes.set_ylim(len(parts) - 0.4, -0.6)


def _dress(axes: Axes, title: str, subtitle: str, *, room: int = 0) -> None:
    """Give the axes words above, with room under these (in points), and the house's colours."""
    axes.set_facecolor(CARD)
    axes.set_title(title, loc="left", color=INK, fontsize=12, weight="bold", pad=26 + room)
    axes.annotate(
        subtitle,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 11 + room),
        textcoords="offset points",
        color=FAINT,
        fontsize=9,
    )
    axes.tick_params(axis="x", colors=FAINT, labelsize=8.5, length=3)
    axes.tick_params(axis="y", colors=INK, labelsize=9.5, length=0)
    for side, spine in axes.spines.items():
        spine.set_color(GRID if side == "bottom" else INK)
        spine.set_visible(side in ("left", "bottom"))


def save(report: Report, folder: Path) -> list[Path]:
    """Write a picture of each workload, and one of the goals, as PNG.

    Args:
        report: of a run.
        folder: where to; it is made if it is not there.

    Returns:
        The files.

    Raises:
        OSError: They can't be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {_slug(each.name): chart(report, each) for each in workloads(report)}
    if any(verdict.figure is not None for verdict in report.goals):
        figures["goals"] = goals_chart(report.goals)
    files = []
    for name, figure in figures.items():
        files.append(folder / f"{name}.png")
        files[-1].write_bytes(figure.png()[0])
    return files


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().replace(",", "")).strip("-")
