"""Every reader gets every item, and comes back as its way allows."""

import asyncio

import pytest

from wsdemo import lab
from wsdemo.lab.news.board import START
from wsdemo.lab.news.clients import Way, beats, events, poll, read, take, websocket
from wsdemo.lab.news.newsroom import newsroom

every_way = pytest.mark.parametrize("way", list(Way))


@every_way
async def test_every_way_reads_the_same(way: Way) -> None:
    """What was there before, and what comes while it reads."""
    async with newsroom() as room:
        first = room.publish("a")
        reader = read(way, room.uri(way), every=0)
        assert await anext(reader) == first
        assert [room.publish("b"), room.publish("c")] == [await anext(reader), await anext(reader)]
        await reader.aclose()


@every_way
async def test_every_way_goes_on_after_what_is_known(way: Way) -> None:
    """Nothing is read twice."""
    async with newsroom() as room:
        room.publish("a")
        item = room.publish("b")
        assert await take(1, read(way, room.uri(way), every=0, after=START + 1)) == [item]


async def test_polling_keeps_to_its_beat() -> None:
    """Several items that came between two questions come in one answer."""
    async with newsroom() as room, lab.wire(room.uri(Way.POLLING)) as wire:
        reading = asyncio.create_task(take(2, poll(wire.uri, every=0.01)))
        await wire.wait_for(7)  # two polls in vain, and a third question at least
        items = [room.publish("a"), room.publish("b")]
        assert await reading == items
        bodies = [entry for entry in wire.recording.entries() if "BODY" in str(entry)]
        assert [str(entry) for entry in bodies[:2]] == ["BODY '[]' [2 bytes]"] * 2
        assert '"id":101' in str(bodies[-1])


async def test_a_cut_event_stream_is_resumed() -> None:
    """With the id of the last event, so that nothing is lost and nothing doubled."""
    async with newsroom() as room, lab.wire(room.uri(Way.EVENTS)) as wire:
        reader = events(wire.uri, after=START)
        first = room.publish("a")
        assert await anext(reader) == first
        wire.cut()
        second = room.publish("b")
        assert await anext(reader) == second
        request = wire.recording.entries(2)[0]
        assert b"\r\nLast-Event-ID: 101\r\n" in request.raw
        await reader.aclose()


async def test_an_event_stream_begins_with_what_comes() -> None:
    """Unless it is told what is known already."""
    async with newsroom() as room, lab.wire(room.uri(Way.EVENTS)) as wire:
        room.publish("old")
        reading = asyncio.create_task(take(1, events(wire.uri)))
        await wire.wait_for("200 OK")
        item = room.publish("new")
        assert await reading == [item]


async def test_a_reader_that_has_enough_says_goodbye() -> None:
    """With 1000, and not with the code of one that failed."""
    async with newsroom() as room, lab.wire(room.uri(Way.WEBSOCKET)) as wire:
        room.publish("a")
        await take(1, websocket(wire.uri, after=START))
        await wire.wait_for("CLOSE 1000")


class _Clock:
    """A clock that moves when somebody sleeps, or works."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def test_a_late_beat_delays_no_other() -> None:
    """Work of more than two beats is caught up with; then the beats are where they were."""
    clock = _Clock()
    async for _ in beats(1.0, clock=lambda: clock.now, sleep=clock.sleep):
        if len(clock.slept) == 4:
            break
        clock.now += 0.25 if clock.slept else 2.25
    assert clock.slept == [0.0, 0.0, 0.25, 0.75]
