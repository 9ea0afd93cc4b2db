"""Exchanges by hand: what a case sends, and what an endpoint might have sent back.

No socket is opened: a verdict is made of octets and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wsdemo.lab.conformance.case import Case, Role
from wsdemo.lab.conformance.deflate import Agreement
from wsdemo.lab.conformance.frames import Frame
from wsdemo.lab.conformance.handshake_wants import Declines
from wsdemo.lab.conformance.moves import Message, Move, Part
from wsdemo.lab.conformance.opening import Request, Response, key_for
from wsdemo.lab.conformance.result import Result, judge
from wsdemo.lab.conformance.selection import find
from wsdemo.lab.conformance.transcript import Ended, Transcript
from wsdemo.lab.conformance.wants import Echo, Ends, FailsFast, Goodbye, Refusal, With

ASKED = 100  # octets that our half of the opening handshake is taken to have
HEAD = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
START = 36  # its length: where the endpoint's first frame begins
AGREED = b"HTTP/1.1 101 Yes\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
HELLO = "Hello, world!"  # what Autobahn says


def frame(first: int, payload: str | bytes = b"") -> bytes:
    """Write a frame of up to 65,535 octets as a server does.

    Args:
        first: FIN, the reserved bits and the opcode.
        payload: What is in it.
    """
    data = payload.encode() if isinstance(payload, str) else payload
    length = bytes((len(data),)) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big")
    return bytes((first,)) + length + data


def close(code: int | None = None) -> bytes:
    """Write a close frame as a server does."""
    return frame(0x88, b"" if code is None else code.to_bytes(2, "big"))


GO_ON = frame(0x89, "are you still there?")  # what follows a fault
GO_ON_READING = frame(0x81, "are you still there?")  # and what follows one in a text


def heard(
    moves: Iterable[Move],
    data: bytes = b"",
    *,
    server: bool = True,
    ended: Ended | None = None,
    late: bool = False,
    head: bytes = HEAD,
    agreement: Agreement | None = None,
) -> Transcript:
    """Return what has been seen when all moves are made, and these octets have come.

    Args:
        moves: What was sent.
        data: What came behind the head.
        server: Whether the endpoint is a server.
        ended: How it ended TCP, if it did.
        late: Whether the time was up.
        head: What it sent to open the connection.
        agreement: What was agreed on.
    """
    seen = Transcript(tuple(moves), server)
    seen.take(head)
    seen.open(agreement)
    at = ASKED
    for move in seen.moves:
        at += len(_octets(move, masked=server))
        seen.sent.append((move, at))
    seen.take(data)
    seen.ended, seen.late = ended, late
    return seen


def _octets(move: Move, *, masked: bool) -> bytes:
    if isinstance(move, Message):
        return Frame(move.opcode, move.payload).serialize(masked=masked)
    return move.serialize(masked=masked) if isinstance(move, Frame | Part) else b""


def verdict(
    number: str,
    *frames: bytes,
    head: bytes | None = None,
    ended: Ended | None = None,
    agreement: Agreement | None = None,
) -> Result:
    """Judge what an endpoint has sent in one of the cases.

    Args:
        number: The case.
        frames: What came.
        head: What it opened with; as it should have when None.
        ended: How it ended TCP, if it did.
        agreement: What was agreed on; something without parameters when None.
    """
    case = find(number)
    server = Role.SERVER in case.roles
    head = opening(case, server=server) if head is None else head
    agreement = (agreement or Agreement()) if case.deflate is not None else None
    data = b"".join(frames)
    seen = heard(case.moves, data, server=server, ended=ended, head=head, agreement=agreement)
    return judge(case, seen, 0.0)


def sent(number: str) -> bytes:
    """Return the octets of all frames of a case, as a server sends them."""
    return b"".join(_octets(move, masked=False) for move in find(number).moves)


def words(number: str, *frames: bytes, **how: Any) -> str:
    """Say what was wrong with what an endpoint has sent; empty if nothing was."""
    return verdict(number, *frames, **how).words


def answered(number: str, head: bytes, ended: Ended | None = None) -> Result:
    """Judge an answer to a request that must be declined: nothing was opened."""
    seen = Transcript((), server=True)
    seen.take(head)
    seen.ended = ended
    return judge(find(number), seen, 0.0)


def opening(case: Case, *, server: bool) -> bytes:
    """Return the head with which a good endpoint opens the connection of a case."""
    if server:
        return Response().serialize(key_for(case.number))
    return Request().serialize("localhost", "/", key_for(case.number))


def good(case: Case, *, server: bool) -> Result:
    """Judge an endpoint that does in a case what the case wants."""
    if not case.opens:
        want = case.want if isinstance(case.want, Declines) else Declines()
        return answered(case.number, _refusal(want))
    return judge(case, _made(case, _wanted, server=server, ended=Ended.FIN), 0.0)


def heedless(case: Case, *, server: bool) -> Result:
    """Judge an endpoint that takes every message and every ping, and knows no rules."""
    if not case.opens:
        return answered(case.number, AGREED)
    return judge(case, _made(case, _taken, server=server, ended=None), 0.0)


def silent(case: Case, *, server: bool) -> Result:
    """Judge an endpoint that opens a connection and says no word, or does not even that."""
    if not case.opens:
        return answered(case.number, b"")
    return judge(case, _made(case, lambda _: [], server=server, ended=None), 0.0)


def _made(
    case: Case, answer: Callable[[Case], list[Frame]], *, server: bool, ended: Ended | None
) -> Transcript:
    data = b"".join(
        Frame(each.opcode, each.payload, key=at.to_bytes(4, "big")).serialize(masked=not server)
        for at, each in enumerate(answer(case))
    )
    head = opening(case, server=server)
    agreement = Agreement() if case.deflate is not None else None
    return heard(case.moves, data, server=server, ended=ended, head=head, agreement=agreement)


def _refusal(want: Declines) -> bytes:
    status = (want.statuses or (400,))[0]
    fields = "".join(f"{name}: {value}\r\n" for name, value in want.fields.items())
    return f"HTTP/1.1 {status} No\r\n{fields}\r\n".encode()


def _wanted(case: Case) -> list[Frame]:
    want = case.want.want if isinstance(case.want, With | Ends) else case.want
    if isinstance(want, Refusal | FailsFast | Goodbye):
        code = (want.codes or (1000,))[0]
        return [Frame(8, b"" if code == 1005 else code.to_bytes(2, "big"))]
    if not isinstance(want, Echo):
        return []
    if case.number == "25.3.6":  # the bomb
        return [Frame(8, b"\x03\xf1")]
    return _taken(case)


def _taken(case: Case) -> list[Frame]:
    """Return the messages and pongs that come of taking all there is, however bad it is."""
    answers: list[Frame] = []
    opcode, parts = 0, b""
    for move in case.moves:
        if isinstance(move, Message):
            answers.append(Frame(move.opcode, move.payload))
        elif isinstance(move, Frame) and move.opcode == 9:
            answers.append(Frame(10, move.payload))
        elif isinstance(move, Frame) and not move.control:
            opcode, parts = move.opcode or opcode, parts + move.payload
            if move.fin:
                answers.append(Frame(opcode, parts))
                opcode, parts = 0, b""
    return answers
