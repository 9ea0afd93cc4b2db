"""Octets know their part, and how much of them may be seen."""

import pytest

from wsdemo.lab.show.parts import Field, Part, Span, Veil


def test_every_part_has_a_colour() -> None:
    """And neighbours in a frame have different ones."""
    hues = [part.hue for part in Part]
    assert len(hues) == len(Part)
    assert len({part.hue for part in list(Part)[:5]}) == 5


@pytest.mark.parametrize(
    ("veil", "digits", "chars"),
    [(Veil.NONE, "4f 4b", "OK"), (Veil.VALUE, "·· ··", "··"), (Veil.LENGTH, "…", "…")],
)
def test_a_veil_hides_values_or_even_how_many_there_are(
    veil: Veil, digits: str, chars: str
) -> None:
    """What differs from run to run has to go, and what does not may stay."""
    shown = list(Span(Part.VALUE, b"OK", veil).octets())
    assert " ".join(octet.digits for octet in shown) == digits
    assert "".join(octet.char for octet in shown) == chars
    assert sum(octet.size for octet in shown) == 2


def test_a_field_joins_its_spans() -> None:
    """In their order."""
    field = Field((Span(Part.NAME, b"Host"), Span(Part.BREAK, b": ")), "")
    assert field.data == b"Host: "
    assert [octet.part for octet in field.octets()] == [Part.NAME] * 4 + [Part.BREAK] * 2
