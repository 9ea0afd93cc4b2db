"""The head of an HTTP/1.1 message, read while it arrives.

A head is read piece by piece (method, target, version, then name and value of each
header), and every piece is checked as its octets come in, so that

- a peer that speaks something else is told so at its first wrong octet, not when a line
  or a head is complete, which may be never;
- no octet is looked at twice, in whatever crumbs it comes;
- limits hold while reading, and not after the memory is spent.

The parser is a generator that yields when it needs more octets. That keeps the grammar
readable from top to bottom; the alternative, a state per piece, lost on that.

Left out: obsolete line folding (``obs-fold``), which RFC 9112, 5.2 lets a server refuse,
lines ended by a bare LF, which RFC 9112, 2.2 lets a recipient accept, and the lenient
splitting of start lines: accepting what the next program reads otherwise is how requests
are smuggled.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import Headers, excerpt
from wsdemo.protocol.limits import Limits

__all__ = ["HeadReader", "Steps"]

T = TypeVar("T")
R = TypeVar("R")

# A parser in steps: it yields while octets are missing and returns what it read.
Steps: TypeAlias = Generator[None, None, R]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a head.

    Attributes:
        name: for error messages.
        end: the octets that end it.
        forbidden: the octets it can't hold.
        limit: how many octets it may have, where that is known.
        too_long: status for one with more.
        line_too_long: status for one that exceeds the limit on a line.
        may_be_empty: whether it may have no octets at all.
    """

    name: str
    end: bytes
    forbidden: re.Pattern[bytes]
    limit: int | None = None
    too_long: int = 400
    line_too_long: int = 400
    may_be_empty: bool = False


_NOT_TCHAR = re.compile(rb"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_NOT_VCHAR = re.compile(rb"[^\x21-\x7e]")
_NOT_FIELD = re.compile(rb"[^\t\x20-\x7e\x80-\xff]")
_NOT_VERSION = re.compile(rb"[^HTP/0-9.]")
_NOT_DIGIT = re.compile(rb"[^0-9]")

# RFC 9112, 3: "A server that receives a method longer than any that it implements SHOULD
# respond with a 501 (Not Implemented) status code." The longest registered method
# (UPDATEREDIRECTREF) has 17 octets; what runs on for 32 without a space is none.
METHOD = Piece("method", b" ", _NOT_TCHAR, limit=32, too_long=501)
# RFC 9112, 3: "A server that receives a request-target longer than any URI it wishes to
# parse MUST respond with a 414 (URI Too Long) status code".
TARGET = Piece("request target", b" ", _NOT_VCHAR, line_too_long=414)
REQUEST_VERSION = Piece("HTTP version", b"\r\n", _NOT_VERSION, limit=8, line_too_long=414)
RESPONSE_VERSION = Piece("HTTP version", b" ", _NOT_VERSION, limit=8)
STATUS = Piece("status code", b" ", _NOT_DIGIT, limit=3)
REASON = Piece("reason phrase", b"\r\n", _NOT_FIELD, may_be_empty=True)
# RFC 6585, 5: 431 "can be used both when the set of request header fields in total is too
# large, and when a single header field is at fault."
NAME = Piece("header name", b":", _NOT_TCHAR, line_too_long=431)
VALUE = Piece("header value", b"\r\n", _NOT_FIELD, line_too_long=431, may_be_empty=True)

# RFC 8446, 5.1: alert(21), handshake(22): the first octet of a TLS connection is 22.
_TLS_RECORDS = (0x15, 0x16)


class HeadReader(Generic[T]):
    """Octets in, one HTTP message out. Subclasses say which message in ``_message``."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Start at the first octet of a connection.

        Args:
            limits: how long a line and the head may be, and how many headers it may have.
        """
        self._limits = limits or Limits()
        self._buffer = bytearray()
        self._position = 0
        self._line = 0
        self._eof = False
        self._result: T | None = None
        self._error: HandshakeError | None = None
        self._steps = self._message()

    def _message(self) -> Steps[T]:
        raise NotImplementedError

    def feed(self, data: bytes) -> None:
        """Take octets as they arrive, in pieces of any size."""
        self._buffer += data

    def feed_eof(self) -> None:
        """Take note that the peer will send no more."""
        self._eof = True

    def read(self) -> T | None:
        """Return the message, or None while octets are missing.

        Raises:
            HandshakeError: as soon as the octets so far can't begin a legal message,
                exceed a limit, or ended too early; and again at every later call.
        """
        if self._error is not None:
            raise self._error
        if self._result is None:
            try:
                next(self._steps)
            except StopIteration as done:
                self._result = done.value
            except HandshakeError as error:
                self._error = error
                raise
        return self._result

    @property
    def used(self) -> int:
        """How many octets the message took, once it is read."""
        return self._position

    @property
    def leftover(self) -> bytes:
        """The octets that came after the message: the peer's first frames."""
        return bytes(self._buffer[self._position :])

    def _more(self) -> Steps[None]:
        """Wait for more octets; they were promised by what came so far."""
        if self._eof:
            raise HandshakeError(self._broken_off(), 400)
        yield

    def _broken_off(self) -> str:
        if not self._buffer:
            return "the connection ended before the first octet of the handshake"
        return f"the connection ended within the handshake, after {excerpt(bytes(self._buffer))}"

    def _read(self, piece: Piece) -> Steps[str]:
        """Read one piece and what ends it, checking octets as they come."""
        start = checked = self._position
        while (stop := self._buffer.find(piece.end, checked)) < 0:
            # A CR at the very end may be the first half of a CRLF: it waits for the next octet.
            halfway = piece.end == b"\r\n" and self._buffer.endswith(b"\r", checked)
            arrived = len(self._buffer) - halfway
            self._check(piece, start, checked, arrived)
            checked = arrived
            yield from self._more()
        self._check(piece, start, checked, stop)
        if stop == start and not piece.may_be_empty:
            raise HandshakeError(f"the {piece.name} is empty", 400)
        self._position = stop + len(piece.end)
        return self._buffer[start:stop].decode("latin-1")

    def _check(self, piece: Piece, start: int, checked: int, stop: int) -> None:
        """Check the octets from ``checked`` to ``stop`` of a piece that began at ``start``."""
        bound, excess, limit, status = min(self._bounds(piece, start))
        # Nothing is looked at beyond the first octet too many, so the verdict is the same in
        # whatever portions the octets come.
        if wrong := piece.forbidden.search(self._buffer, checked, min(stop, bound + 1)):
            raise HandshakeError(self._explain(piece, start, wrong.start()), 400)
        if stop > bound:
            shown = excerpt(bytes(self._buffer[start:bound]), 40)
            raise HandshakeError(f"the {piece.name} {shown} {excess} {limit} octets", status)

    def _bounds(self, piece: Piece, start: int) -> Iterator[tuple[int, str, int, int]]:
        """Yield where a piece must have ended, by which limit, and the status if it hasn't."""
        yield sys.maxsize, "is longer than", sys.maxsize, 400
        line, head = self._limits.header_line, self._limits.handshake_size
        if piece.limit is not None:
            yield start + piece.limit, "is longer than", piece.limit, piece.too_long
        if line is not None:
            bound = self._line + line - len(piece.end)
            yield bound, "makes the line longer than", line, piece.line_too_long
        if head is not None:
            # The empty line at the end has to fit in, too.
            bound = head - len(piece.end) - len(b"\r\n")
            yield bound, "makes the head longer than", head, 431

    def _explain(self, piece: Piece, start: int, at: int) -> str:
        """Say what a wrong octet in a piece means; the ones people meet have names."""
        octet = self._buffer[at]
        line = excerpt(bytes(self._buffer[self._line : at]))
        if foreign := self._foreign(at):
            return foreign
        if octet in b"\r\n":
            return _explain_line_end(piece, octet, line)
        if piece is NAME and octet in b" \t":
            return _explain_whitespace(line, first=at == start)
        return f"octet 0x{octet:02x} in the {piece.name}, after {line}"

    def _foreign(self, at: int) -> str | None:
        """Name the protocol when the first octets belong to another one."""
        if at == 0 and self._buffer[0] in _TLS_RECORDS:
            return (
                f"the first octet is 0x{self._buffer[0]:02x}: this looks like TLS (wss://), "
                "and here plain HTTP (ws://) is spoken"
            )
        return None

    def _crlf(self) -> Steps[bool]:
        """Read an empty line, if one comes next."""
        while len(self._buffer) == self._position:
            yield from self._more()
        if self._buffer[self._position] != 0x0D:
            return False
        while len(self._buffer) < self._position + 2:
            yield from self._more()
        if self._buffer[self._position + 1] != 0x0A:
            raise HandshakeError("a CR without LF at the beginning of a line", 400)
        self._position += 2
        return True

    def _headers(self) -> Steps[Headers]:
        """Read header lines up to the empty line that ends them."""
        headers = Headers()
        self._line = self._position
        while not (yield from self._crlf()):
            if len(headers) == self._limits.header_count:
                raise HandshakeError(f"more than {len(headers)} headers", 431)
            name = yield from self._read(NAME)
            headers.add(name, (yield from self._read(VALUE)))
            self._line = self._position
        return headers


def _explain_line_end(piece: Piece, octet: int, line: str) -> str:
    if octet == 0x0A:
        return f"the line {line} ends with a bare LF instead of CR LF"
    if piece.end == b"\r\n":
        # RFC 9112, 2.2: "A recipient of such a bare CR MUST consider that element to be
        # invalid or replace each bare CR with SP".
        return f"a CR without LF in the line {line}"
    return f"the line {line} ends within the {piece.name}"


def _explain_whitespace(line: str, *, first: bool) -> str:
    if first:
        # RFC 9112, 5.2: "A server that receives an obs-fold in a request message [...]
        # MUST either reject the message by sending a 400 (Bad Request) [...] or replace
        # each received obs-fold with one or more SP octets".
        return "a header line begins with whitespace (obsolete line folding)"
    # RFC 9112, 5.1: "No whitespace is allowed between the field name and colon. In the past,
    # differences in the handling of such whitespace have led to security vulnerabilities in
    # request routing and response handling. A server MUST reject, with a response status
    # code of 400 (Bad Request), any received request message that contains whitespace
    # between a header field name and colon."
    return f"whitespace follows {line} where a header name ends with its colon"
