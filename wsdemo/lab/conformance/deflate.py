"""permessage-deflate at our end: what was agreed on, and zlib on both directions.

What the endpoint sends is inflated in a window of the size that it has promised: a distance beyond
that is an error, and so is a reference to a message that it has promised to forget.

Leaves out whether an agreement is legal, which is for the cases to say.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Agreement", "Corrupt", "Deflate", "Packer", "Unpacker", "parse"]

TAIL = b"\x00\x00\xff\xff"  # RFC 7692, 7.2.1: what is left out at the end of every message
NAME = "permessage-deflate"
MAX_INFLATED = 64 * 2**20  # octets: no case makes an endpoint send more


class Corrupt(Exception):
    """What came does not inflate."""


@dataclass(frozen=True, slots=True)
class Deflate:
    """What a case says about compression in the opening handshake.

    `offer` is what we say as a client, `answer` as a server. The case does not apply to a server
    that leaves one of the parameters `agreed` out of its response, or to a client that leaves one
    of `offered` out of its offer.
    """

    offer: str = NAME
    answer: str = NAME
    agreed: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


def parse(value: str) -> list[tuple[str, dict[str, str | None]]]:
    """Take a Sec-WebSocket-Extensions field apart: names, and their parameters.

    Of a parameter that comes twice the last one counts. Quotes are taken off.
    """
    found = []
    for item in value.split(","):
        name, *rest = (word.strip() for word in item.split(";"))
        pairs = (word.partition("=") for word in rest)
        params = {key.strip(): val.strip().strip('"') if eq else None for key, eq, val in pairs}
        if name:
            found.append((name, params))
    return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """The parameters that the server's response has."""

    params: Mapping[str, str | None] = field(default_factory=dict)

    def bits(self, side: str) -> int:
        """Return the window bits of a side, "client" or "server"; 15 unless said otherwise."""
        value = self.params.get(f"{side}_max_window_bits")
        return next((bits for bits in range(8, 16) if value == str(bits)), 15)

    def forgets(self, side: str) -> bool:
        """Whether a side has promised to begin every message with an empty window."""
        return f"{side}_no_context_takeover" in self.params


class Packer:
    """Compresses what we send, within what we have agreed to.

    Args:
        bits: The size of our window, as a power of two.
        forget: Whether every message begins with an empty window.
    """

    def __init__(self, bits: int, *, forget: bool) -> None:
        # zlib deflates with 9 bits when it is asked for 8, which is too many: a window of 256
        # octets is kept by sending stored blocks, which refer to nothing.
        self._level = 0 if bits < 9 else 6
        self._bits = max(bits, 9)
        self._forget = forget
        self._deflater = self._new()

    def _new(self) -> zlib._Compress:
        return zlib.compressobj(self._level, wbits=-self._bits)

    def pack(self, payload: bytes, blocks: int = 1) -> bytes:
        """Compress a message, as that many blocks."""
        if self._forget:
            self._deflater = self._new()
        step = -(-len(payload) // blocks) or 1
        parts = [payload[at : at + step] for at in range(0, len(payload), step)] or [b""]
        packed = b"".join(
            self._deflater.compress(part) + self._deflater.flush(zlib.Z_SYNC_FLUSH)
            for part in parts
        )
        return packed.removesuffix(TAIL)


class Unpacker:
    """Inflates what the endpoint sends, and holds it to what it has promised.

    Args:
        bits: The size of its window, as a power of two.
        forget: Whether it has promised to begin every message with an empty window.
    """

    def __init__(self, bits: int, *, forget: bool) -> None:
        self._bits = bits
        self._forget = forget
        self._inflater = zlib.decompressobj(wbits=-bits)

    def unpack(self, data: bytes) -> bytes:
        """Inflate a message.

        Raises:
            Corrupt: It does not inflate, or not within the promised window.
        """
        if self._forget:
            self._inflater = zlib.decompressobj(wbits=-self._bits)
        try:
            payload = self._inflate(data + TAIL)
        except zlib.error as error:
            raise Corrupt(str(error)) from error
        if self._inflater.eof:  # RFC 7692, 7.2.3.4: a final block ends the stream, not the message
            self._inflater = zlib.decompressobj(wbits=-self._bits)
        return payload

    def _inflate(self, data: bytes) -> bytes:
        # zlib checks a distance only where it leads behind what the same call has put out, so a
        # call gets one octet where a window is promised that is not the largest.
        step = 1 if self._bits < 15 else len(data)
        parts, size = [], 0
        for at in range(0, len(data), step):
            if size < MAX_INFLATED:
                parts.append(self._inflater.decompress(data[at : at + step], MAX_INFLATED - size))
                size += len(parts[-1])
        return b"".join(parts)
