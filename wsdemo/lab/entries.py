"""What the bytes on a wire mean: the entries of a decoded recording.

Leaves out how bytes become entries, which is `decode`, and how they are drawn, which is `show`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.protocol.frames import Frame
from wsdemo.protocol.http import Request, Response

__all__ = ["Body", "End", "Entry", "Fault", "InflatedFrame", "Opaque", "What"]

SHOWN_CHARACTERS = 48

_ENDS = MappingProxyType(
    {
        Kind.EOF: "FIN",
        Kind.RESET: "RST",
        Kind.CUT: "FIN from the wire",
        Kind.BROKEN: "RST from the wire",
        Kind.HALF_OPEN: "half-open from here on",
        Kind.REFUSED: "server not reached",
        Kind.FULL: "recording full: later bytes are not kept",
    }
)


@dataclass(frozen=True, slots=True)
class InflatedFrame(Frame):
    """A frame that came compressed by permessage-deflate, its payload inflated.

    Everything else is as it was on the wire, `rsv1` included.
    """

    compressed: int = 0
    """Octets that the payload had on the wire."""

    def __str__(self) -> str:
        plain = Frame(self.opcode, self.payload, self.fin, masking_key=self.masking_key)
        shown, _, notes = str(plain).rpartition(_octets(self.payload))
        return f"{shown}{_count(self.compressed)}{notes[:-1]}, compressed from {len(self.payload)}]"


@dataclass(frozen=True, slots=True)
class Body:
    """A piece of the body of an HTTP message: the whole, one chunk, or one server-sent event."""

    data: bytes
    """The content, without the framing of the chunked transfer coding."""

    last: bool = True
    """Whether the HTTP message ends here."""

    def __str__(self) -> str:
        more = "" if self.last else ", more to come"
        return " ".join(filter(None, ("BODY", _text(self.data), f"[{_octets(self.data)}{more}]")))


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes that are not read: encrypted, of another protocol, or behind a fault."""

    label: str
    """What they are, such as ``TLS application data``."""

    data: bytes

    def __str__(self) -> str:
        return f"{self.label} [{_octets(self.data)}]"


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that break a rule, and the rule."""

    rule: str
    """Names the rule and the offending value, such as ``reserved opcode 0x3``."""

    code: int | None = None
    """The close code, or the HTTP status, that this earns; None where there is none."""

    frame: Frame | None = None
    """The frame, if the bytes can be told apart as one; else nothing behind them can be read."""

    def __str__(self) -> str:
        code = "" if self.code is None else f" ({self.code})"
        frame = "" if self.frame is None else f": {self.frame}"
        return f"FAULT {self.rule}{code}{frame}"


@dataclass(frozen=True, slots=True)
class End:
    """The end of a stream, or of what can be told about it."""

    kind: Kind

    def __str__(self) -> str:
        return _ENDS[self.kind]


What: TypeAlias = Request | Response | Frame | Body | Opaque | Fault | End


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing an endpoint sent, with the bytes it consisted of."""

    time: float
    """Seconds since the recording began, when the wire received its last byte."""

    connection: int
    """1 for the first connection of the wire, 2 for the next."""

    direction: Direction

    raw: bytes
    """The bytes as they were on the wire: masked, compressed. Those of all entries of a stream, one
    after the other, are the stream."""

    what: What
    """What they mean."""

    end: int = 0
    """Position of the byte after its last one in the stream. A FIN counts as one byte, as it does
    in TCP's sequence numbers."""

    def __str__(self) -> str:
        match self.what:
            case Request() as request:
                return request.start_line
            case Response() as response:
                return f"{response.status} {response.reason}".rstrip()
            case what:
                return str(what)


def _count(octets: int) -> str:
    return f"{octets} byte{'' if octets == 1 else 's'}"


def _octets(data: bytes) -> str:
    return _count(len(data))


def _text(data: bytes) -> str:
    """Quote data that is text, and shorten it; binary data is not shown."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    if len(text) <= SHOWN_CHARACTERS:
        return repr(text) if text else ""
    return f"{text[:SHOWN_CHARACTERS]!r}…"
