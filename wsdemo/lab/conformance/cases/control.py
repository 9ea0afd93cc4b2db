"""Chapters 2 and 5: pings and pongs, and messages in fragments."""

from __future__ import annotations

from collections.abc import Iterator

from wsdemo.lab.conformance.case import FRAMES, OCTETS, Case
from wsdemo.lab.conformance.cases.tools import echoes, refuses, rfc6455
from wsdemo.lab.conformance.frames import Frame, bad, close, more, ping, pong, text
from wsdemo.lab.conformance.transcript import Complaint, Transcript
from wsdemo.lab.conformance.wants import Echo, Goodbye, Look

__all__ = ["cases"]

FE = b"\xfe"
UNSOLICITED = "unsolicited pong payload"
P = "ping payload"

_PONG = rfc6455(
    "5.5.2",
    "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it "
    "already received a Close frame.",
)
_SAME = rfc6455(
    "5.5.3",
    'A Pong frame sent in response to a Ping frame must have identical "Application data" as '
    "found in the message body of the Ping frame being replied to.",
)
_LATEST = rfc6455(
    "5.5.3",
    "If an endpoint receives a Ping frame and has not yet sent Pong frame(s) in response to "
    "previous Ping frame(s), the endpoint MAY elect to send a Pong frame for only the most "
    "recently processed Ping frame.",
)
_UNSOLICITED = rfc6455("5.5.3", "A response to an unsolicited Pong frame is not expected.")
_CONTROL = rfc6455(
    "5.5",
    "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be "
    "fragmented.",
)
_FRAGMENTS = rfc6455(
    "5.4",
    "A fragmented message consists of a single frame with the FIN bit clear and an opcode other "
    "than 0, followed by zero or more frames with the FIN bit clear and the opcode set to 0, and "
    "terminated by a single frame with the FIN bit set and an opcode of 0.",
)
_BETWEEN = rfc6455(
    "5.4",
    "An endpoint MUST be capable of handling control frames in the middle of a fragmented message.",
)
_NOT_MIXED = rfc6455(
    "5.4",
    "The fragments of one message MUST NOT be interleaved between the fragments of another "
    "message unless an extension has been negotiated that can interpret the interleaving.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the two chapters."""
    yield from _pings()
    yield from _pongs()
    yield from _fragmented_control()
    yield from _fragments()
    yield from _strays()
    yield from _mixed()


def _pings() -> Iterator[Case]:
    octets_8 = bytes.fromhex("00fffefdfcfb00ff")
    yield echoes("2.1", "ping, nothing in it", ping(), why=_PONG)
    yield echoes("2.2", "ping, text in it", ping("Hello, world!"), why=_SAME)
    yield echoes("2.3", "ping, octets in it", ping(octets_8), why=_SAME)
    yield echoes("2.4", "ping, 125 octets", ping(FE * 125), why=_SAME)
    yield refuses("2.5", "ping, 126 octets", bad(ping(FE * 126)), why=_CONTROL)
    yield echoes("2.6", "ping, 125 octets, one by one", ping(FE * 125), why=_SAME, piece=OCTETS)
    ten = tuple(ping(f"payload-{at}") for at in range(10))
    yield Case("2.10", "ten pings, at least the last is answered", ten, Echo(), _LATEST)
    name = "ten pings octet by octet, at least the last is answered"
    yield Case("2.11", name, ten, Echo(), _LATEST, piece=OCTETS)


def _pongs() -> Iterator[Case]:
    want = Look(Goodbye(), no_pong, "no pong, and no error")
    moves = (pong(), close(1000))
    yield Case("2.7", "a pong that nobody asked for, nothing in it", moves, want, _UNSOLICITED)
    moves = (pong(UNSOLICITED), close(1000))
    yield Case("2.8", "a pong that nobody asked for", moves, want, _UNSOLICITED)
    name = "a pong that nobody asked for, then a ping"
    moves = (pong(UNSOLICITED), ping(P))
    want = Look(Echo(), no_answer, "no other pong, and no error")
    yield Case("2.9", name, moves, want, _UNSOLICITED)


def no_pong(seen: Transcript) -> Complaint | None:
    """Complain of any pong, and of a close frame that calls ours an error."""
    for frame in seen.pongs:
        return Complaint(f"answered a pong: {frame}", theirs=frame.end)
    return _refused(seen)


def no_answer(seen: Transcript) -> Complaint | None:
    """Complain of a pong with the payload of our pong."""
    for frame in seen.pongs:
        if frame.payload == UNSOLICITED.encode():
            return Complaint(f"answered a pong: {frame}", theirs=frame.end)
    return _refused(seen)


def _refused(seen: Transcript) -> Complaint | None:
    if seen.close is None or seen.close_code in (1000, 1005):
        return None
    return Complaint(f"refused a pong: {seen.close}", theirs=seen.close.end)


def _fragmented_control() -> Iterator[Case]:
    rest = more("fragment2")
    yield refuses(
        "5.1", "ping in two fragments", bad(ping("fragment1", fin=False)), rest, why=_CONTROL
    )
    yield refuses(
        "5.2", "pong in two fragments", bad(pong("fragment1", fin=False)), rest, why=_CONTROL
    )


def _fragments() -> Iterator[Case]:
    first, last = text("fragment1", fin=False), more("fragment2")
    for at, (piece, way) in enumerate(_ways()):
        name = f"text in two fragments{way}"
        yield echoes(f"5.{3 + at}", name, first, last, why=_FRAGMENTS, piece=piece)
        name = f"a ping between two fragments{way}"
        yield echoes(f"5.{6 + at}", name, first, ping(P), last, why=_BETWEEN, piece=piece)
    for number, piece, way in (("5.19", None, ""), ("5.20", FRAMES, ", frame by frame")):
        moves = (
            first,
            more("fragment2", fin=False),
            ping("pongme 1!"),
            *(more(f"fragment{at}", fin=False) for at in (3, 4)),
            ping("pongme 2!"),
            more("fragment5"),
        )
        name = f"text in five fragments, two pings between{way}"
        yield Case(number, name, moves, Echo(), _BETWEEN, piece=piece)


def _ways() -> Iterator[tuple[int | None, str]]:
    yield from ((None, ""), (FRAMES, ", frame by frame"), (OCTETS, ", octet by octet"))


def _strays() -> Iterator[Case]:
    for at, (piece, way) in enumerate(_ways()):
        for first, fin, what in ((9, True, "the last"), (12, False, "more to come")):
            stray = bad(more("non-continuation payload", fin=fin))
            name = f"a continuation of nothing, {what}{way}"
            moves = (stray, text("Hello, world!"))
            yield refuses(f"5.{first + at}", name, *moves, why=_FRAGMENTS, piece=piece)
    yield refuses(
        "5.15",
        "a continuation of nothing behind a fragmented message",
        text("fragment1", fin=False),
        more("fragment2"),
        bad(more("fragment3", fin=False)),
        text("fragment4"),
        why=_FRAGMENTS,
    )
    for number, fin, what in (("5.16", False, "more to come"), ("5.17", True, "the last")):
        name = f"a continuation of nothing before each message, {what}"
        yield refuses(number, name, *_twice(fin), why=_FRAGMENTS)


def _twice(fin: bool) -> Iterator[Frame]:
    yield bad(more("fragment1", fin=fin))
    for at in range(2):
        yield from ([more("fragment1", fin=fin)] if at else [])
        yield from (text("fragment2", fin=False), more("fragment3"))


def _mixed() -> Iterator[Case]:
    yield refuses(
        "5.18",
        "a new message in the middle of a fragmented one",
        text("fragment1", fin=False),
        bad(text("fragment2")),
        why=_NOT_MIXED,
    )
