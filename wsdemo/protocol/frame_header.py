"""The header of a frame: its first 2 to 14 octets (RFC 6455, 5.2).

      0                   1                   2                   3
      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
     +-+-+-+-+-------+-+-------------+-------------------------------+
     |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
     |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
     |N|V|V|V|       |S|             |   (if payload len==126/127)   |
     | |1|2|3|       |K|             |                               |
     +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
     |     Extended payload length continued, if payload len == 127  |
     + - - - - - - - - - - - - - - - +-------------------------------+
     |                               |Masking-key, if MASK set to 1  |
     +-------------------------------+-------------------------------+
     | Masking-key (continued)       |          Payload Data         |
     +-------------------------------- - - - - - - - - - - - - - - - +

``parse`` reads what can be read, even if no endpoint should have sent it; ``check`` says
whether this peer was allowed to send it. Only what makes the rest of the stream unreadable (an
unknown opcode, a length written wrongly) fails in ``parse`` itself.

Left out: the payload (``frames``), and what a header means after other
headers (``messages``).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from wsdemo.errors import ProtocolError
from wsdemo.protocol.masking import KEY_SIZE, Buffer

# RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST
# NOT be fragmented." 125 is also the longest length that fits the seven bits themselves.
MAX_CONTROL_PAYLOAD = 125

# In the seven bits, these two numbers say that the length stands in the next 2 or 8 octets.
LENGTH_IN_2_OCTETS = 126
LENGTH_IN_8_OCTETS = 127


class Opcode(enum.IntEnum):
    """What a frame is (RFC 6455, 5.2)."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    # 0x3 to 0x7: "reserved for further non-control frames"
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA
    # 0xB to 0xF: "reserved for further control frames"

    @classmethod
    def parse(cls, bits: int) -> Opcode:
        """Read the four bits of an opcode.

        Raises:
            ProtocolError: the opcode is a reserved one.
        """
        # RFC 6455, 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail
        # the WebSocket Connection_."
        try:
            return cls(bits)
        except ValueError:
            raise ProtocolError(f"reserved opcode 0x{bits:X}") from None

    @property
    def is_control(self) -> bool:
        """Whether this is a control frame: close, ping or pong."""
        # RFC 6455, 5.5: "Control frames are identified by opcodes where the most significant
        # bit of the opcode is 1."
        return bool(self & 0b1000)


@dataclass(frozen=True, slots=True)
class Header:
    """The first 2 to 14 octets of a frame.

    Attributes:
        fin: whether this is the last frame of its message.
        rsv1: reserved bit; permessage-deflate sets it on the first frame of a message.
        rsv2: reserved bit.
        rsv3: reserved bit.
        opcode: what the frame is.
        masked: whether a masking key stands before the payload.
        payload_length: octets of the payload.
        masking_key: four octets, or None.
    """

    fin: bool
    rsv1: bool
    rsv2: bool
    rsv3: bool
    opcode: Opcode
    masked: bool
    payload_length: int
    masking_key: bytes | None = None

    @classmethod
    def parse(cls, data: Buffer, start: int = 0) -> Header | None:
        """Read a header from the beginning of data.

        Args:
            data: bytes of a connection.
            start: where the frame begins in them.

        Returns:
            The header, or None while octets of it are still to come.

        Raises:
            ProtocolError: a reserved opcode, or a length that is not in its shortest form or
                has its top bit set.
        """
        available = len(data) - start
        if available < 2:
            return None
        first, second = data[start], data[start + 1]
        opcode = Opcode.parse(first & 0b0000_1111)
        masked = bool(second & 0b1000_0000)
        short_length = second & 0b0111_1111
        key_at = 2 + _extended_octets(short_length)
        size = key_at + KEY_SIZE * masked
        if available < size:
            return None
        return cls(
            fin=bool(first & 0b1000_0000),
            rsv1=bool(first & 0b0100_0000),
            rsv2=bool(first & 0b0010_0000),
            rsv3=bool(first & 0b0001_0000),
            opcode=opcode,
            masked=masked,
            payload_length=_parse_length(short_length, data[start + 2 : start + key_at]),
            masking_key=bytes(data[start + key_at : start + size]) if masked else None,
        )

    @property
    def size(self) -> int:
        """Octets of the header itself: 2, 4 or 10, and 4 more for a masking key."""
        return 2 + _extended_octets(self._short_length) + KEY_SIZE * self.masked

    @property
    def _short_length(self) -> int:
        if self.payload_length <= MAX_CONTROL_PAYLOAD:
            return self.payload_length
        return LENGTH_IN_2_OCTETS if self.payload_length < 2**16 else LENGTH_IN_8_OCTETS

    def serialize(self) -> bytes:
        """Write the header, with its length in the shortest form."""
        first = self.fin << 7 | self.rsv1 << 6 | self.rsv2 << 5 | self.rsv3 << 4 | self.opcode
        second = self.masked << 7 | self._short_length
        # RFC 6455, 5.2: "Multibyte length quantities are expressed in network byte order."
        octets = _extended_octets(self._short_length)
        extended = self.payload_length.to_bytes(octets, "big") if octets else b""
        return bytes((first, second)) + extended + (self.masking_key or b"")

    def check(self, *, from_client: bool, rsv1_allowed: bool = False) -> None:
        """Check that the peer may send a frame with this header.

        Args:
            from_client: whether the peer is the client.
            rsv1_allowed: whether permessage-deflate was negotiated.

        Raises:
            ProtocolError: it may not.
        """
        self._check_reserved_bits(rsv1_allowed)
        # RFC 6455, 5.1: "The server MUST close the connection upon receiving a frame that is
        # not masked. [...] A client MUST close a connection if it detects a masked frame."
        if from_client and not self.masked:
            raise ProtocolError(f"unmasked {self.opcode.name} frame from a client")
        if self.masked and not from_client:
            raise ProtocolError(f"masked {self.opcode.name} frame from a server")
        if self.opcode.is_control:
            self._check_control()

    def _check_reserved_bits(self, rsv1_allowed: bool) -> None:
        # RFC 6455, 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for
        # non-zero values." RFC 7692, 6.1, defines RSV1, but: "An endpoint MUST NOT set the
        # "Per-Message Compressed" bit of control frames and non-first fragments of a data
        # message. An endpoint receiving such a frame MUST _Fail the WebSocket Connection_."
        defined = rsv1_allowed and self.opcode in (Opcode.TEXT, Opcode.BINARY)
        bits = {"RSV1": self.rsv1 and not defined, "RSV2": self.rsv2, "RSV3": self.rsv3}
        names = [name for name, is_set in bits.items() if is_set]
        if names:
            bit = "reserved bits" if len(names) > 1 else "reserved bit"
            raise ProtocolError(f"{bit} {' and '.join(names)} set in a {self.opcode.name} frame")

    def _check_control(self) -> None:
        if not self.fin:
            raise ProtocolError(f"fragmented {self.opcode.name} frame")
        if self.payload_length > MAX_CONTROL_PAYLOAD:
            raise ProtocolError(
                f"{self.opcode.name} frame of {self.payload_length} bytes,"
                f" over {MAX_CONTROL_PAYLOAD}"
            )


def _extended_octets(short_length: int) -> int:
    return {LENGTH_IN_2_OCTETS: 2, LENGTH_IN_8_OCTETS: 8}.get(short_length, 0)


def _parse_length(short_length: int, extended: Buffer) -> int:
    if not extended:
        return short_length
    length = int.from_bytes(extended, "big")
    # RFC 6455, 5.2: "the most significant bit MUST be 0"
    if length >> 63:
        raise ProtocolError(f"payload length 0x{length:x} with its top bit set")
    # RFC 6455, 5.2: "in all cases, the minimal number of bytes MUST be used to encode the
    # length"
    if length <= MAX_CONTROL_PAYLOAD or (short_length == LENGTH_IN_8_OCTETS and length < 2**16):
        raise ProtocolError(f"payload length {length} written in {len(extended)} extra bytes")
    return length
