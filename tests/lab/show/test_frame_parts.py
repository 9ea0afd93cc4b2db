"""Every field of every form of frame gets its name, whether the frame is legal or not."""

from itertools import product

import pytest

from tests.lab.show.samples import HELLO, KEY
from wsdemo.lab.show.frame_parts import Layout, content, frame_section, judge
from wsdemo.lab.show.parts import Part, Section, Veil
from wsdemo.protocol.closing import Close
from wsdemo.protocol.frames import Frame, Opcode

SIZES = (0, 1, 125, 126, 65_535, 65_536)


def parts(section: Section) -> list[Part]:
    """List the parts of a section."""
    return [span.part for field in section.fields for span in field.spans]


def notes(section: Section) -> list[str]:
    """List the notes of a section."""
    return [field.note for field in section.fields]


@pytest.mark.parametrize(("size", "key"), [*product(SIZES, (None, KEY))])
def test_every_form_of_frame_is_named_to_the_last_octet(size: int, key: bytes | None) -> None:
    """Short, 16-bit and 64-bit lengths, masked or not: all octets belong to a field with a note."""
    octets = Frame(Opcode.BINARY, bytes(size), masking_key=key).serialize()
    section = frame_section(octets)
    extended = [Part.EXTENDED] * (size > 125)
    masked = [Part.KEY] * (key is not None)
    expected = [Part.FIRST, Part.LENGTH, *extended, *masked, *[Part.PAYLOAD] * (size > 0)]
    assert parts(section) == expected
    assert b"".join(field.data for field in section.fields) == octets
    assert all(notes(section))


@pytest.mark.parametrize("octet", range(256))
def test_every_first_octet_is_named(octet: int) -> None:
    """All bits set are told, and an unknown opcode is called reserved."""
    note = notes(frame_section(bytes([octet, 0])))[0]
    names = {opcode.value: opcode.name for opcode in Opcode}
    reserved = "".join(f"RSV{at + 1}=1 " for at in range(3) if octet & 0x40 >> at)
    opcode = octet & 0xF
    name = names.get(opcode, "reserved")
    assert note == f"FIN={octet >> 7} {reserved}opcode={opcode:X} {name}"


def test_hello_of_the_rfc_is_explained() -> None:
    """The masked frame of RFC 6455, 5.7."""
    section = frame_section(HELLO.serialize(), from_client=True)
    assert section.title == "TEXT 'Hello' [5 bytes, masked]"
    assert notes(section) == [
        "FIN=1 opcode=1 TEXT",
        "MASK=1 length=5",
        "masking key",
        "payload, masked → 'Hello'",
    ]


@pytest.mark.parametrize(
    ("size", "note", "length"),
    [
        (126, "MASK=0 length=126: it is in the next 2 bytes", "extended length=126"),
        (65_536, "MASK=0 length=127: it is in the next 8 bytes", "extended length=65,536"),
    ],
)
def test_a_long_length_is_explained(size: int, note: str, length: str) -> None:
    """Seven bits that say where the length is, and the length."""
    assert notes(frame_section(Frame(Opcode.BINARY, bytes(size)).serialize()))[1:3] == [
        note,
        length,
    ]


def test_a_close_frame_has_a_code_and_a_reason() -> None:
    """Two fields, each unmasked in words."""
    frame = Frame(Opcode.CLOSE, Close(1000, "bye").serialize(), masking_key=KEY)
    assert notes(frame_section(frame.serialize()))[3:] == [
        "close code, masked → 1000 (normal closure)",
        "close reason, masked → 'bye'",
    ]


@pytest.mark.parametrize("size", range(1, 11))
def test_a_frame_that_is_not_all_there_is_named_so_far(size: int) -> None:
    """Wherever it breaks off, the title says what is to come."""
    section = frame_section(HELLO.serialize()[:size])
    assert "to come" in section.title
    assert sum(len(field.data) for field in section.fields) == size


@pytest.mark.parametrize(
    ("octets", "from_client", "fault"),
    [
        ("8300", None, "reserved opcode 0x3"),
        ("8105 48656c6c6f", True, "unmasked TEXT frame from a client"),
        ("8180 00000000", False, "masked TEXT frame from a server"),
        ("0900", None, "fragmented PING frame"),
        ("817e 0001 41", None, "payload length 1 written in 2 extra bytes"),
        ("a100", None, "reserved bit RSV2 set in a TEXT frame"),
        ("c100", None, ""),
        ("8105 48656c6c6f", None, ""),
    ],
)
def test_the_broken_rule_is_named(octets: str, from_client: bool | None, fault: str) -> None:
    """By the protocol itself; what depends on more than the frame is not judged."""
    assert judge(bytes.fromhex(octets), from_client) == fault


def test_a_length_with_its_top_bit_set_is_shown_and_judged() -> None:
    """Reading stops there, and what is there is drawn."""
    section = frame_section(bytes.fromhex("82ff 8000000000000000 00000000 41"))
    assert Part.PAYLOAD in parts(section)
    assert "top bit" in section.fault


def test_hiding_veils_the_key_and_what_is_under_it() -> None:
    """The payload in words stays: it is the same in every run."""
    section = frame_section(HELLO.serialize(), hide=True)
    veils = [span.veil for field in section.fields for span in field.spans]
    assert veils == [Veil.NONE, Veil.NONE, Veil.VALUE, Veil.VALUE]
    assert section.fields[-1].note.endswith("'Hello'")


def test_an_unmasked_payload_is_never_veiled() -> None:
    """A server's bytes are what the server said."""
    section = frame_section(Frame(Opcode.TEXT, b"Pong").serialize(), hide=True)
    assert section.fields[-1].spans[0].veil is Veil.NONE


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (Frame(Opcode.TEXT, b"x" * 33), "'" + "x" * 32 + "'…"),
        (Frame(Opcode.TEXT, b"\xff\xfe"), "ff fe"),
        (Frame(Opcode.BINARY, b"AB"), "41 42"),
        (Frame(Opcode.TEXT, "\u202e".encode()), r"'\u202e'"),
        (Frame(Opcode.TEXT, b"\xf2H", rsv1=True), "compressed"),
        (Frame(Opcode.CLOSE, b"\x03\xe8bye"), "1000 (normal closure) 'bye'"),
        (Frame(Opcode.CLOSE), "''"),
    ],
)
def test_content_is_put_into_words(frame: Frame, said: str) -> None:
    """Text quoted, other octets in hex, both cut to a length."""
    assert content(Layout.read(frame.serialize())) == said


def test_what_a_recording_inflated_is_told() -> None:
    """A compressed payload says nothing by itself."""
    frame = Frame(Opcode.TEXT, b"\xf2H\xcd\xc9\xc9\x07\x00", rsv1=True)
    assert content(Layout.read(frame.serialize()), b"Hello") == "'Hello', compressed"
