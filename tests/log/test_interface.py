"""What a log promises, whatever it is stored in: each test here holds for any `Log`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.log.hands import fill
from wsdemo.log import Ahead, Bounds, Entry, Log, LogClosed, SqliteLog


@pytest.fixture(params=["memory", "file"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Log]:
    """An empty log of each kind."""
    path = tmp_path / "log.db" if request.param == "file" else None
    async with SqliteLog(path) as log:
        yield log


async def _offsets(log: Log, room: str = "lobby") -> list[int]:
    return [entry.offset for entry in await log.read(room)]


def test_an_entry_reads_like_prose() -> None:
    """What a learner prints."""
    entry = Entry("lobby", 3, "ada", 17, 1_000.0, b"Hello", duplicate=True)
    assert str(entry) == "lobby#3 from ada#17 [5 bytes, again]"
    assert entry == Entry("lobby", 3, "ada", 17, 1_000.0, b"Hello")


async def test_offsets_are_dense_from_one_in_each_room(log: Log) -> None:
    """One room's messages don't count in another's."""
    for room in ("lobby", "attic", "lobby", "lobby"):
        await log.append(room, "ada", len(await log.read(room)), b"Hello")
    assert await _offsets(log) == [1, 2, 3]
    assert await _offsets(log, "attic") == [1]


async def test_an_entry_is_read_as_it_was_acknowledged(log: Log) -> None:
    """With any bytes, none included, and any name."""
    entries = [
        await log.append("größe/№ 1", "ada", 2**63 - 1, bytes(range(256))),
        await log.append("größe/№ 1", "é" * 64, 0, b""),
    ]
    assert await log.read("größe/№ 1") == entries


async def test_a_duplicate_returns_the_first_entry(log: Log) -> None:
    """And says so, takes no offset, and doesn't change the body."""
    first = await log.append("lobby", "ada", 1, b"Hello")
    again = await log.append("lobby", "ada", 1, b"other")
    assert (again, first.duplicate, again.duplicate) == (first, False, True)
    assert (await log.append("lobby", "ada", 2, b"next")).offset == 2


async def test_the_same_number_of_another_client_or_room_is_no_duplicate(log: Log) -> None:
    """All three name a message."""
    await log.append("lobby", "ada", 1, b"Hello")
    assert not (await log.append("lobby", "bob", 1, b"Hello")).duplicate
    assert not (await log.append("attic", "ada", 1, b"Hello")).duplicate


async def test_pages_follow_each_other_to_the_end(log: Log) -> None:
    """The next page is after the last one's last offset; at the end there is none."""
    await fill(log, 5)
    assert [entry.offset for entry in await log.read("lobby", after=1, limit=2)] == [2, 3]
    assert [entry.offset for entry in await log.read("lobby", after=3, limit=2)] == [4, 5]
    assert await log.read("lobby", after=5) == []


async def test_scrolling_back_ends_at_the_beginning(log: Log) -> None:
    """The newest page first, each in order."""
    await fill(log, 5)
    pages = [await log.read_back("lobby", limit=2)]
    while pages[-1]:
        pages.append(await log.read_back("lobby", before=pages[-1][0].offset, limit=2))
    assert [[entry.offset for entry in page] for page in pages] == [[4, 5], [2, 3], [1], []]


async def test_an_offset_of_another_log_is_refused(log: Log) -> None:
    """To wait for it would lose what comes before, without a word."""
    await fill(log, 2)
    for call in (log.read("lobby", after=3), log.read_back("lobby", before=4)):
        with pytest.raises(Ahead, match=r"offset 3 of room 'lobby' .* its last entry, 2"):
            await call
    with pytest.raises(Ahead):
        await anext(log.subscribe("lobby", after=3))


async def test_a_room_that_nobody_wrote_to_is_empty(log: Log) -> None:
    """To ask for it doesn't make it."""
    assert await log.read("nowhere") == await log.read_back("nowhere") == []
    assert await log.bounds("nowhere") == Bounds(first=1, last=0)


async def test_a_closed_log_says_so(log: Log) -> None:
    """Every verb, and closing again changes nothing."""
    await log.close()
    await log.close()
    for call in (log.append("lobby", "ada", 1, b""), log.read("lobby"), log.bounds("lobby")):
        with pytest.raises(LogClosed, match="the log is closed"):
            await call
    with pytest.raises(LogClosed):
        log.subscribe("lobby")
