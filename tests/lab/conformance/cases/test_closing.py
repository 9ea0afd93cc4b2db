"""Chapters 7 and 24: the octets that go out, and how an endpoint may say goodbye."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import GO_ON, close, frame, sent, verdict, words
from wsdemo.lab.conformance.case import SERVER, Severity
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.moves import Await, HalfClose
from wsdemo.lab.conformance.selection import find, select
from wsdemo.lab.conformance.transcript import Ended

HW = "Hello World!"
NOT_UTF8 = bytes.fromhex("cebae1bdb9cf83cebcceb5eda080656469746564")
VALID = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
INVALID = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
PONG = frame(0x8A, "are you still there?")


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        ("7.1.1", frame(0x81, HW) + close(1000)),
        ("7.1.2", close(1000) + close()),
        ("7.1.3", close(1000) + frame(0x89)),
        ("7.1.4", close(1000) + frame(0x81, HW)),
        ("7.1.5", frame(0x01, "fragment1") + close(1000) + frame(0x80, "fragment2")),
        ("7.3.1", close()),
        ("7.3.2", frame(0x88, "a") + GO_ON),
        ("7.3.3", close(1000)),
        ("7.3.4", frame(0x88, b"\x03\xe8Hello World!")),
        ("7.3.5", frame(0x88, b"\x03\xe8" + b"*" * 123)),
        ("7.3.6", b"\x88\x7e\x00\x7e\x03\xe8" + b"*" * 124 + GO_ON),
        ("7.5.1", frame(0x88, b"\x03\xe8" + NOT_UTF8) + GO_ON),
        ("7.13.1", close(5000) + GO_ON),
        ("7.13.2", close(65_535) + GO_ON),
        ("24.1", frame(0x88, b"\x10\xe1bye")),
        ("24.2", frame(0x08, b"\x03\xe8") + frame(0x80) + GO_ON),
        ("24.3", close(1015) + GO_ON),
        ("24.4", close(1012)),
        ("24.7", close(1000)),
        ("24.8", frame(0xFF, "Hello") + GO_ON),
        ("24.9", b""),
    ],
)
def test_what_goes_out(number: str, octets: bytes) -> None:
    """The frames of chapter 7 are Autobahn's."""
    assert sent(number) == octets


def test_256_kib_go_before_a_close_frame() -> None:
    """7.1.6: who is still busy with them may close first."""
    first, *others = find("7.1.6").moves
    assert isinstance(first, Frame)
    assert first.payload == (b"BAsd7&jh23" * 26_215)
    assert len(first.payload) == 262_150
    assert b"".join(each.serialize() for each in others if isinstance(each, Frame)) == (
        frame(0x81, HW) + close(1000) + frame(0x89)
    )


def test_the_message_comes_back_before_the_goodbye() -> None:
    """7.1.1 waits for it; the others do not."""
    assert [type(move) for move in find("7.1.1").moves] == [Frame, Await, Frame]
    assert words("7.1.1", frame(0x81, HW), close(1000)) == ""


@pytest.mark.parametrize("at", range(1, 14))
def test_close_codes_that_are_valid(at: int) -> None:
    """The same comes back, or 1000."""
    number, code = f"7.7.{at}", VALID[at - 1]
    assert sent(number) == close(code)
    assert words(number, close(code)) == words(number, close(1000)) == ""
    wanted = "1000" if code == 1000 else f"{code} or 1000"
    assert words(number, close(1012)) == f"wanted close code {wanted}, got CLOSE 1012 [2 octets]"
    assert words(number, close()).endswith("got CLOSE [0 octets]")
    assert words(number, ended=Ended.FIN) == "wanted a close frame, got FIN without a close frame"


@pytest.mark.parametrize("at", range(1, 10))
def test_close_codes_that_are_not(at: int) -> None:
    """They are refused with 1002."""
    number, code = f"7.9.{at}", INVALID[at - 1]
    assert sent(number) == close(code) + GO_ON
    assert words(number, close(1002)) == ""
    assert words(number, close(code)).startswith("wanted close code 1002, got CLOSE")
    assert words(number, PONG).startswith("went on as if nothing had happened")


@pytest.mark.parametrize("number", ["7.1.2", "7.1.3", "7.1.4", "7.1.5", "7.3.3"])
def test_nothing_comes_behind_a_goodbye(number: str) -> None:
    """Neither an answer to what came behind ours, nor a last word."""
    assert words(number, close(1000)) == ""
    for last, shown in (
        (frame(0x8A), "PONG [0"),
        (frame(0x81, HW), "TEXT 'Hello"),
        (close(), "CLO"),
    ):
        result = verdict(number, close(1000), last)
        assert result.words.startswith(f"sent behind its close frame: {shown}")
        assert result.theirs == 129 + 4 + len(last)


@pytest.mark.parametrize("number", ["7.1.2", "7.3.3", "7.3.4", "7.3.5"])
def test_a_goodbye_has_the_code(number: str) -> None:
    """Or none, where the case lets it."""
    assert words(number, frame(0x88, b"\x03\xe8bye")) == ""
    assert (words(number, close()) == "") == (number != "7.1.2")
    assert words(number, close(1002)).startswith("wanted close code 1000")


@pytest.mark.parametrize("code", [1000, None])
def test_a_close_frame_without_a_code_is_answered(code: int | None) -> None:
    """With none, or with 1000, and with no other."""
    assert words("7.3.1", close(code)) == ""
    for wrong in (close(1001), close(1005), frame(0x88, "a")):
        assert words("7.3.1", wrong).startswith("wanted close code 1000 or none, got CLOSE")


@pytest.mark.parametrize("number", ["7.3.2", "7.3.6", "24.2", "24.3", "7.13.1"])
def test_a_close_frame_that_is_none_is_refused(number: str) -> None:
    """With 1002."""
    assert words(number, close(1002)) == ""
    assert words(number, close(1000)).startswith("wanted close code 1002")
    assert words(number, PONG, close(1002)).startswith("went on")


def test_a_reason_that_is_no_utf8_is_refused() -> None:
    """Either code will do."""
    assert words("7.5.1", close(1002)) == words("7.5.1", close(1007)) == ""
    assert words("7.5.1", close(1000)).startswith("wanted close code 1002 or 1007")


def test_what_weighs_less_than_a_must() -> None:
    """Where the RFC leaves it open, and where a good library differs on purpose."""
    severities = {
        case.number: case.severity for case in select("7,24") if case.severity is not Severity.MUST
    }
    should = ("7.1.5", "7.1.6", "24.1", "24.4", "24.5", "24.6", "24.9")
    assert severities == {
        **dict.fromkeys(should, Severity.SHOULD),
        **dict.fromkeys(("7.13.1", "7.13.2"), Severity.MAY),
    }


def test_the_code_comes_back() -> None:
    """24.1: to answer with 1000 hides why the other side left."""
    assert words("24.1", close(4321)) == ""
    assert words("24.1", close(1000)) == "wanted close code 4321, got CLOSE 1000 [2 octets]"


@pytest.mark.parametrize(("number", "code"), [("24.4", 1012), ("24.5", 1013), ("24.6", 1014)])
def test_codes_that_were_registered_later(number: str, code: int) -> None:
    """They are as good as the others, to whoever knows them."""
    assert words(number, close(code)) == words(number, close(1000)) == ""
    assert words(number, close(1002)).startswith(f"wanted close code {code} or 1000")


@pytest.mark.parametrize(("number", "code"), [("24.7", 1000), ("24.8", 1002)])
def test_a_server_ends_tcp(number: str, code: int) -> None:
    """With the closing handshake, and when it fails a connection."""
    assert find(number).roles == SERVER
    assert words(number, close(code), ended=Ended.FIN) == ""
    assert words(number, close(code), ended=Ended.RST) == ""
    result = verdict(number, close(code))
    assert result.words.startswith("left TCP open behind")
    assert result.theirs == 129 + 4


def test_a_server_that_fails_a_connection_says_so() -> None:
    """To end TCP is not enough."""
    assert words("24.8", ended=Ended.FIN).startswith("wanted a close frame with 1002")
    assert words("24.8", close(1000), ended=Ended.FIN).startswith("wanted close code 1002")


def test_an_end_is_followed_by_an_end() -> None:
    """24.9: there is no close frame, and none has to come."""
    assert find("24.9").moves == (HalfClose(),)
    assert words("24.9", ended=Ended.FIN) == ""
    assert words("24.9", close(1006)) == "held on to a connection that was ended"
