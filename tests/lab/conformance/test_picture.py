"""The picture of an exchange: the entry that was wrong is marked, whoever sent it."""

from __future__ import annotations

import pytest

from tests.lab.conformance.test_opening import REQUEST, RESPONSE
from wsdemo.lab.chunks import Direction
from wsdemo.lab.conformance.case import Case, Why
from wsdemo.lab.conformance.frames import Frame, other, ping, pong, text
from wsdemo.lab.conformance.picture import draw, record
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.transcript import Ended, Piece
from wsdemo.lab.conformance.wants import Echo

CASE = Case("3.1", "reserved bits", (), Echo(), Why("RFC 6455, 5.2", ""))
BAD = text("Hello", rsv=1)
ASKED, ANSWERED = len(REQUEST), len(RESPONSE)
Said = tuple[bool, bytes | Ended]


def _result(
    *said: Said, server: bool = True, theirs: int | None = None, ours: int | None = None
) -> Result:
    """Make a result of what was said: by us?, and octets, or the end of TCP."""
    pieces = tuple(
        Piece(float(at), us, b"", what) if isinstance(what, Ended) else Piece(float(at), us, what)
        for at, (us, what) in enumerate(said)
    )
    return Result(CASE, Outcome.FAILED, "no", theirs, ours, 0.0, pieces, server)


def _client(*frames: Frame) -> bytes:
    return b"".join(frame.serialize(masked=True) for frame in frames)


def _server(*frames: Frame) -> bytes:
    return b"".join(frame.serialize() for frame in frames)


def _lines(result: Result) -> tuple[list[str], list[str]]:
    """Return what is drawn without its frame: all entries, and those that are marked."""
    lines = repr(draw(result)).splitlines()[2:-1]
    entries = [line.strip("▸ │─►◄╌") for line in lines]
    return entries, [
        entry for line, entry in zip(lines, entries, strict=True) if line.startswith("▸")
    ]


def test_a_bad_frame_of_ours_that_a_server_did_not_refuse() -> None:
    """We are the client: what goes up is marked, and not what stands around it."""
    hello = _client(text("Hi"), BAD, ping("?"))
    said = ((True, REQUEST), (False, RESPONSE), (True, hello), (False, _server(text("Hi"))))
    entries, marked = _lines(_result(*said, (False, Ended.FIN), ours=ASKED + 8 + 11))
    assert len(entries) == 6
    assert [each[:7] for each in marked] == ["✗ FAULT"]
    assert entries.index(marked[0]) == 3


def test_a_bad_frame_of_a_server() -> None:
    """What comes down is marked."""
    hello = _client(text("Hi"), ping("?"))
    answer = _server(text("Hi"), text("x", rsv=2), pong("?"))
    said = ((True, REQUEST), (False, RESPONSE), (True, hello), (False, answer))
    entries, marked = _lines(_result(*said, (False, Ended.RST), theirs=ANSWERED + 4 + 3))
    assert len(entries) == 7
    assert [entries.index(each) for each in marked] == [5]
    assert marked[0].startswith("✗ FAULT reserved bit RSV2")


def test_a_bad_frame_of_ours_that_a_client_did_not_refuse() -> None:
    """We are the server: positions are those of our response and our frames."""
    hello = _server(text("Hi"), BAD, ping("?"))
    said = ((False, REQUEST), (True, RESPONSE), (True, hello), (False, _client(pong("?"))))
    entries, marked = _lines(_result(*said, server=False, ours=ANSWERED + 4 + 7))
    assert len(entries) == 6
    assert [entries.index(each) for each in marked] == [3]
    assert marked[0].startswith("✗ FAULT reserved bit RSV3")


def test_a_bad_frame_of_a_client() -> None:
    """What it sent goes up."""
    said = (
        (False, REQUEST),
        (True, RESPONSE),
        (True, _server(text("Hi"), ping("?"))),
        (False, _client(text("hi"), pong("?"))),
    )
    entries, marked = _lines(_result(*said, server=False, theirs=ASKED + 8))
    assert marked == ["TEXT 'hi' [2 bytes, masked]"]
    assert entries[-1] == "PONG '?' [1 byte, masked]"


def test_both_may_be_marked() -> None:
    """What was to be refused, and how it was answered."""
    said = (
        (True, REQUEST),
        (False, RESPONSE),
        (True, _client(BAD, ping("?"))),
        (False, _server(pong("?"))),
    )
    _, marked = _lines(_result(*said, ours=ASKED + 11, theirs=ANSWERED + 3))
    assert [each[:7] for each in marked] == ["✗ FAULT", "PONG '?"]


def test_the_request_itself_may_be_marked() -> None:
    """It was not answered, or should not have been."""
    _, marked = _lines(_result((True, REQUEST), (False, Ended.FIN), ours=0))
    assert marked == ["GET /chat?a=1 HTTP/1.1"]
    _, marked = _lines(_result((True, REQUEST), (False, RESPONSE), theirs=ANSWERED))
    assert marked == ["HTTP/1.1 101 Switching Protocols"]


def test_a_frame_that_never_came_whole_is_marked() -> None:
    """A header announces what never comes."""
    header = other(2, announced=200).serialize(masked=True)
    said = ((True, REQUEST), (False, RESPONSE), (True, header), (False, _server(pong("?"))))
    entries, marked = _lines(_result(*said, ours=ASKED + len(header)))
    assert len(marked) == 1
    assert entries.index(marked[0]) == 2


@pytest.mark.parametrize("header", [other(3, announced=2**40), other(9, announced=126)])
def test_a_fault_that_hides_what_is_behind_it_is_marked(header: Frame) -> None:
    """Nothing more can be read of our stream."""
    octets = header.serialize(masked=True)
    said = ((True, REQUEST), (False, RESPONSE), (True, octets), (False, _server(pong("?"))))
    _, marked = _lines(_result(*said, (True, Ended.FIN), ours=ASKED + len(octets)))
    assert [each[:7] for each in marked] == ["✗ FAULT"]


def test_nothing_is_marked_where_all_is_well() -> None:
    """No position, no mark; and nothing said, nothing drawn."""
    said = ((True, REQUEST), (False, RESPONSE), (True, _client(text("Hi"))))
    entries, marked = _lines(_result(*said))
    assert (len(entries), marked) == (3, [])
    assert repr(draw(_result(theirs=1, ours=1))) == "nothing recorded"


@pytest.mark.parametrize("server", [True, False])
def test_the_octets_are_recorded(server: bool) -> None:
    """Those of the client go up, whoever it is, with their times and their ends."""
    said = ((True, b"ab"), (False, b"c"), (True, Ended.FIN), (False, Ended.RST))
    recording = record(_result(*said, server=server))
    up = Direction.UP if server else Direction.DOWN
    chunks = [(each.direction is up, each.data, each.time) for each in recording.chunks]
    assert chunks[:2] == [(True, b"ab", 0.0), (False, b"c", 1.0)]
    assert [(each.direction is up, each.kind.name) for each in recording.chunks[2:]] == [
        (True, "EOF"),
        (False, "RESET"),
    ]
