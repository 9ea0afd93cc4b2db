"""What a peer may send (RFC 6455, 5 to 8), each rule in a method of its own."""

from __future__ import annotations

import codecs

from tests.lab.conformance.plain_deflate import Agreement
from tests.lab.conformance.plain_frames import (
    CONTINUATION,
    INVALID_DATA,
    MOST_CONTROL,
    OPCODES,
    PROTOCOL_ERROR,
    RSV1,
    TOO_BIG,
    Header,
    Violation,
    shortest,
)

MOST = 1 << 24  # octets of a message
# Deflate wraps what it cannot compress: such a frame is longer than its message, but not much.
MOST_COMPRESSED = MOST + MOST // 16
# RFC 6455, 7.4.1, and what was registered since.
REGISTERED = frozenset((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014))

new_decoder = codecs.getincrementaldecoder("utf-8")


class Judge:
    """What has come of the peer's message so far, and what may come next.

    Every method that judges raises a Violation.

    Attributes:
        peer_masks: whether the peer has to mask its frames.
        agreement: on permessage-deflate, or None without it.
        opcode: of the message that is under way, or None between two.
        compressed: whether that message is compressed.
        message: what has come of it.
        decoder: of its text.
    """

    peer_masks: bool

    def __init__(self) -> None:
        self.agreement: Agreement | None = None
        self.opcode: int | None = None
        self.compressed = False
        self.message = bytearray()
        self.decoder = new_decoder()

    def check_header(self, header: Header) -> None:
        """Judge the two octets that every frame has."""
        self.check_reserved_bits(header)
        self.check_opcode(header)
        self.check_mask(header)
        self.check_control(header)
        self.check_fragmentation(header)

    def check_reserved_bits(self, header: Header) -> None:
        """Allow only the bit that an extension gives a meaning (RFC 6455, 5.2; RFC 7692, 6)."""
        starts = not header.is_control and header.opcode != CONTINUATION
        allowed = RSV1 if self.agreement and starts else 0
        if header.reserved & ~allowed:
            raise Violation(PROTOCOL_ERROR, "reserved bits")

    def check_opcode(self, header: Header) -> None:
        """Allow only opcodes that have a meaning (RFC 6455, 5.2)."""
        if header.opcode not in OPCODES:
            raise Violation(PROTOCOL_ERROR, "reserved opcode")

    def check_mask(self, header: Header) -> None:
        """Demand a mask of clients, and none of servers (RFC 6455, 5.1)."""
        if header.masked != self.peer_masks:
            raise Violation(PROTOCOL_ERROR, "mask")

    def check_control(self, header: Header) -> None:
        """Keep control frames short and whole (RFC 6455, 5.5)."""
        if header.is_control:
            self.check_control_length(header)
            self.check_control_whole(header)

    def check_control_length(self, header: Header) -> None:
        """Keep a control frame short."""
        if header.length > MOST_CONTROL:
            raise Violation(PROTOCOL_ERROR, "long control frame")

    def check_control_whole(self, header: Header) -> None:
        """Keep a control frame whole."""
        if not header.fin:
            raise Violation(PROTOCOL_ERROR, "fragmented control frame")

    def check_fragmentation(self, header: Header) -> None:
        """Demand that a message be over before the next begins (RFC 6455, 5.4)."""
        if header.is_control:
            return
        if header.opcode == CONTINUATION and self.opcode is None:
            self.on_stray_continuation()
        if header.opcode != CONTINUATION and self.opcode is not None:
            self.on_interruption()

    def on_stray_continuation(self) -> None:
        """Refuse to continue what has not begun."""
        raise Violation(PROTOCOL_ERROR, "nothing to continue")

    def on_interruption(self) -> None:
        """Refuse to begin before the end."""
        raise Violation(PROTOCOL_ERROR, "a message within a message")

    def check_length_form(self, field: bytes) -> int:
        """Read a length of 16 or 64 bits, in the shortest form only (RFC 6455, 5.2)."""
        length = int.from_bytes(field)
        if length >> 63:
            raise Violation(PROTOCOL_ERROR, "the top bit of the length")
        if len(shortest(length)) != 1 + len(field):
            raise Violation(PROTOCOL_ERROR, "a longer length than needed")
        return length

    def check_announced(self, header: Header) -> None:
        """Refuse a message that would get too long (RFC 6455, 7.4.1 and 10.4)."""
        if header.is_control:
            return
        compressed = self.compressed if header.opcode == CONTINUATION else header.reserved & RSV1
        before = len(self.message) if self.opcode is not None and not compressed else 0
        if before + header.length > (MOST_COMPRESSED if compressed else MOST):
            raise Violation(TOO_BIG, "it would get too long")

    def check_size(self, size: int) -> None:
        """Refuse a message that has got too long (RFC 6455, 7.4.1 and 10.4)."""
        if size > MOST:
            raise Violation(TOO_BIG, "it is too long")

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Refuse what is not UTF-8, whatever may follow (RFC 6455, 8.1)."""
        try:
            self.decoder.decode(part, final)
        except UnicodeDecodeError as error:
            raise Violation(INVALID_DATA, str(error)) from None
        # Python waits for the third octet of a surrogate, though the second is wrong already.
        if b"\xed\xa0" <= self.decoder.getstate()[0] <= b"\xed\xbf":
            raise Violation(INVALID_DATA, "a surrogate")

    def check_close_payload(self, payload: bytes) -> None:
        """Judge the payload of a close frame (RFC 6455, 5.5.1)."""
        if payload:
            self.check_close_length(payload)
            self.check_close_code(int.from_bytes(payload[:2]))
            self.check_close_reason(payload[2:])

    def check_close_length(self, payload: bytes) -> None:
        """Demand two octets for the code."""
        if len(payload) < 2:
            raise Violation(PROTOCOL_ERROR, "half a close code")

    def check_close_code(self, code: int) -> None:
        """Allow codes that are registered, and those for libraries and applications (7.4)."""
        if not (code in REGISTERED or 3000 <= code < 5000):
            raise Violation(PROTOCOL_ERROR, "close code")

    def check_close_reason(self, reason: bytes) -> None:
        """Demand UTF-8 (RFC 6455, 5.5.1 and 8.1)."""
        try:
            reason.decode()
        except UnicodeDecodeError as error:
            raise Violation(INVALID_DATA, str(error)) from None
