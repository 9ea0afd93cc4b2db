"""Octets are laid out in lines whose offsets are right, or left out when they cannot be."""

from wsdemo.lab.show.lines import Line, layout, plain
from wsdemo.lab.show.parts import Octet, Part, Span, Veil


def octets(data: bytes, veil: Veil = Veil.NONE) -> list[Octet]:
    """List the octets of a payload."""
    return list(Span(Part.PAYLOAD, data, veil).octets())


def test_lines_have_a_size_and_an_offset() -> None:
    """The note stands on the first."""
    lines, end = layout(octets(b"abcdefghij"), 4, 8, note="payload", limit=64, total=10)
    assert [line.offset for line in lines] == ["0004", "000c"]
    assert [line.chars for line in lines] == ["abcdefgh", "ij"]
    assert [line.note for line in lines] == ["payload", ""]
    assert end == 14


def test_behind_a_hidden_length_no_offset_is_known() -> None:
    """A wrong number would be worse than none."""
    lines, end = layout(octets(b"Python/3.11", Veil.LENGTH), 4, 8, limit=64, total=11)
    assert [line.offset for line in lines] == ["0004"]
    assert end is None
    assert layout(octets(b"ab"), end, 8, limit=64, total=2)[0][0].offset == ""


def test_a_long_field_is_cut() -> None:
    """The rest is counted, and the offset goes on behind it."""
    lines, end = layout(octets(bytes(100)), 0, 8, limit=64, total=100)
    assert len(lines) == 9
    assert lines[-1].digits == "… 36 bytes more"
    assert end == 100


def test_a_little_more_than_the_limit_is_shown() -> None:
    """A line that says how much is left out is no shorter than the rest itself."""
    lines, _ = layout(octets(bytes(66)), 0, 8, limit=64, total=66)
    assert sum(len(line.octets) for line in lines) == 66


def test_plain_lines_stand_in_columns() -> None:
    """As wide as the longest of them needs."""
    shown = octets(b"Hello")
    drawn = plain([Line(0, shown[:1], "one"), Line(1, shown, "two")])
    assert list(drawn) == ["0000  48              H      one", "0001  48 65 6c 6c 6f  Hello  two"]


def test_a_long_note_is_wrapped() -> None:
    """No line is wider than 100 columns."""
    drawn = list(plain([Line(0, octets(bytes(16)), "word " * 20)]))
    assert max(map(len, drawn)) <= 100
    assert sum(line.count("word") for line in drawn) == 20
