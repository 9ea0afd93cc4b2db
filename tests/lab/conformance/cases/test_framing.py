"""Chapters 1, 3 and 4: the octets that go out, and what may come back for them."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, GO_ON, HELLO, close, frame, sent, verdict, words
from wsdemo.lab.conformance.case import FRAMES, OCTETS
from wsdemo.lab.conformance.selection import find, select

R = "reserved opcode payload"
TEXT = frame(0x81, HELLO)
OCTETS_8 = bytes.fromhex("00fffefdfcfb00ff")
LONG = bytes.fromhex("7f0000000000010000")


@pytest.mark.parametrize(
    ("numbers", "octets"),
    [
        ("1.1.1", b"\x81\x00"),
        ("1.1.2", b"\x81\x7d" + b"*" * 125),
        ("1.1.3", b"\x81\x7e\x00\x7e" + b"*" * 126),
        ("1.1.4", b"\x81\x7e\x00\x7f" + b"*" * 127),
        ("1.1.5", b"\x81\x7e\x00\x80" + b"*" * 128),
        ("1.1.6", b"\x81\x7e\xff\xff" + b"*" * 65_535),
        ("1.1.7-1.1.8", b"\x81" + LONG + b"*" * 65_536),
        ("1.2.1", b"\x82\x00"),
        ("1.2.3", b"\x82\x7e\x00\x7e" + b"\xfe" * 126),
        ("1.2.6", b"\x82\x7e\xff\xff" + b"\xfe" * 65_535),
        ("1.2.7-1.2.8", b"\x82" + LONG + b"\xfe" * 65_536),
        ("3.1", frame(0x91, HELLO) + GO_ON),
        ("3.2", TEXT + frame(0xA1, HELLO) + frame(0x89) + GO_ON),
        ("3.3", TEXT + frame(0xB1, HELLO) + frame(0x89) + GO_ON),
        ("3.4", TEXT + frame(0xC1, HELLO) + frame(0x89) + GO_ON),
        ("3.5", frame(0xD2, OCTETS_8) + GO_ON),
        ("3.6", frame(0xE2, HELLO) + GO_ON),
        ("3.7", frame(0xF8) + GO_ON),
        ("4.1.1", frame(0x83) + GO_ON),
        ("4.1.2", frame(0x84, R) + GO_ON),
        ("4.1.3", TEXT + frame(0x85) + frame(0x89) + GO_ON),
        ("4.1.4", TEXT + frame(0x86, HELLO) + frame(0x89) + GO_ON),
        ("4.1.5", TEXT + frame(0x87, HELLO) + frame(0x89) + GO_ON),
        ("4.2.1", frame(0x8B) + GO_ON),
        ("4.2.2", frame(0x8C, R) + GO_ON),
        ("4.2.3", TEXT + frame(0x8D) + frame(0x89) + GO_ON),
        ("4.2.4", TEXT + frame(0x8E, HELLO) + frame(0x89) + GO_ON),
        ("4.2.5", TEXT + frame(0x8F, HELLO) + frame(0x89) + GO_ON),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_goes_out(numbers: str, octets: bytes) -> None:
    """The frames are Autobahn's; behind a fault comes the barrier."""
    assert {sent(case.number) for case in select(numbers)} == {octets}


def test_how_it_is_cut() -> None:
    """As Autobahn does it; in one write where it says nothing."""
    pieces = {case.number: case.piece for case in select("1,3,4") if case.piece is not None}
    assert pieces == {
        **dict.fromkeys(("1.1.8", "1.2.8"), 997),
        **dict.fromkeys(("3.4", "4.1.5", "4.2.5"), OCTETS),
        "3.3": FRAMES,
    }


def test_the_bad_frame_is_the_reserved_one() -> None:
    """Bits of chapter 3, opcodes of chapter 4."""
    bits = [find(f"3.{at}").bad_frame for at in range(1, 8)]
    assert [each.rsv for each in bits if each is not None] == [1, 2, 3, 4, 5, 6, 7]
    codes = [case.bad_frame for case in select("4")]
    assert [each.opcode for each in codes if each is not None] == [*range(3, 8), *range(11, 16)]


@pytest.mark.parametrize("number", ["1.1.3", "1.2.3"])
def test_a_message_must_come_back(number: str) -> None:
    """As long as it was, and of its own kind."""
    payload = sent(number)[4:]
    first, other = sent(number)[0], sent(number)[0] ^ 3
    assert words(number, frame(first, payload)) == ""
    assert words(number, frame(first & 0x7F, payload[:5]), frame(0x80, payload[5:])) == ""
    assert "got " in words(number, frame(other, payload))
    assert "[125 octets]" in words(number, frame(first, payload[:-1]))
    changed = "octet 125 of 126 came back as another one"
    assert words(number, frame(first, payload[:-1] + b"x")) == changed


@pytest.mark.parametrize("number", ["3.1", "3.5", "3.7", "4.1.1", "4.2.2"])
def test_a_fault_must_be_refused(number: str) -> None:
    """With 1002, and without a pong for what comes behind it."""
    assert words(number, close(1002)) == ""
    assert words(number, close(1000)) == "wanted close code 1002, got CLOSE 1000 [2 octets]"
    assert words(number) == "wanted a close frame with 1002, got nothing"
    pong = frame(0x8A, "are you still there?")
    assert words(number, pong, close(1002)).startswith("went on as if nothing had happened: PONG")


@pytest.mark.parametrize("number", ["3.2", "3.4", "4.1.3", "4.2.5"])
def test_what_stands_before_a_fault_may_come_back(number: str) -> None:
    """And what stands behind it must not."""
    assert words(number, TEXT, close(1002)) == words(number, close(1002)) == ""
    result = verdict(number, TEXT, TEXT, close(1002))
    assert result.words == "answered what it must refuse: TEXT 'Hello, world!' [13 octets]"
    empty = verdict(number, TEXT, frame(0x8A), close(1002))
    assert empty.words == "went on as if nothing had happened: PONG [0 octets]"


def test_the_place_is_the_fault() -> None:
    """In our stream its end; in theirs the end of what they should not have sent."""
    result = verdict("3.2", TEXT, frame(0x8A))
    head = 129  # of a response in order
    assert (result.ours, result.theirs) == (ASKED + 19 + 19, head + 15 + 2)
