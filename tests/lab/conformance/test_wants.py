"""Verdicts: a good transcript passes, and each way to be wrong has its words and its place."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import ASKED, START, frame, heard
from wsdemo.lab.conformance.case import Want
from wsdemo.lab.conformance.deflate import Agreement
from wsdemo.lab.conformance.frames import bad, binary, close, more, other, ping, pong, text
from wsdemo.lab.conformance.moves import HalfClose, Listen, Move, Part, words
from wsdemo.lab.conformance.transcript import BARRIER, Complaint, Ended, Transcript
from wsdemo.lab.conformance.wants import (
    Echo,
    Ends,
    FailsFast,
    Goodbye,
    Hangs,
    Look,
    Refusal,
    With,
)

# A client's frame has 6 octets before its payload, a server's 2.
MOVES: tuple[Move, ...] = (text("Hello"), ping("a"), binary(b"\1\2"), ping("b"))
ENDS = [ASKED + 11, ASKED + 18, ASKED + 26, ASKED + 33]
TEXT, BINARY = frame(0x81, "Hello"), frame(0x82, b"\1\2")
PONG_A, PONG_B = frame(0x8A, "a"), frame(0x8A, "b")
NOTHING = "nothing"


def _close(code: int | None = None) -> bytes:
    return frame(0x88, b"" if code is None else code.to_bytes(2, "big"))


# --- Echo


@pytest.mark.parametrize(
    "data",
    [
        TEXT + PONG_A + BINARY + PONG_B,
        PONG_A + PONG_B + TEXT + BINARY,
        TEXT + BINARY + PONG_B,
        frame(0x01, "He") + PONG_B + frame(0x00, "l") + frame(0x80, "lo") + BINARY,
        frame(0x89, "x") + TEXT + BINARY + frame(0x8A, "unasked") + PONG_B + frame(0x8A),
        TEXT + BINARY + PONG_B + _close(1001),
    ],
    ids=["in order", "pongs first", "last pong", "fragments", "more control frames", "closed"],
)
def test_an_echo_is_good(data: bytes) -> None:
    """In any fragments, the pongs wherever they come, and its own control frames between."""
    seen = heard(MOVES, data)
    assert Echo().complete(seen)
    assert Echo().judge(seen) is None


def test_an_echo_of_a_client_is_good() -> None:
    """It is masked, which is no affair of this verdict."""
    data = bytes.fromhex("8181 37fa213d 56")
    assert Echo().judge(heard((text("a"),), data, server=False)) is None


@pytest.mark.parametrize(
    ("data", "ended", "words", "ours"),
    [
        (b"", None, f"wanted TEXT 'Hello' [5 octets], got {NOTHING}", ENDS[0]),
        (TEXT, None, f"wanted BINARY 01 02 [2 octets], got {NOTHING}", ENDS[2]),
        (
            TEXT,
            Ended.FIN,
            "wanted BINARY 01 02 [2 octets], got FIN without a close frame",
            ENDS[2],
        ),
        (b"", Ended.RST, "wanted TEXT 'Hello' [5 octets], got RST without a close frame", ENDS[0]),
        (
            TEXT + _close(1011),
            Ended.FIN,
            "wanted BINARY 01 02 [2 octets], got CLOSE 1011 [2 octets]",
            ENDS[2],
        ),
        (TEXT[:-1], None, f"wanted TEXT 'Hello' [5 octets], got {NOTHING}", ENDS[0]),
    ],
)
def test_a_message_that_does_not_come_back(
    data: bytes, ended: Ended | None, words: str, ours: int
) -> None:
    """The place is where ours ends; how it ended is told."""
    found = Echo().judge(heard(MOVES, PONG_B + data, ended=ended))
    assert found == Complaint(words, ours=ours)


def test_a_message_that_does_not_come_back_in_time() -> None:
    """The close frame answers our farewell, and is not what was got instead."""
    found = Echo().judge(heard(MOVES, _close(1000), late=True))
    assert found is not None
    assert found.words.endswith("got nothing: it was still silent when the time was up")


@pytest.mark.parametrize(
    ("first", "payload", "words"),
    [
        (0x82, b"Hello", "wanted TEXT 'Hello' [5 octets], got BINARY 'Hello' [5 octets]"),
        (0x81, b"Hell", "wanted TEXT 'Hello' [5 octets], got TEXT 'Hell' [4 octets]"),
        (0x81, b"", "wanted TEXT 'Hello' [5 octets], got TEXT [0 octets]"),
        (0x80, b"Hello", "wanted TEXT 'Hello' [5 octets], got CONT 'Hello' [5 octets]"),
        (0x81, b"Help!", "octet 3 of 5 came back as another one"),
        (0x81, b"hello", "octet 0 of 5 came back as another one"),
        (0x83, b"", "wanted TEXT 'Hello' [5 octets], got 3 [0 octets]"),
    ],
)
def test_a_message_that_comes_back_as_another_one(first: int, payload: bytes, words: str) -> None:
    """The place is where theirs ends."""
    data = frame(first, payload)
    found = Echo().judge(heard(MOVES, data + BINARY + PONG_B))
    assert found == Complaint(words, theirs=START + len(data))


def test_the_second_message_is_compared_too() -> None:
    """Order matters."""
    found = Echo().judge(heard(MOVES, TEXT + frame(0x82, b"\1\3") + PONG_B))
    assert found == Complaint("octet 1 of 2 came back as another one", theirs=START + 11)
    found = Echo().judge(heard(MOVES, BINARY + TEXT + PONG_B))
    assert found is not None
    assert found.theirs == START + 4


def test_a_large_difference_is_told_in_a_line() -> None:
    """The octet, counted, instead of a thousand."""
    sent, got = bytes(2000), bytes(1500) + b"\1" * 500
    found = Echo().judge(heard((binary(sent),), frame(0x82, got)))
    words = "octet 1,500 of 2,000 came back as another one"
    assert found == Complaint(words, theirs=START + 2004)


def test_a_message_that_does_not_inflate() -> None:
    """The promised window was left, or there is nothing to inflate."""
    data = frame(0xC1, b"\xff" * 16)
    found = Echo().judge(heard((words("Hello"),), data, agreement=Agreement()))
    assert found is not None
    assert found.words.startswith("does not inflate: ")
    assert "invalid block type" in found.words
    assert found.theirs == START + 18


def test_a_message_that_nobody_sent() -> None:
    """One more than there were; the place is its end."""
    found = Echo().judge(heard(MOVES, TEXT + BINARY + PONG_B + frame(0x81, "and") + TEXT))
    words = "a message that nobody sent: TEXT 'and' [3 octets]"
    assert found == Complaint(words, theirs=START + 7 + 4 + 3 + 5)
    found = Echo().judge(heard((ping("a"),), PONG_A + frame(0x8A, "b") + frame(0x80)))
    assert found == Complaint("a message that nobody sent: CONT [0 octets]", theirs=START + 8)


@pytest.mark.parametrize(
    ("pongs", "words"),
    [
        (b"", "no pong for PING 'b'"),
        (PONG_A, "no pong for PING 'b', only PONG 'a' [1 octet]"),
        (frame(0x8A) + frame(0x8A, "B"), "no pong for PING 'b', only PONG 'B' [1 octet]"),
        (frame(0x89, "b"), "no pong for PING 'b'"),
    ],
)
def test_a_ping_that_is_not_answered(pongs: bytes, words: str) -> None:
    """The last one has to be; the place is where ours ends."""
    assert Echo().judge(heard(MOVES, TEXT + BINARY + pongs)) == Complaint(words, ours=ENDS[3])


def test_an_empty_ping_that_is_not_answered() -> None:
    """There is nothing to quote."""
    found = Echo().judge(heard((ping(),)))
    assert found == Complaint("no pong for PING", ours=ASKED + 6)
    found = Echo().judge(heard((ping(),), PONG_A))
    assert found == Complaint("no pong for PING, only PONG 'a' [1 octet]", ours=ASKED + 6)


@pytest.mark.parametrize(
    ("pongs", "words", "ours"),
    [
        (PONG_B, "no pong for PING 'a', only PONG 'b' [1 octet]", ENDS[1]),
        (PONG_A, "no pong for PING 'b', only PONG 'a' [1 octet]", ENDS[3]),
        (PONG_B + PONG_A, "no pong for PING 'b', only PONG 'a' [1 octet]", ENDS[3]),
        (b"", "no pong for PING 'a'", ENDS[1]),
    ],
)
def test_each_ping_may_be_wanted(pongs: bytes, words: str, ours: int) -> None:
    """In their order."""
    found = Echo(every=True).judge(heard(MOVES, TEXT + BINARY + pongs))
    assert found == Complaint(words, ours=ours)
    good = heard(MOVES, TEXT + BINARY + PONG_A + frame(0x8A, "x") + PONG_B)
    assert Echo(every=True).judge(good) is None


def test_two_pings_alike_want_two_pongs() -> None:
    """Where each is wanted."""
    moves = ping("a"), ping("a")
    assert Echo(every=True).judge(heard(moves, PONG_A)) is not None
    assert Echo(every=True).judge(heard(moves, PONG_A * 2)) is None
    assert Echo().judge(heard(moves, PONG_A)) is None


def test_a_limit_may_be_told_instead() -> None:
    """With the code that says so, and no other."""
    want = Echo(or_codes=(1008, 1009))
    for code in (1008, 1009):
        assert want.judge(heard(MOVES, TEXT + _close(code))) is None
    for end in (_close(1011), _close(), b""):
        assert want.judge(heard(MOVES, TEXT + end)) is not None
    assert want.judge(heard(MOVES, TEXT + BINARY + PONG_B)) is None


@pytest.mark.parametrize(
    ("data", "complete"),
    [
        (b"", False),
        (TEXT, False),
        (PONG_B, False),
        (TEXT + BINARY, False),
        (TEXT + BINARY + PONG_A, False),
        (TEXT + BINARY[:-1] + b"", False),
        (TEXT + BINARY + PONG_B, True),
        (PONG_B + frame(0x81) * 2, True),
        (_close(1002), True),
    ],
)
def test_an_echo_is_waited_for(data: bytes, complete: bool) -> None:
    """Until the last message and the last pong are there, or a close frame is."""
    assert Echo().complete(heard(MOVES, data)) == complete


# --- Refusal

FAULT = bad(text("no", rsv=1))
FAULTY: tuple[Move, ...] = (text("yes"), ping("a"), FAULT, text("behind"), ping(BARRIER))
AT = ASKED + 9 + 7 + 8  # where the fault ends
YES = frame(0x81, "yes")
REFUSAL = Refusal((1002,))


@pytest.mark.parametrize("before", [b"", YES, YES + PONG_A, PONG_A, frame(0x89, BARRIER)])
@pytest.mark.parametrize("behind", [b"", frame(0x8A, "unasked")])
def test_a_refusal_is_good(before: bytes, behind: bytes) -> None:
    """Whether what came before the fault is answered or not."""
    seen = heard(FAULTY, before + _close(1002) + behind)
    assert REFUSAL.complete(seen)
    assert REFUSAL.judge(seen) is None


@pytest.mark.parametrize(
    ("data", "words", "theirs"),
    [
        (
            YES + _close(1000),
            "wanted close code 1002, got CLOSE 1000 [2 octets]",
            START + 5 + 4,
        ),
        (_close(), "wanted close code 1002, got CLOSE [0 octets]", START + 2),
        (frame(0x88, "a"), "wanted close code 1002, got CLOSE 'a' [1 octet]", START + 3),
        (
            frame(0x88, b"\x03\xefbad"),
            "wanted close code 1002, got CLOSE 1007 'bad' [5 octets]",
            START + 7,
        ),
    ],
)
def test_a_refusal_with_another_code(data: bytes, words: str, theirs: int) -> None:
    """The place is the end of the close frame."""
    assert REFUSAL.judge(heard(FAULTY, data)) == Complaint(words, theirs=theirs)


def test_a_refusal_with_one_of_several_codes() -> None:
    """Each of them is good, and all are named."""
    want = Refusal((1002, 1007))
    assert want.judge(heard(FAULTY, _close(1002))) is None
    assert want.judge(heard(FAULTY, _close(1007))) is None
    found = want.judge(heard(FAULTY, _close(1000)))
    assert found is not None
    assert found.words == "wanted close code 1002 or 1007, got CLOSE 1000 [2 octets]"


@pytest.mark.parametrize(
    ("data", "ended", "manner"),
    [
        (b"", None, NOTHING),
        (YES + PONG_A, None, NOTHING),
        (YES, Ended.FIN, "FIN without a close frame"),
        (b"", Ended.RST, "RST without a close frame"),
    ],
)
def test_no_close_frame(data: bytes, ended: Ended | None, manner: str) -> None:
    """The place is the frame that was to be refused."""
    found = REFUSAL.judge(heard(FAULTY, data, ended=ended))
    assert found == Complaint(f"wanted a close frame with 1002, got {manner}", ours=AT)


@pytest.mark.parametrize("code", [1000, 1002])
def test_a_close_frame_that_answers_our_farewell_is_no_refusal(code: int) -> None:
    """Whatever its code: it came when the time was up."""
    found = REFUSAL.judge(heard(FAULTY, _close(code), ended=Ended.FIN, late=True))
    words = "nothing: it was still silent when the time was up"
    assert found == Complaint(f"wanted a close frame with 1002, got {words}", ours=AT)


@pytest.mark.parametrize("end", [b"", _close(1002), _close(1000)])
def test_a_barrier_that_was_passed(end: bytes) -> None:
    """Who answers a ping behind the fault has not refused it, whatever comes then."""
    seen = heard(FAULTY, YES + frame(0x8A, BARRIER) + end)
    words = "went on as if nothing had happened: PONG 'are you still there?' [20 octets]"
    assert REFUSAL.complete(seen)
    assert REFUSAL.judge(seen) == Complaint(words, theirs=START + 5 + 22, ours=AT)


def test_a_pong_for_a_ping_that_must_be_refused() -> None:
    """Such as one that is too long."""
    moves = bad(ping("a" * 126)), ping(BARRIER)
    found = REFUSAL.judge(heard(moves, frame(0x8A, "a" * 126)))
    assert found is not None
    assert found.words.startswith("went on as if nothing had happened: PONG 'aaa")
    assert (found.theirs, found.ours) == (START + 130, ASKED + 8 + 126)


def test_a_pong_that_nobody_asked_for_is_no_answer() -> None:
    """An endpoint may send those at any time."""
    for payload in ("x", "", "behind", "no"):
        assert REFUSAL.judge(heard(FAULTY, frame(0x8A, payload) + _close(1002))) is None


FRAGMENTS: tuple[Move, ...] = (text("ab", fin=False), more("c", fin=False), FAULT, text("d"))


@pytest.mark.parametrize(
    "data",
    [
        frame(0x81, "ab"),
        frame(0x81, "ab") + frame(0x80, "c"),
        frame(0x82, "ab") + frame(0x82, "c"),
        frame(0x81, "abc"),
        frame(0x81) + frame(0x81, "ab"),
        frame(0x81, "a"),
    ],
)
def test_fragments_before_a_fault_may_come_back(data: bytes) -> None:
    """To take them for messages is another mistake, for other cases to find."""
    assert REFUSAL.judge(heard(FRAGMENTS, data + _close(1002))) is None


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (frame(0x81, "abcno"), "TEXT 'abcno' [5 octets]"),
        (frame(0x81, "b"), "TEXT 'b' [1 octet]"),
        (frame(0x81, "abcd"), "TEXT 'abcd' [4 octets]"),
        (frame(0x81, "ab") + frame(0x81, "d"), "TEXT 'd' [1 octet]"),
        (frame(0x81, "ab") + frame(0x81, "c") + frame(0x81), "TEXT [0 octets]"),
    ],
)
def test_no_other_fragments_may_come_back(data: bytes, shown: str) -> None:
    """Nor more messages than there were fragments."""
    found = REFUSAL.judge(heard(FRAGMENTS, data + _close(1002)))
    assert found is not None
    assert found.words == f"answered what it must refuse: {shown}"
    assert found.theirs == START + len(data)


@pytest.mark.parametrize("end", [b"", _close(1002)])
@pytest.mark.parametrize(
    ("data", "shown", "theirs"),
    [
        (YES + frame(0x81, "no"), "TEXT 'no' [2 octets]", START + 9),
        (YES + frame(0x81, "behind"), "TEXT 'behind' [6 octets]", START + 13),
        (frame(0x81, "no"), "TEXT 'no' [2 octets]", START + 4),
        (frame(0x81, "ye") + frame(0x81, "ss"), "TEXT 'ss' [2 octets]", START + 8),
    ],
)
def test_an_answer_to_what_must_be_refused(
    data: bytes, shown: str, theirs: int, end: bytes
) -> None:
    """The fault itself, what is behind it, or something else altogether."""
    seen = heard(FAULTY, data + end)
    words = f"answered what it must refuse: {shown}"
    assert REFUSAL.complete(seen)
    assert REFUSAL.judge(seen) == Complaint(words, theirs=theirs, ours=AT)


@pytest.mark.parametrize(
    ("data", "complete"),
    [(b"", False), (YES, False), (YES + PONG_A, False), (frame(0x89, BARRIER), False)],
)
def test_a_refusal_is_waited_for(data: bytes, complete: bool) -> None:
    """Until it has said goodbye, or shown that it goes on."""
    assert REFUSAL.complete(heard(FAULTY, data)) == complete


def test_a_refusal_by_a_client() -> None:
    """Its frames are masked, ours are not."""
    octets = close(1002).serialize(masked=True)
    assert REFUSAL.judge(heard(FAULTY, octets, server=False)) is None
    found = REFUSAL.judge(heard(FAULTY, server=False))
    assert found is not None
    assert found.ours == ASKED + 5 + 3 + 4


# --- FailsFast

BEGUN: tuple[Move, ...] = (text("ab", fin=False), bad(more("c", fin=False)), ping(BARRIER))
WAITED = "waited for the rest of the message before it judged what was there"


def test_a_fast_failure_is_good() -> None:
    """A close frame with the code, and no pong."""
    seen = heard(BEGUN, _close(1007))
    assert FailsFast((1007,)).complete(seen)
    assert FailsFast((1007,)).judge(seen) is None


def test_a_pong_in_the_middle_of_a_bad_message() -> None:
    """It has waited for the rest, even if it closes then."""
    want = FailsFast((1007,))
    for end in (b"", _close(1007)):
        seen = heard(BEGUN, frame(0x8A, BARRIER) + end)
        assert want.complete(seen)
        assert want.judge(seen) == Complaint(WAITED, theirs=START + 22)


def test_silence_in_the_middle_of_a_bad_frame() -> None:
    """It was silent when the time was up, and judged then."""
    whole = text("abc")
    seen = heard((Part(whole, 0, 2), Listen(), Part(whole, 2, 3)), _close(1007))
    assert FailsFast((1007,)).judge(seen) is None
    seen.silent = True
    assert FailsFast((1007,)).judge(seen) == Complaint(WAITED)


def test_a_fast_failure_has_a_code_too() -> None:
    """Or a complaint like any refusal."""
    want = FailsFast((1007,))
    found = want.judge(heard(BEGUN, _close(1002)))
    words = "wanted close code 1007, got CLOSE 1002 [2 octets]"
    assert found == Complaint(words, theirs=START + 4)
    found = want.judge(heard(BEGUN, ended=Ended.FIN))
    words = "wanted a close frame with 1007, got FIN without a close frame"
    assert found == Complaint(words, ours=ASKED + 8 + 7)
    assert not want.complete(heard(BEGUN))


# --- Goodbye

BYE: tuple[Move, ...] = (text("a"), close(1000))
A = frame(0x81, "a")


@pytest.mark.parametrize("server", [True, False])
def test_a_goodbye_is_good(server: bool) -> None:
    """Messages before it or not, and nothing behind."""
    for data in (_close(1000), A + _close(1000), A + frame(0x89) + _close(1000)):
        seen = heard(BYE, data, server=server)
        assert Goodbye((1000,)).complete(seen)
        assert Goodbye((1000,)).judge(seen) is None


@pytest.mark.parametrize(
    ("ended", "manner"), [(None, NOTHING), (Ended.FIN, "FIN without a close frame")]
)
def test_no_goodbye(ended: Ended | None, manner: str) -> None:
    """The place is our close frame."""
    seen = heard(BYE, A, ended=ended)
    assert not Goodbye().complete(seen)
    found = Goodbye().judge(seen)
    assert found == Complaint(f"wanted a close frame, got {manner}", ours=ASKED + 7 + 8)


def test_a_goodbye_with_another_code() -> None:
    """Any will do when none is named."""
    found = Goodbye((1001, 1000)).judge(heard(BYE, _close(1002)))
    words = "wanted close code 1001 or 1000, got CLOSE 1002 [2 octets]"
    assert found == Complaint(words, theirs=START + 4)
    assert Goodbye((1001, 1000)).judge(heard(BYE, _close(1001))) is None
    assert Goodbye().judge(heard(BYE, _close(1002))) is None
    found = Goodbye((1000,)).judge(heard(BYE, _close()))
    assert found == Complaint("wanted close code 1000, got CLOSE [0 octets]", theirs=START + 2)
    assert Goodbye((1000, 1005)).judge(heard(BYE, _close())) is None
    found = Goodbye((1000, 1005)).judge(heard(BYE, _close(1005)))
    words = "wanted close code 1000 or none, got CLOSE 1005 [2 octets]"
    assert found == Complaint(words, theirs=START + 4)


@pytest.mark.parametrize(
    ("behind", "shown"),
    [
        (A, "TEXT 'a' [1 octet]"),
        (frame(0x8A), "PONG [0 octets]"),
        (frame(0x89), "PING [0 octets]"),
        (_close(1000), "CLOSE 1000 [2 octets]"),
    ],
)
def test_a_last_word_behind_the_goodbye(behind: bytes, shown: str) -> None:
    """Whatever it is; the place is the end of the first."""
    found = Goodbye().judge(heard(BYE, _close(1000) + behind + A))
    words = f"sent behind its close frame: {shown}"
    assert found == Complaint(words, theirs=START + 4 + len(behind))


# --- Ends


def test_an_end_may_be_wanted() -> None:
    """It comes by itself: one that comes when the time is up has waited for our farewell."""
    want = Ends(Goodbye((1000,)))
    seen = heard(BYE, _close(1000))
    assert not want.complete(seen)
    found = Complaint("left TCP open behind its close frame", theirs=START + 4)
    assert want.judge(seen) == found
    assert want.judge(heard(BYE, _close(1000), ended=Ended.FIN, late=True)) == found
    for ended in Ended:
        seen = heard(BYE, _close(1000), ended=ended)
        assert want.complete(seen)
        assert want.judge(seen) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "wanted a close frame with 1002, got FIN without a close frame"),
        (_close(1000), "wanted close code 1002, got CLOSE 1000 [2 octets]"),
    ],
)
def test_an_end_is_not_enough(data: bytes, words: str) -> None:
    """There is what the other one wants."""
    found = Ends(REFUSAL).judge(heard(FAULTY, data, ended=Ended.FIN))
    assert found is not None
    assert found.words == words


# --- Hangs


@pytest.mark.parametrize("ended", [Ended.FIN, Ended.RST])
def test_an_end_is_followed_by_an_end(ended: Ended) -> None:
    """In whatever way."""
    seen = heard((HalfClose(),), ended=ended)
    assert Hangs().complete(seen)
    assert Hangs().judge(seen) is None


def test_an_end_is_not_followed_by_any() -> None:
    """A close frame alone does not do."""
    for data in (b"", _close(1000)):
        seen = heard((HalfClose(),), data)
        assert not Hangs().complete(seen)
        assert Hangs().judge(seen) == Complaint("held on to a connection that was ended")


# --- With


def _no_binary(seen: Transcript) -> Complaint | None:
    found = [got for got in seen.got if got.opcode == 2]
    return Complaint("binary", theirs=found[0].end) if found else None


def test_a_look_of_its_own_comes_second() -> None:
    """What the other one wants goes before."""
    want = With(Echo(), _no_binary, "no binary")
    assert want.judge(heard((text("a"),), A)) is None
    moves = text("a"), binary("b")
    found = want.judge(heard(moves, A + frame(0x82, "b")))
    assert found == Complaint("binary", theirs=START + 6)
    found = want.judge(heard(moves, A))
    assert found is not None
    assert found.words.startswith("wanted BINARY 'b'")


def test_a_look_of_its_own_waits_as_the_other_one_does() -> None:
    """Nothing more is awaited for it."""
    want = With(Goodbye(), lambda _: None, "nothing")
    assert not want.complete(heard(BYE, A))
    assert want.complete(heard(BYE, _close(1000)))


# --- Look


@pytest.mark.parametrize("data", [b"", A, _close(1007), A + A])
def test_a_look_alone_is_the_verdict(data: bytes) -> None:
    """What the other one would say of the answer does not matter, if there is one."""
    want = Look(Echo(), _no_binary, "no binary")
    found = want.judge(heard((text("b"), text("c")), data))
    assert (found is None) == bool(data)
    found = want.judge(heard((text("b"),), data + frame(0x82, "b")))
    assert (found == Complaint("binary", theirs=START + len(data) + 3)) == (data != _close(1007))


def test_an_answer_to_our_farewell_is_not_looked_at() -> None:
    """It comes when the time is up, and says nothing of what the case is about."""
    want = Look(Echo(), _no_binary, "no binary")
    found = want.judge(heard((text("b"),), _close(1000), late=True))
    assert found is not None
    assert found.words.startswith("wanted TEXT 'b'")


@pytest.mark.parametrize(
    ("want", "shown"),
    [
        (Echo(), "all messages back as they were, and a pong for every ping"),
        (
            Echo(or_codes=(1008, 1009)),
            (
                "all messages back as they were, and a pong for every ping, "
                "or a close frame with 1008 or 1009"
            ),
        ),
        (Refusal((1002, 1007)), "a close frame with 1002 or 1007, and no answer to it"),
        (FailsFast((1007,)), "a close frame with 1007, before the rest of the message has come"),
        (Goodbye(), "a close frame, nothing behind it"),
        (
            Ends(Goodbye((1000,))),
            "a close frame with 1000, nothing behind it, and the end of TCP",
        ),
        (Look(Echo(), _no_binary, "no binary"), "an answer; no binary"),
        (Goodbye((1000, 1005)), "a close frame with 1000 or none, nothing behind it"),
        (Hangs(), "the end of the TCP connection"),
        (With(Goodbye(), _no_binary, "no binary"), "a close frame, nothing behind it; no binary"),
    ],
)
def test_shown_for_people(want: Want, shown: str) -> None:
    """What is wanted, in a line."""
    assert str(want) == shown


def test_a_fault_may_be_a_header_alone() -> None:
    """What it announces never comes, and the place is the end of the header."""
    moves = (bad(other(3, announced=2**40)),)
    assert REFUSAL.judge(heard(moves, _close(1002))) is None
    found = REFUSAL.judge(heard(moves))
    assert found is not None
    assert found.ours == ASKED + 2 + 8 + 4


def test_a_pong_of_ours_wants_nothing() -> None:
    """RFC 6455, 5.5.3."""
    assert Echo().judge(heard((pong("a"),))) is None
    assert Echo().complete(heard((pong("a"),)))
