"""Messages in, bytes out: the counterpart of the reader and the assembler.

Left out: whether the connection's state allows a frame; the endpoint asks the table first.
"""

from __future__ import annotations

from collections.abc import Callable

from wsdemo.errors import StateError
from wsdemo.protocol.frame_header import MAX_CONTROL_PAYLOAD
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.masking import KEY_SIZE, ApplyMask, apply_mask
from wsdemo.protocol.messages import Codec


class FrameWriter:
    """Cuts what we say into frames, and keeps the bytes until they are fetched.

    Args:
        masking: called with 4 for the masking key of each frame; None to send unmasked, as a
            server must.
        apply_mask: how to mask payloads.

    Attributes:
        output: what was written and not fetched yet.
    """

    __slots__ = (
        "_apply_mask",
        "_codec",
        "_codec_at_work",
        "_masking",
        "_message",
        "_plain",
        "output",
    )

    def __init__(
        self,
        masking: Callable[[int], bytes] | None = None,
        apply_mask: ApplyMask = apply_mask,
    ) -> None:
        self._codec: Codec | None = None  # the negotiated compression
        self._masking = masking
        self._apply_mask = apply_mask
        self._message: Opcode | None = None  # the fragmented message under way
        self._codec_at_work: Codec | None = None  # on that message, or the last one
        self.output: list[bytes] = []
        # Whether a message would travel as it is: unmasked, uncompressed, amid no other.
        self._plain = masking is None

    def _use(self, codec: Codec | None) -> None:
        """Compress messages from now on, if there is something to do it with."""
        self._codec = codec
        self._judge()

    def _raw(self, data: bytes) -> None:
        """Write bytes that are no frame: those of the opening handshake."""
        self.output.append(data)

    def _control(self, opcode: Opcode, payload: bytes) -> None:
        """Write a control frame; it may stand amid a fragmented message.

        Raises:
            ValueError: the payload is longer than 125 octets.
        """
        if len(payload) > MAX_CONTROL_PAYLOAD:
            raise ValueError(
                f"{opcode.name} payload of {len(payload)} bytes, over {MAX_CONTROL_PAYLOAD}"
            )
        self._write(Frame(opcode, payload, masking_key=self._key()))

    def _begin(self, opcode: Opcode, payload: bytes, fin: bool) -> None:
        """Write the first frame of a message.

        Raises:
            StateError: another message is under way.
        """
        if self._message is not None:
            raise StateError(
                f"cannot begin a {opcode.name} message:"
                f" a fragmented {self._message.name} message is under way"
            )
        self._message = None if fin else opcode
        self._judge()
        wanted = self._codec is not None and self._codec.wants(payload)
        self._codec_at_work = self._codec if wanted else None
        self._data(opcode, payload, fin)

    def _resume(self, data: str | bytes, fin: bool) -> None:
        """Write the next frame of the message under way.

        Raises:
            StateError: none is under way.
            TypeError: text in a binary message.
        """
        if self._message is None:
            raise StateError("cannot continue a message: none is under way")
        if isinstance(data, str):
            if self._message is not Opcode.TEXT:
                raise TypeError(f"cannot continue a {self._message.name} message with a str")
            data = data.encode()
        self._message = None if fin else self._message
        self._judge()
        self._data(Opcode.CONTINUATION, data, fin)

    def take_output(self) -> bytes:
        """Fetch the bytes to be written, each of them once."""
        output = self.output
        data = output[0] if len(output) == 1 else b"".join(output)
        output.clear()
        return data

    def _data(self, opcode: Opcode, payload: bytes, fin: bool) -> None:
        rsv1 = False
        if self._codec_at_work is not None:
            # RFC 7692, 6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of
            # control frames and non-first fragments of a data message." That bit is RSV1.
            rsv1 = opcode is not Opcode.CONTINUATION
            payload = self._codec_at_work.compress(payload, fin)
        self._write(Frame(opcode, payload, fin, rsv1, masking_key=self._key()))

    def _judge(self) -> None:
        self._plain = self._masking is None and self._codec is None and self._message is None

    def _write(self, frame: Frame) -> None:
        self.output.append(frame.serialize(self._apply_mask))

    def _key(self) -> bytes | None:
        # RFC 6455, 5.3: "When preparing a masked frame, the client MUST pick a fresh masking key
        # from the set of allowed 32-bit values. The masking key needs to be unpredictable".
        return None if self._masking is None else self._masking(KEY_SIZE)
