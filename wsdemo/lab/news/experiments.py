"""The measurements of notebook 01, which shows each of them before it runs it.

Leaves out what is concluded from the numbers: that is the notebook's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from wsdemo.lab.entries import Entry
from wsdemo.lab.news.board import START, prices
from wsdemo.lab.news.clients import Way, beats, read, session, take, websocket
from wsdemo.lab.news.elsewhere import Timetable, elsewhere
from wsdemo.lab.news.measure import delays, octets, per_second
from wsdemo.lab.news.newsroom import newsroom
from wsdemo.lab.wire import wire

__all__ = ["octets_per_update", "race", "rates", "sign_of_life"]

PULSE = 0.05  # seconds: an impatient newsroom shows its signs of life at once


async def octets_per_update(way: Way, updates: int = 20) -> float:
    """Publish items one by one, each as soon as the last has been read, and count octets.

    Args:
        way: How to read them.
        updates: How many, after a first one that pays for the opening.
    """
    texts = prices(1 + updates)
    async with newsroom() as room, wire(room.uri(way)) as tap:
        reader = read(way, tap.uri, every=0)
        room.publish(texts[0])
        await anext(reader)
        tap.recording.clear()
        for text in texts[1:]:
            room.publish(text)
            await anext(reader)
        total = octets(tap)
        await reader.aclose()
    return total / updates


async def sign_of_life(way: Way) -> list[Entry]:
    """Let nothing happen, and return what crosses the wire to show that all is well.

    Args:
        way: How to read the news that there isn't.
    """
    async with newsroom(pulse=PULSE) as room, wire(room.uri(way)) as tap:
        reading = asyncio.create_task(take(1, read(way, tap.uri, every=PULSE)))
        await tap.wait_for(4)  # entries: enough for one sign of life, whichever way
        room.publish("at last")
        await reading
    entries = tap.recording.entries()
    match way:
        case Way.EVENTS:
            return entries[2:3]  # a comment, behind request and head
        case Way.WEBSOCKET:
            return entries[2:4]  # a ping and its pong, behind the handshake
        case _:
            return entries[:3]  # a request, a head, and "nothing"


async def race(feed: Timetable, *, every: float, transit: float) -> dict[Way, list[float]]:
    """Read the same news in all four ways at once, and say how late each item was.

    Args:
        feed: What to publish, and when: the newsroom is in a process of its own.
        every: For polling: seconds from one request to the next.
        transit: Seconds that everything travels, each way.

    Returns:
        For each way the delays in seconds, in the order of the feed.
    """
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(elsewhere(feed))
        wires = {way: await stack.enter_async_context(wire(room.uri(way))) for way in Way}
        for tap in wires.values():
            tap.up.delay = tap.down.delay = transit
        readers = [read(way, tap.uri, every=every) for way, tap in wires.items()]
        reading = asyncio.gather(*(take(len(feed), reader) for reader in readers))
        for tap in wires.values():
            await tap.wait_for("GET", arrived=True)
        begun = await room.begin()
        await reading
        times = [at for at, _ in feed]
        return {way: delays(tap, begun, times) for way, tap in wires.items()}


async def rates(feed: Timetable, intervals: Sequence[float]) -> tuple[float, dict[float, float]]:
    """Read a feed on WebSocket, and ask for its latest item at several intervals meanwhile.

    Args:
        feed: What to publish, and when: the newsroom is in a process of its own.
        intervals: Of the polling, in seconds; a client for each.

    Returns:
        Octets per second on WebSocket, and those of each interval.
    """
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(elsewhere(feed))
        pushed = await stack.enter_async_context(wire(room.uri(Way.WEBSOCKET)))
        asked = {each: await stack.enter_async_context(wire(room.latest)) for each in intervals}
        reading = asyncio.create_task(take(len(feed), websocket(pushed.uri, after=START)))
        await room.begin()
        await pushed.wait_for("TEXT")
        await asyncio.gather(*(_look(tap.uri, each, reading) for each, tap in asked.items()))
        await reading
    return per_second(pushed), {each: per_second(tap) for each, tap in asked.items()}


async def _look(uri: str, every: float, reading: asyncio.Task[object]) -> None:
    """Poll while something else is being read."""
    async with session() as http:
        async for _ in beats(every):
            if reading.done():
                return
            async with http.get(uri) as answer:
                await answer.read()
