"""The work of permessage-deflate: payloads in, smaller payloads out, and back (RFC 7692, 7.2).

Both directions are streams of DEFLATE blocks that go on from message to message ("context
takeover"), so that the tenth price of the same share costs a few octets. A message is cut off
the stream with zlib's sync flush, whose last four octets everybody knows and nobody sends.

Inflating stops at a limit *while* inflating: 1 MiB of payload can hold 1 GiB of zeros, and a
check afterwards comes when the memory is gone.

Left out: which parameters apply (``deflate``), the RSV1 bit (``writer``, ``messages``).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from wsdemo.errors import InvalidData, TooBig

if TYPE_CHECKING:
    # zlib has these types and doesn't tell their names.
    from zlib import _Compress as Compressor
    from zlib import _Decompress as Decompressor

__all__ = ["Deflate", "Policy", "always", "longer_than"]

# Given the first payload of a message: is it worth compressing?
Policy: TypeAlias = Callable[[bytes], bool]

# What a sync flush ends with: length and inverted length of an empty stored block.
# RFC 7692, 7.2.1, 3: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
TAIL = b"\x00\x00\xff\xff"

# RFC 7692, 7.2.3.6: what is left of an empty message is the header of that block: BFINAL 0,
# BTYPE 00, and five bits of padding.
EMPTY = b"\x00"

# An empty block with fixed codes and BFINAL set: the shortest end of a DEFLATE stream.
END = b"\x03\x00"

# A sender sets BFINAL once in a frame, if ever. Each one costs us a new stream and a copy of
# what follows it, so thousands in one frame are an attack by work instead of by size.
FINAL_BLOCKS = 64

MIN_ZLIB_WINDOW_BITS = 9


def always(_payload: bytes) -> bool:
    """Compress every message: with context takeover short ones gain the most."""
    return True


def longer_than(size: int) -> Policy:
    """Make a policy that leaves short messages alone.

    Args:
        size: octets; a message of as many or fewer is sent as it is.
    """
    return lambda payload: len(payload) > size


class Deflate:
    """The compression of one connection, in both directions, seen from one of its ends.

    Args:
        send_window_bits: logarithm of how far back our blocks may point, 8 to 15.
        receive_window_bits: the same for the peer's: how much of what came we remember.
            What points farther back is corrupt, though zlib notices only when it is gone.
        send_takeover: whether our messages may point back into earlier ones.
        receive_takeover: whether the peer's may; without, no memory is held between messages.
        level: zlib's effort, 0 to 9.
        memory_level: zlib's memory for compressing, 1 to 9: 2**(window bits + 2) +
            2**(memory level + 9) octets for each connection.
        policy: which messages to compress; RFC 7692, 6 leaves it to the sender.
    """

    def __init__(
        self,
        *,
        send_window_bits: int = 15,
        receive_window_bits: int = 15,
        send_takeover: bool = True,
        receive_takeover: bool = True,
        level: int = 6,
        memory_level: int = 5,
        policy: Policy = always,
    ) -> None:
        self.send_window_bits = send_window_bits
        self.receive_window_bits = receive_window_bits
        self.send_takeover = send_takeover
        self.receive_takeover = receive_takeover
        self.policy = policy
        self._level = level
        self._memory_level = memory_level
        self._compressor: Compressor | None = None
        self._decompressor: Decompressor | None = None
        self._history: bytes | None = None

    def wants(self, payload: bytes) -> bool:
        """Tell whether a message that begins with this payload is to be compressed."""
        return self.policy(payload)

    def compress(self, data: bytes, fin: bool = True) -> bytes:
        """Compress the payload of a frame.

        Args:
            data: payload, or a part of one.
            fin: whether it ends the message.

        Returns:
            The payload to send; every frame can be inflated as soon as it arrives.
        """
        flushed = self._flush(data) if data else EMPTY + TAIL
        if not fin:
            return flushed if data else b""
        if not self.send_takeover:
            self._compressor = None
        return flushed[: -len(TAIL)]

    def _flush(self, data: bytes) -> bytes:
        if self._compressor is None:
            self._compressor = self._new_compressor()
        return self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def _new_compressor(self) -> Compressor:
        bits, strategy = self.send_window_bits, zlib.Z_DEFAULT_STRATEGY
        if bits < MIN_ZLIB_WINDOW_BITS:
            # zlib refuses raw streams with a window of 256 octets, since it once got them
            # wrong. Huffman codes alone never point back, so they fit in any window.
            bits, strategy = MIN_ZLIB_WINDOW_BITS, zlib.Z_HUFFMAN_ONLY
        return zlib.compressobj(
            self._level, wbits=-bits, memLevel=self._memory_level, strategy=strategy
        )

    def decompress(self, data: bytes, fin: bool = True, max_size: int | None = None) -> bytes:
        """Restore the payload of a frame.

        Args:
            data: payload as it came.
            fin: whether it ends the message.
            max_size: how many octets may come out; None for any number.

        Raises:
            TooBig: as soon as more than that came out.
            InvalidData: when the data is no DEFLATE stream, points back too far, or the
                message ends within a block.
        """
        try:
            # RFC 7692, 7.2.2, 1: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of
            # the payload of the message."
            restored = self._inflate(bytes(data) + TAIL if fin else data, max_size)
            if fin:
                self._end_message()
        except zlib.error as error:
            # RFC 7692 names no close code. The frames are all right and their content isn't
            # what it says it is, which is what 1007 is for; websockets says 1002.
            raise InvalidData(f"the compressed data is corrupt: {error}") from None
        return restored

    def _inflate(self, data: bytes, max_size: int | None) -> bytes:
        """Inflate up to the end of the data, over the ends of streams within it."""
        pieces: list[bytes] = []
        room = max_size
        for _ in range(FINAL_BLOCKS):
            decompressor = self._decompressor or self._new_decompressor()
            # One octet more than allowed proves that there is too much; zlib makes no more,
            # and it takes 0 for no limit.
            piece = decompressor.decompress(data, 0 if room is None else room + 1)
            pieces.append(piece)
            if room is not None and (room := room - len(piece)) < 0:
                raise TooBig(f"the message inflates to more than the {max_size} bytes left for it")
            self._remember(piece, ended=decompressor.eof)
            if not decompressor.eof:
                return b"".join(pieces)
            data, self._decompressor = decompressor.unused_data, None
        raise TooBig(f"more than {FINAL_BLOCKS} final blocks in one frame")

    def _new_decompressor(self) -> Decompressor:
        bits, window = -self.receive_window_bits, self._history
        # A preset dictionary is a window that is there before the first octet.
        fresh = zlib.decompressobj(bits, window) if window else zlib.decompressobj(bits)
        self._decompressor = fresh
        return fresh

    def _remember(self, piece: bytes, *, ended: bool) -> None:
        """Keep the window ourselves, from the first BFINAL on.

        RFC 7692, 7.2.3.4 lets a sender flush with BFINAL. zlib ends the stream there and
        forgets the window, into which the next block may point. Hardly anybody does that, so
        hardly anybody pays for it.
        """
        if ended or self._history is not None:
            size = 1 << self.receive_window_bits
            self._history = ((self._history or b"") + piece)[-size:]

    def _end_message(self) -> None:
        """Check that the message ends where a block does, and forget it if that was agreed."""
        decompressor = self._decompressor
        assert decompressor is not None, "the tail was inflated"
        # A message cut short leaves zlib waiting, which it doesn't tell: the next message
        # would be taken for the rest. If the stream can end here, it is between blocks.
        probe = decompressor.copy() if self.receive_takeover else decompressor
        probe.decompress(END, 1)
        if not probe.eof:
            raise InvalidData("the compressed message ends within a block")
        if not self.receive_takeover:
            self._decompressor = self._history = None
