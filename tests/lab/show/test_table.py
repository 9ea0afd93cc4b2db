"""The table: aligned plain text of a bounded width, and HTML that shows text as text."""

import pytest

from wsdemo.lab.show.table import Code, Table, show
from wsdemo.lab.show.text import width

REPORT = Table(
    headers=["sent", "came back", "ms"],
    rows=[["GET /ws", "101", 1.25], ["GET /", "404", 12], ["PUT /ws", None, None]],
    title="Three requests",
    marks={0: "ok", 1: "warn", 2: "bad"},
)


def test_plain_form_is_aligned_under_one_rule() -> None:
    """Text stands left, numbers right, a missing value is a dash, a mark is a sign."""
    assert repr(REPORT).splitlines() == [
        "Three requests",
        "",
        "  sent     came back    ms",
        "  ───────  ─────────  ────",
        "✓ GET /ws  101        1.25",
        "! GET /    404          12",
        "✗ PUT /ws  –             –",
    ]


def test_without_marks_and_title_nothing_stands_before_the_rows() -> None:
    """The column of signs is there only when a row is marked."""
    assert repr(Table(["a", "b"], [[1, "x"]])).splitlines() == ["a  b", "─  ─", "1  x"]


def test_alignment_can_be_given() -> None:
    """One letter a column replaces the choice by type."""
    table = Table(["code", "name"], [[1000, "x"]], align="lr")
    assert repr(table).splitlines()[-1] == "1000     x"


def test_long_text_is_wrapped_to_a_bounded_width() -> None:
    """However long the cells are, no line is wider than 100 columns, and no word is lost."""
    plain = repr(Table(["a", "b", "c"], [["word " * 60, "x" * 300, 5]]))
    assert max(map(len, plain.splitlines())) <= 100
    assert plain.count("word") == 60
    assert plain.count("x") == 300


def test_wide_characters_keep_the_columns_straight() -> None:
    """A character that takes two cells counts as two."""
    lines = repr(Table(["a", "b"], [["日本", 1], ["né", 2]])).splitlines()
    assert width(lines[2]) == width(lines[3])


def test_control_characters_are_shown_and_not_sent_to_the_terminal() -> None:
    """An escape sequence or a text-reversing character from the peer arrives as its escape."""
    assert show("\x1b[31m\u202e") == "\\x1b[31m\\u202e"


@pytest.mark.parametrize(
    ("value", "text"), [(0.123456, "0.1235"), (12345.6, "12346"), (1000, "1000"), (True, "True")]
)
def test_numbers_are_short_and_codes_are_whole(value: object, text: str) -> None:
    """A float keeps four digits, an integer (a close code, say) gets no separator."""
    assert show(value) == text


def test_html_shows_text_as_text() -> None:
    """What a peer sent cannot become an element of the page."""
    markup = Table(["<h>"], [["<script>"], [Code("<b>")]], title="<i>")._repr_html_()
    assert not any(f"<{tag}>" in markup for tag in ("script", "b", "i", "h"))
    assert "&lt;script&gt;" in markup


def test_html_carries_the_sign_beside_the_colour() -> None:
    """A mark can be read without seeing its colour."""
    markup = REPORT._repr_html_()
    assert all(f"<strong>{sign}</strong>" in markup for sign in "✓!✗")


def test_a_row_of_the_wrong_length_is_named() -> None:
    """A report that would come out crooked is refused where it is made."""
    with pytest.raises(ValueError, match="row 1 has 1 cells for 2 headers"):
        Table(["a", "b"], [[1, 2], [3]])


def test_an_alignment_of_the_wrong_length_is_named() -> None:
    """Each column needs its letter."""
    with pytest.raises(ValueError, match="'l'"):
        Table(["a", "b"], [], align="l")
