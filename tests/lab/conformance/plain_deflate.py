"""permessage-deflate (RFC 7692): what was agreed, and the codec that keeps to it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.lab.conformance.plain_frames import INVALID_DATA, Violation

NAME = "permessage-deflate"
TAIL = b"\x00\x00\xff\xff"
END = b"\x01\x00\x00\xff\xff"  # an empty block, and the last one
WINDOW = 1 << 15
PIECE = 65_536  # octets that are inflated at a time


@dataclass(frozen=True)
class Agreement:
    """The parameters of both directions (RFC 7692, 7.1)."""

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int = 15
    client_max_window_bits: int = 15


class Deflater:
    """Compresses what we send.

    Attributes:
        window_bits: how far back it may point, 8 to 15.
        takeover: whether it may point into earlier messages.
    """

    def __init__(self, window_bits: int, takeover: bool) -> None:
        self.window_bits = window_bits
        self.takeover = takeover
        self._compressor = self._new()

    def compress(self, data: bytes) -> bytes:
        """Return the payload of a message (RFC 7692, 7.2.1)."""
        payload = self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        if not self.takeover:
            self._compressor = self._new()
        # Of nothing to compress, zlib may make nothing; an empty block is one octet and the tail.
        return payload.removesuffix(TAIL) or b"\x00"

    def _new(self) -> zlib._Compress:
        if self.window_bits > 8:
            return zlib.compressobj(wbits=-self.window_bits)
        # zlib has no raw stream with 8, but codes that never point back fit into any window.
        return zlib.compressobj(wbits=-9, strategy=zlib.Z_HUFFMAN_ONLY)


class Inflater:
    """Restores what the peer sends; a window of any size fits into the largest.

    Attributes:
        takeover: whether the peer's messages may point into earlier ones.
        inflater: of zlib.
    """

    def __init__(self, takeover: bool) -> None:
        self.takeover = takeover
        self.inflater = zlib.decompressobj(-15)
        self._history = bytearray()  # for a stream that goes on after its end

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """Restore a part of a message, piece by piece, so that a bomb need not fit in memory.

        Raises:
            Violation: 1007, it is no deflate stream.
        """
        full = False
        while data or full:
            if self.inflater.eof:
                # After a block with BFINAL the next begins, and may point back (7.2.3.4).
                self.inflater = zlib.decompressobj(-15, self._history)
            try:
                piece = self.inflater.decompress(data, PIECE)
            except zlib.error as error:
                raise Violation(INVALID_DATA, str(error)) from None
            self._history += piece
            del self._history[:-WINDOW]
            data = self.inflater.unconsumed_tail or self.inflater.unused_data
            full = len(piece) == PIECE
            yield piece

    def end(self) -> Iterator[bytes]:
        """Restore the end of a message (RFC 7692, 7.2.2).

        Raises:
            Violation: 1007, a block is not complete.
        """
        yield from self.inflate(TAIL)
        self.check_between_blocks()
        if not self.takeover:
            self.inflater = zlib.decompressobj(-15)
            self._history.clear()

    def check_between_blocks(self) -> None:
        """Refuse a message that was cut short."""
        # Only between two blocks can the stream end here.
        probe = self.inflater.copy()
        try:
            probe.decompress(END)
        except zlib.error as error:
            raise Violation(INVALID_DATA, str(error)) from None
        if not probe.eof:
            raise Violation(INVALID_DATA, "a block is not complete")
