"""Mistakes with permessage-deflate, of which either end is capable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.lab.conformance.plain_deflate import TAIL, Agreement, Deflater, Inflater
from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_frames import CONTINUATION, PONG, RSV1, Header
from tests.lab.conformance.plain_http import Parameters
from tests.lab.conformance.plain_opening import FLAGS, WINDOW_BITS, WINDOWS, Opening


class BreaksWindow(Opening):
    """Points back farther than it promised."""

    def new_deflater(self, agreement: Agreement) -> Deflater:
        """Take the largest window."""
        return Deflater(15, super().new_deflater(agreement).takeover)


class BreaksNoTakeover(Opening):
    """Points back into earlier messages though it promised not to."""

    def new_deflater(self, agreement: Agreement) -> Deflater:
        """Keep what was sent."""
        return Deflater(super().new_deflater(agreement).window_bits, takeover=True)


class ForgetsContext(Opening):
    """Forgets earlier messages of the peer, into which it may point."""

    def new_inflater(self, agreement: Agreement) -> Inflater:
        """Keep nothing."""
        return Inflater(takeover=False)


class MarksEveryFragment(Endpoint):
    """Sets RSV1 on all frames of a compressed message."""

    async def send_message(self, opcode: int, data: bytes) -> None:
        """Send compressed messages in two fragments."""
        if self.agreement:
            payload = self.deflater.compress(data)
            await self.send_frame(opcode, payload[:1], fin=False, reserved=RSV1)
            await self.send_frame(CONTINUATION, payload[1:], reserved=RSV1)
        else:
            await super().send_message(opcode, data)


class MarksPongs(Endpoint):
    """Sets RSV1 on all frames of a connection with compression."""

    async def on_ping(self, payload: bytes) -> None:
        """Mark the pong."""
        reserved = RSV1 if self.agreement else 0
        await self.send_frame(PONG, payload, reserved=reserved)


class CompressesNothingToNothing(Endpoint):
    """Strips all of an empty block, and not its last octets only."""

    async def send_message(self, opcode: int, data: bytes) -> None:
        """Send an empty message without an octet."""
        if data or not self.agreement:
            await super().send_message(opcode, data)
        else:
            await self.send_frame(opcode, b"", reserved=RSV1)


class KeepsTail(Endpoint):
    """Sends the octets that are to be removed."""

    async def send_message(self, opcode: int, data: bytes) -> None:
        """Add them."""
        if self.agreement:
            await self.send_frame(opcode, self.deflater.compress(data) + TAIL, reserved=RSV1)
        else:
            await super().send_message(opcode, data)


class MarksUncompressed(Endpoint):
    """Sets RSV1 but doesn't compress what is short."""

    async def send_message(self, opcode: int, data: bytes) -> None:
        """Send up to 16 octets as they are."""
        if self.agreement and len(data) <= 16:
            await self.send_frame(opcode, data, reserved=RSV1)
        else:
            await super().send_message(opcode, data)


class InflatesEverything(Endpoint):
    """Takes all messages for compressed once compression is agreed."""

    def is_compressed(self, header: Header) -> bool:
        """Don't look."""
        return self.agreement is not None


class InflatesWithoutEnd(Endpoint):
    """Has no limit for what comes out."""

    def check_size(self, size: int) -> None:
        """Limit what wasn't compressed."""
        if not self.compressed:
            super().check_size(size)


class AllowsRsv1OnContinuations(Endpoint):
    """Takes no offence at the mark of compressed messages where it means nothing."""

    def check_reserved_bits(self, header: Header) -> None:
        """Clear it in continuations."""
        if self.agreement and header.opcode == CONTINUATION:
            header.reserved &= ~RSV1
        super().check_reserved_bits(header)


class AllowsRsv1OnControl(Endpoint):
    """Takes no offence at the mark of compressed messages where it means nothing."""

    def check_reserved_bits(self, header: Header) -> None:
        """Clear it in control frames."""
        if self.agreement and header.is_control:
            header.reserved &= ~RSV1
        super().check_reserved_bits(header)


class _StopsAtFinalBlock(Inflater):
    def inflate(self, data: bytes) -> Iterator[bytes]:
        for piece in () if self.inflater.eof else super().inflate(data):
            yield piece
            if self.inflater.eof:
                return


class StopsAtFinalBlock(Opening):
    """Takes a final block for the end of the connection's data."""

    def new_inflater(self, agreement: Agreement) -> Inflater:
        """Ignore what follows."""
        return _StopsAtFinalBlock(super().new_inflater(agreement).takeover)


class _AllowsCutBlocks(Inflater):
    def check_between_blocks(self) -> None:
        """Allow it."""


class AllowsCutBlocks(Opening):
    """Doesn't notice when compressed data are cut short."""

    def new_inflater(self, agreement: Agreement) -> Inflater:
        """Don't look."""
        return _AllowsCutBlocks(super().new_inflater(agreement).takeover)


class AllowsAnyWindow(Opening):
    """Takes any number for window bits, however it is written."""

    def are_window_bits(self, name: str, value: str | None) -> bool:
        """Allow what is no such number, too."""
        odd = value is not None and value.isdecimal() and not WINDOW_BITS.fullmatch(value)
        return odd or super().are_window_bits(name, value)

    def read_agreement(self, parameters: Parameters) -> Agreement | None:
        """Take the nearest that is possible."""
        agreement = super().read_agreement(parameters)
        return agreement and replace(
            agreement,
            server_max_window_bits=min(max(agreement.server_max_window_bits, 9), 15),
            client_max_window_bits=min(max(agreement.client_max_window_bits, 8), 15),
        )


class IgnoresUnknownParameters(Opening):
    """Passes over parameters that it doesn't know."""

    def is_valid(self, name: str, value: str | None) -> bool:
        """Judge only those that it knows."""
        return name not in {*FLAGS, *WINDOWS} or super().is_valid(name, value)


class IgnoresRepeatedParameters(Opening):
    """Takes the last of several parameters of a name."""

    def is_repeated(self, parameters: Parameters) -> bool:
        """Don't look."""
        return False


class IgnoresValuesOfFlags(Opening):
    """Takes any value for a parameter that has none."""

    def is_valid(self, name: str, value: str | None) -> bool:
        """Allow it."""
        return name in FLAGS or super().is_valid(name, value)
