"""A result: the verdict on a case, in a form that can be kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.lab.conformance.talk import ASKED, START, frame, heard
from wsdemo.lab.conformance.case import Case, Severity, Why
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.handshake_wants import Declines
from wsdemo.lab.conformance.result import Outcome, Result, judge
from wsdemo.lab.conformance.transcript import Ended, Piece, Transcript
from wsdemo.lab.conformance.wants import Echo

HELLO = (text("Hello"),)
CASE = Case("1.1.1", "a message", HELLO, Echo(), Why("RFC 6455, 5.6", "A sentence."))


@pytest.mark.parametrize("server", [True, False])
def test_a_case_passes(server: bool) -> None:
    """There is nothing to say; the octets are kept, and who it was."""
    seen = heard(HELLO, frame(0x81, "Hello"), server=server)
    seen.pieces.append(Piece(0.5, False, b"octets"))
    result = judge(CASE, seen, 1.5)
    assert (result.outcome, result.words, result.theirs, result.ours) == (
        Outcome.PASSED,
        "",
        None,
        None,
    )
    assert (result.seconds, result.server) == (1.5, server)
    assert result.pieces == (Piece(0.5, False, b"octets"),)


def test_a_case_fails() -> None:
    """What was wrong, and where in whose stream."""
    result = judge(CASE, heard(HELLO, frame(0x81, "Help!")), 0.0)
    assert (result.outcome, result.words) == (
        Outcome.FAILED,
        "octet 3 of 5 came back as another one",
    )
    assert (result.theirs, result.ours) == (START + 7, None)
    result = judge(CASE, heard(HELLO), 0.0)
    assert (result.theirs, result.ours) == (None, ASKED + 11)


def test_a_case_does_not_apply() -> None:
    """Whatever came of it, and the reason is kept."""
    seen = heard(HELLO)
    seen.moot = "the server does not agree to permessage-deflate"
    result = judge(CASE, seen, 0.0)
    assert (result.outcome, result.words) == (Outcome.MOOT, seen.moot)
    assert (result.theirs, result.ours) == (None, None)


@pytest.mark.parametrize(
    ("octets", "ended", "words", "theirs", "ours"),
    [
        (b"", None, "wanted an answer to the opening handshake, got nothing in time", None, 0),
        (b"", Ended.FIN, "wanted an answer to the opening handshake, got FIN", None, 0),
        (b"HTTP/1.1", Ended.RST, "wanted an answer to the opening handshake, got RST", None, 0),
        (b"HTTP/1.1 404 No\r\n\r\n", None, "wanted 101, got 'HTTP/1.1 404 No'", 19, None),
    ],
)
def test_a_connection_was_never_opened(
    octets: bytes, ended: Ended | None, words: str, theirs: int | None, ours: int | None
) -> None:
    """A case that needs one fails by that."""
    seen = Transcript(HELLO, server=True)
    seen.take(octets)
    seen.ended = ended
    result = judge(CASE, seen, 0.0)
    assert (result.outcome, result.words) == (Outcome.FAILED, words)
    assert (result.theirs, result.ours) == (theirs, ours)


def test_a_connection_that_was_not_to_be_opened() -> None:
    """The want has its say, and no other."""
    seen = Transcript((), server=True)
    seen.take(b"HTTP/1.1 400 No\r\n\r\n")
    case = replace(CASE, moves=(), want=Declines())
    assert judge(case, seen, 0.0).outcome is Outcome.PASSED
    assert judge(case, Transcript((), server=True), 0.0).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (Outcome.PASSED, False),
        (Outcome.FAILED, True),
        (Outcome.MOOT, False),
        (Outcome.NOT_RUN, True),
    ],
)
def test_what_is_a_failure(outcome: Outcome, failed: bool) -> None:
    """A client that never came for a case, too; only a "must" is fatal."""
    for severity in Severity:
        result = Result(replace(CASE, severity=severity), outcome)
        assert result.failed == failed
        assert result.fatal == (failed and severity is Severity.MUST)


def test_a_result_can_be_kept() -> None:
    """As JSON, without the octets."""
    result = Result(CASE, Outcome.FAILED, "no", 1, 2, 0.12345, (Piece(0.0, True, b"\xff"),))
    assert json.loads(json.dumps(result.to_json())) == {
        "number": "1.1.1",
        "name": "a message",
        "severity": "must",
        "outcome": "failed",
        "words": "no",
        "section": "RFC 6455, 5.6",
        "seconds": 0.123,
    }


def test_a_result_is_shown_without_its_octets() -> None:
    """There may be megabytes of them."""
    assert "pieces" not in repr(Result(CASE, Outcome.PASSED, pieces=(Piece(0.0, True, b"x"),)))
