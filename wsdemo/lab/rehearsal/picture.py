"""A rehearsal as a picture: the server in the middle, people beside it, time down, as in a ladder.

Each arrow is a message, from the step at which it was sent to the step at which it arrived. What
was lost ends in a cross, and its arrow is dashed: nothing is told by colour alone. Where a person
has no connection, their line is missing. The picture is opaque and has its own colours, so that it
is legible on a light and on a dark page.

Leaves out `pyplot`: nobody's current figure or style is touched.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from wsdemo.lab.show.quantiles import CARD, DPI, GRID, INK
from wsdemo.lab.show.states_figure import png
from wsdemo.lab.show.theme import Hue

if TYPE_CHECKING:
    from wsdemo.lab.rehearsal.stage import Rehearsal, Trip

__all__ = ["Diagram"]

WIDTH, STEP, AROUND = 7.5, 0.27, 0.55  # inches: all of it, each step, above and below
REACH = 0.62  # of its way, where the arrow of a lost message ends
LABEL, LOST_LABEL = 0.68, 0.3  # of the way, where the words of an arrow stand
APART = 1.5  # steps, from one to the next of those that were lost together
SERVER = "server"
LOST = "#b34700"  # Okabe and Ito's vermillion, dark enough for text on the card


class Diagram(Figure):
    """A figure of matplotlib that displays itself, and reads as text where none can be shown."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        height = STEP * (rehearsal.step + 1) + AROUND
        with matplotlib.style.context("default"):
            super().__init__((WIDTH, height), dpi=DPI, facecolor=CARD, layout="constrained")
            FigureCanvasAgg(self)
            _draw(self.add_subplot(), rehearsal)
        self._words = "\n".join(_sentences(rehearsal))

    def __repr__(self) -> str:
        return self._words

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Render the figure for a notebook."""
        with matplotlib.style.context("default"):
            return png(self)


def words(trip: Trip) -> str:
    """Write a message as short as it can be read: ``say ann/1, seq 1``."""
    message = json.loads(trip.text)
    if isinstance(message, dict):
        return ", ".join(f"{key} {value}" for key, value in message.items())
    return str(message)


def _sentences(rehearsal: Rehearsal) -> Iterator[str]:
    told = [(at, f"{who}: {verb}") for at, verb, who in rehearsal.marks]
    for trip in rehearsal.trips:
        route = f"{trip.who} → {SERVER}" if trip.up else f"{SERVER} → {trip.who}"
        told.append((trip.end, f"{route}: {words(trip)}{', lost' * trip.lost}"))
    yield from (text for _, text in sorted(told, key=lambda line: line[0]))


def _draw(axes: Axes, rehearsal: Rehearsal) -> None:
    places = _places(rehearsal.people)
    axes.set_axis_off()
    axes.set(xlim=(-0.62, len(places) - 0.38), ylim=(rehearsal.step + 0.8, -0.9))
    for name, x in places.items():
        axes.text(x, -0.35, name, ha="center", color=INK, weight="bold", fontsize=10)
        for start, end in _spans(rehearsal, name):
            axes.plot([x, x], [start, end], color=INK, lw=1.4, zorder=1, solid_capstyle="butt")
    fates = Counter[tuple[str, bool, int, int]]()
    for trip in rehearsal.trips:
        person, server = places[trip.who], places[SERVER]
        start, end = (person, server) if trip.up else (server, person)
        fate = trip.who, trip.up, trip.start, trip.end
        _arrow(axes, trip, start, end, fates[fate])
        fates[fate] += 1
    for at, verb, who in rehearsal.marks:
        _mark(axes, at, verb, places[who], places[SERVER])


def _places(people: tuple[str, ...]) -> dict[str, int]:
    """Put the server in the middle."""
    half = (len(people) + 1) // 2
    return {name: at for at, name in enumerate([*people[:half], SERVER, *people[half:]])}


def _spans(rehearsal: Rehearsal, name: str) -> Iterator[tuple[float, float]]:
    """Yield from when to when somebody has a connection; the server is always there."""
    start: float | None = 0.0
    for at, verb, who in rehearsal.marks:
        if who == name and verb == "cut":
            assert start is not None
            yield start, at
            start = None
        elif who == name and verb == "back":
            start = at if start is None else start
    if start is not None:
        yield start, rehearsal.step + 0.4


def _arrow(axes: Axes, trip: Trip, start: float, end: float, before: int) -> None:
    """Draw a message; `before` were sent and lost together with it, and are drawn apart."""
    way = REACH if trip.lost else 1.0
    fall = trip.end - trip.start + APART * before
    x, y = start + way * (end - start), trip.start + way * fall
    colour = LOST if trip.lost else Hue.BLUE.hex
    style = {"color": colour, "lw": 1.2, "ls": (0, (4, 2)) if trip.lost else "-"}
    arrow = {"arrowstyle": "-" if trip.lost else "-|>", "shrinkA": 0, "shrinkB": 0, **style}
    axes.annotate("", (x, y), (start, trip.start), arrowprops=arrow)
    if trip.lost:
        axes.plot([x], [y], "x", color=colour, ms=7, mew=2)
    at = LOST_LABEL if trip.lost else LABEL
    spot = start + at * (end - start), trip.start + at * fall
    box = {"facecolor": CARD, "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
    axes.text(*spot, words(trip), ha="center", va="center", color=colour, fontsize=8, bbox=box)


def _mark(axes: Axes, at: int, verb: str, x: float, server: float) -> None:
    outer, side = (-0.06, "right") if x < server else (0.06, "left")
    colour = LOST if verb == "cut" else INK
    axes.plot([x], [at], "o", ms=4, color=colour, markeredgecolor=GRID, zorder=3)
    axes.text(x + outer, at, verb, ha=side, va="center", color=colour, fontsize=8.5)
