"""The bit diagram: the picture, the list of fields, and the rule that is broken."""

import pytest

from tests.lab.show.pages import check
from tests.lab.show.samples import HELLO, REQUEST, UP, entry
from wsdemo.lab.show.bits import bits
from wsdemo.protocol.frames import Frame, Opcode


def test_the_fields_are_listed_below_the_picture() -> None:
    """Short ones in bits, long ones in hex, each with what it means."""
    assert repr(bits(HELLO)).splitlines()[-11:] == [
        "field        value           meaning",
        "───────────  ──────────────  ────────────────────────────────",
        "FIN          1               the last frame of its message",
        "RSV1         0               not used",
        "RSV2         0               not used",
        "RSV3         0               not used",
        "opcode       0001            TEXT, a data frame",
        "MASK         1               masked, as a client's frames are",
        "payload len  0000101         5 bytes",
        "masking key  37 fa 21 3d     XORed with the payload",
        "payload      7f 9f 4d 51 58  'Hello'",
    ]


def test_html_has_a_cell_for_every_bit() -> None:
    """And for every field, over its bits."""
    page = check(bits(HELLO))
    names, listed = page.text.split("fieldvaluemeaning")
    ruler = "".join(map(str, range(32)))
    assert names.startswith(ruler + "FINRSV1RSV2RSV3opcode0x1MASKpayload len5masking key37 fa")
    assert "1000000110000101" in names
    assert "TEXT, a data frame" in listed


def test_a_recorded_frame_hides_its_key() -> None:
    """Two runs, one display."""
    other = Frame(Opcode.TEXT, b"Hello", masking_key=b"\x00\x01\x02\x03")
    one, two = bits(entry(UP, HELLO)), bits(entry(UP, other))
    assert repr(one) == repr(two)
    assert check(one).text == check(two).text


def test_a_long_payload_is_cut() -> None:
    """Its beginning is drawn, and the rest counted."""
    diagram = bits(Frame(Opcode.BINARY, bytes(1000)))
    assert "\n… and 992 bytes of payload more\n" in repr(diagram)
    assert "… and 992 bytes of payload more" in check(diagram).text


def test_the_broken_rule_is_named() -> None:
    """Between the picture and the list."""
    diagram = bits(b"\x83\x00")
    assert "\n✗ reserved opcode 0x3\n\nfield" in repr(diagram)
    assert "✗ reserved opcode 0x3" in check(diagram).text


def test_a_payload_cannot_become_html() -> None:
    """It is quoted as text."""
    assert "'<script>'" in check(bits(Frame(Opcode.TEXT, b"<script>"))).text


@pytest.mark.parametrize(("data", "why"), [(b"", "no bytes"), (REQUEST, "use hexdump")])
def test_what_has_no_bit_fields_is_refused(data: bytes, why: str) -> None:
    """With a word on what to do instead."""
    with pytest.raises(ValueError, match=why):
        bits(data)
