"""One thread, one transaction for all that waits, and an answer after the commit."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.log.hands import HandClock, Held, fill, given
from wsdemo.errors import StateError
from wsdemo.log import LogClosed, NotOpened, NotStored, Retention, SqliteLog
from wsdemo.log.committer import Committer
from wsdemo.log.subscription import Audience


def _logs_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "wsdemo log"]


async def _trace(log: SqliteLog) -> list[str]:
    """Return a list that every further statement is added to."""
    statements: list[str] = []
    await log._committer.give(lambda it, _now: it.connection.set_trace_callback(statements.append))
    return statements


async def test_what_arrives_during_a_commit_is_committed_together() -> None:
    """A hundred appends, one COMMIT."""
    async with SqliteLog() as log:
        statements = await _trace(log)
        held = Held(log)
        await held.reached()
        appends = asyncio.create_task(fill(log, 100))
        await given()
        held.release()
        await appends
    begun = [text.split()[0] for text in statements if text.startswith(("BEGIN", "COMMIT"))]
    # The trace begins within a transaction; then come that of the held job, and the group.
    assert begun == ["COMMIT", *["BEGIN", "COMMIT"] * 2]


async def test_a_lone_append_is_committed_at_once() -> None:
    """Nothing is delayed to make a group."""
    async with SqliteLog() as log:
        statements = await _trace(log)
        for seq in range(3):
            await log.append("lobby", "ada", seq, b"")
        assert statements.count("COMMIT") == 4


async def test_nothing_is_acknowledged_before_its_commit() -> None:
    """The append is done, its transaction isn't: the caller waits."""
    async with SqliteLog() as log:
        first = Held(log)
        await first.reached()
        append = asyncio.create_task(log.append("lobby", "ada", 1, b""))
        await given()
        second = Held(log)
        first.release()
        await second.reached()
        await given()
        assert first.future.done()
        assert not append.done()
        second.release()
        assert (await append).offset == 1


async def test_the_loop_goes_on_while_the_storage_works() -> None:
    """Its work is done in another thread, the loop's own is free."""
    async with SqliteLog() as log:
        thread = await log._committer.give(lambda _it, _now: threading.get_ident())
        assert thread != threading.get_ident()
        held = Held(log)
        await held.reached()
        await asyncio.sleep(0)
        held.release()
        await held.future


async def test_a_failed_commit_stores_nothing_and_tells_everybody() -> None:
    """With room on the disk again, the same calls succeed, and no offset is missing."""
    async with SqliteLog() as log:
        await fill(log, 1)
        await _limit_pages(log, 1)
        held = Held(log)
        await held.reached()
        appends = [log.append("lobby", "bob", seq, bytes(30_000)) for seq in range(3)]
        group = asyncio.gather(*appends, return_exceptions=True)
        await given()
        held.release()
        errors = await group
        assert [type(error) for error in errors] == [NotStored] * 3
        assert "nothing was stored: database or disk is full" in str(errors[0])
        await _limit_pages(log, 1_000_000)
        assert (await log.append("lobby", "bob", 0, bytes(30_000))).offset == 2


async def test_a_failed_statement_takes_back_what_came_before_it() -> None:
    """SQLite leaves that transaction open; the log doesn't."""
    async with SqliteLog() as log:
        held = Held(log)
        await held.reached()
        append = asyncio.create_task(log.append("lobby", "ada", 1, b""))
        await given()
        broken = log._committer.give(lambda it, _now: it.connection.execute("NONSENSE"))
        held.release()
        for call in (append, broken):
            with pytest.raises(NotStored, match='near "NONSENSE": syntax error'):
                await call
        assert await log.read("lobby") == []
        assert not (await log.append("lobby", "ada", 1, b"")).duplicate


async def _limit_pages(log: SqliteLog, most: int) -> None:
    def limit(storage: Any, _now: float) -> None:
        storage.connection.execute(f"PRAGMA max_page_count = {most}").fetchone()

    await log._committer.give(limit)


async def test_an_error_of_one_job_is_not_the_others() -> None:
    """Who asks for an offset that isn't there doesn't take back what others append."""
    async with SqliteLog() as log:
        held = Held(log)
        await held.reached()
        calls = [log.append("lobby", "ada", 1, b""), log.read("lobby", after=9), log.read("lobby")]
        group = asyncio.gather(*calls, return_exceptions=True)
        await given()
        held.release()
        entry, error, page = await group
        assert "offset 9 of room 'lobby' is ahead" in str(error)
        assert page == [entry]


async def test_a_caller_who_is_cancelled_may_have_appended() -> None:
    """The same call again tells."""
    async with SqliteLog() as log:
        held = Held(log)
        await held.reached()
        append = asyncio.create_task(log.append("lobby", "ada", 1, b""))
        await given()
        append.cancel()
        await asyncio.wait([append])
        held.release()
        assert (await log.append("lobby", "ada", 1, b"")).duplicate


async def test_a_close_waits_for_what_was_given(tmp_path: Path) -> None:
    """Each append is answered, and is in the file; what comes later is refused."""
    log = await SqliteLog(tmp_path / "log.db").open()
    held = Held(log)
    await held.reached()
    appends = asyncio.create_task(fill(log, 50))
    await given()
    closing = [asyncio.create_task(log.close()) for _ in range(2)]
    await given()
    with pytest.raises(LogClosed):
        await log.append("lobby", "bob", 1, b"")
    assert not any(task.done() for task in closing)
    held.release()
    await asyncio.gather(appends, *closing)
    async with SqliteLog(tmp_path / "log.db") as log:
        assert (await log.bounds("lobby")).last == 50


async def test_a_close_leaves_nothing_behind(tmp_path: Path) -> None:
    """No thread, no task, no file but the log's; and the file belongs to nobody."""
    async with SqliteLog(tmp_path / "log.db") as log:
        await fill(log, 3)
        assert len(_logs_threads()) == 1
    assert _logs_threads() == []
    assert asyncio.all_tasks() == {asyncio.current_task()}
    (file,) = tmp_path.iterdir()
    file.unlink()  # Windows refuses this for a file that somebody has open


async def test_an_opening_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    """The error is told, and nothing can be given."""
    log = SqliteLog(tmp_path / "nowhere" / "log.db")
    with pytest.raises(NotOpened):
        await log.open()
    assert _logs_threads() == []
    with pytest.raises(LogClosed):
        await log.read("lobby")


async def test_an_opening_that_is_cancelled_leaves_nothing_behind(tmp_path: Path) -> None:
    """The thread opens the file, and closes it."""
    opening = asyncio.create_task(SqliteLog(tmp_path / "log.db").open())
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    assert opening.cancelled()
    assert _logs_threads() == []
    async with SqliteLog(tmp_path / "log.db", patience=0) as log:
        await fill(log, 1)


async def test_a_log_is_opened_once() -> None:
    """One in memory would be empty the second time, without a word."""
    async with SqliteLog() as log:
        with pytest.raises(StateError, match="a log is opened once"):
            await log.open()
    with pytest.raises(StateError, match="a log is opened once"):
        await log.open()


async def test_a_log_that_is_not_open_yet_says_so() -> None:
    """And may be closed all the same."""
    log = SqliteLog()
    with pytest.raises(LogClosed, match="not open yet"):
        await log.read("lobby")
    await log.close()


async def test_a_caller_whose_loop_is_closed_stops_nobody() -> None:
    """Its answer goes nowhere; the next one's arrives."""
    async with SqliteLog() as log:
        held = Held(log)
        await held.reached()

        async def leave() -> None:
            log._committer.give(lambda it, _now: it.append("lobby", "ada", 1, 0.0, b""))

        await asyncio.to_thread(asyncio.run, leave())
        held.release()
        assert (await log.append("lobby", "ada", 1, b"")).duplicate


async def test_storage_that_cannot_be_closed_is_told() -> None:
    """By the close; the thread has ended even so."""

    class Stuck(sqlite3.Connection):
        def close(self) -> None:
            super().close()
            raise sqlite3.OperationalError("disk I/O error")

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(":memory:", isolation_level=None, factory=Stuck)

    committer = Committer(connect, Retention(), HandClock(), Audience())
    await committer.start()
    with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
        await committer.stop()
    assert _logs_threads() == []
