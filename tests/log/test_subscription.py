"""History, then news: no gap, no duplicate, bounded memory."""

import asyncio
import gc
import random
import threading

import pytest

from tests.log.hands import HandClock, Held, fill, given
from wsdemo.errors import StateError
from wsdemo.log import Entry, Gone, LogClosed, Retention, SqliteLog
from wsdemo.log.subscription import PAGE, Audience, Subscription


async def _take(subscription: Subscription, count: int) -> list[int]:
    async with asyncio.timeout(60):
        return [(await anext(subscription)).offset for _ in range(count)]


async def test_history_is_followed_by_news() -> None:
    """From any offset, over several pages."""
    async with SqliteLog() as log:
        await fill(log, 200)
        subscription = log.subscribe("lobby", after=20)
        assert await _take(subscription, 180) == list(range(21, 201))
        news = asyncio.create_task(_take(subscription, 1))
        await log.append("lobby", "bob", 1, b"news")
        assert await news == [201]


async def test_what_is_committed_while_history_is_read_comes_once() -> None:
    """The same transaction holds appends before and after the read of a page."""
    async with SqliteLog() as log:
        await fill(log, 3)
        held = Held(log)
        await held.reached()
        before = asyncio.create_task(fill(log, 3, client_id="bob"))
        await given()
        reader = asyncio.create_task(_take(log.subscribe("lobby"), 9))
        await given()
        after = asyncio.create_task(fill(log, 3, client_id="eve"))
        await given()
        held.release()
        await asyncio.gather(before, after)
        assert await reader == list(range(1, 10))


async def test_the_seam_takes_one_read() -> None:
    """In a busy room, where each page overlaps with news, a reader would never stop reading."""
    entries = [Entry("lobby", offset, "ada", offset, 0.0, b"") for offset in range(1, 5)]
    reads: list[int] = []

    async def read(after: int) -> list[Entry]:
        reads.append(after)
        subscription.offer(entries[1:])
        return entries[after:3]

    subscription = Subscription(read, Audience(), "lobby", 0)
    assert await _take(subscription, 4) == [1, 2, 3, 4]
    assert reads == [0]


@pytest.mark.parametrize("seed", range(5))
async def test_any_interleaving_yields_every_entry_once(seed: int) -> None:
    """Ten readers that begin anywhere, and dawdle, while four writers write."""
    rng = random.Random(seed)

    async def read(after: int) -> list[int]:
        subscription = log.subscribe("lobby", after=after)
        got: list[int] = []
        while len(got) < 400 - after:
            got += await _take(subscription, 1)
            for _ in range(rng.choice([0, 0, 0, 3])):
                await asyncio.sleep(0)
        return got

    async with SqliteLog() as log, asyncio.TaskGroup() as tasks:
        await fill(log, 80)
        readers = {after: tasks.create_task(read(after)) for after in rng.sample(range(80), 10)}
        for client in ("bob", "eve", "dan", "kim"):
            tasks.create_task(fill(log, 80, client_id=client))
    for after, reader in readers.items():
        assert reader.result() == list(range(after + 1, 401))


async def test_a_slow_reader_reads_from_the_log_instead_of_queuing() -> None:
    """However much comes, no more than a page waits for it; nothing is lost by that."""
    async with SqliteLog() as log:
        subscription = log.subscribe("lobby")
        await fill(log, 1)
        assert await _take(subscription, 1) == [1]
        await fill(log, 10 * PAGE, client_id="bob")
        assert len(subscription._live) + len(subscription._page) <= PAGE
        assert await _take(subscription, 10 * PAGE) == list(range(2, 10 * PAGE + 2))


async def test_a_reader_that_keeps_up_is_given_the_entries_themselves() -> None:
    """A thousand readers of one room cost no thousand reads of the same page."""
    async with SqliteLog() as log:
        subscription = log.subscribe("lobby")
        await fill(log, 1)
        await _take(subscription, 1)
        entry = await log.append("lobby", "bob", 1, b"news")
        assert await anext(subscription) is entry


async def test_other_rooms_are_not_heard() -> None:
    """A commit may hold entries of many rooms."""
    async with SqliteLog() as log:
        subscription = log.subscribe("lobby")
        await asyncio.gather(fill(log, 9, "attic"), fill(log, 3), fill(log, 9, "cellar"))
        entries = [await anext(subscription) for _ in range(3)]
        assert {entry.room for entry in entries} == {"lobby"}


async def test_a_step_that_is_cancelled_loses_nothing() -> None:
    """Neither while it waits nor while it reads."""
    async with SqliteLog() as log:
        await fill(log, 2)
        subscription = log.subscribe("lobby")
        for expected in ([1, 2, 3], [4]):
            step = asyncio.create_task(_take(subscription, 1))
            await asyncio.sleep(0)
            step.cancel()
            await asyncio.wait([step])
            assert step.cancelled()
            await log.append("lobby", "bob", expected[-1], b"")
            assert await _take(subscription, len(expected)) == expected


async def test_a_reader_whom_retention_overtakes_is_told() -> None:
    """And at every further step, until it subscribes anew from what is left."""
    async with SqliteLog(keep=Retention(count=10), clock=HandClock()) as log:
        subscription = log.subscribe("lobby")
        await fill(log, 2 * PAGE)
        assert await _take(subscription, PAGE) == list(range(1, PAGE + 1))
        for _ in range(2):
            with pytest.raises(Gone) as caught:
                await anext(subscription)
        assert caught.value.first == 2 * PAGE - 9
        again = log.subscribe("lobby", after=caught.value.first - 1)
        assert await _take(again, 10) == list(range(2 * PAGE - 9, 2 * PAGE + 1))


async def test_a_close_ends_those_who_wait_after_the_last_entry() -> None:
    """What was given before the close still comes."""
    log = await SqliteLog().open()
    subscription = log.subscribe("lobby")
    waiting = asyncio.create_task(_take(subscription, 1))
    appending = asyncio.create_task(fill(log, 1))
    await given()
    await log.close()
    await appending
    assert await waiting == [1]
    with pytest.raises(LogClosed):
        await _take(subscription, 1)


async def test_two_tasks_do_not_read_one_subscription() -> None:
    """They would take each other's entries."""
    async with SqliteLog() as log:
        subscription = log.subscribe("lobby")
        first = asyncio.create_task(_take(subscription, 1))
        await asyncio.sleep(0)
        with pytest.raises(StateError, match="another task reads this subscription to 'lobby'"):
            await anext(subscription)
        await fill(log, 1)
        assert await first == [1]


async def test_a_subscription_that_is_dropped_leaves_nothing() -> None:
    """No closing is needed, and the other one still hears."""
    async with SqliteLog() as log:
        kept, dropped = log.subscribe("lobby"), log.subscribe("lobby")
        await fill(log, 1)
        assert await _take(dropped, 1) == [1]
        assert len(log._audience) == 2
        del dropped
        gc.collect()
        assert len(log._audience) == 1
        assert await _take(kept, 1) == [1]
        del kept
        gc.collect()
        assert (len(log._audience), log._audience._rooms) == (0, {})


async def test_a_subscription_in_another_loop_hears_of_it() -> None:
    """A server in a thread and a notebook may share a log."""
    async with SqliteLog() as log:
        ready = threading.Event()

        async def follow() -> list[int]:
            subscription = log.subscribe("lobby")
            first = await _take(subscription, 1)
            ready.set()
            return first + await _take(subscription, 2)

        await fill(log, 1)
        other = asyncio.create_task(asyncio.to_thread(asyncio.run, follow()))
        await asyncio.to_thread(ready.wait)
        await fill(log, 2, client_id="bob")
        assert await other == [1, 2, 3]
