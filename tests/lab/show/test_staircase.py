"""The stairs grow, name what is drawn, and are legible on any page."""

import struct

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from tests.lab.show.test_theme import contrast, from_hex
from wsdemo.lab.show.quantiles import CARD, INK
from wsdemo.lab.show.staircase import (
    FAINT,
    LIMIT_INK,
    PALE,
    SIZE,
    StairsFigure,
    draw,
    turns_chart,
)
from wsdemo.lab.show.theme import Hue

STEPS = {"readable": {1: 30.0, 16: 20.0}, "whole frames": {1: 13.0, 16: 7.5}}
OTHERS = {"tcp": {1: 8.0, 16: 0.5}, "websockets": {1: 22.0, 16: 15.0}}


def panels(figure: StairsFigure) -> tuple[Axes, Axes]:
    """Return the two plots of a figure."""
    one, many = figure.axes
    return one, many


def words(axes: Axes) -> list[str]:
    """Return all that is written in a plot."""
    return [text.get_text() for text in axes.texts]


def heights(axes: Axes) -> list[float]:
    """Return how high the bars are, in order."""
    return [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]


def data(axes: Axes, of: str = "y") -> list[list[float]]:
    """Return the coordinates of the lines, in order."""
    return [[float(each) for each in getattr(line, f"get_{of}data")()] for line in axes.lines]


def test_a_bar_is_as_high_as_its_cost() -> None:
    """From zero, in order, for each number of messages in flight."""
    one, many = panels(draw(STEPS, OTHERS, 6))
    assert heights(one) == [30, 13]
    assert heights(many) == [20, 7.5]
    assert one.get_ylim()[0] == 0


def test_the_newest_step_is_dark() -> None:
    """And its number bold: not by colour alone."""
    one, _ = panels(draw(STEPS, {}, 6))
    assert [to_hex(bar.get_facecolor()) for bar in one.patches] == [PALE, Hue.BLUE.hex]
    weights = {text.get_text(): text.get_fontweight() for text in one.texts}
    assert weights == {"30": "normal", "13": "bold"}


def test_there_is_room_for_the_steps_to_come() -> None:
    """So that the picture grows from cell to cell, and does not jump."""
    widths = {draw(dict([*STEPS.items()][:n]), {}, 6).axes[0].get_xlim() for n in (1, 2)}
    assert len(widths) == 1


def test_others_are_lines_with_their_names() -> None:
    """Behind the last bar, where nothing hides them."""
    one, _ = panels(draw(STEPS, OTHERS, 6))
    assert sorted(y for y, _ in data(one)) == [8, 22]
    assert {"plain TCP\n8", "websockets\n22"} <= set(words(one))


def test_it_reads_as_text_where_there_are_no_pictures() -> None:
    """All of it."""
    assert repr(draw(STEPS, OTHERS, 6)) == (
        "one message at a time: tcp 8 µs, websockets 22 µs, readable 30 µs, whole frames 13 µs\n"
        "16 in flight: tcp 0.5 µs, websockets 15 µs, readable 20 µs, whole frames 7.5 µs"
    )


def test_no_step_is_no_picture() -> None:
    """There is nothing to grow from."""
    with pytest.raises(ValueError, match="there is no step to draw"):
        draw({}, OTHERS, 6)


def test_first_turns_are_lines_by_name() -> None:
    """From the first on, from zero."""
    figure = turns_chart({"fresh memory": [28.0, 13.0], "one memory": [14.0, 13.0]})
    (axes,) = figure.axes
    assert data(axes) == [[28, 13], [14, 13]]
    assert data(axes, of="x")[0] == [1, 2]
    assert repr(figure) == "fresh memory: 28, 13\none memory: 14, 13"


def test_a_picture_is_opaque_and_twice_as_dense_as_the_page() -> None:
    """PNG, with the size at which to show it."""
    png, size = draw(STEPS, OTHERS, 6)._repr_png_()
    width, height = struct.unpack(">II", png[16:24])
    assert size == {"width": width // 2, "height": height // 2}
    assert size["width"] == round(SIZE[0] * 80)


def test_all_inks_stand_out_from_the_card() -> None:
    """WCAG 2.2, 1.4.3: 4.5:1 for text; 1.4.11: 3:1 for what is drawn and matters."""
    assert min(contrast(from_hex(ink), from_hex(CARD)) for ink in (INK, FAINT, LIMIT_INK)) >= 4.5
    assert (
        min(contrast(from_hex(hue.hex), from_hex(CARD)) for hue in (Hue.BLUE, Hue.VERMILLION)) >= 3
    )
