"""The client's side of the four ways to get the news: asynchronous generators of items.

All begin with what is newer than `after`, and go on until nobody wants more: `take` reads as many
as one needs, and closes.

Leaves out the client that a product needs, above all on WebSocket, where reconnecting, resuming and
backing off are the caller's work.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

import aiohttp
from websockets.asyncio.client import connect

from wsdemo.lab.news.board import START, Item

__all__ = ["Way", "beats", "events", "long_poll", "poll", "read", "session", "take", "websocket"]

RETRY = 0.05
"""Seconds before an event stream is opened again. HTML says "a few seconds"; a lab is shorter."""


class Way(enum.StrEnum):
    """A way to get the news."""

    POLLING = "polling"
    LONG_POLLING = "long polling"
    EVENTS = "server-sent events"
    WEBSOCKET = "WebSocket"


def session(connections: int = 100) -> aiohttp.ClientSession:
    """Return a client for HTTP that adds as few header lines as it can.

    Args:
        connections: How many it opens at most; browsers open six to one host over HTTP/1.1.
    """
    # Without "identity" the line would name whatever codings this machine has libraries for.
    headers = {"Accept-Encoding": "identity"}
    connector = aiohttp.TCPConnector(limit=connections)
    no_limit = aiohttp.ClientTimeout(total=None)  # an event stream lasts as long as it lasts
    return aiohttp.ClientSession(headers=headers, connector=connector, timeout=no_limit)


async def poll(uri: str, *, every: float, after: int = START) -> AsyncGenerator[Item, None]:
    """Ask at a steady beat, whether there is news or not.

    Args:
        uri: Of the newsroom.
        every: Seconds from one request to the next; 0 for the next as soon as possible.
        after: The newest id that is known already.
    """
    async with session() as http:
        async for _ in beats(every):
            for item in await _ask(http, uri, after):
                after = item.id
                yield item


async def long_poll(uri: str, *, after: int = START) -> AsyncGenerator[Item, None]:
    """Ask, and ask again as soon as there is an answer; the server takes its time.

    Args:
        uri: Of the newsroom.
        after: The newest id that is known already.
    """
    async with session() as http:
        while True:
            for item in await _ask(http, uri, after):
                after = item.id
                yield item


async def _ask(http: aiohttp.ClientSession, uri: str, after: int) -> list[Item]:
    async with http.get(uri, params={"after": after}) as answer:
        return [Item(**each) for each in json.loads(await answer.text())]


async def events(uri: str, *, after: int | None = None) -> AsyncGenerator[Item, None]:
    """Ask once, and read the answer for ever; if it breaks off, ask for the rest.

    Args:
        uri: Of the newsroom.
        after: The newest id that is known already; None for whatever comes from now on.
    """
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with session() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(uri, headers=headers) as answer:
                    async for fields in _events(answer.content):
                        headers["Last-Event-ID"] = fields["id"]
                        yield Item.from_json(fields["data"])
            await asyncio.sleep(RETRY)


async def _events(stream: aiohttp.StreamReader) -> AsyncIterator[dict[str, str]]:
    """Read events of one `id` and one `data` line each; HTML allows more (9.2.6)."""
    fields: dict[str, str] = {}
    async for line in stream:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name in {"id", "data"}:
            fields[name] = value
        elif not name and fields:  # an empty line: the event is complete
            yield fields
            fields = {}


async def websocket(uri: str, *, after: int | None = None) -> AsyncGenerator[Item, None]:
    """Open a connection, and take what comes.

    Args:
        uri: Of the newsroom.
        after: The newest id that is known already; None for whatever comes from now on.
    """
    query = "" if after is None else f"?after={after}"
    # The server pings, as it must where the client is a browser; so we need not.
    connection = await connect(uri + query, compression=None, ping_interval=None)
    try:
        async for message in connection:
            yield Item.from_json(str(message))
    finally:  # not `async with`, which takes a reader that has enough for one that failed: 1011
        await connection.close()


def read(way: Way, uri: str, *, every: float, after: int = START) -> AsyncGenerator[Item, None]:
    """Read the news in the way that is named.

    Args:
        way: Which.
        uri: What `Newsroom.uri` says of it, or the URI of a wire before it.
        every: For polling: seconds from one request to the next.
        after: The newest id that is known already.
    """
    match way:
        case Way.POLLING:
            return poll(uri, every=every, after=after)
        case Way.LONG_POLLING:
            return long_poll(uri, after=after)
        case Way.EVENTS:
            return events(uri, after=after)
        case Way.WEBSOCKET:
            return websocket(uri, after=after)


async def take(count: int, items: AsyncGenerator[Item, None]) -> list[Item]:
    """Read as many items, and close.

    Args:
        count: How many.
        items: What one of the readers returned.
    """
    taken: list[Item] = []
    async with contextlib.aclosing(items):
        while len(taken) < count:
            taken.append(await anext(items))
    return taken


async def beats(
    every: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncIterator[None]:
    """Beat time: a beat that came late delays none of those after it.

    Args:
        every: Seconds from one beat to the next.
        clock: Tells how late it is, in seconds.
        sleep: Waits for as many seconds.
    """
    at = clock()
    while True:
        yield
        at += every
        await sleep(max(0.0, at - clock()))
