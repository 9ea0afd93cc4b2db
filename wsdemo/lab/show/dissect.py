"""What a display is given, turned into bytes, and the bytes into sections.

A learner should be able to pass whatever is at hand: bytes, a frame, a request, or an entry of a
recording. Leaves out the parts themselves, which are `frame_parts` and `head_parts`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

from wsdemo.lab.chunks import Direction
from wsdemo.lab.entries import Body, Entry, Fault, InflatedFrame, Opaque
from wsdemo.lab.show.frame_parts import Layout, frame_section
from wsdemo.lab.show.head_parts import head_section, is_head, split_head, upgrades
from wsdemo.lab.show.parts import Field, Part, Section, Span
from wsdemo.lab.show.text import count
from wsdemo.protocol.frames import Frame

# More of them are no display but a flood: bytes that are no frames at all make one out of two.
MOST_FRAMES = 100


class Serializable(Protocol):
    """A frame, a request, a response, a header: whatever can be written as bytes."""

    def serialize(self) -> bytes:
        """Return its octets."""


Octets: TypeAlias = bytes | bytearray | memoryview
Data: TypeAlias = Octets | Entry | Serializable


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes, with what is known about them besides."""

    data: bytes
    from_client: bool | None = None
    entry: Entry | None = None
    hide: bool = False
    """Whether to veil what differs from run to run."""

    @classmethod
    def take(cls, data: Data, *, from_client: bool | None = None, hide: bool | None = None) -> Self:
        """Find the bytes in what a display was given.

        Args:
            data: Bytes, an entry, or anything that can be serialized.
            from_client: Which side sent them; an entry knows, if this does not say.
            hide: Whether to veil what differs from run to run; None does so for an entry, because
                it was recorded, and not for bytes, because they were written down.
        """
        if isinstance(data, Entry):
            client = data.direction is Direction.UP if from_client is None else from_client
            return cls(data.raw, client, data, hide is not False)
        octets = bytes(data) if isinstance(data, Octets) else data.serialize()
        return cls(octets, from_client, None, bool(hide))

    @property
    def sections(self) -> list[Section]:
        """The bytes, taken apart."""
        return list(self._sections())

    def _sections(self) -> Iterator[Section]:
        what = self.entry.what if self.entry else None
        if isinstance(what, Body):
            yield _raw(str(what), self.data, Part.BODY)
        elif isinstance(what, Opaque):
            yield _raw(str(what), self.data, Part.REST)
        elif isinstance(what, Fault):
            yield from _with_fault(list(self._broken(what)), what)
        elif self.entry and not self.data:
            yield Section(str(what), ())
        else:
            yield from self._read()

    def _broken(self, fault: Fault) -> Iterator[Section]:
        """Read bytes with a fault: behind an HTTP status there are lines, however odd."""
        if self.data and fault.code is not None and fault.code < 1000:
            yield head_section(self.data, hide=self.hide)
        else:
            yield from self._read()

    def _read(self) -> Iterator[Section]:
        rest = self.data
        if is_head(rest):
            head, rest = split_head(rest)
            yield head_section(head, hide=self.hide)
            if rest and not upgrades(head):
                yield _raw(f"Body [{count(len(rest), 'byte')}]", rest, Part.BODY)
                return
        for _ in range(MOST_FRAMES):
            if not rest:
                return
            yield self._frame(rest)
            rest = rest[Layout.read(rest).size :]
        if rest:
            yield _raw(f"{count(len(rest), 'byte')} more, not taken apart", rest, Part.REST)

    def _frame(self, rest: bytes) -> Section:
        """Take a frame apart; the recording may know more of it than its octets tell."""
        what = self.entry.what if self.entry else None
        return frame_section(
            rest,
            from_client=self.from_client,
            hide=self.hide,
            inflated=self.inflated,
            title=str(what) if isinstance(what, Frame) else "",
        )

    @property
    def inflated(self) -> bytes | None:
        """What a compressed frame holds, where a recording has found out."""
        what = self.entry.what if self.entry else None
        return what.payload if isinstance(what, InflatedFrame) else None


def _raw(title: str, data: bytes, part: Part) -> Section:
    return Section(title, (Field((Span(part, data),), ""),) if data else ())


def _with_fault(sections: list[Section], fault: Fault) -> Iterator[Section]:
    """Say on the last section what the recording found, which saw the bytes before, too."""
    *before, last = sections or [Section(str(fault), ())]
    yield from before
    code = "" if fault.code is None else f" ({fault.code})"
    yield Section(last.title, last.fields, fault.rule + code)
