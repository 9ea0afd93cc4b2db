"""Verdicts on the opening handshake: what a server declines, and what a client gives up."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import START, frame, heard
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.handshake_wants import Declines, Disagrees, GivesUp, head_check
from wsdemo.lab.conformance.opening import Head
from wsdemo.lab.conformance.transcript import Complaint, Ended, Transcript

OPENED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
BAD = b"HTTP/1.1 400 Bad Request\r\n\r\n"
UPGRADE = b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c, WebSocket\r\nA: 13\r\n\r\n"


def _answer(octets: bytes, ended: Ended | None = None) -> Transcript:
    seen = Transcript((), server=True)
    seen.take(octets)
    seen.ended = ended
    return seen


@pytest.mark.parametrize("answer", [BAD, UPGRADE, b"HTTP/1.1 500 Oh\r\n\r\nbody"])
def test_any_error_declines(answer: bytes) -> None:
    """Unless a status is named."""
    seen = _answer(answer)
    assert Declines().complete(seen)
    assert Declines().judge(seen) is None


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        (OPENED, "HTTP/1.1 101 Switching Protocols"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK"),
        (b"HTTP/1.1 302 Found\r\n\r\n", "HTTP/1.1 302 Found"),
        (b"hello\r\n\r\n", "hello"),
    ],
)
def test_what_is_no_error_does_not_decline(answer: bytes, start: str) -> None:
    """The place is the end of the head."""
    words = f"wanted an error status, got {start!r}"
    for silent in (False, True):
        found = Declines(silent=silent).judge(_answer(answer, Ended.FIN))
        assert found == Complaint(words, theirs=len(answer))


def test_a_status_may_be_named() -> None:
    """Or several."""
    assert Declines((400,)).judge(_answer(BAD)) is None
    assert Declines((426, 400)).judge(_answer(BAD)) is None
    found = Declines((426, 431)).judge(_answer(BAD))
    words = "wanted 426 or 431, got 'HTTP/1.1 400 Bad Request'"
    assert found == Complaint(words, theirs=len(BAD))


def test_a_field_may_be_wanted() -> None:
    """Among others, in any case."""
    fields = {"Upgrade": "websocket", "A": "13"}
    assert Declines((426,), fields).judge(_answer(UPGRADE)) is None
    found = Declines(fields=fields).judge(_answer(BAD))
    assert found == Complaint("wanted Upgrade: websocket in it, got ''", theirs=len(BAD))
    found = Declines(fields={"A": "1"}).judge(_answer(UPGRADE))
    assert found == Complaint("wanted A: 1 in it, got '13'", theirs=len(UPGRADE))


@pytest.mark.parametrize(
    ("octets", "ended", "manner"),
    [
        (b"", None, "no answer in time"),
        (BAD[:-1], None, "no answer in time"),
        (b"", Ended.FIN, "hung up without an answer"),
        (b"", Ended.RST, "hung up without an answer"),
    ],
)
def test_no_answer(octets: bytes, ended: Ended | None, manner: str) -> None:
    """The place is the request itself."""
    seen = _answer(octets, ended)
    assert not Declines().complete(seen)
    found = Declines((400,)).judge(seen)
    assert found == Complaint(f"wanted 400, got {manner}", ours=0)


def test_what_cannot_be_read_need_not_be_answered() -> None:
    """To end TCP is enough, and to leave it open is not."""
    want = Declines(silent=True)
    assert want.judge(_answer(b"", Ended.FIN)) is None
    assert want.judge(_answer(b"", Ended.RST)) is None
    assert want.judge(_answer(BAD)) is None
    assert want.judge(_answer(b"")) == Complaint(
        "wanted an error status, got no answer in time", ours=0
    )


AGREED = b"HTTP/1.1 101 Yes\r\nSec-WebSocket-Extensions: x-a, x-b; c=1\r\n\r\n"


@pytest.mark.parametrize("answer", [OPENED, AGREED, BAD, AGREED.replace(b"101", b"400")])
def test_a_server_disagrees(answer: bytes) -> None:
    """It leaves the extension out, or declines it all."""
    want = Disagrees("x-d")
    assert want.complete(_answer(answer))
    assert want.judge(_answer(answer)) is None
    assert Disagrees("x-b").judge(_answer(AGREED.replace(b"101", b"400"))) is None


@pytest.mark.parametrize("name", ["x-a", "x-b"])
def test_a_server_agrees_where_it_must_not(name: str) -> None:
    """The place is the end of the head."""
    found = Disagrees(name).judge(_answer(AGREED))
    assert found == Complaint("accepted it: 'x-a, x-b; c=1'", theirs=len(AGREED))


@pytest.mark.parametrize(
    ("ended", "manner"), [(None, "no answer in time"), (Ended.RST, "hung up without an answer")]
)
def test_to_say_nothing_is_not_to_disagree(ended: Ended | None, manner: str) -> None:
    """The place is the request."""
    seen = _answer(OPENED[:-1], ended)
    assert not Disagrees("x-a").complete(seen)
    found = Disagrees("x-a").judge(seen)
    assert found == Complaint(f"wanted a response, got {manner}", ours=0)


HELLO = (text("Hello"),)


@pytest.mark.parametrize("ended", [Ended.FIN, Ended.RST])
@pytest.mark.parametrize("data", [b"", frame(0x88), frame(0x88, b"\x03\xea"), frame(0x89)])
def test_a_client_gives_up(data: bytes, ended: Ended) -> None:
    """It hangs up; a close frame may say why."""
    seen = heard(HELLO, data, server=False, ended=ended)
    assert GivesUp().judge(seen) is None


def test_a_close_frame_gives_up_too() -> None:
    """The end of TCP is then the server's to begin."""
    seen = heard(HELLO, frame(0x88, b"\x03\xea"), server=False)
    assert GivesUp().complete(seen)
    assert GivesUp().judge(seen) is None


@pytest.mark.parametrize("end", [None, Ended.FIN])
@pytest.mark.parametrize(
    ("data", "shown", "theirs"),
    [
        (frame(0x81, "Hello"), "TEXT 'Hello' [5 octets]", START + 7),
        (frame(0x8A, "a"), "PONG 'a' [1 octet]", START + 3),
        (frame(0x88) + frame(0x81), "TEXT [0 octets]", START + 4),
        (frame(0x81, "Hello") + frame(0x88), "TEXT 'Hello' [5 octets]", START + 7),
        (frame(0x88) + frame(0x88), "CLOSE [0 octets]", START + 4),
    ],
)
def test_a_client_that_does_not_give_up(
    data: bytes, shown: str, theirs: int, end: Ended | None
) -> None:
    """It has answered on a connection that there is none of."""
    seen = heard(HELLO, data, server=False, ended=end)
    assert GivesUp().complete(seen)
    assert GivesUp().judge(seen) == Complaint(f"took the connection as open: {shown}", theirs)


def test_a_client_that_does_nothing() -> None:
    """It neither hangs up nor says a word; a ping is none."""
    for data in (b"", frame(0x89, "a")):
        seen = heard(HELLO, data, server=False)
        assert not GivesUp().complete(seen)
        assert GivesUp().judge(seen) == Complaint("neither hung up nor went on", ours=0)


def test_a_head_is_looked_at() -> None:
    """What the look returns is the complaint, and the place is the end of the head."""

    def look(head: Head) -> str:
        return f"no {head.get('A')}" if head.get("A") else ""

    check = head_check(look)
    assert check(_answer(OPENED)) is None
    assert check(_answer(UPGRADE)) == Complaint("no 13", theirs=len(UPGRADE))


@pytest.mark.parametrize(
    ("want", "shown"),
    [
        (Declines(), "an error status"),
        (Declines((400, 431), silent=True), "400 or 431, or the end of TCP"),
        (Declines((426,), {"Upgrade": "websocket"}), "426, with Upgrade: websocket"),
        (Disagrees("x-a"), "no x-a, or an error status"),
        (GivesUp(), "no message, and the end of the TCP connection"),
    ],
)
def test_shown_for_people(want: Declines | Disagrees | GivesUp, shown: str) -> None:
    """What is wanted, in a line."""
    assert str(want) == shown
