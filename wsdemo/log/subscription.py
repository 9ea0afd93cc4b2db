"""A subscription: what is in the log, then what comes, with no seam between the two.

How the seam is closed: a subscription is entered in the audience **before** it reads its first
page. What was committed before the page was read is in the page; what is committed after it is
offered; what is in both is told by its offset, and dropped once.

How memory is bounded: a page, and as many entries that came since. When these are too many, the
newest are not kept: the reader finds a hole where they belong, and reads a page from the log.

Leaves out threads: `offer` and `wake` are called in the loop's own.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter

from wsdemo.errors import StateError
from wsdemo.log.interface import Entry

__all__ = ["PAGE", "Audience", "Call", "Subscription"]

# Something to do, and the loop whose thread is to do it.
Call = tuple[asyncio.AbstractEventLoop, Callable[[], None]]

# Entries of one page, and as many that wait: with 64 KiB each, a subscription takes 8 MiB at most.
PAGE = 64


class Subscription(AsyncIterator[Entry]):
    """All that follows an offset of a room.

    Args:
        read: returns up to `PAGE` entries after an offset.
        audience: where to be entered.
        room: the room.
        after: the offset.
    """

    def __init__(
        self,
        read: Callable[[int], Awaitable[list[Entry]]],
        audience: Audience,
        room: str,
        after: int,
    ) -> None:
        self.room = room
        self.loop = asyncio.get_running_loop()
        self._read = read
        self._after = after
        self._page: deque[Entry] = deque()
        self._live: deque[Entry] = deque()
        self._behind = True  # there may be more in the log than we have or are offered
        self._news = asyncio.Event()
        self._reading = False
        audience.add(self)

    async def __anext__(self) -> Entry:
        if self._reading:
            raise StateError(f"another task reads this subscription to {self.room!r}")
        self._reading = True
        try:
            while (entry := self._next()) is None:
                await (self._catch_up() if self._behind else self._wait())
        finally:
            self._reading = False
        self._after = entry.offset
        return entry

    def offer(self, entries: Iterable[Entry]) -> None:
        """Take what was appended to the room, as far as there is place."""
        for entry in entries:
            if len(self._live) < PAGE:
                self._live.append(entry)
            else:
                self._behind = True
        self._news.set()

    def wake(self) -> None:
        """Have the reader look into the log: it was closed, and says so."""
        self._behind = True
        self._news.set()

    def _next(self) -> Entry | None:
        """Take the next entry from what we have; None if it isn't there."""
        if self._page:
            return self._page.popleft()
        while self._live and self._live[0].offset <= self._after:
            self._live.popleft()
        if not self._live:
            return None
        if self._live[0].offset == self._after + 1:
            return self._live.popleft()
        self._behind = True
        self._live.clear()
        return None

    async def _catch_up(self) -> None:
        self._behind = False  # until an offer finds no place
        try:
            page = await self._read(self._after)
        except BaseException:
            self._behind = True
            raise
        self._page.extend(page)
        self._behind = self._behind or len(page) == PAGE

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()


class Audience:
    """The subscriptions there are, by room; none is kept alive by being here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: dict[str, dict[weakref.ref[Subscription], None]] = {}
        # Who is gone is only noted when it goes, and removed later: garbage is collected at any
        # time, in any thread, and so also in one that has the lock.
        self._gone: deque[tuple[str, weakref.ref[Subscription]]] = deque()

    def add(self, subscription: Subscription) -> None:
        """Enter a subscription; it leaves when nobody has it any more."""
        room = subscription.room
        reference = weakref.ref(subscription, lambda gone: self._gone.append((room, gone)))
        with self._lock:
            self._sweep()
            self._rooms.setdefault(room, {})[reference] = None

    def offers(self, entries: list[Entry]) -> Iterator[Call]:
        """Yield the calls that offer new entries to who is subscribed; called in any thread."""
        by_room = attrgetter("room")
        for room, those in groupby(sorted(entries, key=by_room), by_room):
            new = tuple(those)
            for subscription in self._of(room):
                yield subscription.loop, partial(subscription.offer, new)

    def wakes(self) -> Iterator[Call]:
        """Yield the calls that wake all there are; called in any thread."""
        for room in self._listened():
            for subscription in self._of(room):
                yield subscription.loop, subscription.wake

    def __len__(self) -> int:
        return sum(len(self._of(room)) for room in self._listened())

    def _listened(self) -> list[str]:
        with self._lock:
            self._sweep()
            return list(self._rooms)

    def _of(self, room: str) -> list[Subscription]:
        with self._lock:
            self._sweep()
            found = [reference() for reference in self._rooms.get(room, ())]
        return [subscription for subscription in found if subscription is not None]

    def _sweep(self) -> None:
        """Remove who is gone; the lock is ours."""
        while self._gone:
            room, reference = self._gone.popleft()
            del self._rooms[room][reference]
            if not self._rooms[room]:
                del self._rooms[room]
