"""Frames of the suite: octets by hand, and whatever an endpoint may send read as it came."""

from __future__ import annotations

import random

import pytest

from wsdemo.lab.conformance.frames import (
    Frame,
    Reader,
    Seen,
    bad,
    binary,
    close,
    mask,
    more,
    other,
    ping,
    pong,
    quoted,
    size_of,
    text,
)

KEY = bytes.fromhex("37fa213d")

# RFC 6455, 5.7, in its order; then what no endpoint may send.
UNMASKED = [
    (text("Hello"), "8105 48656c6c6f"),
    (text("Hel", fin=False), "0103 48656c"),
    (more("lo"), "8002 6c6f"),
    (ping("Hello"), "8905 48656c6c6f"),
    (pong("Hello"), "8a05 48656c6c6f"),
    (binary(b"\7" * 256), "827e0100" + "07" * 256),
    (binary(b"\7" * 65_536), "827f0000000000010000" + "07" * 65_536),
    (close(), "8800"),
    (close(1000), "8802 03e8"),
    (close(1001, "bye"), "8805 03e9 627965"),
    (close(0), "8802 0000"),
    (other(3), "8300"),
    (other(15, "x"), "8f01 78"),
    (text("a", rsv=1), "9101 61"),
    (text("a", rsv=2), "a101 61"),
    (text("a", rsv=4), "c101 61"),
    (close(rsv=7), "f800"),
    (ping("a", fin=False), "0901 61"),
    (ping(b"a" * 126), "897e007e" + "61" * 126),
    (binary(b"ab", size=2), "827e0002 6162"),
    (binary(b"ab", size=8), "827f0000000000000002 6162"),
    (binary(b"ab", announced=5), "8205 6162"),
    (binary(announced=2**64 - 1), "827fffffffffffffffff"),
]
MASKED = [
    (text("Hello"), "8185 37fa213d 7f9f4d5158"),
    (pong("Hello"), "8a85 37fa213d 7f9f4d5158"),
    (text(), "8180 37fa213d"),
    (binary(b"ab", announced=2**40), "82ff0000010000000000 37fa213d 5698"),
    (ping("a", key=b"\1\2\3\4"), "8981 01020304 60"),
]


@pytest.mark.parametrize(("frame", "octets"), UNMASKED)
def test_octets_of_a_server(frame: Frame, octets: str) -> None:
    """Legal or not, a frame is put together from its parts."""
    assert frame.serialize() == bytes.fromhex(octets)


@pytest.mark.parametrize(("frame", "octets"), MASKED)
def test_octets_of_a_client(frame: Frame, octets: str) -> None:
    """The same with a key, and the payload under it."""
    assert frame.serialize(masked=True) == bytes.fromhex(octets)


def test_a_frame_may_have_the_mask_that_its_sender_must_not() -> None:
    """What the case says goes before what the role demands."""
    assert text("a", masked=True).serialize(masked=False) == bytes.fromhex("8181 37fa213d 56")
    assert text("a", masked=False).serialize(masked=True) == bytes.fromhex("8101 61")


@pytest.mark.parametrize(
    ("length", "head"),
    [(125, "827d"), (126, "827e007e"), (65_535, "827effff"), (65_536, "827f0000000000010000")],
)
def test_a_length_has_its_shortest_form(length: int, head: str) -> None:
    """Unless a case asks for another one."""
    octets = binary(bytes(length)).serialize()
    assert octets == bytes.fromhex(head) + bytes(length)


def test_a_mask_is_an_exclusive_or() -> None:
    """Octet i with octet i mod 4 of the key, and the same again takes it off."""
    rng = random.Random(6455)
    for length in range(10):
        payload, key = rng.randbytes(length), rng.randbytes(4)
        wanted = bytes(octet ^ key[at % 4] for at, octet in enumerate(payload))
        assert mask(payload, key) == wanted
        assert mask(wanted, key) == payload
    assert mask(b"\0\0\0\0\0", KEY) == bytes.fromhex("37fa213d37")


@pytest.mark.parametrize("opcode", range(16))
def test_control_frames_are_told_by_the_top_bit_of_the_opcode(opcode: int) -> None:
    """Reserved ones too."""
    assert other(opcode).control == (opcode in (8, 9, 10, 11, 12, 13, 14, 15))


def test_a_frame_can_be_marked() -> None:
    """It is the one that must be refused; its octets are the same."""
    marked = bad(text("a", rsv=1))
    assert marked.bad
    assert not text("a", rsv=1).bad
    assert marked.serialize() == text("a", rsv=1).serialize()


STREAM = bytes.fromhex("0103 48656c 8900 8002 6c6f 8802 03e8")
FRAMES = [
    (1, b"Hel", False, 36 + 5),
    (9, b"", True, 36 + 7),
    (0, b"lo", True, 36 + 11),
    (8, b"\x03\xe8", True, 36 + 15),
]


def _parts(frames: list[Seen]) -> list[tuple[int, bytes, bool, int]]:
    return [(frame.opcode, frame.payload, frame.fin, frame.end) for frame in frames]


@pytest.mark.parametrize("step", [1, 2, 3, 5, 100])
def test_a_stream_is_cut_into_frames(step: int) -> None:
    """Whole, octet by octet, and anything between; positions are those of the whole stream."""
    reader = Reader(36)
    frames: list[Seen] = []
    for at in range(0, len(STREAM), step):
        frames += reader.feed(STREAM[at : at + step])
    assert _parts(frames) == FRAMES
    assert reader.rest == b""


@pytest.mark.parametrize("end", range(len(STREAM)))
def test_what_is_no_whole_frame_is_kept(end: int) -> None:
    """It is the rest, until more comes."""
    reader = Reader(36)
    frames = list(reader.feed(STREAM[:end]))
    whole = [parts for parts in FRAMES if parts[3] - 36 <= end]
    assert _parts(frames) == whole
    assert reader.rest == STREAM[whole[-1][3] - 36 if whole else 0 : end]
    assert _parts([*frames, *reader.feed(STREAM[end:])]) == FRAMES


def test_a_mask_is_taken_off_and_noted() -> None:
    """Whoever sends it: what a key was is seen, too."""
    (frame,) = Reader().feed(bytes.fromhex("8185 37fa213d 7f9f4d5158"))
    assert (frame.payload, frame.masked, frame.key, frame.end) == (b"Hello", True, KEY, 11)
    (frame,) = Reader().feed(bytes.fromhex("8105 48656c6c6f"))
    assert (frame.payload, frame.masked, frame.key, frame.end) == (b"Hello", False, b"", 7)


@pytest.mark.parametrize(("first", "rsv"), [("91", 1), ("a1", 2), ("c1", 4), ("f1", 7), ("81", 0)])
def test_reserved_bits_are_noted(first: str, rsv: int) -> None:
    """And nothing is refused for them."""
    (frame,) = Reader().feed(bytes.fromhex(first + "0161"))
    assert (frame.opcode, frame.fin, frame.rsv, frame.payload) == (1, True, rsv, b"a")


@pytest.mark.parametrize(
    ("octets", "size"), [("8101 61", 0), ("817e0001 61", 2), ("817f0000000000000001 61", 8)]
)
def test_lengths_are_read_in_every_form(octets: str, size: int) -> None:
    """The form is noted, and so are reserved opcodes and control frames that are too long."""
    (frame,) = Reader().feed(bytes.fromhex(octets))
    assert (frame.payload, frame.size, frame.end) == (b"a", size, 3 + size)
    (frame,) = Reader().feed(bytes.fromhex("0f7e007e") + b"a" * 126)
    assert (frame.opcode, frame.fin, len(frame.payload)) == (15, False, 126)


def test_a_length_that_nobody_has_is_waited_for() -> None:
    """The rest of the stream belongs to that frame."""
    reader = Reader()
    assert list(reader.feed(bytes.fromhex("827fffffffffffffffff 8900"))) == []
    assert len(reader.rest) == 12


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (text("Hello"), "TEXT 'Hello' [5 octets]"),
        (text(), "TEXT [0 octets]"),
        (text("Hel", fin=False), "TEXT 'Hel' [3 octets, more to come]"),
        (more("l"), "CONT 'l' [1 octet]"),
        (binary(b"\xfe" * 1000), f"BINARY {'fe ' * 23}fe… [1,000 octets]"),
        (text("a", rsv=4), "TEXT 'a' [1 octet, rsv 100]"),
        (ping("a", size=2), "PING 'a' [1 octet, length in 2 octets]"),
        (binary(announced=2**40), "BINARY [0 octets, announces 1,099,511,627,776]"),
        (pong("a", masked=True), "PONG 'a' [1 octet, masked]"),
        (pong("a", masked=False), "PONG 'a' [1 octet, unmasked]"),
        (close(), "CLOSE [0 octets]"),
        (close(1000), "CLOSE 1000 [2 octets]"),
        (close(1001, "bye"), "CLOSE 1001 'bye' [5 octets]"),
        (other(8, "a"), "CLOSE 'a' [1 octet]"),
        (other(3), "opcode 3 [0 octets]"),
        (other(11, "a"), "opcode 11 'a' [1 octet]"),
    ],
)
def test_shown_for_people(frame: Frame, shown: str) -> None:
    """What it is, what is in it, and what is odd about it."""
    assert str(frame) == shown


def test_what_came_is_shown_without_its_form() -> None:
    """A mask and a length belong to the case that is about them."""
    (frame,) = Reader().feed(bytes.fromhex("c1fe0001 37fa213d 56"))
    assert str(frame) == "TEXT 'a' [1 octet, rsv 100]"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", ""),
        (b"Hello", "'Hello'"),
        (b"it's", '"it\'s"'),
        ("Straße".encode(), "'Straße'"),
        (b"\x00\xff", "00 ff"),
        (b"a\n", "61 0a"),
        (b"\xce", "ce"),
        (b"a" * 24, f"'{'a' * 24}'"),
        (b"a" * 25, f"'{'a' * 24}'…"),
        (b"a" * 23 + "ß".encode(), f"'{'a' * 23}'…"),
        (b"a" * 23 + b"\xff" * 2, "61 " * 23 + "ff…"),
        (b"\xff" * 25, "ff " * 23 + "ff…"),
    ],
)
def test_octets_are_quoted(payload: bytes, words: str) -> None:
    """As text if they are some, cut between characters, and as hex otherwise."""
    assert quoted(payload) == words


def test_a_size_is_told() -> None:
    """One octet is one."""
    assert [size_of(bytes(size)) for size in (0, 1, 2, 1000)] == [
        "0 octets",
        "1 octet",
        "2 octets",
        "1,000 octets",
    ]
