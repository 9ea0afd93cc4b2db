"""The state diagram as a matplotlib figure.

It is drawn on a card of its own, so that it is legible on a light and on a dark page, and on a
canvas of its own, so that nobody's `pyplot` state or style is touched.
"""

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import dist
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from wsdemo.lab.show.states_layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LINE,
    Arrow,
    Box,
    Point,
    Table,
    arrows,
    boxes,
    extent,
)
from wsdemo.lab.show.theme import Hue
from wsdemo.protocol.connection import Cue, State

# Twice the density of the page, so that it stays sharp on a good screen.
DPI = 160
SCALE = 2

CARD, EDGE, INK = "#fdfdfb", "#d8d8d2", "#1f1f1f"
# Dark enough for 4.5:1 on the card. Their line tells them apart, too.
SENT, RECEIVED, FAILED, ENDED = "#005c91", "#00664b", "#a84300", "#595959"
FONT = "DejaVu Sans"  # matplotlib brings it along: the same picture everywhere
MARGIN = 0.35
LEGEND = "↻  stays in its state       – – –  gives up       grey  TCP ends"

FILLS: Mapping[State, Hue] = {
    State.CONNECTING: Hue.SKY,
    State.OPEN: Hue.GREEN,
    State.LOCAL_CLOSING: Hue.ORANGE,
    State.REMOTE_CLOSING: Hue.ORANGE,
    State.DRAINING: Hue.YELLOW,
}

Step = tuple[State, Cue]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """What of a diagram stands out; nothing at all leaves everything as it is."""

    states: Collection[State] = ()
    steps: Collection[Step] = ()

    def strength(self, there: bool) -> float:
        """How strong something is drawn, which is emphasised or not."""
        return 1.0 if there or not (self.states or self.steps) else 0.3

    def of(self, step: Step) -> float:
        """How strong the words of a transition are, which stay legible."""
        return max(self.strength(step in self.steps), 0.6)

    def has(self, arrow: Arrow) -> bool:
        """Whether one of an arrow's cues is emphasised."""
        return any((arrow.source.state, cue) in self.steps for cue in arrow.cues)


def draw(table: Table, words: Mapping[Cue, str], title: str, emphasis: Emphasis) -> Figure:
    """Draw the diagram of a table.

    Args:
        table: The transitions.
        words: What to call each cue.
        title: What stands above.
        emphasis: What stands out.

    Returns:
        A figure on a canvas of its own. The label of each transition has the transition as its
        `gid`, such as ``OPEN FAIL DRAINING``.
    """
    placed = boxes(table)
    left, right, bottom, top = extent(placed.values())
    window = (left - MARGIN, right + MARGIN, bottom - 2 * MARGIN, top + 2 * MARGIN)
    axes = _axes(*window)
    axes.text(window[0] + 0.25, window[3] - 0.3, title, fontsize=11, weight="bold", **_TEXT)
    axes.text(window[0] + 0.25, window[2] + 0.2, LEGEND, fontsize=8.5, **_TEXT | {"color": ENDED})
    for arrow in arrows(table):
        _arrow(axes, arrow, words, emphasis)
    for box in placed.values():
        _box(axes, box, words, emphasis)
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    return figure


def png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Render a figure.

    Returns:
        The picture, the same bytes for the same figure, and the size at which to show it.
    """
    target = io.BytesIO()
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    # Not savefig(), which asks the learner's settings how to crop.
    canvas.print_png(target, metadata={"Software": None})  # type: ignore[no-untyped-call]
    width, height = canvas.get_width_height()
    return target.getvalue(), {"width": width // SCALE, "height": height // SCALE}


_TEXT: dict[str, Any] = {"family": FONT, "color": INK, "va": "center"}


def _axes(left: float, right: float, bottom: float, top: float) -> Axes:
    """Make a figure that is one card, in which a unit is an inch."""
    figure = Figure(figsize=(right - left, top - bottom), dpi=DPI, facecolor="none")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(left, right), ylim=(bottom, top))
    axes.set_axis_off()
    axes.add_patch(
        FancyBboxPatch(
            (left + 0.12, bottom + 0.12),
            right - left - 0.24,
            top - bottom - 0.24,
            boxstyle="round,pad=0.05,rounding_size=0.15",
            facecolor=CARD,
            edgecolor=EDGE,
        )
    )
    return axes


def _box(axes: Axes, box: Box, words: Mapping[Cue, str], emphasis: Emphasis) -> None:
    """Draw a state: its name, and below it the cues after which it stays."""
    x = box.center[0]
    there = box.state in emphasis.states
    strength = emphasis.strength(there)
    axes.add_patch(
        FancyBboxPatch(
            (x - BOX_WIDTH / 2, box.bottom),
            BOX_WIDTH,
            box.height,
            boxstyle="round,pad=0,rounding_size=0.1",
            facecolor=_mix(FILLS.get(box.state, Hue.GREY), 0.38 if there else 0.2),
            edgecolor=INK if there else FILLS.get(box.state, Hue.GREY).hex,
            linewidth=2.4 if there else 1.2,
            zorder=3,
        )
    )
    head = box.top - BOX_HEIGHT / 2
    style = _TEXT | {"ha": "center", "zorder": 4, "color": _fade(INK, max(strength, 0.6))}
    axes.text(x, head, box.state.name, fontsize=9.5, weight="bold", gid=box.state.name, **style)
    for index, cue in enumerate(box.stays):
        style["color"] = _fade(_color(cue), emphasis.of((box.state, cue)))
        at = head - BOX_HEIGHT / 2 - LINE * index + 0.02
        gid = f"{box.state.name} {cue.name} {box.state.name}"
        axes.text(x, at, f"↻ {words[cue]}", fontsize=8.5, gid=gid, **style)


def _arrow(axes: Axes, arrow: Arrow, words: Mapping[Cue, str], emphasis: Emphasis) -> None:
    there = emphasis.has(arrow)
    gives_up = arrow.cues[0] in (Cue.FAIL, Cue.REJECT)
    axes.add_patch(
        FancyArrowPatch(
            path=_rounded(arrow.points),
            arrowstyle="-|>",
            mutation_scale=13,
            shrinkA=0,
            shrinkB=0,
            linewidth=2.4 if there else 1.3,
            linestyle=(0, (4, 2)) if gives_up else "solid",
            color=_fade(_color(arrow.cues[0]), emphasis.strength(there)),
            zorder=5 if there else 1,
        )
    )
    x, middle = arrow.label_at
    for index, cue in enumerate(arrow.cues):
        y = middle + LINE * ((len(arrow.cues) - 1) / 2 - index)
        step = (arrow.source.state, cue)
        axes.text(
            x,
            y,
            words[cue],
            fontsize=8.5,
            ha="center",
            weight="bold" if step in emphasis.steps else "normal",
            gid=f"{step[0].name} {cue.name} {arrow.target.state.name}",
            zorder=6,
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 1.2},
            **_TEXT | {"color": _fade(_color(cue), emphasis.of(step))},
        )


def _color(cue: Cue) -> str:
    """Tell at a glance who does something."""
    by_verb = {"SEND": SENT, "RECEIVE": RECEIVED, "FAIL": FAILED, "REJECT": FAILED, "END": ENDED}
    return by_verb.get(cue.name.partition("_")[0], INK)


def _fade(color: str, strength: float) -> tuple[float, ...]:
    """Mix a colour with the card's: where faded lines cross, nothing gets darker."""
    pairs = zip(to_rgb(color), to_rgb(CARD), strict=True)
    return tuple(own * strength + card * (1 - strength) for own, card in pairs)


def _mix(hue: Hue, share: float) -> tuple[float, float, float]:
    """Lay a colour thinly on white: a fill through which no line shows."""
    red, green, blue = (1 - share * (1 - part / 255) for part in hue.value)
    return red, green, blue


def _rounded(points: Sequence[Point], radius: float = 0.18) -> Path:
    """Join points by lines, with round corners."""
    vertices, codes = zip(*_segments(points, radius), strict=True)
    return Path(np.array(vertices), np.array(codes))


def _segments(points: Sequence[Point], radius: float) -> Iterator[tuple[Point, np.uint8]]:
    yield points[0], Path.MOVETO
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        yield _toward(corner, before, radius), Path.LINETO
        yield corner, Path.CURVE3
        yield _toward(corner, after, radius), Path.CURVE3
    yield points[-1], Path.LINETO


def _toward(start: Point, end: Point, length: float) -> Point:
    share = min(0.5, length / dist(start, end))
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
