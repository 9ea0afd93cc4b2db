"""What a case does, one after the other, once the connection is open.

A case is a sequence of moves: a `Frame` is sent as it is, and here are the others. Leaves out how
they are made, which is `exchange`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wsdemo.lab.conformance.frames import BINARY, CONTINUATION, PING, TEXT, Frame, quoted, size_of

__all__ = [
    "Await",
    "HalfClose",
    "Listen",
    "Message",
    "Move",
    "Part",
    "Raw",
    "blob",
    "data_before_fault",
    "messages",
    "pings",
    "words",
]


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message, compressed if the two ends have agreed on it.

    `part` is the number of octets that each of its frames carries on the wire, one frame for all
    when None. `packed` is False for a message that goes uncompressed on a connection with
    compression, as RFC 7692, 6, allows. `blocks` compresses it as that many deflate blocks.
    """

    opcode: int
    payload: bytes
    part: int | None = None
    packed: bool = True
    blocks: int = 1
    coded: bytes | None = None

    def __str__(self) -> str:
        name = "text message" if self.opcode == TEXT else "binary message"
        notes = [size_of(self.payload)]
        notes += [f"in fragments of {self.part:,}"] if self.part else []
        notes += ["not compressed"] if not self.packed else []
        notes += [f"coded as {self.coded.hex(' ')}"] if self.coded is not None else []
        notes += [f"{self.blocks} deflate blocks"] if self.blocks > 1 else []
        return " ".join(filter(None, (name, quoted(self.payload), f"[{', '.join(notes)}]")))


@dataclass(frozen=True, slots=True)
class Raw:
    """Octets as they are, with words for what they are."""

    data: bytes
    what: str

    def __str__(self) -> str:
        return f"{self.what} [{size_of(self.data)}]"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a frame: what lies between two positions in its payload, its header with the first.

    What is written between two parts goes into the middle of the frame, so only pauses may be.
    """

    frame: Frame
    start: int
    stop: int

    def serialize(self, *, masked: bool) -> bytes:
        """Return its octets."""
        whole = self.frame.serialize(masked=masked)
        head = len(whole) - len(self.frame.payload)
        return whole[head + self.start if self.start else 0 : head + self.stop]

    def __str__(self) -> str:
        return f"octets {self.start} to {self.stop} of {self.frame}"


@dataclass(frozen=True, slots=True)
class Listen:
    """Let the endpoint speak: go on as soon as it has closed, or after that many seconds."""

    seconds: float = 1.0

    def __str__(self) -> str:
        return f"(up to {self.seconds:g} s of silence)"


@dataclass(frozen=True, slots=True)
class Await:
    """Go on when the messages so far are back."""

    def __str__(self) -> str:
        return "(when that is back)"


@dataclass(frozen=True, slots=True)
class HalfClose:
    """End our direction of the TCP connection."""

    def __str__(self) -> str:
        return "FIN"


Move: TypeAlias = Frame | Message | Raw | Part | Listen | Await | HalfClose


def words(payload: str | bytes, **parts: object) -> Message:
    """Make a text message; `parts` are fields of `Message`."""
    data = payload.encode() if isinstance(payload, str) else payload
    return Message(TEXT, data, **parts)  # type: ignore[arg-type]


def blob(payload: bytes, **parts: object) -> Message:
    """Make a binary message."""
    return Message(BINARY, payload, **parts)  # type: ignore[arg-type]


def messages(moves: Iterable[Move]) -> Iterator[tuple[int, bytes]]:
    """Yield the messages that are complete before anything that must be refused.

    They are what an endpoint that echoes has to send back: opcode and payload of each.
    """
    opcode, parts = TEXT, b""
    for move in _before_fault(moves):
        if isinstance(move, Message):
            yield move.opcode, move.payload
        elif isinstance(move, Frame) and not move.control:
            opcode = opcode if move.opcode == CONTINUATION else move.opcode
            parts += move.payload
            if move.fin:
                yield opcode, parts
                parts = b""


def pings(moves: Iterable[Move]) -> list[bytes]:
    """Return the payloads of the pings before anything that must be refused."""
    return [
        move.payload
        for move in _before_fault(moves)
        if isinstance(move, Frame) and move.opcode == PING
    ]


def data_before_fault(moves: Iterable[Move]) -> Iterator[bytes]:
    """Yield what frames and messages carry before anything that must be refused."""
    for move in _before_fault(moves):
        if isinstance(move, Message) or (isinstance(move, Frame) and not move.control):
            yield move.payload


def _before_fault(moves: Iterable[Move]) -> Iterator[Move]:
    """Yield what an endpoint acts on: nothing behind a fault, or behind a close frame."""
    for move in moves:
        if isinstance(move, Frame) and (move.bad or move.opcode == 8):
            return
        yield move
