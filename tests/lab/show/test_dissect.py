"""Whatever is at hand becomes bytes, and bytes become sections."""

import pytest

from tests.lab.show.samples import DOWN, HELLO, REQUEST, RESPONSE, UP, entry
from wsdemo.lab.chunks import Kind
from wsdemo.lab.entries import Body, End, Fault, InflatedFrame, Opaque
from wsdemo.lab.show.dissect import Data, Sample
from wsdemo.protocol.frames import Frame, Opcode

OCTETS = HELLO.serialize()


@pytest.mark.parametrize(
    "data", [OCTETS, bytearray(OCTETS), memoryview(OCTETS), HELLO, entry(UP, HELLO)]
)
def test_bytes_are_found_in_whatever_is_given(data: Data) -> None:
    """A frame, an entry, or bytes of any kind."""
    assert Sample.take(data).data == OCTETS


def test_an_entry_is_veiled_unless_told_otherwise() -> None:
    """It was recorded, so the next run has another key; bytes were written down."""
    assert Sample.take(entry(UP, HELLO)).hide
    assert not Sample.take(entry(UP, HELLO), hide=False).hide
    assert not Sample.take(OCTETS).hide
    assert Sample.take(OCTETS, hide=True).hide


def test_an_entry_knows_who_sent_it() -> None:
    """Unless somebody knows better."""
    assert Sample.take(entry(UP, HELLO)).from_client is True
    assert Sample.take(entry(DOWN, HELLO)).from_client is False
    assert Sample.take(entry(DOWN, HELLO), from_client=True).from_client is True
    assert Sample.take(OCTETS).from_client is None


def test_frames_follow_a_handshake() -> None:
    """And other frames follow those."""
    titles = [section.title for section in Sample.take(REQUEST + OCTETS + OCTETS).sections]
    assert titles == ["GET /chat HTTP/1.1 [199 bytes]"] + ["TEXT 'Hello' [5 bytes, masked]"] * 2


def test_a_body_follows_a_refusal() -> None:
    """No frame does."""
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
    assert [section.title for section in Sample.take(refusal).sections][1] == "Body [2 bytes]"


def test_no_octet_is_lost() -> None:
    """Whatever they are, the sections together hold all of them."""
    for data in (REQUEST + OCTETS, RESPONSE + b"\x83", bytes(range(256)), b"\xff" * 20):
        fields = [field for section in Sample.take(data).sections for field in section.fields]
        assert b"".join(field.data for field in fields) == data


def test_a_flood_of_frames_is_cut() -> None:
    """A megabyte of zeros would be half a million empty frames."""
    sections = Sample.take(bytes(2**20)).sections
    assert len(sections) == 101
    assert sections[-1].title == "1,048,376 bytes more, not taken apart"


def test_a_compressed_frame_is_told_by_its_recording() -> None:
    """The recording has seen the messages before, which the octets refer to."""
    frame = InflatedFrame(Opcode.TEXT, b"Hello", rsv1=True, compressed=7)
    raw = Frame(Opcode.TEXT, b"\xf2H\xcd\xc9\xc9\x07\x00", rsv1=True).serialize()
    section = Sample.take(entry(DOWN, frame, raw)).sections[0]
    assert section.title == str(frame)
    assert section.fields[-1].note == "payload, compressed → 'Hello'"


def test_a_fault_stands_on_the_bytes_that_break_the_rule() -> None:
    """With the close code that it earns."""
    fault = entry(UP, Fault("CONTINUATION frame without a beginning", 1002), b"\x80\x80abcd")
    section = Sample.take(fault).sections[0]
    assert section.fault == "CONTINUATION frame without a beginning (1002)"
    assert section.fields[0].note == "FIN=1 opcode=0 CONTINUATION"


def test_a_broken_head_is_shown_as_lines() -> None:
    """An HTTP status says that it was meant to be one."""
    section = Sample.take(entry(UP, Fault("no HTTP", 400), b"hello\r\n\r\n")).sections[0]
    assert section.fault == "no HTTP (400)"
    assert [field.note for field in section.fields] == ["request line", "empty line: the head ends"]


@pytest.mark.parametrize(
    ("data", "title", "fields"),
    [
        (entry(UP, Opaque("TLS", b"\x16"), b"\x16"), "TLS [1 byte]", 1),
        (entry(DOWN, Body(b"no"), b"no"), "BODY 'no' [2 bytes]", 1),
        (entry(UP, End(Kind.EOF)), "FIN", 0),
        (entry(UP, Fault("server not reached")), "FAULT server not reached", 0),
    ],
)
def test_every_kind_of_entry_has_a_section(data: Data, title: str, fields: int) -> None:
    """Also one without bytes."""
    (section,) = Sample.take(data).sections
    assert (section.title, len(section.fields)) == (title, fields)
