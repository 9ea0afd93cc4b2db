"""Frames in, messages out: fragments, UTF-8, compression and their limits (RFC 6455, 5.4).

Text is decoded fragment by fragment, so a message fails with the frame that holds its first
offending byte, and not only when its last fragment has come. Inside one frame we wait for the
whole payload. Its first bytes could be looked at while the rest is on its way, but nothing
would be gained by it that matters: the verdict is the same, the memory is bounded by the
limit on a message, and every frame would have to be unmasked and inflated in pieces.

Left out: control frames, which are no part of a message even when they stand between its
fragments.
"""

from __future__ import annotations

from typing import Protocol

from wsdemo.errors import ProtocolError, TooBig
from wsdemo.protocol.events import Binary, Text
from wsdemo.protocol.frames import Frame, Header, Opcode
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.utf8 import Utf8Decoder


def payload_size(message: str | bytes | bytearray | memoryview) -> int:
    """Return the octets that a message, or a piece of one, takes as a payload."""
    if isinstance(message, str):
        # Most text is ASCII, which Python knows of every string without looking.
        return len(message) if message.isascii() else len(message.encode())
    return message.nbytes if isinstance(message, memoryview) else len(message)


class Codec(Protocol):
    """What an extension must do to compress the messages of a connection."""

    def wants(self, payload: bytes) -> bool:
        """Tell whether a message that begins with this payload is to be compressed."""

    def compress(self, data: bytes, fin: bool = True) -> bytes:
        """Compress the payload of one frame; ``fin`` says that it ends its message."""

    def decompress(self, data: bytes, fin: bool, max_size: int | None) -> bytes:
        """Restore the payload of one frame, to at most that many octets or TooBig."""


class Assembler:
    """Puts the messages of one direction of a connection together.

    Args:
        limits: on the size of a message and on the number of its frames.
        codec: the negotiated compression, if any.
    """

    __slots__ = ("_message", "codec", "limits")

    def __init__(self, limits: Limits | None = None, codec: Codec | None = None) -> None:
        self.limits = limits or Limits()
        self.codec = codec
        # Made for a message and dropped with it: most connections are idle most of the time.
        self._message: _Pieces | None = None

    @property
    def under_way(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._message is not None

    def check(self, header: Header) -> None:
        """Check that the frame may come next, before its payload has come.

        Args:
            header: of any frame; those of control frames always pass.

        Raises:
            ProtocolError: it begins a message amid another, or continues none.
            TooBig: with it, the message would have too many octets or frames.
        """
        if header.opcode.is_control:
            return
        message = self._continued(header.opcode)
        fragments = 1 if message is None else message.fragments + 1
        if self.limits.fragments is not None and fragments > self.limits.fragments:
            raise TooBig(f"message of {fragments} frames, over {self.limits.fragments}")
        # How much a compressed payload holds is known only when it is inflated.
        if not (header.rsv1 if message is None else message.compressed):
            self._check_size(header.payload_length + (0 if message is None else message.size))

    def add(self, frame: Frame) -> Text | Binary | None:
        """Take in the next data frame.

        Args:
            frame: text, binary or continuation.

        Returns:
            The message that it completes, or None.

        Raises:
            ProtocolError: as ``check``.
            TooBig: as ``check``, or the payload inflates to too much.
            InvalidData: the text is not UTF-8, or the compressed data is corrupt.
        """
        self.check(frame.header)
        if self._message is None:
            self._message = _Pieces(frame.opcode, frame.rsv1)
        message = self._message
        message.append(self._inflated(frame, message), frame.fin)
        if not frame.fin:
            return None
        self._message = None
        return message.whole()

    def _continued(self, opcode: Opcode) -> _Pieces | None:
        """Return the message that a data frame continues, or None if it begins one."""
        message, continues = self._message, opcode is Opcode.CONTINUATION
        # RFC 6455, 5.4: "A fragmented message consists of a single frame with the FIN bit clear
        # and an opcode other than 0, followed by zero or more frames with the FIN bit clear and
        # the opcode set to 0, and terminated by a single frame with the FIN bit set and an
        # opcode of 0."
        if continues and message is None:
            raise ProtocolError("CONTINUATION frame without a message to continue")
        # RFC 6455, 5.4: "The fragments of one message MUST NOT be interleaved between the
        # fragments of another message"
        if message is not None and not continues:
            raise ProtocolError(
                f"{opcode.name} frame amid a fragmented {message.opcode.name} message"
            )
        return message

    def _check_size(self, size: int) -> None:
        if self.limits.message_size is not None and size > self.limits.message_size:
            raise TooBig(f"message of {size} bytes, over {self.limits.message_size}")

    def _inflated(self, frame: Frame, message: _Pieces) -> bytes:
        if not message.compressed or self.codec is None:
            return frame.payload
        most = self.limits.message_size
        left = None if most is None else most - message.size
        return self.codec.decompress(frame.payload, frame.fin, left)


class _Pieces:
    """What has come of a message.

    Attributes:
        opcode: of its first frame.
        compressed: whether that had RSV1 set.
        fragments: frames so far.
        size: octets so far, after decompression.
    """

    __slots__ = ("_binary", "_decoder", "_text", "compressed", "fragments", "opcode", "size")

    def __init__(self, opcode: Opcode, compressed: bool) -> None:
        self.opcode = opcode
        self.compressed = compressed
        self.fragments = self.size = 0
        self._binary: list[bytes] = []
        self._text: list[str] = []
        self._decoder = Utf8Decoder()

    def append(self, payload: bytes, fin: bool) -> None:
        """Add the payload of one more frame.

        Raises:
            InvalidData: with it, the text is not UTF-8.
        """
        if self.opcode is Opcode.TEXT:
            # RFC 6455, 5.6: "Note that a particular text frame might include a partial UTF-8
            # sequence; however, the whole message MUST contain valid UTF-8."
            self._text.append(self._decoder.decode(payload, fin))
        else:
            self._binary.append(payload)
        self.fragments += 1
        self.size += len(payload)

    def whole(self) -> Text | Binary:
        """Return the message."""
        if self.opcode is Opcode.TEXT:
            return Text("".join(self._text))
        return Binary(b"".join(self._binary))
