"""The plot of latencies: every step, legible anywhere, touching nobody's matplotlib."""

import random
import subprocess
import sys

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.lab.show.test_theme import contrast
from wsdemo import lab
from wsdemo.lab.show.quantiles import CARD, INK, LINES, LatencyFigure, histogram
from wsdemo.lab.show.theme import Hue
from wsdemo.metrics import Latency, Snapshot

FOUR = Latency.of([0.001, 0.002, 0.003, 0.004])


def many(count: int = 5000, stall: float = 0.0) -> Latency:
    """Draw latencies around 0.3 ms, the same at every run, and one stall."""
    rng = random.Random(7)
    return Latency.of([rng.lognormvariate(-8, 0.4) for _ in range(count)] + [stall] * bool(stall))


def ticks(axes: Axes) -> dict[str, float]:
    """Return the labels below, and where they stand."""
    return dict(
        zip((text.get_text() for text in axes.get_xticklabels()), axes.get_xticks(), strict=True)
    )


def test_it_is_a_figure_with_the_steps_of_the_distribution() -> None:
    """Milliseconds over 1 / (1 - share): up to a quarter took 1 ms, up to a half 2 ms, ..."""
    drawn = histogram(FOUR)
    assert isinstance(drawn, Figure)
    (line,) = drawn.axes[0].get_lines()
    assert line.get_xdata() == pytest.approx([1, 4 / 3, 4 / 3, 2, 2, 4, 4, 8])
    assert line.get_ydata() == pytest.approx([1, 1, 2, 2, 3, 3, 4, 4], rel=1e-3)


def test_the_axis_gives_each_nine_the_same_room() -> None:
    """As far as there are observations that could tell."""
    axes = histogram(many()).axes[0]
    assert axes.get_xscale() == "log"
    assert ticks(axes) == pytest.approx(
        {"0 %": 1, "50 %": 2, "90 %": 10, "99 %": 100, "99.9 %": 1000, "99.99 %": 10_000}
    )


def test_a_snapshot_will_do() -> None:
    """It has its latency with it."""
    assert repr(histogram(Snapshot(latency=FOUR))) == repr(FOUR)


def test_several_are_told_apart_by_name_and_by_dashes() -> None:
    """Not by colour alone."""
    axes = histogram({"measured": FOUR, "corrected": many()}).axes[0]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["measured", "corrected"]
    assert len({str(dashes) for _, dashes in LINES}) == len(LINES)


def test_lengths_begin_at_zero_unless_a_stall_would_flatten_them() -> None:
    """Then milliseconds are logarithmic, too."""
    plain, stalled = histogram(many()).axes[0], histogram(many(stall=2.0)).axes[0]
    assert (plain.get_yscale(), plain.get_ylim()[0]) == ("linear", 0)
    assert stalled.get_yscale() == "log"


@pytest.mark.parametrize(
    ("measured", "named"), [(Latency(), ""), ({"a": FOUR, "b": Snapshot()}, ": b"), ({}, "")]
)
def test_nothing_is_not_drawn(measured: Latency, named: str) -> None:
    """An empty picture would say that all is well."""
    with pytest.raises(ValueError, match=f"no latency was observed{named}$"):
        histogram(measured)


def test_as_text_it_tells_the_quantiles() -> None:
    """In a terminal, and in a notebook that shows no pictures."""
    assert repr(histogram(FOUR)) == repr(FOUR)
    assert repr(histogram({"a": FOUR, "b": FOUR})) == f"a: {FOUR!r}\nb: {FOUR!r}"


def test_the_picture_comes_with_its_size_and_is_the_same_twice() -> None:
    """Twice as dense as shown; no date and no version in it."""
    first, size = histogram(many())._repr_png_()
    assert first == histogram(many())._repr_png_()[0]
    assert int.from_bytes(first[16:20], "big") == 2 * size["width"]
    assert b"Software" not in first


def test_every_word_is_legible_on_the_figures_own_ground() -> None:
    """WCAG's 4.5:1, on a light page and on a dark one, for the figure is opaque."""
    drawn = histogram({"a": FOUR})
    assert to_hex(drawn.get_facecolor(), keep_alpha=True) == f"{CARD}ff"
    texts = drawn.findobj(lambda artist: isinstance(artist, Text) and bool(artist.get_text()))
    assert {to_hex(text.get_color()) for text in texts if isinstance(text, Text)} == {INK}
    ink, card = (bytes.fromhex(color[1:]) for color in (INK, CARD))
    assert contrast((ink[0], ink[1], ink[2]), (card[0], card[1], card[2])) >= 4.5


@pytest.mark.parametrize("hue", [hue for hue, _ in LINES])
def test_every_line_stands_out(hue: Hue) -> None:
    """Graphics need less than words: WCAG's 3:1."""
    card = bytes.fromhex(CARD[1:])
    assert contrast(hue.value, (card[0], card[1], card[2])) >= 3


def test_a_learners_style_is_neither_used_nor_changed() -> None:
    """No pyplot is imported, and a dark style changes not a byte."""
    code = (
        "import matplotlib, sys\n"
        "from wsdemo import lab\n"
        "from wsdemo.metrics import Latency\n"
        "draw = lambda: lab.histogram({'a': Latency.of([0.001, 0.002])})._repr_png_()[0]\n"
        "before = draw()\n"
        "matplotlib.rcParams.update({'text.color': 'red', 'figure.facecolor': 'black',\n"
        "    'font.size': 30, 'savefig.bbox': 'tight', 'figure.dpi': 50, 'lines.linewidth': 9})\n"
        "kept = matplotlib.rcParams.copy()\n"
        "assert draw() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "names = set(kept) - {'backend'}  # looked up, it is chosen\n"
        "assert all(matplotlib.rcParams[name] == kept[name] for name in names)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_notebook_has_it() -> None:
    """Under `lab.histogram`."""
    assert isinstance(lab.histogram(FOUR), LatencyFigure)
