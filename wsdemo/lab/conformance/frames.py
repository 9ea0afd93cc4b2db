"""Frames as octets, for a suite that has to send what no endpoint may, and to read whatever comes.

What is sent is put together from its parts, legal or not. What comes back is read leniently: a
mask where none may be, a reserved bit, a length that is too long are noted and not refused, so
that a case judges what it is about and nothing else.

Leaves out what the frames mean together, which is `transcript`. Nothing of `wsdemo.protocol` is
used here: it is one of the things under test.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
NAMES = ("CONT", "TEXT", "BINARY", "3", "4", "5", "6", "7", "CLOSE", "PING", "PONG")

KEY = bytes.fromhex("37fa213d")  # of the examples in RFC 6455, 5.7
SHOWN = 24  # octets of a payload that a description quotes


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, legal or not.

    `rsv` is the value of the three reserved bits together, 4 for rsv1. `size` is the number of
    octets of the extended length (0, 2 or 8), `announced` the length that is written there, both
    as they should be when None. `masked` is as the sender's role demands when None, `key` the
    masking key. `bad` says that this is the frame that must be refused.
    """

    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    size: int | None = None
    announced: int | None = None
    masked: bool | None = None
    key: bytes = KEY
    bad: bool = False

    @property
    def control(self) -> bool:
        """Whether it is a control frame, by its opcode."""
        return self.opcode >= 8

    def serialize(self, *, masked: bool = False) -> bytes:
        """Return its octets.

        Args:
            masked: Whether the sender's role demands a mask.
        """
        masked = masked if self.masked is None else self.masked
        length = len(self.payload) if self.announced is None else self.announced
        size = _shortest(length) if self.size is None else self.size
        first = self.fin << 7 | self.rsv << 4 | self.opcode
        second = masked << 7 | {0: length, 2: 126, 8: 127}[size]
        head = bytes((first, second)) + (length.to_bytes(size, "big") if size else b"")
        return head + self.key + mask(self.payload, self.key) if masked else head + self.payload

    def __str__(self) -> str:
        name = NAMES[self.opcode] if self.opcode < len(NAMES) else str(self.opcode)
        name = f"opcode {name}" if name.isdigit() else name
        notes = [size_of(self.payload)]
        notes += ["more to come"] if not self.fin else []
        notes += [f"rsv {self.rsv:03b}"] if self.rsv else []
        notes += [f"length in {self.size} octets"] if self.size is not None else []
        notes += [f"announces {self.announced:,}"] if self.announced is not None else []
        notes += {None: [], True: ["masked"], False: ["unmasked"]}[self.masked]
        return " ".join(filter(None, (name, self._shown(), f"[{', '.join(notes)}]")))

    def _shown(self) -> str:
        if self.opcode == CLOSE and len(self.payload) >= 2:
            code, reason = int.from_bytes(self.payload[:2], "big"), self.payload[2:]
            return f"{code} {quoted(reason)}".rstrip()
        return quoted(self.payload)


@dataclass(frozen=True, slots=True)
class Seen(Frame):
    """A frame that came from the endpoint under test; `masked` and `size` are as they came."""

    end: int = 0
    """Position of the octet after its last one in the stream."""

    def __str__(self) -> str:
        # A mask and a length are as they should be, unless a case is about them and says so.
        return str(Frame(self.opcode, self.payload, self.fin, self.rsv))


def text(payload: str | bytes = "", **parts: object) -> Frame:
    """Make a text frame; `parts` are fields of `Frame`."""
    return _frame(TEXT, payload, parts)


def binary(payload: str | bytes = b"", **parts: object) -> Frame:
    """Make a binary frame."""
    return _frame(BINARY, payload, parts)


def more(payload: str | bytes = b"", **parts: object) -> Frame:
    """Make a continuation frame."""
    return _frame(CONTINUATION, payload, parts)


def ping(payload: str | bytes = b"", **parts: object) -> Frame:
    """Make a ping."""
    return _frame(PING, payload, parts)


def pong(payload: str | bytes = b"", **parts: object) -> Frame:
    """Make a pong."""
    return _frame(PONG, payload, parts)


def close(code: int | None = None, reason: str | bytes = b"", **parts: object) -> Frame:
    """Make a close frame, of any code that fits two octets."""
    start = b"" if code is None else code.to_bytes(2, "big")
    return _frame(CLOSE, start + _octets(reason), parts)


def other(opcode: int, payload: str | bytes = b"", **parts: object) -> Frame:
    """Make a frame of any opcode."""
    return _frame(opcode, payload, parts)


def bad(frame: Frame) -> Frame:
    """Mark the frame that must be refused."""
    return replace(frame, bad=True)


def _frame(opcode: int, payload: str | bytes, parts: dict[str, object]) -> Frame:
    return Frame(opcode, _octets(payload), **parts)  # type: ignore[arg-type]


def _octets(payload: str | bytes) -> bytes:
    return payload.encode() if isinstance(payload, str) else payload


def _shortest(length: int) -> int:
    return 0 if length < 126 else 2 if length < 65_536 else 8


def mask(payload: bytes, key: bytes) -> bytes:
    """Mask a payload, or unmask it (RFC 6455, 5.3)."""
    if not payload:
        return b""
    # One exclusive or of two large numbers is far quicker than one for each octet.
    keys = (key * (len(payload) // 4 + 1))[: len(payload)]
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")
    return mixed.to_bytes(len(payload), "big")


class Reader:
    """Cuts frames out of a stream, whatever they are.

    Args:
        start: The position of the first octet in the stream, behind the opening handshake.
    """

    def __init__(self, start: int = 0) -> None:
        self._buffer = bytearray()
        self._position = start

    def feed(self, data: bytes) -> Iterator[Seen]:
        """Take in octets and yield the frames that they complete."""
        self._buffer += data
        while (frame := self._next()) is not None:
            yield frame

    @property
    def rest(self) -> bytes:
        """What came and is no whole frame."""
        return bytes(self._buffer)

    def _next(self) -> Seen | None:
        data = self._buffer
        if len(data) < 2:
            return None
        length = data[1] & 0x7F
        size = {126: 2, 127: 8}.get(length, 0)
        masked = data[1] >= 0x80
        start = 2 + size + 4 * masked
        if len(data) < start:
            return None
        if size:
            length = int.from_bytes(data[2 : 2 + size], "big")
        if len(data) < start + length:
            return None
        key, payload = bytes(data[start - 4 : start]), bytes(data[start : start + length])
        self._position += start + length
        frame = Seen(
            data[0] & 0x0F,
            mask(payload, key) if masked else payload,
            data[0] >= 0x80,
            data[0] >> 4 & 0b111,
            size,
            masked=masked,
            key=key if masked else b"",
            end=self._position,
        )
        del data[: start + length]
        return frame


def quoted(payload: bytes) -> str:
    """Quote octets: as text if they are some, else as hex; nothing when there are none."""
    if not payload:
        return ""
    shown = payload[:SHOWN]
    ellipsis = "…" if len(payload) > SHOWN else ""
    try:
        # The cut may fall into a character, which is then left out.
        words = codecs.getincrementaldecoder("utf-8")().decode(shown, final=not ellipsis)
    except UnicodeDecodeError:
        words = ""
    if words.isprintable() and words:
        return repr(words) + ellipsis
    return shown.hex(" ") + ellipsis


def size_of(payload: bytes) -> str:
    """Say how long a payload is."""
    return f"{len(payload):,} octet{'' if len(payload) == 1 else 's'}"
