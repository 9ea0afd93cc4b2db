"""Mistakes with control frames and the end of a connection, of which either end is capable."""

from __future__ import annotations

import asyncio
import contextlib

from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_frames import (
    CLOSE,
    INVALID_DATA,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    Violation,
)
from tests.lab.conformance.plain_judge import REGISTERED

AFTER = 0.3  # seconds for which an endpoint goes on after the closing handshake


class SendsEmptyPongs(Endpoint):
    """Takes a pong for a sign of life and nothing more."""

    async def on_ping(self, payload: bytes) -> None:
        """Send nothing back in it."""
        await super().on_ping(b"")


class IgnoresPings(Endpoint):
    """Has nothing to say to a ping."""

    async def on_ping(self, payload: bytes) -> None:
        """Say nothing."""


class AnswersPingsBetweenMessages(Endpoint):
    """Is busy while a message is under way.

    Attributes:
        pings: that came meanwhile.
    """

    pings: tuple[bytes, ...] = ()

    async def on_ping(self, payload: bytes) -> None:
        """Keep it for later."""
        if self.opcode is None:
            await super().on_ping(payload)
        else:
            self.pings += (payload,)

    async def end_message(self) -> None:
        """Answer what came meanwhile."""
        await super().end_message()
        pings, self.pings = self.pings, ()
        for payload in pings:
            await self.on_ping(payload)


class AnswersPongs(Endpoint):
    """Takes a pong for a ping."""

    async def on_pong(self, payload: bytes) -> None:
        """Send it back."""
        await self.send_frame(PONG, payload)


class FailsOnPongs(Endpoint):
    """Expects no pong, since it sent no ping."""

    async def on_pong(self, payload: bytes) -> None:
        """Refuse it."""
        raise Violation(PROTOCOL_ERROR, "no ping was sent")


class TakesPingsForText(Endpoint):
    """Decodes what a ping says."""

    async def on_ping(self, payload: bytes) -> None:
        """Send back what could be decoded."""
        await super().on_ping(payload.decode(errors="replace").encode()[:125])


class AllowsHalfACode(Endpoint):
    """Takes a close frame with one octet for one without any."""

    async def on_close(self, payload: bytes) -> None:
        """Forget the octet."""
        await super().on_close(payload if len(payload) > 1 else b"")


class AllowsInnerCodes(Endpoint):
    """Believes a peer that says what only an endpoint says to its application."""

    def check_close_code(self, code: int) -> None:
        """Allow 1005, 1006 and 1015."""
        if code not in {1005, 1006, 1015}:
            super().check_close_code(code)


class AllowsUnregisteredCodes(Endpoint):
    """Knows no list of codes, only where they begin."""

    def check_close_code(self, code: int) -> None:
        """Allow 1016 to 2999."""
        if not 1016 <= code <= 2999:
            super().check_close_code(code)


class AllowsAnyCode(Endpoint):
    """Knows no code."""

    def check_close_code(self, code: int) -> None:
        """Allow all."""


class RefusesPrivateCodes(Endpoint):
    """Knows registered codes only."""

    def check_close_code(self, code: int) -> None:
        """Refuse 3000 to 4999."""
        if code not in REGISTERED:
            raise Violation(PROTOCOL_ERROR, "close code")


class RefusesNewCodes(Endpoint):
    """Knows the codes of 2011 only."""

    def check_close_code(self, code: int) -> None:
        """Refuse 1012 to 1014."""
        super().check_close_code(1015 if 1012 <= code <= 1014 else code)


class IgnoresReason(Endpoint):
    """Doesn't read why the connection is closed."""

    def check_close_reason(self, reason: bytes) -> None:
        """Allow anything."""


class LeavesCloseUnanswered(Endpoint):
    """Ends TCP when the peer closes."""

    async def answer_close(self, payload: bytes) -> None:
        """Say nothing."""


class AnswersCloseWith1000(Endpoint):
    """Closes normally, whatever the peer says."""

    async def answer_close(self, payload: bytes) -> None:
        """Say 1000."""
        await self.send_frame(CLOSE, (1000).to_bytes(2))


class AnswersEmptyCloseWith1005(Endpoint):
    """Sends the code that means that there was none."""

    async def answer_close(self, payload: bytes) -> None:
        """Say 1005."""
        await super().answer_close(payload or (1005).to_bytes(2))


class KeepsTcpOpen(Endpoint):
    """Leaves it to the peer to end TCP after the closing handshake."""

    async def end_tcp(self) -> None:
        """Wait for as long as it takes."""
        if self.finished:
            await self.stream.discard()
        await super().end_tcp()


class KeepsTcpOpenAfterFailing(Endpoint):
    """Leaves it to the peer to end TCP after an error."""

    async def fail(self, code: int) -> None:
        """Wait for as long as it takes."""
        await super().fail(code)
        await self.stream.discard()


class GoesOnAfterClose(Endpoint):
    """Answers frames that come after a close frame."""

    async def answer_close(self, payload: bytes) -> None:
        """Look for more, for a moment, before the connection is over."""
        await super().answer_close(payload)
        with contextlib.suppress(TimeoutError, EOFError):
            async with asyncio.timeout(AFTER):
                while True:
                    await self.on_frame(await self.read_header())


class HasTheLastWord(Endpoint):
    """Says something after its close frame."""

    async def answer_close(self, payload: bytes) -> None:
        """Say goodbye."""
        await super().answer_close(payload)
        await self.send_frame(TEXT, b"bye")


class FailsSilently(Endpoint):
    """Ends TCP on errors."""

    async def fail(self, code: int) -> None:
        """Say nothing."""


class FailsWith1000(Endpoint):
    """Takes an error of the protocol for a reason to close normally."""

    async def fail(self, code: int) -> None:
        """Say 1000 instead of 1002."""
        await super().fail(1000 if code == PROTOCOL_ERROR else code)


class FailsWith1002(Endpoint):
    """Takes every error for one of the protocol."""

    async def fail(self, code: int) -> None:
        """Say 1002 instead of 1007."""
        await super().fail(PROTOCOL_ERROR if code == INVALID_DATA else code)


class FailsWith1002WhenTooBig(Endpoint):
    """Has no word for what is too much."""

    async def fail(self, code: int) -> None:
        """Say 1002 instead of 1009."""
        await super().fail(PROTOCOL_ERROR if code == 1009 else code)
