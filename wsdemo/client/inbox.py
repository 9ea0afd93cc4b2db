"""The inbox: messages that came and were not read yet, across reconnects.

It is bounded. When it is full the reader waits, then the engine stops reading, then TCP makes the
server wait: what a slow program can't take is held back where it comes from. Nothing is dropped,
but replies and pongs are held back, too: a program that only makes requests has to read as well.

Leaves out replies to requests: they go to whoever asked.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque

from wsdemo.client.outbox import Message

__all__ = ["Inbox"]


class Inbox:
    """Messages that wait to be read.

    Args:
        size: how many there may be.

    Raises:
        ValueError: not even one.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"an inbox holds at least 1 message, not {size!r}")
        self._size = size
        self._messages: deque[Message] = deque()
        self._error: BaseException | None = None
        self._room = asyncio.Event()
        self._some = asyncio.Event()
        self._room.set()

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def full(self) -> bool:
        """Whether the reader has to wait, because the program doesn't read."""
        return not self._room.is_set()

    async def put(self, message: Message) -> None:
        """Add a message, and then wait while there is no room for another one."""
        # In this order a message that was received is never lost by a cancellation.
        self._messages.append(message)
        self._some.set()
        if len(self._messages) >= self._size:
            self._room.clear()
        await self._room.wait()

    async def get(self) -> Message:
        """Wait for a message. To cancel this loses nothing.

        Raises:
            BaseException: what ``end`` was given, when all messages were read.
        """
        while not self._messages:
            if self._error is not None:
                raise self._error
            await self._some.wait()
        message = self._messages.popleft()
        if not self._messages and self._error is None:
            self._some.clear()
        if len(self._messages) < self._size:
            self._room.set()
        return message

    def overflow(self) -> None:
        """Take everything from now on: the server's close frame is behind all that it has said."""
        self._size = sys.maxsize
        self._room.set()

    def end(self, error: BaseException) -> None:
        """Add nothing more; whoever waits for a message gets this error, after the last one."""
        self._error = error
        self._some.set()
