"""`SqliteLog`: the log in SQLite, in memory or in a file, inside this process.

    async with SqliteLog("chat.db") as log:
        entry = await log.append("lobby", "ada", 1, b"Hello")
        async for entry in log.subscribe("lobby"):
            print(entry)

**The promise:** what `append` has returned is in the file, whatever happens to the process; by
default, whatever happens to the machine, too (`wsdemo.log.schema` tells what either costs).

The event loop never waits for the disk: a thread does (`wsdemo.log.committer`), and commits
together what arrives together. The log may be used from several loops at once, and its file by
one process.

Leaves out shrinking the file: pages that retention has freed are used again, and the file stays
as large as it was; so does a short row for every room there ever was, with its last offset.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import get_args

from wsdemo.log.checks import check_body, check_integer, check_limit, check_name
from wsdemo.log.committer import Committer
from wsdemo.log.interface import Bounds, Entry
from wsdemo.log.retention import Retention
from wsdemo.log.schema import MEMORY, Synchronous, connect
from wsdemo.log.subscription import PAGE, Audience, Subscription

__all__ = ["MAX_BODY", "SqliteLog"]

# Bytes of a message: what people write has some hundred. What waits for a commit, and for a slow
# subscriber, is bounded by it.
MAX_BODY = 65_536

# Seconds that a new process waits for the one before it to let go of the file.
PATIENCE = 5.0


class SqliteLog:
    """The logs of many rooms, in one SQLite database. It is a `wsdemo.log.Log`.

    Args:
        path: the file, made if there is none; None for a log in memory.
        keep: what may be forgotten; nothing, by default.
        synchronous: "FULL": what was acknowledged survives a power cut; "NORMAL": it survives
            the end of the process, and a commit waits for no disk.
        max_body: how many bytes a message may have.
        clock: tells the time, in seconds since the epoch; for `Entry.at` and for retention.
        patience: how many seconds to wait for another process to let go of the file.

    Raises:
        ValueError: an argument that can't be right.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        keep: Retention | None = None,
        synchronous: Synchronous = "FULL",
        max_body: int = MAX_BODY,
        clock: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        if synchronous not in get_args(Synchronous):
            raise ValueError(f"synchronous is 'FULL' or 'NORMAL', not {synchronous!r}")
        if path is not None and str(path) in {"", MEMORY}:
            # SQLite would take "" for a file that is deleted at its closing.
            raise ValueError(f"path {str(path)!r} is no file; a log in memory has the path None")
        check_integer("max_body", max_body)
        self._max_body = max_body
        self._audience = Audience()
        file = None if path is None else Path(path)
        open_file = partial(connect, file, synchronous, patience)
        self._committer = Committer(open_file, keep or Retention(), clock, self._audience)

    async def open(self) -> SqliteLog:
        """Open the file, and make it if there is none.

        Returns:
            The log itself.

        Raises:
            NotOpened: it can't be opened, or is no log, or a newer version's.
            StateError: it was opened before.
        """
        await self._committer.start()
        return self

    async def close(self) -> None:
        """Store what was given, and let go of file and thread; again changes nothing."""
        await self._committer.stop()

    async def __aenter__(self) -> SqliteLog:
        return await self.open()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def append(self, room: str, client_id: str, client_seq: int, body: bytes) -> Entry:
        """Append a message, and return when it is stored; see `Log.append`."""
        check_name("room", room)
        check_name("client_id", client_id)
        check_integer("client_seq", client_seq)
        check_body(body, self._max_body)
        return await self._committer.give(
            lambda storage, now: storage.append(room, client_id, client_seq, now, body)
        )

    async def read(self, room: str, *, after: int = 0, limit: int = 100) -> list[Entry]:
        """Return the entries that follow an offset; see `Log.read`."""
        check_name("room", room)
        check_integer("after", after)
        check_limit(limit)
        return await self._committer.give(
            lambda storage, now: storage.read(room, after, limit, now)
        )

    async def read_back(
        self, room: str, *, before: int | None = None, limit: int = 100
    ) -> list[Entry]:
        """Return the entries that come before an offset; see `Log.read_back`."""
        check_name("room", room)
        if before is not None:
            check_integer("before", before, 1)
        check_limit(limit)
        return await self._committer.give(
            lambda storage, now: storage.read_back(room, before, limit, now)
        )

    def subscribe(self, room: str, *, after: int = 0) -> Subscription:
        """Return an iterator over all that follows an offset; see `Log.subscribe`."""
        check_name("room", room)
        check_integer("after", after)
        self._committer.check_open()

        async def read(after: int) -> list[Entry]:
            return await self.read(room, after=after, limit=PAGE)

        return Subscription(read, self._audience, room, after)

    async def bounds(self, room: str) -> Bounds:
        """Return the first and the last offset of a room; see `Log.bounds`."""
        check_name("room", room)
        return await self._committer.give(lambda storage, now: storage.bounds(room, now))

    async def retain(self) -> int:
        """Remove from all rooms what is due, and return how many entries that was.

        A room that is used does so by itself. To call this from time to time takes the rest off
        the disk: entries of rooms where nobody has been since, and memories of entries.
        """
        return await self._committer.give(lambda storage, now: storage.retain(now))
