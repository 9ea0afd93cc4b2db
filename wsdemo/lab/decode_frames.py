"""Frames as they look on a wire: a reader of one direction of an open connection.

It judges as an endpoint would, but goes on after a fault for as long as it can tell where the
next frame begins: what comes after is worth seeing too.

Leaves out limits: how much is too much is for the endpoints to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsdemo.errors import ProtocolError, TooBig
from wsdemo.lab.decode_http import NO_LIMITS, Found
from wsdemo.lab.entries import Fault, InflatedFrame, What
from wsdemo.protocol.closing import Close
from wsdemo.protocol.frames import Frame, Header, Opcode
from wsdemo.protocol.messages import Assembler, Codec

__all__ = ["Allowance", "Frames"]


@dataclass(slots=True)
class Allowance:
    """How much may still be inflated, so that a decompression bomb does not fill the memory."""

    left: int
    """Bytes, for all connections of a recording together."""


class _Inflater:
    """A codec that keeps to an allowance, remembers what it inflated, and fails only once.

    Args:
        codec: What was negotiated.
        allowance: How much it may inflate.
    """

    def __init__(self, codec: Codec, allowance: Allowance) -> None:
        self._codec = codec
        self._allowance = allowance
        self.works = True
        self.inflated: bytes | None = None

    def wants(self, payload: bytes) -> bool:
        """Say what the codec says; a wire looks on and compresses nothing."""
        return self._codec.wants(payload)

    def compress(self, data: bytes, fin: bool = True) -> bytes:
        """Compress as the codec does."""
        return self._codec.compress(data, fin)

    def decompress(self, data: bytes, fin: bool, max_size: int | None) -> bytes:  # noqa: ARG002
        """Inflate the payload of a frame."""
        # Context takeover: what failed once has lost the context of all that follows.
        self.works = False
        self.inflated = self._codec.decompress(data, fin, self._allowance.left)
        self._allowance.left -= len(self.inflated)
        self.works = True
        return self.inflated


class Frames:
    """Reads frames and judges them.

    Args:
        from_client: Whether the client sends them, and has to mask them.
        codec: What permessage-deflate was negotiated to be; None without it.
        allowance: How much may be inflated.
    """

    def __init__(self, *, from_client: bool, codec: Codec | None, allowance: Allowance) -> None:
        self._from_client = from_client
        self._inflater = None if codec is None else _Inflater(codec, allowance)
        self._assembler = self._new_assembler()
        self._skipping = False
        self._close_sent = False

    def read(self, data: bytearray) -> Found | None:
        """Return the next frame, or what is wrong with it."""
        try:
            parsed = Frame.parse(data)
        except ProtocolError as error:
            return Fault(str(error), error.code), _first_wrong(data)
        if parsed is None:
            return None
        frame, used = parsed
        return self._judge(frame), used

    def read_end(self, data: bytearray) -> What:
        """Return what is wrong with a frame that breaks off."""
        header = Header.parse(data)
        if header is None:
            return Fault(f"frame broken off in its header, after {len(data)} bytes")
        try:
            header.check(from_client=self._from_client, rsv1_allowed=self._inflater is not None)
        except ProtocolError as error:
            return Fault(str(error), error.code)
        size = header.size + header.payload_length
        return Fault(f"{header.opcode.name} frame broken off after {len(data)} of {size} bytes")

    def _judge(self, frame: Frame) -> Frame | Fault:
        try:
            frame.check(from_client=self._from_client, rsv1_allowed=self._inflater is not None)
            if frame.opcode is Opcode.CLOSE:
                Close.parse(frame.payload)
                self._close_sent = True
            elif not frame.opcode.is_control:
                self._add(frame)
        except TooBig:
            return frame  # the allowance is spent: shown as it came
        except ProtocolError as error:
            return Fault(str(error), error.code, self._shown(frame))
        return self._shown(frame)

    def _add(self, frame: Frame) -> None:
        """Judge a data frame as part of its message."""
        # RFC 6455, 5.5.1: "The application MUST NOT send any more data frames after sending a
        # Close frame."
        if self._close_sent:
            raise ProtocolError(f"{frame.opcode.name} frame after the close frame")
        if self._skips(frame):
            return
        self._assembler.check(frame.header)
        assembler, self._assembler = self._assembler, self._new_assembler()
        # Of a message that fails here, the rest can't be judged.
        self._skipping = not frame.fin
        assembler.add(frame)
        self._assembler, self._skipping = assembler, False

    def _skips(self, frame: Frame) -> bool:
        """Tell whether a frame belongs to a message that can't be judged."""
        if frame.opcode is not Opcode.CONTINUATION:
            self._skipping = frame.rsv1 and self._inflater is not None and not self._inflater.works
        skips = self._skipping
        if frame.fin:
            self._skipping = False
        return skips

    def _shown(self, frame: Frame) -> Frame:
        """Return a frame with the payload that an application sees."""
        if self._inflater is None or self._inflater.inflated is None:
            return frame
        payload, self._inflater.inflated = self._inflater.inflated, None
        return InflatedFrame(
            opcode=frame.opcode,
            payload=payload,
            fin=frame.fin,
            rsv1=frame.rsv1,
            masking_key=frame.masking_key,
            compressed=len(frame.payload),
        )

    def _new_assembler(self) -> Assembler:
        return Assembler(NO_LIMITS, self._inflater)


def _first_wrong(data: bytearray) -> int:
    """Return how many bytes it takes to see that a header is wrong."""
    for used in range(1, len(data)):
        try:
            Header.parse(data[:used])
        except ProtocolError:
            return used
    return len(data)
