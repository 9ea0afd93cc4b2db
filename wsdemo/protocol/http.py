"""Requests and responses of HTTP/1.1, as far as a WebSocket handshake needs them.

``Request`` and ``Response`` are the two messages: parse, print, serialize. For octets
that arrive in pieces there are ``RequestReader`` and ``ResponseReader``; feeding them is
linear in the number of octets, while calling ``parse`` again and again on a growing
buffer starts over each time.

Left out: what makes a request a *WebSocket* request (``handshake``), bodies of requests
(a handshake has none), trailers, and everything a proxy or a cache would have to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlsplit

from wsdemo.errors import HandshakeError
from wsdemo.protocol import head
from wsdemo.protocol.body import BodyReader
from wsdemo.protocol.head import HeadReader, Steps
from wsdemo.protocol.headers import Headers, excerpt
from wsdemo.protocol.limits import Limits

__all__ = ["Request", "RequestReader", "Response", "ResponseReader", "http_reason"]

_VERSION = re.compile(r"HTTP/([0-9])\.[0-9]")
_METHOD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(r"[\x21-\x7e]+")
_REASON = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

# RFC 9110 renamed these two; Python's table says so from 3.13 on.
_RENAMED = MappingProxyType({413: "Content Too Large", 414: "URI Too Long"})


@dataclass(slots=True)
class Request:
    """The head of a request; a WebSocket handshake request has no body.

    Attributes:
        target: request target as it stands in the first line, usually path and query.
        headers: header fields.
        method: request method; the handshake's is GET.
        version: protocol version.
    """

    target: str
    headers: Headers = field(default_factory=Headers)
    method: str = "GET"
    version: str = "HTTP/1.1"

    @classmethod
    def parse(cls, data: bytes, limits: Limits | None = None) -> tuple[Request, int] | None:
        """Read a request from the beginning of some octets.

        Args:
            data: all octets received so far.
            limits: sizes to hold the head to.

        Returns:
            The request and how many octets it took, or None while octets are missing.

        Raises:
            HandshakeError: when the octets can't begin a request, or exceed a limit.
        """
        reader = RequestReader(limits)
        reader.feed(data)
        request = reader.read()
        return None if request is None else (request, reader.used)

    @property
    def path(self) -> str:
        """Path and query, which RFC 6455 calls the resource name: ``/chat?room=1``."""
        # RFC 9112, 3.2.2: "a server MUST accept the absolute-form in requests even though
        # most HTTP/1.1 clients will only send the absolute-form to a proxy."
        if "://" not in self.target.partition("?")[0]:
            return self.target
        absolute = urlsplit(self.target)
        return (absolute.path or "/") + (f"?{absolute.query}" if absolute.query else "")

    @property
    def start_line(self) -> str:
        """The first line: ``GET /chat HTTP/1.1``."""
        return f"{self.method} {self.target} {self.version}"

    def serialize(self) -> bytes:
        """Return the octets of the request.

        Raises:
            ValueError: when method, target or version would break the first line in two.
        """
        for name, value, pattern in (
            ("method", self.method, _METHOD),
            ("target", self.target, _TARGET),
            ("version", self.version, _VERSION),
        ):
            if not pattern.fullmatch(value):
                raise ValueError(f"a request can't have the {name} {excerpt(value)}")
        return f"{self.start_line}\r\n".encode("ascii") + self.headers.serialize() + b"\r\n"

    def __str__(self) -> str:
        return f"{self.start_line}\n{self.headers}".rstrip("\n")


@dataclass(slots=True)
class Response:
    """A response: its head, and its body as far as that was kept.

    Attributes:
        status: status code; 101 opens the WebSocket connection.
        reason: reason phrase, which is for people only.
        headers: header fields.
        body: what the server said besides; never there with 101.
        version: protocol version.
    """

    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    version: str = "HTTP/1.1"

    @classmethod
    def parse(
        cls, data: bytes, limits: Limits | None = None, *, eof: bool = False
    ) -> tuple[Response, int] | None:
        """Read a response from the beginning of some octets.

        Args:
            data: all octets received so far.
            limits: sizes to hold the head to.
            eof: whether these are all; some bodies are ended by nothing else.

        Returns:
            The response and how many octets it took, or None while octets are missing.

        Raises:
            HandshakeError: when the octets can't begin a response, or exceed a limit.
        """
        reader = ResponseReader(limits)
        reader.feed(data)
        if eof:
            reader.feed_eof()
        response = reader.read()
        return None if response is None else (response, reader.used)

    # The same things under the names that ``websockets`` gives them, so that a
    # ``process_response`` hook runs on both engines.
    @property
    def status_code(self) -> int:
        """The status code, by its name in ``websockets``."""
        return self.status

    @property
    def reason_phrase(self) -> str:
        """The reason phrase, by its name in ``websockets``."""
        return self.reason

    @property
    def start_line(self) -> str:
        """The first line: ``HTTP/1.1 101 Switching Protocols``."""
        return f"{self.version} {self.status} {self.reason}"

    def serialize(self) -> bytes:
        """Return the octets of the response.

        Raises:
            ValueError: when status, reason or version would break the first line in two.
        """
        if not 100 <= self.status <= 599:
            raise ValueError(f"status {self.status} is not between 100 and 599")
        if not _REASON.fullmatch(self.reason) or not _VERSION.fullmatch(self.version):
            raise ValueError(f"no response can begin with {excerpt(self.start_line)}")
        first = f"{self.start_line}\r\n".encode("latin-1")
        return first + self.headers.serialize() + b"\r\n" + self.body

    def __str__(self) -> str:
        shown = f"{self.start_line}\n{self.headers}".rstrip("\n")
        text = self.body.decode("utf-8", errors="replace").rstrip("\n")
        return f"{shown}\n\n{text}" if text else shown


class RequestReader(HeadReader[Request]):
    """Octets of a connection in, the handshake request out. For servers."""

    def _message(self) -> Steps[Request]:
        # RFC 9112, 2.2: "a server that is expecting to receive and parse a request-line
        # SHOULD ignore at least one empty line (CRLF) received prior to the request-line."
        yield from self._crlf()
        self._line = self._position
        method = yield from self._read(head.METHOD)
        target = yield from self._read(head.TARGET)
        version = yield from self._read(head.REQUEST_VERSION)
        _check_version(version)
        return Request(target, (yield from self._headers()), method, version)


class ResponseReader(BodyReader[Response]):
    """Octets of a connection in, the response to the handshake out. For clients."""

    def _message(self) -> Steps[Response]:
        response = yield from self._head()
        # RFC 9110, 15.2: "A client MUST be able to parse one or more 1xx responses received
        # prior to a final response, even if the client does not expect one." 101 is final:
        # what follows it is WebSocket.
        while 100 <= response.status < 200 and response.status != 101:
            response = yield from self._head()
        response.body = yield from self._body(response.status, response.headers)
        return response

    def _head(self) -> Steps[Response]:
        self._line = self._position
        version = yield from self._read(head.RESPONSE_VERSION)
        _check_version(version)
        status = yield from self._read(head.STATUS)
        if len(status) != 3 or not 100 <= int(status) <= 599:
            raise HandshakeError(f"the status code {status} is not between 100 and 599")
        reason = yield from self._read(head.REASON)
        return Response(int(status), reason, (yield from self._headers()), b"", version)


def _check_version(version: str) -> None:
    """Refuse what is no HTTP, and what is HTTP with a major version other than 1."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise HandshakeError(f"the HTTP version {excerpt(version)} is none", 400)
    # RFC 9110, 15.6.6: 505 "indicates that the server does not support, or refuses to
    # support, the major version of HTTP that was used in the request message." A client
    # that begins with "PRI * HTTP/2.0" means HTTP/2 without asking first.
    if match[1] != "1":
        raise HandshakeError(f"{version} is not supported, HTTP/1.1 is", 505)


def http_reason(status: int) -> str:
    """Return the usual reason phrase of a status code, or an empty string."""
    try:
        return _RENAMED.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return ""
