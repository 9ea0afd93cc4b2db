"""The outbox: what is to be sent, in order, across reconnects, and never more than it may hold.

A message is taken off when the engine's ``send`` has returned, and not before. So one that was
being sent when the connection was lost stays, and is sent again on the next: it may arrive twice.
One whose ``send`` had returned may be lost, for that means only that it is in a buffer of this
machine. Whoever needs to know what arrived asks for acknowledgements; notebook 08 builds them.

Leaves out who sends, and when a connection is lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from wsdemo.client.errors import OutboxFull

__all__ = ["Item", "Message", "Outbox", "WhenFull"]

Message: TypeAlias = "str | bytes"
WhenFull: TypeAlias = Literal["wait", "raise"]


class Item:
    """A message in the outbox.

    Args:
        message: text, or bytes.

    Attributes:
        octets: of its payload.
        started: whether an engine has begun to send it, so that it may have arrived.

    Raises:
        TypeError: it is neither; an iterable of pieces can't be sent again.
        UnicodeEncodeError: text that UTF-8 has no bytes for. Here, and not when it is sent, because
            it would stay at the head of the outbox for ever.
    """

    __slots__ = ("message", "octets", "started")

    def __init__(self, message: str | bytes | bytearray | memoryview) -> None:
        if isinstance(message, str):
            self.octets = len(message.encode())
        elif isinstance(message, (bytes, bytearray, memoryview)):
            message = bytes(message)  # the caller may write on in a bytearray
            self.octets = len(message)
        else:
            raise TypeError(f"a message is str or bytes, not {type(message).__name__}")
        self.message: Message = message
        self.started = False


class Outbox:
    """Messages that wait to be sent.

    Args:
        size: how many it may hold.
        when_full: "wait" until there is room, or "raise" OutboxFull.

    Raises:
        ValueError: there is no such policy, or no room at all.
    """

    def __init__(self, size: int, when_full: WhenFull = "wait") -> None:
        if size < 1:
            raise ValueError(f"an outbox holds at least 1 message, not {size!r}")
        if when_full not in ("wait", "raise"):
            raise ValueError(f"when the outbox is full, 'wait' or 'raise', not {when_full!r}")
        self.size = size
        self._when_full = when_full
        self._items: deque[Item] = deque()
        self._error: BaseException | None = None
        self._turn = asyncio.Lock()  # those who wait for room get it in the order they came
        self._room = asyncio.Event()
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._changed()

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(tuple(self._items))

    async def put(self, item: Item) -> None:
        """Add a message at the end. To cancel this while it waits adds nothing.

        Raises:
            OutboxFull: there is no room, and the policy is not to wait for it.
            BaseException: what ``end`` was given.
        """
        if self._when_full == "raise" and not self._room.is_set():
            raise OutboxFull(f"the outbox is full: {len(self)} messages wait to be sent")
        async with self._turn:
            # Set means room, or the end.
            while not self._room.is_set():
                await self._room.wait()
            if self._error is not None:
                raise self._error
            self._items.append(item)
            self._changed()

    async def head(self) -> Item:
        """Wait for a message, and return the first one, which stays until it is ``done``."""
        while not self._items:
            await self._some.wait()
        return self._items[0]

    def done(self, item: Item) -> None:
        """Take off a message: it was sent, or nobody wants it sent any more."""
        if item in self._items:
            self._items.remove(item)
            self._changed()

    def again(self, items: Iterable[Item]) -> None:
        """Put messages before all others; they had a place once, so this may exceed the size."""
        self._items.extendleft(reversed(list(items)))
        self._changed()

    async def drained(self) -> None:
        """Wait until everything was sent."""
        await self._none.wait()

    def end(self, error: BaseException) -> None:
        """Take nothing more; those who wait for room get this error. What is in it stays."""
        self._error = error
        self._room.set()

    def _changed(self) -> None:
        for event, holds in (
            (self._room, len(self._items) < self.size or self._error is not None),
            (self._some, bool(self._items)),
            (self._none, not self._items),
        ):
            if holds:
                event.set()
            else:
                event.clear()
