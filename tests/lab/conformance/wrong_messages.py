"""Mistakes with messages and their text, of which either end is capable."""

from __future__ import annotations

import re

from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_frames import (
    BINARY,
    CONTINUATION,
    INVALID_DATA,
    TEXT,
    Header,
    Violation,
)
from tests.lab.conformance.plain_judge import new_decoder

# Octets that are UTF-8 in form only, and what may become such when more comes.
OVERLONG = re.compile(
    rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}"
)
OVERLONG_BEGUN = re.compile(rb"(?:[\xc0\xc1]|\xe0[\x80-\x9f]?|\xf0(?:[\x80-\x8f][\x80-\xbf]?)?)\Z")
TOO_HIGH = re.compile(rb"\xf4[\x90-\xbf][\x80-\xbf]{2}|[\xf5-\xf7][\x80-\xbf]{3}")
TOO_HIGH_BEGUN = re.compile(
    rb"(?:\xf4(?:[\x90-\xbf][\x80-\xbf]?)?|[\xf5-\xf7](?:[\x80-\xbf]{1,2})?)\Z"
)


class Truncates(Endpoint):
    """Has a buffer of 64 KiB for a message."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send back what fits."""
        await super().on_message(opcode, data[:65_536])


class FlipsABit(Endpoint):
    """Has a bad octet in its memory."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send back octet 40,000 with a bit flipped."""
        if len(data) > 40_000:
            data = data[:40_000] + bytes((data[40_000] ^ 1,)) + data[40_001:]
        await super().on_message(opcode, data)


class LosesAnOctet(Endpoint):
    """Is off by one where its buffer ends."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send back all but octet 65,536."""
        await super().on_message(opcode, data[:65_536] + data[65_537:])


class SendsBinaryOnly(Endpoint):
    """Has lost what kind of message it was."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send octets back."""
        await super().on_message(BINARY, data)


class DropsEmptyMessages(Endpoint):
    """Takes an empty message for none."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send back what is something."""
        if data:
            await super().on_message(opcode, data)


class StripsByteOrderMark(Endpoint):
    """Decodes text as files are decoded."""

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send the rest back."""
        await super().on_message(
            opcode, data.removeprefix(b"\xef\xbb\xbf") if opcode == TEXT else data
        )


class Splits(Endpoint):
    """Sends messages in two fragments, which alone is no mistake."""

    async def send_message(self, opcode: int, data: bytes) -> None:
        """Split a message of 1,000 to 65,535 octets that isn't compressed."""
        if 1000 <= len(data) < 65_536 and not self.agreement:
            await self.send_frame(opcode, data[:500], fin=False)
            await self.send_last(opcode, data[500:])
        else:
            await super().send_message(opcode, data)

    async def send_last(self, opcode: int, data: bytes) -> None:
        """Send the last fragment."""
        raise NotImplementedError


class RepeatsOpcode(Splits):
    """Says in every fragment what kind of message it is."""

    async def send_last(self, opcode: int, data: bytes) -> None:
        """Repeat the opcode."""
        await self.send_frame(opcode, data)


class ForgetsFin(Splits):
    """Doesn't say which fragment is the last."""

    async def send_last(self, opcode: int, data: bytes) -> None:
        """Forget the bit."""
        await self.send_frame(CONTINUATION, data, fin=False)


class IgnoresUtf8(Endpoint):
    """Sends text back unread."""

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Allow anything."""


class DecodesFrames(Endpoint):
    """Takes every frame of a text for a text."""

    async def on_frame_end(self, header: Header) -> None:
        """Demand that the frame end with a character."""
        if self.opcode == TEXT:
            self.check_text(b"", final=True)
            self.decoder = new_decoder()
        await super().on_frame_end(header)


class AllowsSurrogates(Endpoint):
    """Decodes what encodings of 16 bits have instead of characters."""

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Let Python pass them."""
        try:
            self.decoder.errors = "surrogatepass"
            self.decoder.decode(part, final)
        except UnicodeDecodeError as error:
            raise Violation(INVALID_DATA, str(error)) from None


class Lenient(Endpoint):
    """Decodes what is UTF-8 in form only.

    Attributes:
        allowed: such octets.
        begun: such octets that are not complete.
        held_back: what the last piece began.
    """

    allowed: re.Pattern[bytes]
    begun: re.Pattern[bytes]
    held_back = b""

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Take what is allowed for question marks."""
        part = self.allowed.sub(b"?", self.held_back + part)
        begun = None if final else self.begun.search(part)
        self.held_back = begun[0] if begun else b""
        super().check_text(part[: len(part) - len(self.held_back)], final=final)


class AllowsOverlong(Lenient):
    """Decodes characters in more octets than needed."""

    allowed, begun = OVERLONG, OVERLONG_BEGUN


class AllowsBeyondUnicode(Lenient):
    """Decodes numbers of 21 bits, whether they are characters or not."""

    allowed, begun = TOO_HIGH, TOO_HIGH_BEGUN


class DecodesAtTheEnd(Endpoint):
    """Decodes text when it is complete."""

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Wait for the end."""
        if final:
            super().check_text(bytes(self.message), final=True)


class DecodesAtTheEndOfFrames(Endpoint):
    """Decodes the text of a frame when the frame is complete.

    Attributes:
        waiting: text of this frame.
    """

    waiting = b""

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Wait for the end of the frame."""
        self.waiting += part

    async def on_frame_end(self, header: Header) -> None:
        """Decode what has come."""
        waiting, self.waiting = self.waiting, b""
        if self.opcode == TEXT:
            super().check_text(waiting, final=header.fin)
        await super().on_frame_end(header)
        self.waiting = b""


class AllowsHalfCharacters(Endpoint):
    """Doesn't mind if a text ends within a character."""

    def check_text(self, part: bytes, *, final: bool = False) -> None:
        """Never see the end."""
        super().check_text(part)


class DecodesBinary(Endpoint):
    """Takes all messages for text."""

    def append(self, part: bytes) -> None:
        """Demand UTF-8 of octets, too."""
        super().append(part)
        if self.opcode == BINARY:
            self.check_text(part)
