"""Logs that fail, or take their time, when a test wants them to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from wsdemo.log import Bounds, Entry, NotStored, SqliteLog


class SickLog(SqliteLog):
    """A log in memory.

    Attributes:
        sick: while it is, nothing is stored, and nothing is read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sick = False

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    def check(self) -> None:
        """Fail, if the log is sick."""
        if self.sick:
            raise NotStored("the disk is full")

    async def append(self, room: str, client_id: str, client_seq: int, body: bytes) -> Entry:
        """Append, or fail."""
        self.check()
        return await super().append(room, client_id, client_seq, body)

    async def read(self, room: str, *, after: int = 0, limit: int = 100) -> list[Entry]:
        """Read, or fail."""
        self.check()
        return await super().read(room, after=after, limit=limit)


class GatedLog(SqliteLog):
    """A log in memory whose answers a test can hold up.

    Attributes:
        waiting: how many answers are held up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self._gate = asyncio.Event()
        self._gate.set()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Give no bounds until the end of the block."""
        self._gate.clear()
        yield
        self._gate.set()

    async def bounds(self, room: str) -> Bounds:
        """Return the bounds, once the gate is open."""
        self.waiting += 1
        await self._gate.wait()
        self.waiting -= 1
        return await super().bounds(room)
