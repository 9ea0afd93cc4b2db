"""A channel: the log of one room, and the room of the hub that hears it.

One task, the *pump*, reads the log as it grows and publishes each entry once for everybody. So
however many members a room has, the log has one reader, and the order that they all see is the
log's. What comes back after an absence reads the log by itself, up to where the pump is, and then,
**in the same step of the event loop**, goes into the hub's room:

::

    log       1 2 3 4 5 6 7 8 9 │
    pump      ─────────────▶ 7  │    `position`: everything up to here has been published
    joiner         ─────▶ 5     │    pages from its `after`, never beyond the position
                          ───▶ 7 ── joins: the next that is published is 8

There is no gap, because nothing is published between the last comparison and the joining; and no
double, because nothing beyond the position was read. A joiner that is ahead of the pump (it has
seen a page of history) waits for it.

Leaves out who may be here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Literal, TypeAlias

from wsdemo.apps.chat.entries import Revisions, unpack
from wsdemo.apps.chat.guarantees import Guarantee
from wsdemo.apps.chat.news import Gap, Said
from wsdemo.apps.door import JSON
from wsdemo.hub import Client, Hub
from wsdemo.log import Bounds, Entry, Gone, Log, LogClosed, NotStored
from wsdemo.scratch.options import Clock

__all__ = ["Channel", "Send"]

Lost: TypeAlias = Literal["", "gone", "ahead"]
Send: TypeAlias = Callable[[Any], Awaitable[None]]

PAGE = 200
"""Entries that are read at once: as many as a screen or two show."""
READS = 10
"""Reads for one page of history, where most entries are edits: nobody has the whole log read."""
TIDY = 1_000
"""Entries after which the edits of entries that are gone are forgotten."""
PAUSE = 1.0
"""Seconds before a storage that has failed is asked again."""

logger = logging.getLogger("wsdemo.apps.chat")


class Channel:
    """What is said in one place.

    Args:
        name: of the room, as it is shown.
        stream: of its log, and of the hub's room.
        log: where it is written.
        hub: who hears it.
        clock: for pauses.
        guarantee: whether who comes back gets what was said meanwhile.
        edits: whether there are any; without them the log need not be read at the beginning.

    Attributes:
        position: the offset of the last entry that was published.
    """

    def __init__(
        self,
        name: str,
        stream: str,
        *,
        log: Log,
        hub: Hub,
        clock: Clock,
        guarantee: Guarantee,
        edits: bool = True,
    ) -> None:
        self.name = name
        self.stream = stream
        self.position = 0
        self.room = hub.room(stream)
        self.revisions = Revisions()
        self._log = log
        self._clock = clock
        self._guarantee = guarantee
        self._edits = edits
        self._opening = asyncio.Lock()
        self._pump: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()

    # The pump

    async def open(self) -> None:
        """Read what has become of the entries there are, and begin to publish those to come.

        Raises:
            NotStored: the log can't be read.
        """
        async with self._opening:
            if self._pump is None:
                self.position = await (self._read_all() if self._edits else self._end())
                self._pump = asyncio.create_task(self._run(), name=f"chat pump {self.stream}")

    async def close(self) -> None:
        """Stop publishing."""
        pump, self._pump = self._pump, None
        if pump is not None:
            pump.cancel()
            await asyncio.wait([pump])

    async def _end(self) -> int:
        return (await self._log.bounds(self.stream)).last

    async def _read_all(self) -> int:
        after = 0
        while True:
            try:
                page = await self._log.read(self.stream, after=after, limit=1_000)
            except Gone as gone:
                after = gone.first - 1
                continue
            if not page:
                return after
            for entry in page:
                self.revisions.note(unpack(entry.body))
            after = page[-1].offset

    async def _run(self) -> None:
        while True:
            try:
                async for entry in self._log.subscribe(self.stream, after=self.position):
                    self._publish(entry)
                    if entry.offset % TIDY == 0:
                        self.revisions.forget((await self._log.bounds(self.stream)).first)
            except Gone as gone:  # retention was faster than we
                self._move(gone.first - 1)
                self.publish(Gap(self.name, self.position))
            except LogClosed:
                return
            except NotStored as error:
                logger.warning("room %s waits for its log: %s", self.stream, error)
                await self._pause()

    def _publish(self, entry: Entry) -> None:
        logged = unpack(entry.body)
        self.revisions.note(logged)
        self.publish(self.revisions.event(self.name, entry, logged))
        self._move(entry.offset)

    def _move(self, offset: int) -> None:
        self.position = offset
        self._moved.set()
        self._moved = asyncio.Event()

    def publish(self, message: object, *, exclude: Collection[Client] = ()) -> None:
        """Tell everybody who is here; encoded once, however many they are."""
        self.room.publish(JSON.encode(message), exclude=exclude)

    async def _pause(self) -> None:
        over = asyncio.Event()
        self._clock.call_later(PAUSE, over.set)
        await over.wait()

    # Joining

    async def start(self, after: int | None, *, same_log: bool) -> tuple[int, Lost]:
        """Find where somebody goes on.

        Args:
            after: the last offset that they have; None if they begin now.
            same_log: whether the offset is one of this log.

        Returns:
            The offset after which it goes on; and "gone" or "ahead" if it isn't where it was, else
            nothing.
        """
        if after is None or not self._guarantee.resumes:
            return self.position, ""
        bounds = await self._log.bounds(self.stream)
        if not same_log or after > bounds.last:
            return bounds.first - 1, "ahead"
        return (after, "") if after >= bounds.first - 1 else (bounds.first - 1, "gone")

    async def catch_up(self, after: int, send: Send, member: Callable[[], bool]) -> int:
        """Send what follows an offset, until there is nothing that the pump has published more.

        Between the return of this and the next ``await`` nothing is published: join in between.

        Args:
            after: the offset.
            send: sends to the one who joins, at the pace of that connection.
            member: whether it is still allowed.

        Returns:
            The position.
        """
        while after != self.position and member():
            if after > self.position:
                await self._moved.wait()
                continue
            try:
                page = await self._log.read(self.stream, after=after, limit=PAGE)
            except Gone as gone:
                after = gone.first - 1
                await send(Gap(self.name, after))
                continue
            after = await self._send(page, after, send)
        return after

    async def _send(self, page: list[Entry], after: int, send: Send) -> int:
        for entry in page:
            if entry.offset > self.position:
                break  # the pump will publish it
            event = self.revisions.event(self.name, entry, unpack(entry.body))
            await send(event)
            after = entry.offset
        return after

    # Looking back

    async def page(self, before: int | None, limit: int) -> tuple[list[Said], int | None]:
        """Return what was said before an offset, and where the page before that one ends.

        Args:
            before: the offset; None for the newest page.
            limit: how many messages at most.

        Returns:
            Messages, the oldest first; and ``before`` for the next page, None if there is none.
            Where there are many edits, a page may have few messages, and even none.
        """
        bounds = await self._log.bounds(self.stream)
        said: list[Said] = []
        before = bounds.last + 1 if before is None else min(before, bounds.last + 1)
        for _ in range(READS):
            if len(said) == limit or before <= bounds.first:
                break
            try:
                entries = await self._log.read_back(self.stream, before=before, limit=PAGE)
            except Gone:
                return said[::-1], None
            for entry in reversed(entries):
                before = entry.offset
                event = self.revisions.event(self.name, entry, unpack(entry.body))
                if isinstance(event, Said):
                    said.append(event)
                if len(said) == limit:
                    break
        return said[::-1], before if before > bounds.first else None

    async def entry(self, offset: int) -> Entry | None:
        """Return the entry at an offset; None if there is none, or no more."""
        bounds: Bounds = await self._log.bounds(self.stream)
        if not bounds.first <= offset <= bounds.last:
            return None
        try:
            return (await self._log.read(self.stream, after=offset - 1, limit=1))[0]
        except (Gone, IndexError):
            return None
