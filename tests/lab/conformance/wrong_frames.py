"""Mistakes with frames, of which either end is capable."""

from __future__ import annotations

from collections.abc import Callable

from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_frames import (
    CLOSE,
    CONTINUATION,
    RSV1,
    TEXT,
    Header,
    Violation,
    shortest,
)


class IgnoresRsv1(Endpoint):
    """Takes no offence at a bit that only an extension would give a meaning."""

    def check_reserved_bits(self, header: Header) -> None:
        """Clear the bit."""
        if not self.agreement:
            header.reserved &= ~RSV1
        super().check_reserved_bits(header)


class IgnoresRsv2AndRsv3(Endpoint):
    """Takes no offence at bits that no extension gives a meaning."""

    def check_reserved_bits(self, header: Header) -> None:
        """Clear the bits."""
        header.reserved &= RSV1
        super().check_reserved_bits(header)


class IgnoresReservedBitsOfClose(Endpoint):
    """Takes no offence at reserved bits in the last frame."""

    def check_reserved_bits(self, header: Header) -> None:
        """Look at other frames only."""
        if header.opcode != CLOSE:
            super().check_reserved_bits(header)


class SkipsReservedOpcodes(Endpoint):
    """Skips frames that have no meaning."""

    def check_opcode(self, header: Header) -> None:
        """Allow all."""


class SkipsReservedControlOpcodes(Endpoint):
    """Skips control frames that have no meaning."""

    def check_opcode(self, header: Header) -> None:
        """Allow those of control frames."""
        if not header.is_control:
            super().check_opcode(header)


class TakesOpcode3ForText(Endpoint):
    """Knows a third kind of message."""

    def check_opcode(self, header: Header) -> None:
        """Take it for text."""
        header.opcode = TEXT if header.opcode == 3 else header.opcode
        super().check_opcode(header)


class IgnoresMask(Endpoint):
    """Understands frames whether they are masked or not."""

    def check_mask(self, header: Header) -> None:
        """Allow both."""


class RestartsMask(Endpoint):
    """Begins with the first octet of the key whenever octets come."""

    def unmask(self, piece: bytes, header: Header, offset: int) -> bytes:
        """Forget the offset."""
        return super().unmask(piece, header, 0)


class AllowsLongControl(Endpoint):
    """Reads control frames of any length."""

    def check_control_length(self, header: Header) -> None:
        """Allow it."""


class AllowsFragmentedControl(Endpoint):
    """Reads control frames without FIN."""

    def check_control_whole(self, header: Header) -> None:
        """Allow it."""


class AllowsLongLengths(Endpoint):
    """Reads lengths in a longer form than needed."""

    def check_length_form(self, field: bytes) -> int:
        """Refuse only what the shortest form of the same length is refused for."""
        length = int.from_bytes(field)
        return super().check_length_form(field) if length >> 63 else length


class DropsTopBitOfLength(Endpoint):
    """Reads 63 of the 64 bits."""

    def check_length_form(self, field: bytes) -> int:
        """Clear the bit."""
        wide = len(field) == 8
        return super().check_length_form(bytes((field[0] & 0x7F,)) + field[1:] if wide else field)


class WritesLongLengths(Endpoint):
    """Knows two forms of the length only."""

    def length_form(self, length: int) -> bytes:
        """Use 64 bits where 16 do."""
        return shortest(length) if length < 126 else b"\x7f" + length.to_bytes(8)


class JudgesLate(Endpoint):
    """Waits for a frame's payload before it judges the header.

    Attributes:
        verdict: on the header.
    """

    verdict: Violation | None = None

    def check_header(self, header: Header) -> None:
        """Keep the verdict."""
        try:
            super().check_header(header)
        except Violation as verdict:
            self.verdict = verdict

    async def read_payload(self, header: Header, receive: Callable[[bytes], None]) -> None:
        """Pronounce it."""
        if not self.verdict:
            return await super().read_payload(header, receive)
        await super().read_payload(header, bytearray().extend)
        raise self.verdict


class SkipsStrayContinuations(Endpoint):
    """Skips continuations of nothing."""

    def on_stray_continuation(self) -> None:
        """Allow it."""

    async def on_data(self, header: Header) -> None:
        """Skip it."""
        if header.opcode == CONTINUATION and self.opcode is None:
            await self.on_unknown(header)
        else:
            await super().on_data(header)


class ForgetsInterruptedMessages(Endpoint):
    """Forgets the message that is under way when another begins."""

    def on_interruption(self) -> None:
        """Allow it."""


class TakesFragmentsForMessages(Endpoint):
    """Sends every frame of a message back as a message."""

    async def on_frame_end(self, header: Header) -> None:
        """Send what has come, and go on with nothing."""
        if not header.fin and self.opcode is not None:
            await self.on_message(self.opcode, bytes(self.message))
            self.message.clear()
        await super().on_frame_end(header)


class LosesMaskOfEmptyFrames(Endpoint):
    """Expects no masking key where there is nothing to mask."""

    async def read_header(self) -> Header:
        """Take the key for the next header."""
        header = await super().read_header()
        if header.masked and not header.length:
            self.stream.buffer[:0] = header.key
        return header


class MasksItsFrames(Endpoint):
    """Masks what it sends, whichever end it is."""

    def new_masking_key(self) -> bytes | None:
        """Return that of RFC 6455, 5.7."""
        return b"\x37\xfa\x21\x3d"
