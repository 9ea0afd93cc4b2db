"""HTTP/1.1 and TLS as they look on a wire: readers of one direction of a connection.

A reader is given the bytes that have come and takes the next thing off their front. What it
takes depends on the bytes alone, and not on the portions in which they came.

Leaves out content codings such as gzip, and HTTP/2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Generic, Protocol, TypeAlias, TypeVar

from wsdemo.errors import HandshakeError
from wsdemo.lab.entries import Body, Fault, Opaque, What
from wsdemo.protocol.head import HeadReader, Steps
from wsdemo.protocol.http import Request, RequestReader, Response, ResponseReader
from wsdemo.protocol.limits import Limits

__all__ = [
    "Found",
    "HeadOf",
    "Reader",
    "TLSRecords",
    "Unread",
    "is_tls",
    "request_body",
    "request_head",
    "response_body",
    "response_head",
]

# The wire looks on: how long a head may be is for the endpoints to say.
NO_LIMITS = Limits(
    message_size=None, fragments=None, handshake_size=None, header_count=None, header_line=None
)

# A chunk's size and its extensions, which nobody sends.
CHUNK_LINE_LIMIT = 256
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")

# RFC 8446, 5.1: change_cipher_spec(20), alert(21), handshake(22), application_data(23).
_TLS_TYPES = MappingProxyType(
    {20: "change cipher spec", 21: "alert", 22: "handshake", 23: "application data"}
)
_TLS_HEADER = 5

Found: TypeAlias = tuple[What, int]
"""What was read, and how many bytes it took."""

H = TypeVar("H", bound=Request | Response)


class Reader(Protocol):
    """Takes things off the front of one direction of a connection."""

    def read(self, data: bytearray, /) -> Found | None:
        """Return the next thing and its size, or None while bytes of it are missing."""

    def read_end(self, data: bytearray, /) -> What | None:
        """Return what the bytes that are left mean, now that no more will come."""


class HeadOf(Generic[H]):
    """Reads the head of one request or response.

    Args:
        make_reader: Returns the protocol's reader for it.
        shows_status: Whether a fault earns the HTTP status that the error names.
    """

    def __init__(self, make_reader: Callable[[], HeadReader[H]], *, shows_status: bool) -> None:
        self._make_reader = make_reader
        self._shows_status = shows_status
        self._reader = make_reader()
        self._fed = 0

    def read(self, data: bytearray) -> Found | None:
        """Return the head, or a fault that ends at the first wrong byte."""
        self._reader.feed(bytes(data[self._fed :]))
        self._fed = len(data)
        try:
            head = self._reader.read()
        except HandshakeError as error:
            return self._fault(error), self._first_wrong(data)
        return None if head is None else (head, self._reader.used)

    def read_end(self, data: bytearray) -> What:  # noqa: ARG002 - the reader has it
        """Return what is wrong with a head that breaks off."""
        self._reader.feed_eof()
        try:
            self._reader.read()
        except HandshakeError as error:
            return self._fault(error)
        raise AssertionError("a head was complete and had not been read")

    def _fault(self, error: HandshakeError) -> Fault:
        return Fault(str(error), error.status if self._shows_status else None)

    def _first_wrong(self, data: bytearray) -> int:
        """Return how many bytes it takes to see that a head is wrong."""
        reader = self._make_reader()
        for used in range(1, len(data) + 1):
            reader.feed(bytes(data[used - 1 : used]))
            try:
                reader.read()
            except HandshakeError:
                return used
        raise AssertionError("a head was wrong at once and right byte by byte")


class _ResponseHead(ResponseReader):
    """The head alone: bodies are shown as they come, and interim responses too."""

    def _message(self) -> Steps[Response]:
        return self._head()


def request_head() -> Reader:
    """Return a reader for the head of a request."""
    return HeadOf(lambda: RequestReader(NO_LIMITS), shows_status=True)


def response_head() -> Reader:
    """Return a reader for the head of a response."""
    return HeadOf(lambda: _ResponseHead(NO_LIMITS), shows_status=False)


def request_body(request: Request) -> Reader | None:
    """Return a reader for the body that a request announces, if it does.

    Raises:
        HandshakeError: Nobody can tell where the body ends.
    """
    # RFC 9112, 6.3: "If this is a request message and none of the above are true, then the
    # message body length is zero (no message body is present)."
    return _announced(request)


def response_body(response: Response, request: Request | None) -> Reader | None:
    """Return a reader for the body of a response, if it has one.

    Raises:
        HandshakeError: Nobody can tell where the body ends.
    """
    # RFC 9112, 6.3: "Any response to a HEAD request and any response with a 1xx
    # (Informational), 204 (No Content), or 304 (Not Modified) status code is always terminated
    # by the first empty line after the header fields"
    asked_for_head = request is not None and request.method == "HEAD"
    if asked_for_head or response.status < 200 or response.status in (204, 304):
        return None
    if {"Transfer-Encoding", "Content-Length"} & {name.title() for name in response.headers}:
        return _announced(response)
    media_type = response.headers.combined("Content-Type") or ""
    return UntilEnd(events=media_type.lower().startswith("text/event-stream"))


def _announced(message: Request | Response) -> Reader | None:
    if (codings := message.headers.combined("Transfer-Encoding")) is not None:
        if codings.rpartition(",")[2].strip().lower() == "chunked":
            return Chunked()
        return UntilEnd(events=False)
    length = message.headers.combined("Content-Length")
    if length is not None and not re.fullmatch(r"[0-9]{1,15}", length):
        raise HandshakeError(f"Content-Length: {length!r} is not one number")
    return Sized(int(length)) if length and int(length) else None


class Sized:
    """Reads a body whose size was announced."""

    def __init__(self, size: int) -> None:
        self._size = size

    def read(self, data: bytearray) -> Found | None:
        """Return the body when it is complete."""
        if len(data) < self._size:
            return None
        return Body(bytes(data[: self._size])), self._size

    def read_end(self, data: bytearray) -> What:
        """Return what is wrong with a body that breaks off."""
        return Fault(f"body ended after {len(data)} of {self._size} bytes")


class Chunked:
    """Reads a body in the chunked transfer coding, a chunk at a time (RFC 9112, 7.1)."""

    def read(self, data: bytearray) -> Found | None:
        """Return the next chunk; the last one is empty and may bring trailers."""
        stop = data.find(b"\r\n", 0, CHUNK_LINE_LIMIT)
        if stop < 0 and len(data) < CHUNK_LINE_LIMIT:
            return None
        line = bytes(data[: stop + 2 if stop >= 0 else CHUNK_LINE_LIMIT])
        match = _CHUNK_LINE.fullmatch(line)
        if match is None:
            return Fault(f"no chunk begins with {line[:40]!r}"), len(line)
        size = int(match[1], 16)
        return self._chunk(data, stop + 2, size) if size else self._last(data, stop)

    def _chunk(self, data: bytearray, start: int, size: int) -> Found | None:
        end = start + size
        if len(data) < end + 2:
            return None
        if data[end : end + 2] != b"\r\n":
            return Fault(f"chunk of {size} bytes without CR LF behind it"), end + 2
        return Body(bytes(data[start:end]), last=False), end + 2

    def _last(self, data: bytearray, stop: int) -> Found | None:
        end = data.find(b"\r\n\r\n", stop)
        return None if end < 0 else (Body(b""), end + 4)

    def read_end(self, data: bytearray) -> What:
        """Return what is wrong with a body that breaks off."""
        return Fault(f"body ended within a chunk, after {len(data)} bytes of it")


class UntilEnd:
    """Reads a body that ends with its connection.

    Args:
        events: Whether it is a stream of server-sent events, which are read one by one.
    """

    def __init__(self, *, events: bool) -> None:
        self._events = events

    def read(self, data: bytearray) -> Found | None:
        """Return the next event; anything else is complete only at the end."""
        # HTML, 9.2.6: "If the line is empty (a blank line) Dispatch the event". Lines may also
        # end with CR alone; nobody does that, and the event would be shown with the next one.
        marks = (b"\n\n", b"\r\n\r\n") if self._events else ()
        ends = [data.find(mark) + len(mark) for mark in marks if mark in data]
        if not ends:
            return None
        return Body(bytes(data[: min(ends)]), last=False), min(ends)

    def read_end(self, data: bytearray) -> What:
        """Return the rest."""
        return Body(bytes(data))


class TLSRecords:
    """Reads the records of TLS, which show their sizes and nothing else (RFC 8446, 5.1)."""

    def read(self, data: bytearray) -> Found | None:
        """Return the next record, with its header of 5 bytes."""
        if len(data) < _TLS_HEADER:
            return None
        if not is_tls(data):
            return Fault(f"no TLS record begins with 0x{data[0]:02x}"), _TLS_HEADER
        size = _TLS_HEADER + int.from_bytes(data[3:_TLS_HEADER], "big")
        if len(data) < size:
            return None
        return Opaque(f"TLS {_TLS_TYPES[data[0]]}", bytes(data[:size])), size

    def read_end(self, data: bytearray) -> What:
        """Return what is wrong with a record that breaks off."""
        return Fault(f"TLS record broken off after {len(data)} bytes")


class Unread:
    """Leaves bytes as they are: nobody can say what they mean.

    Args:
        label: Why.
    """

    def __init__(self, label: str) -> None:
        self._label = label

    def read(self, data: bytearray) -> None:
        """Return nothing, however much comes."""

    def read_end(self, data: bytearray) -> What:
        """Return all of it in one piece."""
        return Opaque(self._label, bytes(data))


def is_tls(data: bytearray) -> bool:
    """Tell whether these bytes begin a TLS record; no HTTP does."""
    return bool(data) and data[0] in _TLS_TYPES
