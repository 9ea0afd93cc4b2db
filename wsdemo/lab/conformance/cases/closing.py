"""Chapters 7 and 24: the closing handshake, and the end of the TCP connection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wsdemo.lab.conformance.case import SERVER, Case, Severity
from wsdemo.lab.conformance.cases.tools import GO_ON, refuses, rfc6455
from wsdemo.lab.conformance.frames import CLOSE, bad, close, more, other, ping, text
from wsdemo.lab.conformance.moves import Await, HalfClose, Move
from wsdemo.lab.conformance.wants import Ends, Goodbye, Hangs, Refusal

__all__ = ["cases"]

HELLO = "Hello World!"
VALID = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
INVALID = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
REGISTERED_LATER = (1012, 1013, 1014)
NOT_UTF8 = bytes.fromhex("cebae1bdb9cf83cebcceb5eda080656469746564")  # Greek, and a surrogate

_ANSWER = rfc6455(
    "5.5.1",
    "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint "
    "MUST send a Close frame in response.",
)
_SAME = rfc6455(
    "5.5.1",
    "When sending a Close frame in response, the endpoint typically echos the status code it "
    "received.",
)
_NOTHING_AFTER = rfc6455(
    "5.5.1",
    "The application MUST NOT send any more data frames after sending a Close frame.",
)
_BODY = rfc6455(
    "5.5.1",
    "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in "
    "network byte order) representing a status code with value /code/ defined in Section 7.4.",
)
_LONG = rfc6455(
    "5.5",
    "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be "
    "fragmented.",
)
_REASON = rfc6455(
    "5.5.1",
    "Following the 2-byte integer, the body MAY contain UTF-8-encoded data with value /reason/, "
    "the interpretation of which is not defined by this specification.",
)
_CODES = rfc6455(
    "7.4",
    "This specification defines a set of pre-defined status codes and specifies which ranges may "
    "be used by extensions, frameworks, and end applications.",
)
_UNUSED = rfc6455("7.4.2", "Status codes in the range 0-999 are not used.")
_RESERVED = rfc6455(
    "7.4.1",
    "[...] is a reserved value and MUST NOT be set as a status code in a Close control frame by "
    "an endpoint.",
)
_MEANT_FOR_LATER = rfc6455(
    "7.4.1", "Reserved. The specific meaning might be defined in the future."
)
_DEFINED = rfc6455(
    "7.4.2",
    "Status codes in the range 1000-2999 are reserved for definition by this protocol, its future "
    "revisions, and extensions specified in a permanent and readily available public "
    "specification.",
)
_END = rfc6455(
    "5.5.1",
    "After both sending and receiving a Close message, an endpoint considers the WebSocket "
    "connection closed and MUST close the underlying TCP connection.",
)
_FAIL = rfc6455(
    "7.1.7",
    "Similarly, to do so, the server MUST _Close the WebSocket Connection_, and SHOULD log the "
    "problem.",
)
_LOST = rfc6455(
    "7.1.1",
    "As such, when a server is instructed to _Close the WebSocket Connection_ it SHOULD initiate "
    "a TCP Close immediately, and when a client is instructed to do the same, it SHOULD wait for a "
    "TCP Close from the server.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the two chapters."""
    yield from _handshake()
    yield from _bodies()
    for at, code in enumerate(VALID, 1):
        want = Goodbye(tuple(dict.fromkeys((code, 1000))))
        yield Case(f"7.7.{at}", f"close code {code}", (close(code),), want, _CODES)
    for at, code in enumerate(INVALID, 1):
        kinds = {1004: _MEANT_FOR_LATER, 1005: _RESERVED, 1006: _RESERVED}
        why = kinds.get(code, _UNUSED if code < 1000 else _DEFINED)
        yield refuses(f"7.9.{at}", f"close code {code}", bad(close(code)), why=why)
    for at, code in enumerate((5000, 65_535), 1):
        name = f"close code {code}"
        note = "The RFC says nothing of codes from 5000 on."
        faulty = bad(close(code))
        severity = Severity.MAY
        yield refuses(f"7.13.{at}", name, faulty, why=_UNUSED, severity=severity, note=note)
    yield from _ours()
    yield from _ends()


def _handshake() -> Iterator[Case]:
    bye, should = close(1000), Severity.SHOULD
    made = partial(Case, want=Goodbye((1000,)))
    moves: tuple[Move, ...] = (text(HELLO), Await(), bye)
    yield made("7.1.1", "a message, then the closing handshake", moves, why=_ANSWER)
    yield made("7.1.2", "two close frames", (bye, close()), why=_NOTHING_AFTER)
    yield made("7.1.3", "a ping behind the close frame", (bye, ping()), why=_NOTHING_AFTER)
    moves = (bye, text(HELLO))
    yield made("7.1.4", "a message behind the close frame", moves, why=_NOTHING_AFTER)
    moves = (text("fragment1", fin=False), bye, more("fragment2"))
    note = "websockets calls it an error, 1002; RFC 6455, 5.4, lets control frames stand there."
    name = "a close frame in the middle of a message"
    yield made("7.1.5", name, moves, why=_ANSWER, severity=should, note=note)
    moves = (text("BAsd7&jh23" * 26_215), text(HELLO), bye, ping())
    yield made("7.1.6", "a close frame behind 256 KiB", moves, why=_ANSWER, severity=should)


def _bodies() -> Iterator[Case]:
    want = Goodbye((1000, 1005))
    yield Case("7.3.1", "close, nothing in it", (close(),), want, _ANSWER)
    yield refuses("7.3.2", "close, one octet", bad(other(CLOSE, b"a")), why=_BODY)
    yield Case("7.3.3", "close, a code", (close(1000),), want, _ANSWER)
    yield Case("7.3.4", "close, code and reason", (close(1000, HELLO),), want, _REASON)
    moves = (close(1000, b"*" * 123),)
    yield Case("7.3.5", "close, 125 octets", moves, want, _REASON)
    yield refuses("7.3.6", "close, 126 octets", bad(close(1000, b"*" * 124)), why=_LONG)
    name, codes = "close, a reason that is not UTF-8", (1002, 1007)
    yield refuses("7.5.1", name, bad(close(1000, NOT_UTF8)), codes=codes, why=_REASON)


def _ours() -> Iterator[Case]:
    want = Goodbye((4321,))
    note = "To answer with 1000 is common, and hides from a log why the other side left."
    moves = (close(4321, "bye"),)
    severity = Severity.SHOULD
    yield Case("24.1", "the code comes back", moves, want, _SAME, severity, note=note)
    yield refuses("24.2", "close in two fragments", bad(close(1000, fin=False)), more(), why=_LONG)
    note = "The code of TLS failures, for those who tell of them, not for the wire."
    yield refuses("24.3", "close code 1015", bad(close(1015)), why=_RESERVED, note=note)
    note = "In the registry of close codes since: RFC 6455, 11.7, leaves it open for more."
    for at, code in enumerate(REGISTERED_LATER, 4):
        want, moves = Goodbye((code, 1000)), (close(code),)
        name = f"close code {code}, registered later"
        yield Case(f"24.{at}", name, moves, want, _DEFINED, Severity.SHOULD, note=note)


def _ends() -> Iterator[Case]:
    name = "TCP ends with the closing handshake"
    yield Case("24.7", name, (close(1000),), Ends(Goodbye((1000,))), _END, roles=SERVER)
    # Wrong in two ways, so that whoever overlooks one of them fails the connection all the same.
    faulty = bad(other(15, "Hello", rsv=7))
    want = Ends(Refusal((1002,)))
    name = "TCP ends when a connection is failed"
    yield Case("24.8", name, (faulty, GO_ON), want, _FAIL, roles=SERVER)
    name = "TCP ends when it is ended without a close frame"
    yield Case("24.9", name, (HalfClose(),), Hangs(), _LOST, Severity.SHOULD)
