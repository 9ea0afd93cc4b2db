"""A transcript: octets in, and what the verdicts ask for out of it."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, HEAD, START, frame, heard
from wsdemo.lab.conformance.deflate import Agreement
from wsdemo.lab.conformance.frames import bad, close, more, ping, pong, text
from wsdemo.lab.conformance.moves import Await, HalfClose, Listen, Message, Move, blob, words
from wsdemo.lab.conformance.transcript import BARRIER, Ended, Got, Transcript, ends_message

HELLO = frame(0xC1, bytes.fromhex("f248cdc9c90700"))  # RFC 7692, 7.2.3.1 and 7.2.3.2
AGAIN = frame(0xC1, bytes.fromhex("f200110000"))


def test_a_head_comes_in_pieces() -> None:
    """What is behind it is kept until the connection is open."""
    seen = Transcript((), server=True)
    for octet in HEAD[:-1]:
        seen.take(bytes((octet,)))
    assert seen.head is None
    seen.take(HEAD[-1:] + frame(0x81, "early")[:3])
    assert seen.head is not None
    assert (seen.head.status, seen.frames, seen.opened) == (101, [], False)
    assert seen.early == HEAD + b"\x81\x05e"


def test_frames_that_came_with_the_head_are_read() -> None:
    """As soon as the connection is open; the rest of them as it comes."""
    seen = Transcript((), server=True)
    seen.take(HEAD + frame(0x81, "a") + frame(0x81, "early")[:3])
    seen.open(None)
    assert [str(each) for each in seen.frames] == ["TEXT 'a' [1 octet]"]
    assert seen.unread == b"\x81\x05e"
    seen.take(b"arly")
    assert seen.got == [Got(1, b"a", START + 3), Got(1, b"early", START + 10)]
    assert seen.unread == b""


def test_a_head_without_an_end_is_given_up() -> None:
    """Behind 64 KiB none will come."""
    seen = Transcript((), server=True)
    seen.take(b"a" * 65_536)
    assert not seen.headless
    seen.take(b"a")
    assert seen.headless
    assert seen.unread == b""
    assert not heard((), b"\x82\x7f" + b"\0" * 70_000).headless


def test_fragments_make_a_message() -> None:
    """It ends where the last of them does; control frames between them are none of it."""
    data = frame(0x02, "ab") + frame(0x8A) + frame(0x00, "c") + frame(0x89, "x") + frame(0x80)
    seen = heard((), data)
    assert seen.got == [Got(2, b"abc", START + 4 + 2 + 3 + 3 + 2)]
    assert len(seen.frames) == 5


def test_messages_out_of_order_are_taken_as_they_come() -> None:
    """A continuation of nothing is one under its own name, and who begins anew begins anew."""
    seen = heard((), frame(0x80, "a") + frame(0x01, "b") + frame(0x81, "c") + frame(0x80, "d"))
    assert [(got.opcode, got.payload) for got in seen.got] == [(0, b"a"), (1, b"c"), (0, b"d")]
    assert [str(got) for got in seen.got[:2]] == ["CONT 'a' [1 octet]", "TEXT 'c' [1 octet]"]


@pytest.mark.parametrize("server", [True, False])
def test_compressed_messages_are_inflated(server: bool) -> None:
    """With the window of the endpoint, whichever side it is on; in fragments, too."""
    halves = frame(0x41, AGAIN[2:4]) + frame(0x80, AGAIN[4:])
    seen = heard(
        (), HELLO + AGAIN + frame(0x81, "plain") + halves, server=server, agreement=Agreement()
    )
    assert [got.payload for got in seen.got] == [b"Hello", b"Hello", b"plain", b"Hello"]
    assert not any(got.corrupt for got in seen.got)


@pytest.mark.parametrize("side", ["server", "client"])
def test_the_promises_of_the_endpoint_are_its_own(side: str) -> None:
    """A reference to a forgotten message is corrupt for the side that has promised to forget."""
    agreement = Agreement({f"{side}_no_context_takeover": None})
    keeps, forgets = (
        heard((), HELLO + AGAIN, server=server, agreement=agreement).got[1]
        for server in (side != "server", side == "server")
    )
    assert (keeps.payload, keeps.corrupt) == (b"Hello", "")
    assert "distance too far back" in forgets.corrupt


@pytest.mark.parametrize("server", [True, False])
def test_our_own_promises_are_the_other_sides(server: bool) -> None:
    """What we send is compressed as we have agreed to."""
    side = "client" if server else "server"
    for value, wanted in ((f"{side}_no_context_takeover", 7), ("unheard_of", 5)):
        seen = heard((), server=server, agreement=Agreement({value: None}))
        assert seen.packer is not None
        assert [len(seen.packer.pack(b"Hello")) for _ in range(2)] == [7, wanted]
    assert heard(()).packer is None


def test_without_an_agreement_nothing_is_inflated() -> None:
    """The reserved bit is there, and for the cases to find."""
    (got,) = heard((), HELLO).got
    assert (got.payload, got.corrupt) == (bytes.fromhex("f248cdc9c90700"), "")
    (other,) = heard((), frame(0xE1, HELLO[2:]), agreement=Agreement()).got
    assert other.payload == HELLO[2:]


def test_the_first_close_frame_is_the_close_frame() -> None:
    """What comes behind it is known."""
    data = frame(0x81, "a") + frame(0x88, b"\x03\xe9") + frame(0x88, b"\x03\xe8") + frame(0x81, "b")
    seen = heard((), data)
    assert seen.close is seen.frames[1]
    assert seen.close_code == 1001
    assert list(seen.behind_close()) == seen.frames[2:]
    assert [got.payload for got in seen.got] == [b"a"]


def test_two_close_frames_alike_are_two() -> None:
    """The second is behind the first."""
    seen = heard((), frame(0x88, b"\x03\xe8") * 2)
    assert list(seen.behind_close()) == [seen.frames[1]]
    assert list(heard((), frame(0x81)).behind_close()) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", 1006),
        (frame(0x88), 1005),
        (frame(0x88, b"\x03\xe8"), 1000),
        (frame(0x88, b"\x0f\xa0bye"), 4000),
        (frame(0x88, b"\x03\xed"), 0),
        (frame(0x88, b"\x03\xee"), 0),
        (frame(0x88, b"\x03"), 0),
    ],
)
def test_close_codes(data: bytes, code: int) -> None:
    """The two that stand for nothing are those of RFC 6455, 7.4.1, and on no wire."""
    assert heard((), data).close_code == code


def test_pings_of_the_endpoint_are_its_own_affair() -> None:
    """They come at any time, and no verdict is about them."""
    data = frame(0x89, "x") + frame(0x8A, "y") + frame(0x81, "z")
    seen = heard((), data)
    assert [each.payload for each in seen.theirs] == [b"y", b"z"]
    assert [each.payload for each in seen.pongs] == [b"y"]


def test_the_barrier_is_passed_by_a_pong() -> None:
    """With its very payload, and not by a message."""
    assert heard((), frame(0x81, BARRIER) + frame(0x8A)).passed_barrier is None
    seen = heard((), frame(0x8A) + frame(0x8A, BARRIER))
    assert seen.passed_barrier is seen.frames[1]


def test_what_is_wanted_is_known_from_the_moves() -> None:
    """Messages and pings before the fault."""
    seen = heard((text("a"), ping("b"), bad(text("c")), ping("d")))
    assert (seen.wanted, seen.pings) == ([(1, b"a")], [b"b"])


def test_what_we_sent_has_an_end() -> None:
    """A frame, or the n-th message; None for what was not sent yet."""
    first, last = text("abc", fin=False), more("d")
    moves: tuple[Move, ...] = (text("a"), ping("b"), first, last, words("xy"))
    seen = heard(moves)
    ends = [ASKED + 7, ASKED + 14, ASKED + 23, ASKED + 30, ASKED + 38]
    assert [end for _, end in seen.sent] == ends
    assert [seen.end_of(nth=nth) for nth in range(4)] == [ends[0], ends[3], ends[4], None]
    assert seen.end_of(first) == ends[2]
    assert seen.end_of(text("abc", fin=False)) is None


@pytest.mark.parametrize(
    ("move", "ends"),
    [
        (text("a"), True),
        (text("a", fin=False), False),
        (more("a"), True),
        (ping(), False),
        (pong(), False),
        (close(), False),
        (words("a"), True),
        (blob(b""), True),
        (Await(), False),
        (Listen(), False),
        (HalfClose(), False),
    ],
)
def test_what_ends_a_message(move: Move, ends: bool) -> None:
    """A last fragment, or a whole message."""
    assert ends_message(move) == ends
    assert isinstance(Message(1, b""), Move)


@pytest.mark.parametrize(
    ("data", "ended", "manner"),
    [
        (b"", None, "nothing"),
        (b"", Ended.FIN, "FIN without a close frame"),
        (b"", Ended.RST, "RST without a close frame"),
        (frame(0x88, b"\x03\xe9bye"), Ended.RST, "CLOSE 1001 'bye' [5 octets]"),
    ],
)
def test_how_it_ended_is_told(data: bytes, ended: Ended | None, manner: str) -> None:
    """By its own words, where there were some."""
    seen = heard((), data, ended=ended)
    assert seen.manner() == manner
    assert seen.over == (ended is not None)


@pytest.mark.parametrize("data", [b"", frame(0x88, b"\x03\xe8")])
def test_what_comes_too_late_is_no_answer(data: bytes) -> None:
    """The time was up, we said goodbye, and the close frame answers that."""
    seen = heard((), data, ended=Ended.FIN, late=True)
    assert seen.manner() == "nothing: it was still silent when the time was up"
