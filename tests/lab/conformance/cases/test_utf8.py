"""Chapter 6: which octets are UTF-8, how they are cut, and when what is not has to be refused."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, GO_ON, GO_ON_READING, close, frame, heard, sent
from tests.lab.conformance.talk import verdict as judged
from tests.lab.conformance.talk import words as told
from wsdemo.lab.conformance.case import Severity
from wsdemo.lab.conformance.cases.utf8 import is_utf8
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.moves import Listen, Part
from wsdemo.lab.conformance.selection import find, select
from wsdemo.lab.conformance.wants import Echo, FailsFast, Refusal

GREETING = bytes.fromhex("48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121")
KOSME = bytes.fromhex("cebae1bdb9cf83cebcceb5")
SURROGATE = KOSME + bytes.fromhex("eda080656469746564")
TOO_HIGH = KOSME + bytes.fromhex("f4908080656469746564")
MIDDLE = bytes.fromhex("6d6964646c65206672616d65207061796c6f6164")
WAITED = "waited for the rest of the message before it judged what was there"

# Of the groups from 6.5 on those that have no row of UTF-8; and the rows of the others that are.
NO_UTF8 = (8, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
SOME_UTF8 = {6: (2, 5, 7, 9, 11), 11: (1, 2, 3, 4)}


def _shredded(payload: bytes) -> bytes:
    first, *others = (bytes((octet,)) for octet in payload)
    return frame(0x01, first) + b"".join(frame(0x00, each) for each in others) + frame(0x80)


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        ("6.1.1", frame(0x81)),
        ("6.1.2", frame(0x01) + frame(0x00) + frame(0x80)),
        ("6.1.3", frame(0x01) + frame(0x00, MIDDLE) + frame(0x80)),
        ("6.2.1", frame(0x81, GREETING)),
        ("6.2.2", frame(0x01, GREETING[:15]) + frame(0x80, GREETING[15:])),
        ("6.2.3", _shredded(GREETING)),
        ("6.2.4", _shredded(KOSME)),
        ("6.3.1", frame(0x81, SURROGATE) + GO_ON_READING),
        ("6.3.2", _shredded(SURROGATE) + GO_ON_READING),
        ("6.4.1", frame(0x01, KOSME) + frame(0x00, b"\xf4\x90\x80\x80") + GO_ON),
        ("6.4.2", frame(0x01, KOSME + b"\xf4") + frame(0x00, b"\x90") + GO_ON),
        ("6.4.3", frame(0x81, TOO_HIGH)),
        ("6.4.4", frame(0x81, TOO_HIGH)),
        ("6.5.4", frame(0x81, "hello\U00024b62world")),
        ("6.6.1", frame(0x81, b"\xce") + GO_ON_READING),
        ("6.6.2", frame(0x81, "κ")),
        ("6.22.1", frame(0x81, "\ufffe")),
    ],
)
def test_what_goes_out(number: str, octets: bytes) -> None:
    """The frames are Autobahn's, but for those that end what was refused already."""
    assert sent(number) == octets


def test_umlauts_are_cut_between_characters() -> None:
    """Only what is cut within them needs a decoder that remembers."""
    assert is_utf8(GREETING[:15])
    assert len(GREETING) == 29
    assert len(find("6.2.3").moves) == 30
    assert len(find("6.2.4").moves) == 12


@pytest.mark.parametrize("group", range(5, 24))
def test_what_is_utf8_comes_back(group: int) -> None:
    """And what is not is refused, with 1007."""
    for case in select(f"6.{group}"):
        row = case.order[2]
        valid = row in SOME_UTF8[group] if group in SOME_UTF8 else group not in NO_UTF8
        assert case.want == (Echo() if valid else Refusal((1007,))), case
        payload = case.moves[0].payload if isinstance(case.moves[0], Frame) else b""
        assert is_utf8(payload) == valid


def test_63_rows_are_utf8() -> None:
    """As the digest of Autobahn's cases counts them, and 69 are not."""
    rows = [case.want for case in select("6.5-6.23")]
    assert (rows.count(Echo()), rows.count(Refusal((1007,)))) == (63, 69)


@pytest.mark.parametrize(
    ("octets", "valid"),
    [("", True), ("f48fbfbf", True), ("ed9fbf", True), ("eda080", False), ("c080", False)],
)
def test_what_is_utf8(octets: str, valid: bool) -> None:
    """By RFC 3629: no surrogates, nothing overlong, nothing above U+10FFFF."""
    assert is_utf8(bytes.fromhex(octets)) == valid


def test_the_bad_octet_is_marked() -> None:
    """Where nothing that may follow can mend it."""
    shred = find("6.3.2").bad_frame
    assert shred is find("6.3.2").moves[12]
    assert shred.payload == SURROGATE[12:13] == b"\xa0"
    high, half = find("6.4.1").bad_frame, find("6.4.2").bad_frame
    assert high is not None
    assert half is not None
    assert (high.payload.hex(), half.payload.hex()) == ("f4908080", "90")


@pytest.mark.parametrize("number", ["6.3.1", "6.3.2", "6.6.1", "6.17.1", "6.21.8"])
def test_what_is_no_utf8_must_be_refused(number: str) -> None:
    """With 1007, and without an answer to the text behind it."""
    assert told(number, close(1007)) == ""
    assert told(number, close(1002)) == "wanted close code 1007, got CLOSE 1002 [2 octets]"
    after = told(number, frame(0x81, "are you still there?"), close(1007))
    assert after.startswith("answered what it must refuse: TEXT 'are you")
    for answer in (SURROGATE, "�".encode()):
        assert told(number, frame(0x81, answer)).startswith("answered what it must refuse")
    # Of the fragments before the one that is bad a message may have been made.
    empty = told(number, frame(0x81), close(1007))
    assert (empty == "") == (number == "6.3.2")


@pytest.mark.parametrize("number", ["6.2.1", "6.2.2", "6.2.3"])
def test_text_comes_back_octet_for_octet(number: str) -> None:
    """Not as other characters, and not in another normal form."""
    assert told(number, frame(0x81, GREETING)) == ""
    assert told(number, frame(0x81, GREETING[:-1] + b"?")).startswith("octet 28 of 29")
    assert told(number, frame(0x82, GREETING)).startswith("wanted TEXT")
    assert told(number, close(1007)).endswith("got CLOSE 1007 [2 octets]")


@pytest.mark.parametrize("number", ["6.4.1", "6.4.2"])
def test_a_bad_fragment_should_be_refused_before_the_last(number: str) -> None:
    """A pong shows that it was not; that is no "must"."""
    assert find(number).severity is Severity.SHOULD
    assert told(number, close(1007)) == ""
    assert told(number, close(1002)).startswith("wanted close code 1007")
    result = judged(number, frame(0x8A, "are you still there?"))
    assert (result.words, result.theirs) == (WAITED, 129 + 22)
    ends = {"6.4.1": 17 + 10, "6.4.2": 18 + 7}
    assert judged(number).ours == ASKED + ends[number]


@pytest.mark.parametrize(("number", "cuts"), [("6.4.3", (11, 15)), ("6.4.4", (12, 13))])
def test_a_bad_octet_may_be_refused_before_the_frame_ends(
    number: str, cuts: tuple[int, int]
) -> None:
    """Within a frame there is nothing but to wait, once what is bad is there."""
    case = find(number)
    first, second, pause, third = case.moves
    assert isinstance(pause, Listen)
    ends = [(each.start, each.stop) for each in (first, second, third) if isinstance(each, Part)]
    assert ends == [(0, cuts[0]), cuts, (cuts[1], len(TOO_HIGH))]
    assert (case.severity, case.want) == (Severity.MAY, FailsFast((1007,)))
    assert is_utf8(TOO_HIGH[: len(KOSME)])
    seen = heard(case.moves, close(1007))
    assert case.want.judge(seen) is None
    seen.silent = True
    found = case.want.judge(seen)
    assert found is not None
    assert found.words == WAITED
