"""What retention leaves in the tables, and what is still known after it."""

from tests.log.hands import HandClock, fill
from wsdemo.log import Bounds, Retention, SqliteLog


async def _rows(log: SqliteLog) -> list[tuple[int, bool]]:
    """Return the offset of every row, and whether there is a body."""
    query = "SELECT offset, body IS NOT NULL FROM entries ORDER BY offset"
    rows = await log._committer.give(lambda it, _now: it.connection.execute(query).fetchall())
    return [(offset, bool(body)) for offset, body in rows]


async def test_a_count_removes_the_oldest_bodies() -> None:
    """The rows stay for deduplication."""
    async with SqliteLog(keep=Retention(count=2), clock=HandClock()) as log:
        await fill(log, 4)
        assert await log.bounds("lobby") == Bounds(3, 4)
        assert await _rows(log) == [(1, False), (2, False), (3, True), (4, True)]


async def test_a_retry_after_the_removal_is_known_with_its_first_offset() -> None:
    """There is no first body any more; the one given now stands in."""
    clock = HandClock()
    async with SqliteLog(keep=Retention(count=1, remember=60), clock=clock) as log:
        await fill(log, 2)
        clock.now += 60
        again = await log.append("lobby", "ada", 1, b"1")
        assert (again.offset, again.at, again.duplicate, again.body) == (1, 1_000, True, b"1")


async def test_a_retry_after_the_memory_is_a_new_message() -> None:
    """So a client may retry for this long, and no longer; the row is off the disk."""
    clock = HandClock()
    async with SqliteLog(keep=Retention(count=1, remember=60), clock=clock) as log:
        await fill(log, 2)
        clock.now += 61
        assert await log.retain() == 0
        assert await _rows(log) == [(2, True)]
        late = await log.append("lobby", "ada", 1, b"1")
        assert (late.offset, late.duplicate) == (3, False)


async def test_what_is_there_is_known_however_old_it_is() -> None:
    """The memory's limit is for what was removed."""
    clock = HandClock()
    async with SqliteLog(keep=Retention(remember=0), clock=clock) as log:
        await fill(log, 1)
        clock.now += 1e9
        await log.append("lobby", "bob", 1, b"")
        assert (await log.append("lobby", "ada", 1, b"")).duplicate


async def test_an_idle_room_shows_nothing_that_is_too_old() -> None:
    """Nobody has to write for it; numbers go on where they were."""
    clock = HandClock()
    async with SqliteLog(keep=Retention(age=60), clock=clock) as log:
        await fill(log, 3)
        clock.now += 60
        assert await log.bounds("lobby") == Bounds(1, 3)
        clock.now += 1
        assert await log.bounds("lobby") == Bounds(4, 3)
        assert await log.read("lobby", after=3) == await log.read_back("lobby") == []
        assert (await log.append("lobby", "bob", 1, b"")).offset == 4


async def test_retain_takes_from_the_disk_what_nobody_asks_for() -> None:
    """In all rooms; how many entries that was is returned once."""
    clock = HandClock()
    async with SqliteLog(keep=Retention(age=60, remember=0), clock=clock) as log:
        await fill(log, 3)
        await fill(log, 2, room="attic")
        clock.now += 61
        assert await log.retain() == 5
        assert await log.retain() == 0
        assert await _rows(log) == []


async def test_a_clock_set_back_makes_no_hole() -> None:
    """An old entry behind a young one stays until the young one goes."""
    clock = HandClock()
    async with SqliteLog(keep=Retention(age=60), clock=clock) as log:
        await log.append("lobby", "ada", 1, b"")
        clock.now -= 500
        await log.append("lobby", "ada", 2, b"")
        clock.now += 500
        assert await log.bounds("lobby") == Bounds(1, 2)
        clock.now += 61
        assert await log.bounds("lobby") == Bounds(3, 2)
