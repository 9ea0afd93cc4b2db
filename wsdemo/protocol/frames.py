"""Frames: the unit in which WebSocket bytes travel (RFC 6455, 5).

A frame is a header and a payload; a ``FrameReader`` cuts a stream of bytes into frames,
however the network has cut it. TCP keeps the order of bytes and nothing else: a frame may come
in many pieces, many frames may come in one.

Left out: the bits of the header (``frame_header``), and how frames become
messages (``messages``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wsdemo.errors import ProtocolError, TooBig
from wsdemo.protocol.closing import Close
from wsdemo.protocol.frame_header import Header, Opcode
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import ApplyMask, Buffer, apply_mask

__all__ = ["Frame", "FrameReader", "Header", "Opcode"]

# What a line of print holds of a payload before it is cut.
SHOWN_CHARACTERS = 48
SHOWN_OCTETS = 16


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, its payload in clear.

    Attributes:
        opcode: what the frame is.
        payload: octets, unmasked.
        fin: whether this is the last frame of its message.
        rsv1: reserved bit; set on the first frame of a compressed message.
        rsv2: reserved bit.
        rsv3: reserved bit.
        masking_key: four octets if the frame travels masked, else None.
    """

    opcode: Opcode
    payload: bytes = b""
    fin: bool = True
    rsv1: bool = False
    rsv2: bool = False
    rsv3: bool = False
    masking_key: bytes | None = None

    @property
    def header(self) -> Header:
        """The header with which this frame travels."""
        return Header(
            fin=self.fin,
            rsv1=self.rsv1,
            rsv2=self.rsv2,
            rsv3=self.rsv3,
            opcode=self.opcode,
            masked=self.masking_key is not None,
            payload_length=len(self.payload),
            masking_key=self.masking_key,
        )

    @classmethod
    def assemble(cls, header: Header, payload: bytes, apply_mask: ApplyMask = apply_mask) -> Frame:
        """Put a header and the payload that followed it together.

        Args:
            header: as parsed.
            payload: as it came, masked if the header says so.
            apply_mask: how to unmask it.
        """
        key = header.masking_key
        clear = payload if key is None else apply_mask(payload, key)
        return cls(header.opcode, clear, header.fin, header.rsv1, header.rsv2, header.rsv3, key)

    @classmethod
    def parse(
        cls, data: Buffer, start: int = 0, *, max_payload: int | None = None
    ) -> tuple[Frame, int] | None:
        """Read one frame from the beginning of data.

        Args:
            data: bytes of a connection.
            start: where the frame begins in them.
            max_payload: octets that the payload may have; None for any number.

        Returns:
            The frame and the octets it took, or None while some of them are still to come.

        Raises:
            ProtocolError: as ``parse``.
            TooBig: the payload is longer than that, whether it is here or not.
        """
        header = Header.parse(data, start)
        if header is None:
            return None
        if max_payload is not None and header.payload_length > max_payload:
            raise TooBig(f"frame of {header.payload_length} bytes, over {max_payload}")
        used = header.size + header.payload_length
        if len(data) - start < used:
            return None
        payload = bytes(data[start + header.size : start + used])
        return cls.assemble(header, payload), used

    def serialize(self, apply_mask: ApplyMask = apply_mask) -> bytes:
        """Write the frame as it travels, legal or not: call ``check`` to know.

        Args:
            apply_mask: how to mask the payload.
        """
        payload = self.payload
        if self.masking_key is not None:
            payload = apply_mask(payload, self.masking_key)
        return self.header.serialize() + payload

    def check(self, *, from_client: bool, rsv1_allowed: bool = False) -> None:
        """Check that the peer may send this frame, as far as one frame alone can tell.

        Args:
            from_client: whether the peer is the client.
            rsv1_allowed: whether permessage-deflate was negotiated.

        Raises:
            ProtocolError: it may not.
        """
        self.header.check(from_client=from_client, rsv1_allowed=rsv1_allowed)

    def __str__(self) -> str:
        size = len(self.payload)
        notes = [f"{size} byte{'' if size == 1 else 's'}"]
        notes += [name for name in ("rsv1", "rsv2", "rsv3") if getattr(self, name)]
        notes += ["masked"] if self.masking_key is not None else []
        notes += [] if self.fin else ["more to come"]
        return " ".join(filter(None, (self.opcode.name, self._shown(), f"[{', '.join(notes)}]")))

    def _shown(self) -> str:
        """Return the payload as a person would like to see it, on one line."""
        if self.opcode is Opcode.CLOSE:
            return _shown_close(self.payload)
        if self.rsv1 or self.opcode is Opcode.BINARY:
            return _shown_octets(self.payload)
        try:
            text = self.payload.decode()
        except UnicodeDecodeError:
            return _shown_octets(self.payload)
        if self.opcode is Opcode.TEXT:
            return _shown_text(text)
        # Pings, pongs and continuations do not say whether they hold text: look.
        return _shown_text(text) if text.isprintable() and text else _shown_octets(self.payload)


def _shown_text(text: str) -> str:
    if len(text) <= SHOWN_CHARACTERS:
        return repr(text)
    return repr(text[:SHOWN_CHARACTERS]) + "…"


def _shown_octets(payload: bytes) -> str:
    shown = payload[:SHOWN_OCTETS].hex(" ").upper()
    return shown + " …" if len(payload) > SHOWN_OCTETS else shown


def _shown_close(payload: bytes) -> str:
    try:
        close = Close.parse(payload)
    except ProtocolError:
        return _shown_octets(payload)
    if not payload:
        return ""
    return f"{close.code} {close.reason!r}" if close.reason else str(close.code)


def _no_objection(header: Header) -> None:
    """Accept any header."""


class FrameReader:
    """Cuts the bytes of one direction of a connection into frames.

    The cost is linear in the bytes, however they are cut: new ones are appended to a bytearray,
    whose front CPython gives away without moving the rest, and a header is parsed once.

    A reader that has raised is of no more use: nobody knows where the next frame begins.

    Args:
        from_client: whether the bytes come from the client, and have to be masked.
        limits: of which the size of a message bounds that of a frame.
        rsv1_allowed: whether permessage-deflate was negotiated.
        on_header: called with each header before its payload is awaited; may raise.
        apply_mask: how to unmask payloads.
    """

    __slots__ = (
        "_apply_mask",
        "_buffer",
        "_header",
        "_on_header",
        "from_client",
        "limits",
        "rsv1_allowed",
    )

    def __init__(
        self,
        *,
        from_client: bool,
        limits: Limits | None = None,
        rsv1_allowed: bool = False,
        on_header: Callable[[Header], None] = _no_objection,
        apply_mask: ApplyMask = apply_mask,
    ) -> None:
        self.from_client = from_client
        self.limits = limits or Limits()
        self.rsv1_allowed = rsv1_allowed
        self._on_header = on_header
        self._apply_mask = apply_mask
        self._buffer = bytearray()
        self._header: Header | None = None  # of the frame whose payload is awaited

    @property
    def buffered(self) -> int:
        """Octets fed and not yet read as frames; 0 exactly between two frames."""
        return len(self._buffer) + (self._header.size if self._header else 0)

    def feed(self, data: Buffer) -> None:
        """Take in bytes from the network.

        Args:
            data: any number of them.
        """
        self._buffer += data

    def read(self) -> Frame | None:
        """Take out the next frame.

        Returns:
            The frame, or None while octets of it are still to come.

        Raises:
            ProtocolError: the peer may not send such a frame.
            TooBig: its payload is, or would be, too long.
        """
        if self._header is None:
            self._header = self._read_header()
        header = self._header
        if header is None or len(self._buffer) < header.payload_length:
            return None
        self._header = None
        return Frame.assemble(header, self._take(header.payload_length), self._apply_mask)

    def __iter__(self) -> Iterator[Frame]:
        """Take out all frames that have come whole."""
        while (frame := self.read()) is not None:
            yield frame

    def _read_header(self) -> Header | None:
        header = Header.parse(self._buffer)
        if header is None:
            return None
        header.check(from_client=self.from_client, rsv1_allowed=self.rsv1_allowed)
        self._check_size(header)
        self._on_header(header)
        del self._buffer[: header.size]
        return header

    def _check_size(self, header: Header) -> None:
        # A limit on messages is none on control frames, which have one of their own.
        most = self.limits.frame_size(self.rsv1_allowed)
        if most is not None and header.payload_length > most and not header.opcode.is_control:
            raise TooBig(f"frame of {header.payload_length} bytes, over {most}")

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken
