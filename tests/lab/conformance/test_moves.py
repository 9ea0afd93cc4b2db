"""Moves: what an endpoint has to answer, and what stands for each in a list."""

from __future__ import annotations

import pytest

from wsdemo.lab.conformance.frames import bad, binary, close, more, other, ping, pong, text
from wsdemo.lab.conformance.moves import (
    Await,
    HalfClose,
    Listen,
    Message,
    Move,
    Part,
    Raw,
    blob,
    data_before_fault,
    messages,
    pings,
    words,
)


def test_messages_come_in_their_order() -> None:
    """Frames and messages alike, whatever stands between."""
    moves = (text("a"), ping("b"), Await(), blob(b"c"), Listen(), words("d"), binary(b""))
    assert list(messages(moves)) == [(1, b"a"), (2, b"c"), (1, b"d"), (2, b"")]


def test_fragments_are_put_together() -> None:
    """Under the opcode of the first, control frames between them being none."""
    moves = (binary(b"a", fin=False), ping("x"), more("b", fin=False), pong(), more("c"), text("d"))
    assert list(messages(moves)) == [(2, b"abc"), (1, b"d")]


def test_a_message_without_an_end_is_none() -> None:
    """Nothing has to come back for it."""
    assert list(messages((text("a", fin=False), more("b", fin=False)))) == []


@pytest.mark.parametrize("end", [bad(text("x")), bad(other(3)), close(1000), bad(close(0))])
def test_nothing_behind_a_fault_or_a_close_frame_is_answered(end: Move) -> None:
    """Neither messages nor pings."""
    moves = (text("a"), ping("b"), text("c", fin=False), end, more("d"), text("e"), ping("f"))
    assert list(messages(moves)) == [(1, b"a")]
    assert pings(moves) == [b"b"]


def test_pings_come_in_their_order() -> None:
    """Those with the same payload each count."""
    assert pings((ping("b"), text("x"), pong("c"), ping("a"), ping("b"), ping())) == [
        b"b",
        b"a",
        b"b",
        b"",
    ]


def test_what_may_come_back_before_a_fault() -> None:
    """Each frame and message for itself, whether it is whole or not."""
    moves = (text("a"), ping("b"), text("c", fin=False), words("d"), bad(text("e")), text("f"))
    assert list(data_before_fault(moves)) == [b"a", b"c", b"d"]


def test_parts_of_a_frame_are_its_octets() -> None:
    """The header goes with the first of them, masked or not."""
    frame = text("Hello")
    parts = [Part(frame, 0, 2), Part(frame, 2, 3), Part(frame, 3, 5)]
    assert [part.serialize(masked=False) for part in parts] == [b"\x81\x05He", b"l", b"lo"]
    masked = [part.serialize(masked=True).hex() for part in parts]
    assert masked == ["818537fa213d7f9f", "4d", "5158"]


def test_messages_are_made() -> None:
    """Of text or octets, with the fields that are asked for."""
    assert words("ß", part=1) == Message(1, b"\xc3\x9f", part=1)
    assert words(b"\xff") == Message(1, b"\xff")
    assert blob(b"a", packed=False) == Message(2, b"a", packed=False)


@pytest.mark.parametrize(
    ("move", "shown"),
    [
        (words("Hello"), "text message 'Hello' [5 octets]"),
        (blob(b""), "binary message [0 octets]"),
        (blob(b"a", part=1300), "binary message 'a' [1 octet, in fragments of 1,300]"),
        (words("a", packed=False), "text message 'a' [1 octet, not compressed]"),
        (words("a", blocks=2), "text message 'a' [1 octet, 2 deflate blocks]"),
        (words("a", coded=b"\x4a\x04"), "text message 'a' [1 octet, coded as 4a 04]"),
        (Raw(b"ab", "nonsense"), "nonsense [2 octets]"),
        (Part(text("Hello"), 2, 3), "octets 2 to 3 of TEXT 'Hello' [5 octets]"),
        (Listen(), "(up to 1 s of silence)"),
        (Listen(0.5), "(up to 0.5 s of silence)"),
        (Await(), "(when that is back)"),
        (HalfClose(), "FIN"),
    ],
)
def test_shown_for_people(move: Move, shown: str) -> None:
    """One line each."""
    assert str(move) == shown
