"""The thread that owns a log's file, and commits together what arrives together.

A commit to a disk takes as long as the disk takes, for one append or for a hundred. So the thread
takes **all** that waits, does it in one transaction, and commits once; what arrives meanwhile is
the next transaction. Nothing is delayed to make a group: a lone append is committed at once, and
groups grow by themselves as fast as the disk is slow.

A job is answered when its transaction is committed, reads included: nobody is told what a failed
commit takes back.

Leaves out any limit to what waits: each caller waits for its answer, so there are as many jobs as
callers.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from wsdemo.errors import StateError
from wsdemo.log.errors import LogClosed, NotStored
from wsdemo.log.interface import Entry
from wsdemo.log.retention import Retention
from wsdemo.log.subscription import Audience, Call
from wsdemo.log.transaction import Transaction

__all__ = ["Committer", "Job"]

T = TypeVar("T")

# Jobs in one transaction: whoever comes first waits for the last of them. With 64 KiB each, it
# is 64 MiB.
MAX_GROUP = 1_000


@dataclass(slots=True)
class Job(Generic[T]):
    """A piece of work in a transaction, and who waits for it.

    Attributes:
        work: the work; called in the committer's thread, with the time at which it was given.
        now: that time, by the log's clock.
        future: where the answer goes.
        result: the answer, until the transaction is committed.
        error: why there is none.
    """

    work: Callable[[Transaction, float], T]
    now: float
    future: asyncio.Future[T]
    result: T | None = None
    error: Exception | None = None

    def run(self, transaction: Transaction) -> None:
        """Do the work; an error of its own is its own, one of the storage is everybody's."""
        try:
            self.result = self.work(transaction, self.now)
        except sqlite3.Error:
            raise
        except Exception as error:
            self.error = error

    def fail(self, error: Exception) -> None:
        """Answer that the transaction has failed, whatever came out of this part of it."""
        self.error = NotStored(f"the log's storage failed, and nothing was stored: {error}")
        self.error.__cause__ = error

    def answer(self) -> None:
        """Give the answer to who waits; called in the loop's thread."""
        if self.future.done():
            return  # the caller was cancelled
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # T may be None


class Committer:
    """A thread, a connection, and a queue of jobs.

    Args:
        connect: opens the storage.
        keep: what may be forgotten.
        clock: tells the time, in seconds since the epoch.
        audience: hears of what is committed, and of the end.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        keep: Retention,
        clock: Callable[[], float],
        audience: Audience,
    ) -> None:
        self._connect = connect
        self._keep = keep
        self._clock = clock
        self._audience = audience
        self._queue: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        # What is given after the end would wait for ever: looking and giving are one step.
        self._lock = threading.Lock()
        self._open = self._stopped = False
        self._opened: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        # A daemon: a log that nobody closes doesn't keep the interpreter from its end; what was
        # acknowledged is committed.
        self._thread = threading.Thread(target=self._run, name="wsdemo log", daemon=True)

    async def start(self) -> None:
        """Start the thread, and wait until the storage is open.

        Raises:
            NotOpened: it can't be opened.
            StateError: there was a start before, or a stop.
        """
        if self._stopped or self._thread.ident is not None:
            raise StateError("a log is opened once; make a new one for the same file")
        self._thread.start()
        try:
            await _wait(self._opened)
        except BaseException:
            await self.stop()
            raise
        with self._lock:
            self._open = not self._stopped

    def give(self, work: Callable[[Transaction, float], T]) -> asyncio.Future[T]:
        """Hand over a job; the future has its answer once it is committed.

        Raises:
            LogClosed: the storage isn't open, or is about to be closed.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._lock:
            self.check_open()
            # Under the lock, so that the order of times is the order of jobs.
            self._queue.put(Job(work, self._clock(), future))
        return future

    def check_open(self) -> None:
        """Raise `LogClosed` unless jobs are taken."""
        if not self._open:
            raise LogClosed("the log is closed" if self._stopped else "the log is not open yet")

    async def stop(self) -> None:
        """Take no more jobs, and wait until those given are done and the storage is closed."""
        with self._lock:
            if not self._stopped:
                self._queue.put(None)
            self._open, self._stopped = False, True
        if self._thread.ident is not None:
            try:
                await _wait(self._ended)
            finally:
                if self._ended.done():
                    self._thread.join()  # it has said its last word, and is returning

    def _run(self) -> None:
        try:
            connection = self._connect()
        except Exception as error:
            self._opened.set_exception(error)
            self._ended.set_result(None)
            return
        self._opened.set_result(None)
        try:
            with contextlib.closing(connection):
                self._serve(connection)
        except Exception as error:  # the storage can't be closed: stop() tells
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    def _serve(self, connection: sqlite3.Connection) -> None:
        more = True
        while more:
            jobs, more = self._take()
            added = self._commit(connection, jobs) if jobs else []
            answers = ((job.future.get_loop(), job.answer) for job in jobs)
            _post(chain(answers, self._audience.offers(added)))
        _post(self._audience.wakes())

    def _take(self) -> tuple[list[Job[Any]], bool]:
        """Return the jobs that wait, after one has come, and whether there may be more."""
        job = self._queue.get()
        jobs: list[Job[Any]] = []
        with contextlib.suppress(queue.Empty):
            while job is not None:
                jobs.append(job)
                if len(jobs) == MAX_GROUP:
                    break
                job = self._queue.get_nowait()
        return jobs, job is not None

    def _commit(self, connection: sqlite3.Connection, jobs: list[Job[Any]]) -> list[Entry]:
        """Do jobs in one transaction, and return the new entries."""
        transaction = Transaction(connection, self._keep)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                job.run(transaction)
            transaction.finish(jobs[-1].now)
            connection.execute("COMMIT")
        except Exception as error:
            _roll_back(connection)
            for job in jobs:
                job.fail(error)
            return []
        return transaction.appended


def _roll_back(connection: sqlite3.Connection) -> None:
    # SQLite has taken back some by itself, as on a full disk. Where even this fails, the next
    # BEGIN does, and tells.
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _post(calls: Iterable[Call]) -> None:
    """Make the calls in their loops' threads: to wake a loop costs more than an append."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for loop, call in calls:
        by_loop.setdefault(loop, []).append(call)
    for loop, those in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits there
            loop.call_soon_threadsafe(_call, those)


def _call(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        call()


async def _wait(future: concurrent.futures.Future[None]) -> None:
    # Shielded: to cancel who waits mustn't cancel what is waited for.
    await asyncio.shield(asyncio.wrap_future(future))
