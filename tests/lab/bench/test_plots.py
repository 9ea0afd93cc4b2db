"""The pictures have a bar for each peer, the limit as a line, and colours that anybody can tell."""

from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from tests.lab.bench.reports import ECHO, FAN, MEMORY, report, row
from tests.lab.show.test_theme import contrast, from_hex
from wsdemo.lab.bench.plots import FAINT, LIMIT_INK, OTHERS, chart, goals_chart, save
from wsdemo.lab.bench.workloads import echo
from wsdemo.lab.show.quantiles import CARD
from wsdemo.lab.show.theme import Hue

PNG = b"\x89PNG\r\n\x1a\n"


def bars(axes: Axes) -> dict[str, Rectangle]:
    """Return the bars, by the names beside them."""
    names = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(names, axes.containers[0], strict=True))


def lines(axes: Axes) -> list[float]:
    """Return where dashed lines stand."""
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    return [float(np.asarray(line.get_xdata())[0]) for line in dashed]


def whiskers(axes: Axes) -> list[list[float]]:
    """Return where whiskers begin and end, from the top."""
    drawn = [lines for lines in axes.collections if isinstance(lines, LineCollection)]
    return [[float(x) for x, _ in one] for lines in drawn for one in lines.get_segments()]


def words(axes: Axes) -> list[str]:
    """Return what is written in the picture."""
    return [text.get_text() for text in axes.texts]


def test_each_peer_has_a_bar_as_long_as_its_cost() -> None:
    """The cheapest at the top, and all from zero."""
    axes = chart(report(), ECHO).axes[0]
    lengths = {name: bar.get_width() for name, bar in bars(axes).items()}
    assert list(lengths.items()) == [("gorilla", 8.0), ("scratch", 10.0), ("websockets", 40.0)]
    assert axes.get_xlim()[0] == 0
    assert axes.yaxis_inverted()


def test_the_limit_is_a_line_and_no_bar() -> None:
    """Of plain TCP, or of plain send(); memory has none."""
    for workload, cost, told in ((ECHO, 5.0, "plain TCP 5.00"), (FAN, 10.0, "plain send() 10.0")):
        axes = chart(report(), workload).axes[0]
        assert lines(axes) == [cost]
        assert told in words(axes)
    assert not lines(chart(report(), MEMORY).axes[0])


def test_whiskers_reach_from_the_least_round_to_the_greatest() -> None:
    """The bar is the median."""
    axes = chart(report(), ECHO).axes[0]
    assert whiskers(axes) == [pytest.approx([0.9 * cost, 1.2 * cost]) for cost in (8, 10, 40)]


def test_a_single_round_has_no_whiskers() -> None:
    """They would say that it is exact."""
    one = replace(row(ECHO, "scratch", 10.0), samples=row(ECHO, "scratch", 10.0).samples[:1])
    assert not whiskers(chart(report(one), ECHO).axes[0])


def test_figures_stand_behind_the_bars() -> None:
    """And the ratio, if websockets was measured."""
    both, alone = (
        words(chart(made, ECHO).axes[0]) for made in (report(), report(row(ECHO, "scratch", 10.0)))
    )
    assert "10.0    0.25 ×" in both
    assert "10.0" in alone
    assert ["ratio" in text for text in (both[0], alone[0])] == [True, False]


def test_ours_are_told_by_colour_and_by_weight() -> None:
    """Everybody else has the same colour."""
    axes = chart(report(), ECHO).axes[0]
    colours = {name: to_hex(bar.get_facecolor()) for name, bar in bars(axes).items()}
    assert colours == {"scratch": Hue.BLUE.hex, "gorilla": OTHERS, "websockets": OTHERS}
    assert [text.get_fontweight() for text in axes.texts].count("bold") == 1


@pytest.mark.parametrize(
    ("color", "least"),
    [(Hue.BLUE.hex, 3), (Hue.VERMILLION.hex, 3), (OTHERS, 3), (FAINT, 4.5), (LIMIT_INK, 4.5)],
)
def test_everything_stands_out_from_the_card(color: str, least: float) -> None:
    """3:1 for shapes and 4.5:1 for words (WCAG 2.2), on any page: the card is opaque."""
    assert contrast(from_hex(color), from_hex(CARD)) >= least


@pytest.mark.parametrize("peer", ["scratch", "tcp"])
def test_a_single_peer_can_be_drawn(peer: str) -> None:
    """Even the limit alone, and one that has cost nothing that the clock could tell."""
    drawn = chart(report(row(ECHO, peer, 10.0)), ECHO)
    assert repr(drawn) == f"{ECHO.name}, µs/message: {peer} 10.0"
    nothing = row(MEMORY, peer, 0.0)
    assert chart(report(nothing), MEMORY)._repr_png_()[0].startswith(PNG)


def test_what_was_not_measured_is_not_drawn() -> None:
    """An empty picture would say that it costs nothing."""
    with pytest.raises(ValueError, match="echo 1 KiB text, one at a time was not measured"):
        chart(report(), echo(1024))
    with pytest.raises(ValueError, match="none of the goals"):
        goals_chart(())


def test_a_goal_is_a_bar_and_the_line_is_what_is_allowed() -> None:
    """0.25 of 0.5 is half, 1.25 of 1.3 a little less than all."""
    axes = goals_chart(report().goals).axes[0]
    lengths = {name.partition("\n")[2]: bar.get_width() for name, bar in bars(axes).items()}
    assert lengths["scratch ≤ 0.5 × websockets"] == 0.5
    assert lengths["scratch ≤ 1.3 × gorilla"] == pytest.approx(1.25 / 1.3)
    assert lines(axes) == [1]
    assert "0.25  met" in words(axes)


def test_a_missed_goal_has_another_colour_and_says_so() -> None:
    """Colour alone says nothing."""
    missed = report(row(ECHO, "scratch", 10.0), row(ECHO, "websockets", 15.0))
    axes = goals_chart(missed.goals).axes[0]
    (bar,) = bars(axes).values()
    assert to_hex(bar.get_facecolor()) == Hue.VERMILLION.hex
    assert words(axes)[-1] == "0.67  missed"


def test_a_folder_gets_a_png_for_each_workload_and_one_for_the_goals(tmp_path: Path) -> None:
    """It is made, and the names need no quotes."""
    files = save(report(), tmp_path / "new" / "plots")
    assert [file.name for file in files] == [
        "echo-64-b-text-one-at-a-time.png",
        "fan-out-of-one-message-to-1000.png",
        "memory-of-2000-idle-connections.png",
        "goals.png",
    ]
    assert all(file.read_bytes().startswith(PNG) for file in files)


def test_somebodys_style_changes_nothing() -> None:
    """The same bytes, whatever is set."""
    before = chart(report(), ECHO)._repr_png_()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        assert chart(report(), ECHO)._repr_png_() == before
