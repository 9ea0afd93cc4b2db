"""Chapter 21 and 25.6: what a client asks, and answers that it must not believe."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import GO_ON, frame, heard, sent, verdict, words
from wsdemo.lab.conformance.case import CLIENT, Severity
from wsdemo.lab.conformance.frames import close, pong, text
from wsdemo.lab.conformance.handshake_wants import GivesUp
from wsdemo.lab.conformance.opening import accept_for
from wsdemo.lab.conformance.result import judge
from wsdemo.lab.conformance.selection import find, select
from wsdemo.lab.conformance.transcript import Ended

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
ECHO = text("Hello").serialize(masked=True)
USUAL = {
    "Host": "localhost:9001",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
NAME = "permessage-deflate"
PARAMETERS = (
    "unheard_of",
    "server_max_window_bits=7",
    "server_max_window_bits=16",
    "client_max_window_bits=08",
    "client_max_window_bits",
    "server_no_context_takeover=1",
    "server_no_context_takeover; server_no_context_takeover",
)


def _asked(first: str = "GET /runCase?case=1 HTTP/1.1", *more: str, **changed: str) -> bytes:
    """Write a request with other values; nothing is left of an empty one."""
    names = {"Key": "Sec-WebSocket-Key", "Version": "Sec-WebSocket-Version"}
    fields = USUAL | {names.get(name, name): value for name, value in changed.items()}
    lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value]
    return "".join([f"{first}\r\n", *lines, *(f"{line}\r\n" for line in more), "\r\n"]).encode()


@pytest.mark.parametrize("at", range(1, 6))
def test_a_request_in_order(at: int) -> None:
    """Each case looks at a part of it; the echo is wanted besides."""
    number = f"21.1.{at}"
    assert words(number, ECHO, head=_asked()) == ""
    also = _asked("GET / HTTP/1.1", Upgrade="WebSocket", Connection="keep-alive, upgrade")
    assert words(number, ECHO, head=also) == ""
    assert words(number, head=_asked()).startswith("wanted TEXT 'Hello'")


FIRST = "wrong first line: "


@pytest.mark.parametrize(
    ("number", "head", "wrong"),
    [
        ("21.1.1", _asked("POST / HTTP/1.1"), f"{FIRST}'POST / HTTP/1.1'"),
        ("21.1.1", _asked("GET / HTTP/1.0"), f"{FIRST}'GET / HTTP/1.0'"),
        ("21.1.1", _asked("GET ws://h/ HTTP/1.1"), f"{FIRST}'GET ws://h/ HTTP/1.1'"),
        ("21.1.1", _asked("GET /"), f"{FIRST}'GET /'"),
        ("21.1.1", _asked("GET /a b HTTP/1.1"), f"{FIRST}'GET /a b HTTP/1.1'"),
        ("21.1.2", _asked(Host=""), "Host: ''"),
        ("21.1.2", _asked("GET / HTTP/1.1", "Host: b"), "Host: 'localhost:9001, b'"),
        ("21.1.3", _asked(Upgrade=""), "wrong Upgrade: ''"),
        ("21.1.3", _asked(Upgrade="h2c"), "wrong Upgrade: 'h2c'"),
        ("21.1.3", _asked(Connection="close"), "wrong Connection: 'close'"),
        ("21.1.4", _asked(Key=""), "a key that is not 16 octets in base64: ''"),
        ("21.1.4", _asked(Key="AAAA"), "a key that is not 16 octets in base64: 'AAAA'"),
        ("21.1.4", _asked(Key="AAAAA"), "a key that is not 16 octets in base64: 'AAAAA'"),
        ("21.1.4", _asked(Key="?" * 24), f"a key that is not 16 octets in base64: '{'?' * 24}'"),
        ("21.1.4", _asked(Key="é"), "a key that is not 16 octets in base64: 'Ã©'"),
        (
            "21.1.4",
            _asked("GET / HTTP/1.1", f"Sec-WebSocket-Key: {KEY}"),
            f"a key that is not 16 octets in base64: '{KEY}, {KEY}'",
        ),
        ("21.1.5", _asked(Version=""), "wrong Sec-WebSocket-Version: ''"),
        ("21.1.5", _asked(Version="8"), "wrong Sec-WebSocket-Version: '8'"),
        (
            "21.1.5",
            _asked("GET / HTTP/1.1", "Sec-WebSocket-Version: 8"),
            "wrong Sec-WebSocket-Version: '13, 8'",
        ),
    ],
)
def test_a_request_out_of_order(number: str, head: bytes, wrong: str) -> None:
    """The place is its end."""
    result = verdict(number, ECHO, head=head)
    assert (result.words, result.theirs) == (wrong, len(head))


def test_a_key_that_comes_again() -> None:
    """It was to be picked at random for each connection."""
    case = find("21.1.6")
    seen = heard(case.moves, ECHO, server=False, head=_asked())
    seen.earlier_keys = frozenset({"another"})
    assert judge(case, seen, 0.0).words == ""
    seen.earlier_keys = frozenset({"another", KEY})
    result = judge(case, seen, 0.0)
    assert (result.words, result.theirs) == (f"the key {KEY} again", 0)


def test_what_comes_before_the_answer() -> None:
    """The place is behind all that had come by then."""
    case = find("21.1.7")
    seen = heard(case.moves, ECHO, server=False, head=_asked())
    assert judge(case, seen, 0.0).words == ""
    seen.hasty = 321
    result = judge(case, seen, 0.0)
    assert (result.words, result.theirs) == ("did not wait for the response", 321)


def _told(number: str) -> list[str]:
    """Return the lines of a response, sorted, but for the first."""
    first, *fields, end, beyond = find(number).response.serialize(KEY).decode().split("\r\n")
    assert end == beyond == ""
    return [first, *sorted(fields)]


OK = "HTTP/1.1 101 Switching Protocols"
LINES = ["Connection: Upgrade", f"Sec-WebSocket-Accept: {ACCEPT}", "Upgrade: websocket"]
EXTENSION, PROTOCOL = "Sec-WebSocket-Extensions: ", "Sec-WebSocket-Protocol: "


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        ("21.2.1", [OK, *LINES]),
        ("21.2.2", [OK, *LINES]),
        ("21.2.3", [OK, *LINES[:2], "Upgrade: WebSocket"]),
        ("21.2.4", [OK, "Connection: keep-alive, Upgrade", *LINES[1:]]),
        ("21.2.5", [OK, LINES[0], "SERVER: x", *LINES[1:], "X-Unheard-Of: yes"]),
        ("21.2.6", ["HTTP/1.1 101 Web Socket Protocol Handshake", *LINES]),
        ("21.2.7", [OK, *LINES]),
        ("21.2.8", [OK, "CONNECTION: Upgrade", LINES[1], "UPGRADE: websocket"]),
        ("21.3.1", ["HTTP/1.1 200 OK", LINES[0], "Content-Length: 0", *LINES[1:]]),
        ("21.3.2", [OK, *LINES[:2]]),
        ("21.3.3", [OK, *LINES[:2], "Upgrade: h2c"]),
        ("21.3.4", [OK, *LINES[1:]]),
        ("21.3.5", [OK, "Connection: close", *LINES[1:]]),
        ("21.3.6", [OK, LINES[0], LINES[2]]),
        ("21.3.7", [OK, LINES[0], f"Sec-WebSocket-Accept: {'A' * 27}=", LINES[2]]),
        ("21.3.8", [OK, *LINES[:2], f"{PROTOCOL}x-chat", LINES[2]]),
        ("21.3.9", [OK, *LINES[:2], f"{EXTENSION}x-unheard-of", LINES[2]]),
        ("21.3.10", [OK, LINES[0], LINES[1][:22] + ACCEPT.swapcase(), LINES[2]]),
        ("25.6.5", [OK, *LINES[:2], f"{EXTENSION}{NAME}; client_max_window_bits", LINES[2]]),
        ("25.6.8", [OK, *LINES[:2], f"{EXTENSION}{NAME}, {NAME}", LINES[2]]),
    ],
)
def test_what_is_answered(number: str, lines: list[str]) -> None:
    """One thing is unusual, or wrong, or nothing is."""
    assert accept_for(KEY) == ACCEPT
    assert _told(number) == lines


def test_how_it_is_answered() -> None:
    """Octet by octet, or together with the first frames."""
    assert [case.number for case in select("21,25.6") if case.response.piece] == ["21.2.2"]
    assert [case.number for case in select("21,25.6") if case.response.joined] == ["21.2.7"]
    assert find("21.2.2").response.piece == 1


def test_parameters_that_no_offer_allows() -> None:
    """Nor does none."""
    lines = [(f"{EXTENSION}{NAME}; {each}",) for each in PARAMETERS]
    assert [case.response.add for case in select("25.6")][:-1] == lines
    severities = [case.severity for case in select("25.6")]
    assert severities == [*[Severity.MUST] * 7, Severity.SHOULD]


def test_chapter_21_is_for_clients() -> None:
    """All of it is a "must"."""
    assert {case.roles for case in select("21,25.6")} == {CLIENT}
    assert {case.severity for case in select("21")} == {Severity.MUST}


@pytest.mark.parametrize("at", range(1, 8))
def test_a_good_answer_is_believed(at: int) -> None:
    """And the message comes back."""
    number = f"21.2.{at}"
    assert sent(number) == frame(0x81, "Hello")
    assert words(number, ECHO) == ""
    hung_up = words(number, ended=Ended.FIN)
    assert hung_up == "wanted TEXT 'Hello' [5 octets], got FIN without a close frame"


DOUBTED = [case.number for case in select("21.3,25.6")]


@pytest.mark.parametrize("number", DOUBTED)
def test_a_bad_answer_is_not_believed(number: str) -> None:
    """The client hangs up, with a close frame or without; it answers nothing."""
    assert find(number).want == GivesUp()
    assert sent(number) == frame(0x81, "Hello") + GO_ON
    head = len(_asked())
    for said in (b"", close(1002).serialize(masked=True)):
        assert verdict(number, said, head=_asked(), ended=Ended.FIN).words == ""
    for answer in (text("Hello"), pong("are you still there?")):
        octets = answer.serialize(masked=True)
        result = verdict(number, octets, head=_asked(), ended=Ended.FIN)
        assert result.words.startswith("took the connection as open: ")
        assert result.theirs == head + len(octets)
    assert words(number, head=_asked()) == "neither hung up nor went on"
