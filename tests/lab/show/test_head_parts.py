"""A head is taken apart line by line, well formed or not."""

import pytest

from tests.lab.show.samples import REQUEST, RESPONSE
from wsdemo.lab.show.head_parts import head_section, is_head, lines, split_head, upgrades
from wsdemo.lab.show.parts import Part, Veil


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1", b"HTTP/1.1 101", b"POST / HTTP/1.0"])
def test_http_is_told_from_frames(data: bytes) -> None:
    """By how it begins."""
    assert is_head(data)


@pytest.mark.parametrize("first", [0x00, 0x01, 0x02, 0x40, 0x41, 0x42, 0x81, 0x88, 0xC1])
def test_no_legal_frame_is_taken_for_http(first: int) -> None:
    """Whatever its length octet is, compressed frames with letters in them included."""
    assert not any(is_head(bytes([first, second]) + b" HTTP/1.1") for second in range(256))


def test_a_head_ends_at_the_empty_line() -> None:
    """What comes behind is something else; without the line, all is head."""
    assert split_head(REQUEST + b"\x81\x00") == (REQUEST, b"\x81\x00")
    assert split_head(b"GET / HTTP/1.1\r\n") == (b"GET / HTTP/1.1\r\n", b"")


def test_every_octet_is_in_a_field_with_a_note() -> None:
    """Start line, names, values and separators, and each line of the handshake explained."""
    section = head_section(REQUEST)
    assert b"".join(field.data for field in section.fields) == REQUEST
    assert [field.note for field in section.fields][:3] == [
        "request line",
        "the server's name and port",
        "to which protocol",
    ]
    assert all(field.note for field in section.fields)
    host = section.fields[1]
    assert [span.part for span in host.spans] == [Part.NAME, Part.BREAK, Part.VALUE, Part.BREAK]


def test_the_size_is_told_unless_it_may_vary() -> None:
    """Hiding the version of a library hides how long its name is."""
    assert head_section(RESPONSE).title == "HTTP/1.1 101 Switching Protocols [166 bytes]"
    assert head_section(RESPONSE, hide=True).title == "HTTP/1.1 101 Switching Protocols"


def test_hiding_veils_the_port_only() -> None:
    """The address stays."""
    host = head_section(REQUEST, hide=True).fields[1]
    assert [span.data for span in host.spans if span.veil is Veil.VALUE] == [b"43567"]


@pytest.mark.parametrize("line", [b"no colon here\r\n", b" folded\r\n", b": no name\r\n"])
def test_what_is_no_header_is_shown_as_such(line: bytes) -> None:
    """A broken line is drawn and not hidden."""
    section = head_section(b"GET / HTTP/1.1\r\n" + line)
    assert section.fields[1].note == "not a header"
    assert section.fields[1].data == line


def test_lines_keep_their_breaks() -> None:
    """Also when a peer ends them with a lone line feed, or not at all."""
    assert lines(b"a\r\nb\nc") == [b"a\r\n", b"b\n", b"c"]


@pytest.mark.parametrize(
    ("head", "frames"),
    [
        (REQUEST, True),
        (RESPONSE, True),
        (b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", False),
    ],
)
def test_frames_follow_an_upgrade(head: bytes, frames: bool) -> None:
    """Asked for or granted; a body follows everything else."""
    assert upgrades(head) is frames
