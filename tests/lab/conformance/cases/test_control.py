"""Chapters 2 and 5: the octets that go out, and what may come back for them."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, GO_ON, HELLO, close, frame, sent, verdict, words
from wsdemo.lab.conformance.case import FRAMES, OCTETS
from wsdemo.lab.conformance.selection import find, select

FE = b"\xfe"
F1, F2, F3, F4, F5 = (f"fragment{at}" for at in range(1, 6))
UNASKED, P, N = "unsolicited pong payload", "ping payload", "non-continuation payload"
TEN = b"".join(frame(0x89, f"payload-{at}") for at in range(10))
PONG = frame(0x8A, "are you still there?")
WENT_ON = "went on as if nothing had happened: PONG"


@pytest.mark.parametrize(
    ("numbers", "octets"),
    [
        ("2.1", frame(0x89)),
        ("2.2", frame(0x89, HELLO)),
        ("2.3", frame(0x89, bytes.fromhex("00fffefdfcfb00ff"))),
        ("2.4", frame(0x89, FE * 125)),
        ("2.5", b"\x89\x7e\x00\x7e" + FE * 126 + GO_ON),
        ("2.6", frame(0x89, FE * 125)),
        ("2.7", frame(0x8A) + close(1000)),
        ("2.8", frame(0x8A, UNASKED) + close(1000)),
        ("2.9", frame(0x8A, UNASKED) + frame(0x89, P)),
        ("2.10-2.11", TEN),
        ("5.1", frame(0x09, F1) + frame(0x80, F2) + GO_ON),
        ("5.2", frame(0x0A, F1) + frame(0x80, F2) + GO_ON),
        ("5.3-5.5", frame(0x01, F1) + frame(0x80, F2)),
        ("5.6-5.8", frame(0x01, F1) + frame(0x89, P) + frame(0x80, F2)),
        ("5.9-5.11", frame(0x80, N) + frame(0x81, HELLO) + GO_ON),
        ("5.12-5.14", frame(0x00, N) + frame(0x81, HELLO) + GO_ON),
        ("5.15", frame(0x01, F1) + frame(0x80, F2) + frame(0x00, F3) + frame(0x81, F4) + GO_ON),
        ("5.16", (frame(0x00, F1) + frame(0x01, F2) + frame(0x80, F3)) * 2 + GO_ON),
        ("5.17", (frame(0x80, F1) + frame(0x01, F2) + frame(0x80, F3)) * 2 + GO_ON),
        ("5.18", frame(0x01, F1) + frame(0x81, F2) + GO_ON),
        (
            "5.19-5.20",
            frame(0x01, F1)
            + frame(0x00, F2)
            + frame(0x89, "pongme 1!")
            + frame(0x00, F3)
            + frame(0x00, F4)
            + frame(0x89, "pongme 2!")
            + frame(0x80, F5),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_goes_out(numbers: str, octets: bytes) -> None:
    """The frames are Autobahn's; behind a fault comes the barrier."""
    assert {sent(case.number) for case in select(numbers)} == {octets}


def test_how_it_is_cut() -> None:
    """As Autobahn does it; the second of its two ways with 5.19 is one for each frame."""
    pieces = {case.number: case.piece for case in select("2,5") if case.piece is not None}
    by_frame, by_octet = ("5.4", "5.7", "5.10", "5.13", "5.20"), ("5.5", "5.8", "5.11", "5.14")
    assert pieces == {
        **dict.fromkeys(by_frame, FRAMES),
        **dict.fromkeys((*by_octet, "2.6", "2.11"), OCTETS),
    }


@pytest.mark.parametrize(
    ("number", "opcode", "payload"),
    [
        ("2.5", 9, FE * 126),
        ("5.1", 9, F1.encode()),
        ("5.2", 10, F1.encode()),
        ("5.9", 0, N.encode()),
        ("5.14", 0, N.encode()),
        ("5.15", 0, F3.encode()),
        ("5.16", 0, F1.encode()),
        ("5.17", 0, F1.encode()),
        ("5.18", 1, F2.encode()),
    ],
)
def test_the_bad_frame(number: str, opcode: int, payload: bytes) -> None:
    """The first that no endpoint may take."""
    faulty = find(number).bad_frame
    assert faulty is not None
    assert (faulty.opcode, faulty.payload) == (opcode, payload)


@pytest.mark.parametrize("number", ["2.1", "2.2", "2.3", "2.4", "2.6"])
def test_a_ping_must_be_answered(number: str) -> None:
    """With what was in it."""
    payload = sent(number)[2:]
    assert words(number, frame(0x8A, payload)) == ""
    assert words(number).startswith("no pong for PING")
    assert words(number, frame(0x8A, payload + b"x")).startswith("no pong for PING")
    assert words(number, frame(0x89, payload)).startswith("no pong for PING")


def test_of_ten_pings_the_last_must_be_answered() -> None:
    """RFC 6455, 5.5.3, lets the others be."""
    every = [frame(0x8A, f"payload-{at}") for at in range(10)]
    assert words("2.10", *every) == words("2.11", every[-1]) == ""
    wanted = "no pong for PING 'payload-9', only PONG 'payload-8' [9 octets]"
    assert words("2.10", *every[:-1]) == wanted


@pytest.mark.parametrize(("number", "payload"), [("2.7", ""), ("2.8", UNASKED)])
def test_a_pong_must_not_be_answered(number: str, payload: str) -> None:
    """Nor be refused."""
    assert words(number, close(1000)) == ""
    assert words(number, close()) == ""
    for answer in (frame(0x8A, payload), frame(0x8A, "x")):
        result = verdict(number, answer, close(1000))
        assert result.words.startswith("answered a pong: PONG")
        assert result.theirs == 129 + len(answer)
    assert words(number, close(1002)) == "refused a pong: CLOSE 1002 [2 octets]"
    assert words(number) == "wanted a close frame, got nothing"


def test_a_pong_before_a_ping_must_not_be_answered() -> None:
    """Nor be refused; a pong that is no answer may come."""
    good = frame(0x8A, P)
    assert words("2.9", good) == words("2.9", frame(0x8A), good) == ""
    wrong = verdict("2.9", frame(0x8A, UNASKED), good)
    assert wrong.words == f"answered a pong: PONG '{UNASKED}' [24 octets]"
    assert wrong.theirs == 129 + 26
    assert words("2.9", close(1002)) == "refused a pong: CLOSE 1002 [2 octets]"
    assert words("2.9").startswith(f"no pong for PING '{P}'")


@pytest.mark.parametrize("number", ["2.5", "5.1", "5.2"])
def test_control_frames_are_short_and_whole(number: str) -> None:
    """A pong for what is not is no refusal."""
    payload = F1 + F2 if number != "2.5" else "\xfe" * 63
    assert words(number, close(1002)) == ""
    assert words(number, PONG, close(1002)).startswith(WENT_ON)
    assert words(number, close(1009)).startswith("wanted close code 1002")
    assert words(number, frame(0x81, payload)).startswith("answered what it must refuse")


def test_a_long_ping_must_not_be_answered() -> None:
    """Not even with a pong that is as long."""
    result = verdict("2.5", frame(0x8A, FE * 126))
    assert result.words.startswith(WENT_ON)
    assert (result.ours, result.theirs) == (ASKED + 134, 129 + 130)


@pytest.mark.parametrize("number", ["5.3", "5.4", "5.5"])
def test_fragments_come_back_as_a_message(number: str) -> None:
    """In one frame, or in any others; not as two messages."""
    assert words(number, frame(0x81, F1 + F2)) == ""
    assert words(number, frame(0x01), frame(0x00, F1 + F2), frame(0x80)) == ""
    assert words(number, frame(0x81, F1), frame(0x81, F2)).startswith("wanted TEXT")
    assert words(number, frame(0x81, F2 + F1)) == "octet 8 of 18 came back as another one"
    result = verdict(number)
    assert (result.words[:11], result.ours) == ("wanted TEXT", ASKED + 15 + 15)


@pytest.mark.parametrize("number", ["5.6", "5.7", "5.8"])
def test_a_ping_between_fragments_is_answered(number: str) -> None:
    """Before or after the message."""
    message, pong = frame(0x81, F1 + F2), frame(0x8A, P)
    assert words(number, pong, message) == words(number, message, pong) == ""
    assert words(number, message) == f"no pong for PING '{P}'"
    assert words(number, pong).startswith("wanted TEXT")
    assert words(number, frame(0x81, F1 + P + F2), pong).startswith("wanted TEXT")


@pytest.mark.parametrize("number", [f"5.{at}" for at in (*range(9, 15), 16, 17, 18)])
def test_fragments_out_of_order_are_refused(number: str) -> None:
    """With 1002, and without an answer to anything."""
    assert words(number, close(1002)) == ""
    assert words(number, close(1007)).startswith("wanted close code 1002")
    assert words(number, PONG).startswith(WENT_ON)
    for text in (HELLO, F2 + F3, F2, N + HELLO, F1 + F2):
        result = verdict(number, frame(0x81, text), close(1002))
        assert result.words.startswith("answered what it must refuse: TEXT")
        assert result.theirs == 129 + 2 + len(text)


def test_a_message_before_a_stray_continuation_may_come_back() -> None:
    """The one behind it may not."""
    good = frame(0x81, F1 + F2)
    assert words("5.15", good, close(1002)) == words("5.15", close(1002)) == ""
    assert words("5.15", good, frame(0x81, F3 + F4)).startswith("answered what it must refuse")
    assert words("5.15", good, PONG).startswith(WENT_ON)


def test_two_pings_between_five_fragments() -> None:
    """The last is answered, and the message comes back."""
    whole = frame(0x81, F1 + F2 + F3 + F4 + F5)
    pongs = [frame(0x8A, f"pongme {at}!") for at in (1, 2)]
    for number in ("5.19", "5.20"):
        assert words(number, *pongs, whole) == words(number, whole, pongs[1]) == ""
        assert words(number, pongs[0], whole).startswith("no pong for PING 'pongme 2!'")
