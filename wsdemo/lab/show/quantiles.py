"""Latency by percentile, drawn as HdrHistogram's own plots draw it.

The axis below has as much room from 99 % to 99.9 % as from 90 % to 99 %: the few that waited
longest are what the plot is for. Every step of the distribution is drawn, nothing is smoothed.

The figure is opaque and has its own colours, so that it is legible on a light and on a dark page;
lines differ in their dashes too, not in colour alone. Leaves out `pyplot`: nobody's current
figure or style is touched.
"""

import io
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import TypeAlias

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from wsdemo.lab.show.theme import Hue
from wsdemo.metrics import Latency, Snapshot

__all__ = ["LatencyFigure", "Measured", "histogram"]

Measured: TypeAlias = Snapshot | Latency

# As the diagram of states: ink on a card of its own, twice as dense as the page.
CARD, INK, GRID = "#fdfdfb", "#1f1f1f", "#d8d8d2"
SCALE, DPI = 2, 160
SIZE = (8.0, 3.6)  # inches, at 80 to the inch: as wide as a cell of JupyterLab's

# Those of the palette that stand out from the card at 3:1, each with dashes of its own.
LINES = (
    (Hue.BLUE, "-"),
    (Hue.VERMILLION, (0, (5, 1.5))),
    (Hue.GREEN, (0, (1.5, 1))),
    (Hue.PURPLE, (0, (6, 1.5, 1.5, 1.5))),
    (Hue.GREY, (0, (3, 3))),
)


class LatencyFigure(Figure):
    """A figure of matplotlib that displays itself, and reads as text where none can be shown."""

    def __init__(self, latencies: Mapping[str, Latency], title: str) -> None:
        super().__init__(figsize=SIZE, dpi=DPI, facecolor=CARD, layout="constrained")
        FigureCanvasAgg(self)
        self._latencies = latencies
        _draw(self.add_subplot(), latencies, title)

    def __repr__(self) -> str:
        return "\n".join(
            f"{name}: {latency!r}" if name else repr(latency)
            for name, latency in self._latencies.items()
        )

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Render the figure for a notebook, whatever style is set there."""
        target = io.BytesIO()
        with matplotlib.style.context("default"):
            self.savefig(target, format="png", dpi=DPI, metadata={"Software": None})
        width, height = (round(inches * DPI / SCALE) for inches in self.get_size_inches())
        return target.getvalue(), {"width": width, "height": height}


def histogram(
    measured: Measured | Mapping[str, Measured], *, title: str = "Latency by percentile"
) -> LatencyFigure:
    """Draw how long how many took.

    Args:
        measured: A snapshot of metrics, its latency, or several of them by name, for one plot.
        title: What stands above.

    Returns:
        A figure of matplotlib, with one axes: milliseconds over the percentile.

    Raises:
        ValueError: There is nothing to draw: no latency was observed.
    """
    named = measured if isinstance(measured, Mapping) else {"": measured}
    latencies = {
        name: one.latency if isinstance(one, Snapshot) else one for name, one in named.items()
    }
    empty = [name for name, latency in latencies.items() if not latency.count]
    if empty or not latencies:
        raise ValueError(f"no latency was observed{_of(empty)}")
    with matplotlib.style.context("default"):
        return LatencyFigure(latencies, title)


def _of(names: list[str]) -> str:
    return f": {', '.join(names)}" if any(names) else ""


def _draw(axes: Axes, latencies: Mapping[str, Latency], title: str) -> None:
    most = max(latency.count for latency in latencies.values())
    for (name, latency), (hue, dashes) in zip(latencies.items(), cycle(LINES), strict=False):
        xs, ys = zip(*_points(latency), strict=True)
        axes.plot(xs, ys, color=hue.hex, linestyle=dashes, linewidth=1.8, label=name or None)
    axes.set_xscale("log")
    axes.set_xlim(1, 2 * most)
    ticks = list(_ticks(most))
    axes.xaxis.set_major_locator(FixedLocator([1 / (1 - share) for share in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{share * 100:.6g} %" for share in ticks])
    _scale(axes, latencies)
    _dress(axes, title)
    if any(latencies):
        axes.legend(loc="upper left", facecolor=CARD, edgecolor=GRID, labelcolor=INK, fontsize=9)


def _points(latency: Latency) -> Iterator[tuple[float, float]]:
    """Yield the corners of the steps: 1 / (1 - share), and milliseconds."""
    count = latency.count
    before = 0
    for seconds, reached in latency.steps():
        yield count / (count - before), seconds * 1e3
        before = reached
        # The last step ends at 100 %, which lies infinitely far to the right: it is drawn to
        # where one observation more would have stood.
        yield count / max(count - reached, 0.5), seconds * 1e3


def _ticks(count: int) -> Iterator[float]:
    """Yield the shares to write on the axis: as far as there are observations to tell them."""
    yield from (0.0, 0.5)
    nines = 1
    while 10**nines <= 2 * count:
        yield 1 - 10.0**-nines
        nines += 1


def _scale(axes: Axes, latencies: Mapping[str, Latency]) -> None:
    """From 0, where lengths can be compared; logarithmic where that would flatten the rest."""
    longest = max(latency.max for latency in latencies.values())
    if longest > 20 * min(latency.quantile(0.5) for latency in latencies.values()):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, longest * 1e3 * 1.08)
    axes.yaxis.set_major_formatter(FuncFormatter(_plain))


def _plain(value: float, _position: object) -> str:
    return f"{value:.6g}"


def _dress(axes: Axes, title: str) -> None:
    axes.set_facecolor(CARD)
    axes.set_title(title, loc="left", color=INK, fontsize=11, weight="bold")
    axes.set_xlabel("of all observations took no longer", color=INK, fontsize=9.5)
    axes.set_ylabel("ms", color=INK, fontsize=9.5)
    axes.tick_params(colors=INK, labelsize=9)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_visible(side in ("left", "bottom"))
