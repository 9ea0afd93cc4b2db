"""Octets that know which part of a handshake or a frame they are.

`frame_parts` and `head_parts` take bytes apart into these; `hexdump` and `bits` draw them. Leaves
out every judgement: bytes that break a rule are taken apart all the same, because those are the
ones a reader wants to look at.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from wsdemo.lab.show.text import DOT, ELLIPSIS, printable
from wsdemo.lab.show.theme import Hue


class Part(enum.Enum):
    """What an octet belongs to, with the name that a legend gives it."""

    FIRST = "FIN, RSV, opcode"
    LENGTH = "MASK, length"
    EXTENDED = "extended length"
    KEY = "masking key"
    PAYLOAD = "payload"
    START = "start line"
    NAME = "header name"
    VALUE = "header value"
    BREAK = "separator"
    BODY = "body"
    REST = "not read"

    @property
    def hue(self) -> Hue:
        """The colour that the part has in every display."""
        return _HUES[self]


_HUES = {
    Part.FIRST: Hue.BLUE,
    Part.LENGTH: Hue.ORANGE,
    Part.EXTENDED: Hue.YELLOW,
    Part.KEY: Hue.PURPLE,
    Part.PAYLOAD: Hue.GREEN,
    Part.START: Hue.BLUE,
    Part.NAME: Hue.ORANGE,
    Part.VALUE: Hue.GREEN,
    Part.BREAK: Hue.GREY,
    Part.BODY: Hue.SKY,
    Part.REST: Hue.GREY,
}


class Veil(enum.Enum):
    """How much is shown of octets that differ from one run to the next."""

    NONE = enum.auto()
    """All of them."""

    VALUE = enum.auto()
    """How many there are, which is always the same."""

    LENGTH = enum.auto()
    """Only that there are some."""


@dataclass(frozen=True, slots=True)
class Octet:
    """One place in a dump: two hex digits, the character beside them, and the part."""

    digits: str
    char: str
    part: Part
    size: int = 1
    """How many octets stand here: 1, or any number behind an ellipsis."""


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring octets of one part."""

    part: Part
    data: bytes
    veil: Veil = Veil.NONE

    def octets(self) -> Iterator[Octet]:
        """Yield what a dump shows of it."""
        if self.veil is Veil.LENGTH:
            yield Octet(ELLIPSIS, ELLIPSIS, self.part, len(self.data))
            return
        for octet in self.data:
            if self.veil is Veil.VALUE:
                yield Octet(DOT * 2, DOT, self.part)
            else:
                yield Octet(f"{octet:02x}", printable(bytes((octet,))), self.part)


@dataclass(frozen=True, slots=True)
class Field:
    """What stands together under one note: an octet of a frame, a line of a handshake."""

    spans: tuple[Span, ...]
    note: str

    @property
    def data(self) -> bytes:
        """Its octets."""
        return b"".join(span.data for span in self.spans)

    def octets(self) -> Iterator[Octet]:
        """Yield what a dump shows of it, which may be long."""
        return (octet for span in self.spans for octet in span.octets())


@dataclass(frozen=True, slots=True)
class Section:
    """A frame, or the head of a handshake, or what could not be read."""

    title: str
    fields: tuple[Field, ...]
    fault: str = ""
    """The rule that it breaks, or nothing."""
