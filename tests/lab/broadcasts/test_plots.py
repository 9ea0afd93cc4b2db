"""The picture of all designs: every number is written at its mark."""

import pytest
from matplotlib.axes import Axes

from wsdemo.lab.broadcasts.measuring import Outcome
from wsdemo.lab.broadcasts.plots import plot

ROWS = [
    Outcome("Naive", 9, 57, 66.4, 0.777, 16_404, None),
    Outcome("Queues", 72, 432, 721.0, 0.0042, 1_048_596, None),
]


def _labels(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_a_row_for_each_design_and_three_scales() -> None:
    """Deliveries, lateness, memory: the first and the last from zero, the middle one in decades."""
    rate, late, held = plot(ROWS).axes
    assert [label.get_text() for label in rate.get_yticklabels()] == ["Naive", "Queues"]
    assert (_labels(rate), _labels(late)) == (["66", "721"], ["777", "4.2"])
    assert _labels(held) == ["16", "1,024"]
    assert (rate.get_xlim()[0], late.get_xscale(), held.get_xlim()[0]) == (0, "log", 0)


def test_it_reads_as_text() -> None:
    """Where no picture is shown."""
    words = repr(plot(ROWS))
    assert words.splitlines()[0] == "Naive: 66 deliveries/s, p99 777 ms, 16 KiB held"


def test_it_displays_itself() -> None:
    """As a PNG."""
    data, size = plot(ROWS).png()
    assert data.startswith(b"\x89PNG")
    assert size["width"] > size["height"] > 0


def test_nothing_is_no_picture() -> None:
    """An empty list is a mistake."""
    with pytest.raises(ValueError, match="no outcome"):
        plot([])
