"""Received messages between two marks, and the valve that they shut.

This is backpressure for what comes in. When the program reads slower than the peer writes,
messages pile up here; over the high mark the valve is shut, the kernel's buffer fills, TCP's
window closes, and in the end the peer's own ``send`` waits. Nobody had to be told.

Left out: a hard bound. One read from the kernel may bring a thousand small messages, and they
are all kept; what the marks bound is how many *reads* are kept: one too many.
"""

from __future__ import annotations

import asyncio
import enum
from collections import deque
from typing import Protocol

from wsdemo.errors import StateError
from wsdemo.scratch.options import Marks


class ConcurrencyError(StateError):
    """Two coroutines did at once what only one can do."""


class InboxEnded(Exception):
    """There are no more messages, and there won't be."""


class Hold(enum.Flag):
    """A reason not to read from the transport."""

    NONE = 0
    OPENING = enum.auto()  # the request is being judged; what follows it can wait
    INBOX = enum.auto()  # the program is slow to read what has come
    OUTPUT = enum.auto()  # the peer is slow to read what we send, and so would our pongs pile up


class Pausable(Protocol):
    """The half of a transport that a valve turns."""

    def pause_reading(self) -> None:
        """Stop calling ``data_received``."""

    def resume_reading(self) -> None:
        """Start it again."""


class Valve:
    """Lets bytes in, unless somebody holds it shut; several may hold it at once."""

    __slots__ = ("_transport", "held")

    def __init__(self, transport: Pausable) -> None:
        self._transport = transport
        self.held = Hold.NONE

    def hold(self, reason: Hold) -> None:
        """Shut the valve, or give one more reason for its being shut."""
        if self.held is Hold.NONE:
            self._transport.pause_reading()
        self.held |= reason

    def release(self, reason: Hold) -> None:
        """Take a reason back, and open the valve when it was the last."""
        if self.held is Hold.NONE:
            return
        self.held &= ~reason
        if self.held is Hold.NONE:
            self._transport.resume_reading()


class Inbox:
    """Messages that have come and were not read yet, in order, for one reader.

    Args:
        marks: in messages; shut the valve above the high one, open it at the low one.
        valve: what lets more messages come.
    """

    __slots__ = ("_ended", "_marks", "_messages", "_overflowing", "_valve", "_waiter")

    def __init__(self, marks: Marks, valve: Valve) -> None:
        self._marks = marks
        self._valve = valve
        self._messages: deque[str | bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False
        self._overflowing = False

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: str | bytes) -> None:
        """Add a message that has just come; drop it after ``overflow()`` if there's no room."""
        if self._overflowing and self._full():
            return
        self._messages.append(message)
        self._wake()
        if self._full() and not self._overflowing:
            self._valve.hold(Hold.INBOX)

    async def get(self) -> str | bytes:
        """Wait for the oldest message and take it; to cancel this loses nothing.

        Raises:
            ConcurrencyError: another coroutine is already waiting.
            InboxEnded: the last message was read, and no other will come.
        """
        if self._waiter is not None:
            raise ConcurrencyError("get() is already running")
        if not self._messages:
            await self._arrival()
        message = self._messages.popleft()
        if self._marks.low is not None and len(self._messages) <= self._marks.low:
            self._valve.release(Hold.INBOX)
        return message

    def overflow(self) -> None:
        """Stop holding the valve, because something else than a message must get through.

        After our close frame we wait for the peer's. It comes behind the messages that the peer
        sent before; those for which there's no room are lost, as we said we'd go.
        """
        self._overflowing = True
        self._valve.release(Hold.INBOX)

    def end(self) -> None:
        """Announce that no more messages will come; those that are here can still be read."""
        self._ended = True
        self._wake()

    def _full(self) -> bool:
        return self._marks.high is not None and len(self._messages) > self._marks.high

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _arrival(self) -> None:
        if self._ended:
            raise InboxEnded
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
        if not self._messages:
            raise InboxEnded
