"""The head of an HTTP request or response taken apart into its lines, well formed or not."""

import re
from collections.abc import Iterator, Mapping

from wsdemo.lab.show.parts import Field, Part, Section, Span, Veil
from wsdemo.lab.show.text import clean, clip, count
from wsdemo.lab.show.volatile import pieces

# No legal frame begins like this: these letters would be reserved opcodes, or control frames with
# reserved bits and no FIN.
_START = re.compile(rb"HTTP/|(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) ")

_LINE = re.compile(rb"[^\n]*\n?")
_HEADER = re.compile(rb"([^:\s]+)(:[ \t]*)([^\r\n]*)([\r\n]*)")

# What each line of the opening handshake is for (RFC 6455, 1.3 and 4; RFC 9110 for the others).
PURPOSES: Mapping[str, str] = {
    "host": "the server's name and port",
    "upgrade": "to which protocol",
    "connection": "Upgrade: for this hop only",
    "sec-websocket-key": "16 random bytes, in base64",
    "sec-websocket-version": "the version: RFC 6455's",
    "sec-websocket-accept": "proof that the key was read",
    "sec-websocket-protocol": "subprotocols",
    "sec-websocket-extensions": "extensions",
    "origin": "the page that asks",
    "user-agent": "the client's software",
    "server": "the server's software",
    "date": "when it was answered",
}


def is_head(data: bytes) -> bool:
    """Tell whether bytes begin like HTTP rather than like a frame."""
    return _START.match(data) is not None


def split_head(data: bytes) -> tuple[bytes, bytes]:
    """Cut bytes after the empty line that ends the head; all is head while there is none."""
    end = data.find(b"\r\n\r\n")
    return (data, b"") if end < 0 else (data[: end + 4], data[end + 4 :])


def lines(head: bytes) -> list[bytes]:
    """List the lines of a head, each with its line break."""
    return [line for line in _LINE.findall(head) if line]


def upgrades(head: bytes) -> bool:
    """Tell whether frames may follow this head: it asks for WebSocket, or grants it."""
    fields = {line.lower().partition(b":")[0] for line in lines(head)[1:]}
    refused = head.startswith(b"HTTP/") and not re.match(rb"HTTP/\S+ 101\b", head)
    return b"upgrade" in fields and not refused


def head_section(head: bytes, *, hide: bool = False) -> Section:
    """Take a head apart, line by line.

    Args:
        head: Its octets, with the empty line that ends it if that has come.
        hide: Whether to veil what differs from run to run.

    Returns:
        A field for each line.
    """
    start, *rest = lines(head)
    kind = "status line" if start.startswith(b"HTTP/") else "request line"
    text, end = _cut(start)
    first = Field((Span(Part.START, text), Span(Part.BREAK, end)), kind)
    fields = [first, *(_line(line, hide) for line in rest)]
    size = "" if hide else f" [{count(len(head), 'byte')}]"
    return Section(clip(clean(text.decode("latin-1")), 72) + size, tuple(fields))


def _line(line: bytes, hide: bool) -> Field:
    if line in (b"\r\n", b"\n"):
        return Field((Span(Part.BREAK, line),), "empty line: the head ends")
    match = _HEADER.fullmatch(line)
    if match is None:
        text, end = _cut(line)
        return Field((Span(Part.REST, text), Span(Part.BREAK, end)), "not a header")
    name, colon, value, end = match.groups()
    values = _values(name.decode("latin-1"), value, hide)
    spans = (Span(Part.NAME, name), Span(Part.BREAK, colon), *values, Span(Part.BREAK, end))
    return Field(spans, PURPOSES.get(name.decode("latin-1").lower(), ""))


def _values(name: str, value: bytes, hide: bool) -> Iterator[Span]:
    cut = pieces(name, value.decode("latin-1")) if hide else [(value.decode("latin-1"), Veil.NONE)]
    return (Span(Part.VALUE, text.encode("latin-1"), veil) for text, veil in cut if text)


def _cut(line: bytes) -> tuple[bytes, bytes]:
    text = line.rstrip(b"\r\n")
    return text, line[len(text) :]
