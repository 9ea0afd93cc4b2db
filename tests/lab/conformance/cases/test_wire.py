"""Chapters 22 and 23: the endpoint's own frames, and what it must refuse in those of others."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, GO_ON, HELLO, close, frame, sent, verdict, words
from wsdemo.lab.conformance.case import BOTH, CLIENT, SERVER, Severity
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.selection import find, select

KEY = bytes.fromhex("37fa213d")
STAR, FE = b"*", b"\xfe"
SERVERS, CLIENTS = (
    129,
    len(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
)


def _masked(octets: bytes, key: bytes = KEY) -> bytes:
    """Mask a frame that is short."""
    payload = bytes(octet ^ key[at % 4] for at, octet in enumerate(octets[2:]))
    return bytes((octets[0], octets[1] | 0x80)) + key + payload


SOME = (frame(0x81, HELLO), frame(0x8A, "payload"), frame(0x82, STAR * 126))
# The same from a client.
LONG = bytes.fromhex("82fe007e") + KEY + bytes(ord(STAR) ^ KEY[at % 4] for at in range(126))
OURS = (_masked(SOME[0]), _masked(SOME[1]), LONG)


def test_a_client_masks_its_frames() -> None:
    """Each of them; the first that is not has the place."""
    assert find("22.1").roles == CLIENT
    assert words("22.1", *OURS) == ""
    result = verdict("22.1", OURS[0], SOME[1], LONG)
    assert result.words == "not masked: PONG 'payload' [7 octets]"
    assert result.theirs == CLIENTS + 6 + 13 + 2 + 7
    assert words("22.1", OURS[0]) == ""
    assert words("22.1").startswith("wanted TEXT")


def test_a_server_masks_nothing() -> None:
    """Not even with a key of zeros."""
    assert find("22.3").roles == SERVER
    assert words("22.3", *SOME) == ""
    result = verdict("22.3", SOME[0], _masked(SOME[1], bytes(4)), SOME[2])
    assert result.words == "masked: PONG 'payload' [7 octets]"
    assert result.theirs == SERVERS + 15 + 13


def _sixteen(*keys: bytes) -> list[bytes]:
    echoes = [frame(0x81, f"message {at}") for at in range(16)]
    return [_masked(each, key) for each, key in zip(echoes, keys, strict=True)]


def test_masking_keys_are_fresh() -> None:
    """The first that comes again has the place."""
    keys = [at.to_bytes(4, "big") for at in range(16)]
    assert words("22.2", *_sixteen(*keys)) == ""
    result = verdict("22.2", *_sixteen(*keys[:2], keys[0], *keys[3:]))
    assert result.words == "the masking key 00000000 again"
    assert result.theirs == CLIENTS + 3 * (6 + 9)
    assert words("22.2", *_sixteen(*[KEY] * 16)) == "the masking key 37fa213d again"


def _lengths(size: int, form: bytes) -> bytes:
    return b"\x82" + form + STAR * size


SHORTEST = (
    _lengths(0, b"\x00"),
    _lengths(125, b"\x7d"),
    _lengths(126, b"\x7e\x00\x7e"),
    _lengths(65_535, b"\x7e\xff\xff"),
    _lengths(65_536, b"\x7f\0\0\0\0\0\1\0\0"),
)


def test_lengths_have_their_shortest_form() -> None:
    """At each border between two forms."""
    assert sent("22.4") == b"".join(SHORTEST)
    assert words("22.4", *SHORTEST) == ""


@pytest.mark.parametrize(
    ("at", "size", "form", "wrong"),
    [
        (0, 0, "7e0000", "a length of 0 in 2 octets: BINARY [0 octets]"),
        (1, 125, "7e007d", "a length of 125 in 2 octets: BINARY '*"),
        (2, 126, "7f000000000000007e", "a length of 126 in 8 octets: BINARY '*"),
        (3, 65_535, "7f000000000000ffff", "a length of 65,535 in 8 octets: BINARY '*"),
    ],
)
def test_a_length_in_a_longer_form(at: int, size: int, form: str, wrong: str) -> None:
    """It is read, and found out."""
    frames = [*SHORTEST[:at], _lengths(size, bytes.fromhex(form)), *SHORTEST[at + 1 :]]
    result = verdict("22.4", *frames)
    assert result.words.startswith(wrong)
    assert result.theirs == SERVERS + sum(map(len, frames[: at + 1]))


@pytest.mark.parametrize("bits", [0x10, 0x20, 0x40])
def test_reserved_bits_are_zero(bits: int) -> None:
    """In each frame, of any kind."""
    assert words("22.5", *SOME) == ""
    wrong = [frame(0x8A | bits, "payload"), SOME[0], SOME[2]]
    assert words("22.5", *wrong).startswith("reserved bits: PONG 'payload' [7 octets, rsv")
    assert verdict("22.5", *wrong).theirs == SERVERS + 9


WHOLE = frame(0x81, "fragment1fragment2")
PARTS = frame(0x01, "fragment1"), frame(0x80, "fragment2")
PONG = frame(0x8A, "payload")
OTHER = frame(0x81, HELLO)


@pytest.mark.parametrize(
    "frames", [(WHOLE, PONG, OTHER), (PARTS[0], PONG, PARTS[1], OTHER), (PONG, *PARTS, OTHER)]
)
def test_fragments_are_in_order(frames: tuple[bytes, ...]) -> None:
    """Control frames may stand between them."""
    assert words("22.6", *frames) == ""


@pytest.mark.parametrize(
    ("frames", "shown", "at"),
    [
        ((frame(0x01, "x"), WHOLE, PONG, OTHER), "TEXT 'fragment1fragment2' [18 octets]", 2),
        ((PARTS[0], PARTS[1], frame(0x00), OTHER, PONG), "CONT [0 octets, more to come]", 3),
    ],
)
def test_fragments_out_of_order(frames: tuple[bytes, ...], shown: str, at: int) -> None:
    """Even if the messages are the right ones; the place is the frame that is out of order."""
    result = verdict("22.6", *frames)
    assert result.words == f"a fragment out of order: {shown}"
    assert result.theirs == SERVERS + sum(map(len, frames[:at]))


def test_a_ping_amid_a_message_is_answered() -> None:
    """22.7: the message never ends, so there is nothing to wait for."""
    assert sent("22.7") == frame(0x01, "fragment1") + frame(0x89, "payload")
    assert words("22.7", PONG) == words("22.7", PONG, close(1000)) == ""
    result = verdict("22.7")
    assert (result.words, result.ours) == ("no pong for PING 'payload'", ASKED + 15 + 13)
    closed = verdict("22.7", close(1002))
    assert (closed.words, closed.ours) == ("no pong", ASKED + 15 + 13)


def test_a_mark_at_the_start_of_a_text_is_text() -> None:
    """22.8: it is no sign of how the text is coded."""
    text = b"\xef\xbb\xbf" + HELLO.encode()
    assert sent("22.8") == frame(0x81, text)
    assert words("22.8", frame(0x81, text)) == ""
    assert words("22.8", frame(0x81, HELLO)).startswith("wanted TEXT")


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        ("23.1", frame(0x81, HELLO)),
        ("23.2", frame(0x89, "payload")),
        ("23.3", close(1000)),
        ("23.4", _masked(frame(0x81, HELLO))),
        ("23.5", _masked(frame(0x89, "payload"))),
        ("23.6", _masked(close(1000))),
    ],
)
def test_masks_that_the_other_side_must_have(number: str, octets: bytes) -> None:
    """Our role demands the opposite, and does not get it."""
    case = find(number)
    assert case.roles == (SERVER if number < "23.4" else CLIENT)
    faulty = case.bad_frame
    assert faulty is not None
    assert faulty.serialize(masked=True) == faulty.serialize(masked=False) == octets
    assert case.moves[1:] == find("3.1").moves[1:]
    assert words(number, close(1002)) == ""
    assert words(number, close(1000)).startswith("wanted close code 1002")
    assert words(number, frame(0x81, HELLO)).startswith("answered what it must refuse")


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        ("23.7", bytes.fromhex("827e0000") + GO_ON),
        ("23.8", bytes.fromhex("827e007d") + FE * 125 + GO_ON),
        ("23.9", bytes.fromhex("827f000000000000007e") + FE * 126 + GO_ON),
        ("23.10", bytes.fromhex("827f000000000000ffff") + FE * 65_535 + GO_ON),
        ("23.11", bytes.fromhex("827fffffffffffffffff")),
        ("23.12", bytes.fromhex("837f0000010000000000")),
        ("23.13", bytes.fromhex("897e007e")),
        ("23.14", frame(0xC9) + GO_ON),
        ("23.15", frame(0xAA) + GO_ON),
        ("23.16", frame(0x98, b"\x03\xe8") + GO_ON),
        ("23.17", frame(0x01, "a") + frame(0xC0, "b") + GO_ON),
        ("23.18", frame(0x0A, "a") + GO_ON),
        ("23.19", b"\x82\x7f\x80\0\0\0\0\1\0\0" + b"*" * 65_536 + GO_ON),
    ],
)
def test_what_goes_out(number: str, octets: bytes) -> None:
    """Lengths in a longer form, headers alone, reserved bits where nobody looks."""
    assert sent(number) == octets
    assert find(number).roles == BOTH


@pytest.mark.parametrize("at", range(7, 20))
def test_faults_must_be_refused(at: int) -> None:
    """With 1002; a length that nobody has may be too large as well."""
    number = f"23.{at}"
    assert words(number, close(1002)) == ""
    assert (words(number, close(1009)) == "") == (number in ("23.11", "23.19"))
    assert words(number, close(1007)).startswith("wanted close code 1002")
    assert words(number).startswith("wanted a close frame with 1002")


@pytest.mark.parametrize("number", ["23.12", "23.13"])
def test_a_header_is_enough(number: str) -> None:
    """The place is its end: what it announces never comes."""
    (move,) = find(number).moves
    assert isinstance(move, Frame)
    assert move.payload == b""
    result = verdict(number)
    assert result.ours == ASKED + len(sent(number)) + 4


def test_lengths_and_headers_are_no_must() -> None:
    """The first bind the sender, and of the second the RFC does not say when."""
    severities = {case.number for case in select("22,23") if case.severity is not Severity.MUST}
    assert severities == {"22.7", *(f"23.{at}" for at in (7, 8, 9, 10, 12, 13))}
    assert {find(number).severity for number in severities} == {Severity.SHOULD}
    assert all(find(number).note for number in severities)
