"""The dump: fixed plain text, and HTML that says the same."""

import pytest

from tests.lab.show.pages import check
from tests.lab.show.samples import HELLO, KEY, REQUEST, RESPONSE, UP, conversation, entry
from wsdemo.lab.show.hexdump import hexdump
from wsdemo.protocol.frames import Frame, Opcode


def test_a_frame_is_dumped_field_by_field() -> None:
    """The masked Hello of RFC 6455, 5.7, to the letter."""
    assert repr(hexdump(HELLO.serialize())).splitlines() == [
        "TEXT 'Hello' [5 bytes, masked]",
        "",
        "0000  81              .      FIN=1 opcode=1 TEXT",
        "0001  85              .      MASK=1 length=5",
        "0002  37 fa 21 3d     7.!=   masking key",
        "0006  7f 9f 4d 51 58  ..MQX  payload, masked → 'Hello'",
    ]


def test_a_recorded_frame_hides_its_key() -> None:
    """Two runs, two keys, one display."""
    other = Frame(Opcode.TEXT, b"Hello", masking_key=b"\x00\x01\x02\x03")
    one, two = hexdump(entry(UP, HELLO)), hexdump(entry(UP, other))
    assert repr(one) == repr(two)
    assert one._repr_html_() == two._repr_html_()
    assert "0006  ·· ·· ·· ·· ··  ·····  payload, masked → 'Hello'" in repr(one)


def test_a_recorded_handshake_hides_what_varies() -> None:
    """Port, key and versions; also how long the name of a version is."""
    varied = REQUEST.replace(b"43567", b"50001").replace(b"dGhl", b"AAAA")
    varied = varied.replace(b"Python/3.11 websockets/17.4", b"Python/3.14 websockets/18.10")
    one, two = hexdump(REQUEST, hide=True), hexdump(varied, hide=True)
    assert repr(one) == repr(two)
    assert one._repr_html_() == two._repr_html_()
    assert repr(hexdump(REQUEST)) != repr(hexdump(varied))


def test_a_handshake_is_dumped_line_by_line() -> None:
    """Each header begins a line, with its offset and what it is for."""
    lines = repr(hexdump(RESPONSE)).splitlines()
    assert lines[:5] == [
        "HTTP/1.1 101 Switching Protocols [166 bytes]",
        "",
        "0000  48 54 54 50 2f 31 2e 31 20 31 30 31 20 53 77 69  HTTP/1.1 101 Swi  status line",
        "0010  74 63 68 69 6e 67 20 50 72 6f 74 6f 63 6f 6c 73  tching Protocols",
        "0020  0d 0a                                            ..",
    ]
    assert max(map(len, lines)) <= 100


def test_without_notes_lines_are_full() -> None:
    """A dump as everybody knows it."""
    assert repr(hexdump(HELLO, annotate=False)) == (
        "0000  81 85 37 fa 21 3d 7f 9f 4d 51 58  ..7.!=..MQX"
    )


def test_without_notes_the_colours_are_named() -> None:
    """Once each, below."""
    page = check(hexdump(HELLO, annotate=False))
    assert page.text.endswith("FIN, RSV, opcode MASK, length masking key payload")


def test_a_broken_rule_stands_above_the_bytes() -> None:
    """In words, with a sign."""
    lines = repr(hexdump(Frame(Opcode.PING), from_client=True)).splitlines()
    assert lines[:2] == ["PING [0 bytes]", "✗ unmasked PING frame from a client"]
    assert "✗ unmasked PING frame" in check(hexdump(Frame(Opcode.PING), from_client=True)).text


def test_offsets_run_through_all_sections() -> None:
    """The second frame begins where the first ends."""
    plain = repr(hexdump(HELLO.serialize() * 2))
    assert "000b  81" in plain


def test_long_payloads_are_cut() -> None:
    """A megabyte is not worth a megabyte of HTML."""
    dump = hexdump(Frame(Opcode.BINARY, bytes(2**20)))
    assert "… 1,048,512 bytes more" in repr(dump)
    assert len(check(dump).text) < 2_000
    assert len(repr(hexdump(bytes(2**20), annotate=False))) < 5_000


@pytest.mark.parametrize("annotate", [True, False])
def test_html_says_what_the_plain_form_says(annotate: bool) -> None:
    """Every octet and every note is in both."""
    dump = hexdump(REQUEST + HELLO.serialize(), annotate=annotate)
    plain = [word for word in repr(dump).split() if word.isascii()]
    text = check(dump).text
    assert all(word in text for word in plain)


def test_a_payload_cannot_become_html() -> None:
    """Nor can a request target or a header."""
    frame = Frame(Opcode.TEXT, b"<script>alert(1)</script>", masking_key=KEY)
    evil = REQUEST.replace(b"/chat", b"/<script>").replace(b"Host: ", b"Host: <script>")
    assert "<script>" in check(hexdump(frame)).text
    assert "<script>" in check(hexdump(evil)).text


@pytest.mark.parametrize("number", range(9))
def test_every_entry_can_be_dumped(number: int) -> None:
    """Handshake, frames, faults and ends, without an address or a run's own values."""
    dump = hexdump(conversation()[number])
    assert "43567" not in repr(dump)
    assert repr(dump)
    assert "43567" not in check(dump).text


def test_no_bytes_are_said_to_be_none() -> None:
    """Rather than an empty cell."""
    assert repr(hexdump(b"")) == "no bytes"
