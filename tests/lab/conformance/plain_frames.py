"""Frame headers as octets (RFC 6455, 5.2), and what breaks a connection."""

from __future__ import annotations

from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
OPCODES = frozenset((CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))

PROTOCOL_ERROR, INVALID_DATA, TOO_BIG = 1002, 1007, 1009

RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10
MOST_CONTROL = 125  # octets of a control frame's payload


class Violation(Exception):
    """What the peer sent may not be sent.

    Attributes:
        code: the close code that says so.
    """

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(slots=True)
class Header:
    """A frame's header, which becomes complete as its octets come.

    Attributes:
        fin: whether this is the last frame of its message.
        reserved: the three reserved bits, where they are in the first octet.
        opcode: what the frame is.
        masked: whether the payload is masked.
        length: octets of the payload; at first the seven bits of the second octet.
        key: with which the payload is masked.
    """

    fin: bool
    reserved: int
    opcode: int
    masked: bool
    length: int
    key: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Header:
        """Read the two octets that every frame has."""
        first, second = data
        return cls(
            bool(first & 0x80), first & 0x70, first & 0x0F, bool(second & 0x80), second & 127
        )

    @property
    def is_control(self) -> bool:
        """Whether it is a frame between those of a message."""
        return self.opcode >= CLOSE

    @property
    def extended(self) -> int:
        """How many octets hold the length if the seven bits don't."""
        return {126: 2, 127: 8}.get(self.length, 0)


def shortest(length: int) -> bytes:
    """Return a length in the shortest form, of the first of which the top bit is the mask's."""
    if length < 126:
        return bytes((length,))
    if length < 1 << 16:
        return b"\x7e" + length.to_bytes(2)
    return b"\x7f" + length.to_bytes(8)


def apply_mask(data: bytes, key: bytes, offset: int = 0) -> bytes:
    """Mask or unmask a part of a payload (RFC 6455, 5.3).

    Args:
        data: the part.
        key: four octets.
        offset: where in the payload the part begins.
    """
    turned = key[offset % 4 :] + key[: offset % 4]
    repeated = (turned * (len(data) // 4 + 1))[: len(data)]
    both = int.from_bytes(data) ^ int.from_bytes(repeated)
    return both.to_bytes(len(data))
