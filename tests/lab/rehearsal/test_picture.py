"""The picture of a rehearsal: an arrow for each message, a cross where one is lost."""

import pytest
from matplotlib.text import Annotation

from wsdemo.lab.rehearsal import Keeper, Member, rehearse
from wsdemo.lab.rehearsal.picture import Diagram, words
from wsdemo.lab.rehearsal.stage import Rehearsal, Trip

LOST_ACK = ["carry", "ann says", "carry 3", "cut ann", "back ann"]


@pytest.fixture
def played() -> Rehearsal:
    """Ann's ack is lost."""
    return rehearse(Member, Keeper, LOST_ACK, ["ann", "bob"])


def test_each_message_is_an_arrow_with_its_words(played: Rehearsal) -> None:
    """And each lost one ends in a cross."""
    diagram = played.plot()
    (axes,) = diagram.axes
    arrows = [text for text in axes.texts if isinstance(text, Annotation)]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert len(arrows) == len(played.trips)
    assert len(crosses) == sum(trip.lost for trip in played.trips) == 1
    assert {words(trip) for trip in played.trips} <= {text.get_text() for text in axes.texts}


def test_the_server_stands_in_the_middle(played: Rehearsal) -> None:
    """However many people there are."""
    (axes,) = played.plot().axes
    names = [text.get_text() for text in axes.texts if text.get_fontweight() == "bold"]
    assert names == ["ann", "server", "bob"]


def test_who_is_away_has_no_line(played: Rehearsal) -> None:
    """It ends at the cut, and begins again when they are back."""
    (axes,) = played.plot().axes
    solid = [line for line in axes.lines if len(line.get_xdata()) == 2]  # type: ignore[arg-type]
    assert len(solid) == 4  # ann's is in two parts


def test_it_reads_as_text(played: Rehearsal) -> None:
    """For whoever can't see it, and for nbval."""
    lines = repr(Diagram(played)).splitlines()
    assert lines[:3] == ["ann → server: after 0", "bob → server: after 0", "ann: says"]
    assert "server → ann: ack 1, lost" in lines
    assert lines[-1] == "server → ann: ack 1"


def test_it_is_a_picture_and_the_same_every_time(played: Rehearsal) -> None:
    """Byte by byte: a notebook's outputs are compared."""
    first, size = played.plot()._repr_png_()
    assert first.startswith(b"\x89PNG")
    assert size["width"] > 400
    assert first == played.plot()._repr_png_()[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [('{"ack": 3}', "ack 3"), ('{"say": "x", "seq": 1}', "say x, seq 1"), ("7", "7")],
)
def test_a_message_is_written_short(text: str, shown: str) -> None:
    """Names and values, without the signs of JSON."""
    assert words(Trip("ann", True, text, 0)) == shown
