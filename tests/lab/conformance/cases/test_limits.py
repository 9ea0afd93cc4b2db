"""Chapters 9, 10 and 26: long messages, compared octet for octet, and limits that may be told."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, close, frame, sent, verdict, words
from wsdemo.lab.conformance.case import Severity
from wsdemo.lab.conformance.cases.limits import letters, octets
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.moves import Message
from wsdemo.lab.conformance.selection import find, select

KIB, MIB = 2**10, 2**20
SIZES = (64 * KIB, 256 * KIB, MIB, 4 * MIB)
# Octets in each fragment of 9.3.x and 9.4.x.
FRAGMENTS = {3: 1024, 4: 4096, 6: 65_536, 8: 1_048_576}


def _whole(first: int, payload: bytes) -> bytes:
    return bytes((first, 0x7F)) + len(payload).to_bytes(8, "big") + payload


def test_noise_is_the_same_in_every_run() -> None:
    """And what is lost, doubled or moved shows in it."""
    assert octets(16) == octets(4 * MIB)[:16]
    assert octets(8).hex() == "22348e081a45a843"
    assert len(octets(4 * MIB)) == 4 * MIB
    assert octets(1000)[:500] != octets(1000)[500:]


def test_letters_are_printable() -> None:
    """Text that is text, however it is cut."""
    text = letters(100_000)
    assert len(text) == 100_000
    assert set(text) == set(range(32, 127))


@pytest.mark.parametrize("at", range(1, 5))
def test_messages_are_as_long_as_autobahns(at: int) -> None:
    """In one frame."""
    size = SIZES[at - 1]
    assert sent(f"9.1.{at}") == _whole(0x81, letters(size))
    assert sent(f"9.2.{at}") == _whole(0x82, octets(size))


@pytest.mark.parametrize(("at", "part"), FRAGMENTS.items())
def test_fragments_are_as_long_as_autobahns(at: int, part: int) -> None:
    """4 MiB of them, not compressed, whatever is agreed on."""
    (text,), (binary,) = find(f"9.3.{at}").moves, find(f"9.4.{at}").moves
    assert text == Message(1, letters(4 * MIB), part=part, packed=False)
    assert binary == Message(2, octets(4 * MIB), part=part, packed=False)


def test_pieces_are_as_long_as_autobahns() -> None:
    """And a fragmented message of stars, in 10.1.1."""
    for number, first, payload in (("9.5.6", 0x81, letters(MIB)), ("9.6.6", 0x82, octets(MIB))):
        assert find(number).piece == 2048
        assert sent(number) == _whole(first, payload)
    assert find("10.1.1").moves == (Message(1, b"*" * 65_536, part=1300, packed=False),)


def test_long_messages_run_alone() -> None:
    """They take the machine for themselves."""
    assert all(case.alone for case in select("9"))


@pytest.mark.parametrize("number", ["9.1.1", "9.2.1", "9.3.3", "9.4.8"])
def test_a_limit_may_be_told(number: str) -> None:
    """With 1009, and no other code."""
    assert words(number, close(1009)) == ""
    assert words(number, close(1011)).endswith("got CLOSE 1011 [2 octets]")
    assert words(number).startswith("wanted ")


def test_one_octet_is_enough_to_fail() -> None:
    """Its length alone does not tell that a message is the same."""
    payload = bytearray(octets(64 * KIB))
    assert words("9.2.1", _whole(0x82, bytes(payload))) == ""
    payload[40_000] ^= 1
    result = verdict("9.2.1", _whole(0x82, bytes(payload)))
    assert result.words == "octet 40,000 of 65,536 came back as another one"
    assert result.theirs == 129 + 10 + 65_536
    shorter = words("9.2.1", frame(0x82, octets(64 * KIB - 1)))
    assert shorter.endswith("[65,535 octets]")


def test_64_kib_are_not_too_much() -> None:
    """10.1.1 has no limit to hide behind."""
    assert words("10.1.1", _whole(0x81, b"*" * 65_536)) == ""
    assert words("10.1.1", close(1009)).endswith("got CLOSE 1009 [2 octets]")


def test_a_frame_that_announces_4_eib() -> None:
    """64 octets of it come, and a limit is told at once."""
    (move,) = find("26.1").moves
    assert isinstance(move, Frame)
    assert move.serialize() == bytes.fromhex("827f4000000000000000") + bytes(64)
    assert words("26.1", close(1009)) == ""
    assert words("26.1", close(1002)).startswith("wanted close code 1009")
    result = verdict("26.1")
    assert (result.words, result.ours) == (
        "wanted a close frame with 1009, got nothing",
        ASKED + 78,
    )


def test_4000_empty_fragments() -> None:
    """They may be taken, or refused as too many; silence is neither."""
    octets = sent("26.2")
    assert octets == frame(0x01, "a") + frame(0x00) * 4000 + frame(0x80, "b")
    assert words("26.2", frame(0x81, "ab")) == ""
    assert words("26.2", close(1008)) == words("26.2", close(1009)) == ""
    assert words("26.2", close(1002)).endswith("got CLOSE 1002 [2 octets]")


def test_limits_are_no_must() -> None:
    """An endpoint need not have any."""
    assert {case.severity for case in select("26")} == {Severity.SHOULD}
    assert {case.severity for case in select("9,10")} == {Severity.MUST}
