"""What the tests of the log share: a clock that is moved by hand, and a thread that is held."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from wsdemo.log import Log, SqliteLog


class HandClock:
    """A clock that stands still until it is moved.

    Attributes:
        now: what it shows, in seconds.
    """

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class Held:
    """The log's thread, held in the midst of a transaction until it is released."""

    def __init__(self, log: SqliteLog) -> None:
        self._reached = threading.Event()
        self._release = threading.Event()
        self.future = log._committer.give(self._hold)

    def _hold(self, storage: Any, now: float) -> None:
        self._reached.set()
        self._release.wait()

    async def reached(self) -> None:
        """Wait until the thread is here."""
        await asyncio.to_thread(self._reached.wait)

    def release(self) -> None:
        """Let it go on."""
        self._release.set()


async def fill(log: Log, count: int, room: str = "lobby", client_id: str = "ada") -> None:
    """Append messages 1 to `count`, each with its number as its body."""
    appends = (log.append(room, client_id, n, str(n).encode()) for n in range(1, count + 1))
    await asyncio.gather(*appends)


async def given() -> None:
    """Let the tasks there are run until they wait for the log: it has their jobs then."""
    for _ in range(3):  # a task, those that it starts, and one turn to spare
        await asyncio.sleep(0)
