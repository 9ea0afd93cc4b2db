"""The body of a response, for a client whose handshake was refused.

A server that answers 403 or 503 often says why in the body, and a person wants to read
it. Nothing else is done with it: after it the connection is closed. So it is kept up to
[BODY_LIMIT][] octets, and one that breaks off is kept as far as it came.

Left out: content codings such as gzip (a handshake asks for none), trailers.
"""

from __future__ import annotations

import re

from wsdemo.errors import HandshakeError
from wsdemo.protocol.head import HeadReader, Steps, T
from wsdemo.protocol.headers import Headers, excerpt, parse_list

__all__ = ["BODY_LIMIT", "BodyReader"]

# An error page worth reading is shorter; a longer one is cut here.
BODY_LIMIT = 65_536

# A chunk's size and its extensions, which nobody sends.
CHUNK_LINE_LIMIT = 256

_CODING = re.compile(r"[^,]+")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")


class BodyReader(HeadReader[T]):
    """A reader of messages that may have a body."""

    def _body(self, status: int, headers: Headers) -> Steps[bytes]:
        """Read a body, whose length is found by the rules of RFC 9112, 6.3, in their order."""
        if 100 <= status < 200 or status in (204, 304):
            return b""
        if (codings := headers.combined("Transfer-Encoding")) is not None:
            last = parse_list(codings, _CODING, "Transfer-Encoding")[-1]
            return (
                yield from self._chunks() if last.strip().lower() == "chunked" else self._rest()
            )
        if (lengths := headers.combined("Content-Length")) is not None:
            return (yield from self._octets(_content_length(lengths)))
        # "8. Otherwise, this is a response message without a declared message body length,
        # so the message body length is determined by the number of octets received prior
        # to the server closing the connection."
        return (yield from self._rest())

    def _rest(self) -> Steps[bytes]:
        return (yield from self._octets(BODY_LIMIT))

    def _octets(self, size: int) -> Steps[bytes]:
        """Read that many octets, or as many as are kept, or as many as come."""
        end = self._position + min(size, BODY_LIMIT)
        while len(self._buffer) < end and not self._eof:
            yield
        data = bytes(self._buffer[self._position : end])
        self._position += len(data)
        return data

    def _chunks(self) -> Steps[bytes]:
        """Read a chunked body (RFC 9112, 7.1), as far as it is well-formed."""
        body = bytearray()
        while (size := (yield from self._chunk_size())) and len(body) < BODY_LIMIT:
            body += yield from self._octets(size)
            if (yield from self._octets(2)) != b"\r\n":
                break
        return bytes(body[:BODY_LIMIT])

    def _chunk_size(self) -> Steps[int]:
        """Read the line before a chunk; 0 is the last chunk, or no chunk at all."""
        limit = self._position + CHUNK_LINE_LIMIT
        while (stop := self._buffer.find(b"\r\n", self._position, limit)) < 0:
            if self._eof or len(self._buffer) >= limit:
                return 0
            yield
        match = _CHUNK.fullmatch(self._buffer, self._position, stop)
        self._position = stop + 2
        return 0 if match is None else int(match[1], 16)


def _content_length(value: str) -> int:
    """Read Content-Length, which several proxies may have repeated.

    Raises:
        HandshakeError: when it is no number, or when two are different.
    """
    # RFC 9110, 8.6: the recipient of "the same decimal value repeated as a comma-separated
    # list (e.g, "Content-Length: 42, 42") MAY either reject the message as invalid or replace
    # that invalid field value with a single instance of the decimal value".
    lengths = set(re.split(r"[ \t]*,[ \t]*", value))
    length = lengths.pop()
    if lengths or not re.fullmatch(r"[0-9]{1,15}", length):
        raise HandshakeError(f"Content-Length: {excerpt(value)} is not one number")
    return int(length)
