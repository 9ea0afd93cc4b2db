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
from typing import Protocol

from wsdemo.scratch.options import Marks
from wsdemo.scratch.waiter import Waiter, already_awaited


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


class Inbox(Waiter):
    """Messages that have come and were not read yet, in order, for one reader.

    The reader waits while there is nothing to take, and takes::

        while inbox.messages is None and not inbox.ended:
            await inbox.wait()
        message = inbox.take()

    Args:
        marks: in messages; shut the valve above the high one, open it at the low one.
        valve: what lets more messages come.
        loop: on which the reader runs.

    Attributes:
        messages: those that are here, the newest first; None when there are none.
        ended: whether no more will come.
    """

    __slots__ = ("_holding", "_marks", "_overflowing", "_valve", "ended", "messages")

    def __init__(self, marks: Marks, valve: Valve, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._marks = marks
        self._valve = valve
        # The newest first, so that the oldest is popped from the end. A reader that keeps up
        # takes the very list that was read, and an idle connection has none.
        self.messages: list[str | bytes] | None = None
        self.ended = False
        self._overflowing = False
        self._holding = False

    def __len__(self) -> int:
        return 0 if self.messages is None else len(self.messages)

    def put(self, messages: list[str | bytes]) -> None:
        """Add messages that have just come; drop them after ``overflow()`` if there's no room.

        The reader goes on first, and the valve is shut if it has left too many.

        Args:
            messages: at least one, the oldest first; the list is not the caller's any more.
        """
        if self._overflowing and self._full():
            return
        messages.reverse()
        if self.messages is None:
            self.messages = messages
        else:
            self.messages[:0] = messages
        self.wake()
        if self._full() and not self._overflowing:
            self._holding = True
            self._valve.hold(Hold.INBOX)

    def take(self) -> str | bytes:
        """Take the oldest message.

        Raises:
            ConcurrencyError: another coroutine is waiting for it.
            InboxEnded: the last message was read, and no other will come.
        """
        if self.is_awaited:
            raise already_awaited()
        messages = self.messages
        if messages is None:
            raise InboxEnded
        message = messages.pop()
        if not messages:
            self.messages = None
        if self._holding and self._marks.low is not None and len(self) <= self._marks.low:
            self._release()
        return message

    def overflow(self) -> None:
        """Stop holding the valve, because something else than a message must get through.

        After our close frame we wait for the peer's. It comes behind the messages that the peer
        sent before; those for which there's no room are lost, as we said we'd go.
        """
        self._overflowing = True
        self._release()

    def end(self) -> None:
        """Announce that no more messages will come; those that are here can still be read."""
        self.ended = True
        self.wake_soon()

    def _release(self) -> None:
        if self._holding:
            self._holding = False
            self._valve.release(Hold.INBOX)

    def _full(self) -> bool:
        high, messages = self._marks.high, self.messages
        return messages is not None and high is not None and len(messages) > high
