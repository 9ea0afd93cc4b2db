"""A proxy that buffers: what ends gets through, what doesn't end doesn't."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from wsdemo.lab.news.clients import Way, events, read, take
from wsdemo.lab.news.newsroom import newsroom
from wsdemo.lab.news.proxy import buffering_proxy


@pytest.mark.parametrize("way", [Way.POLLING, Way.LONG_POLLING])
async def test_answers_that_end_get_through(way: Way) -> None:
    """Whole, query and all."""
    async with newsroom() as room, buffering_proxy(room.uri(way)) as uri:
        item = room.publish("a")
        assert await take(1, read(way, uri, every=0)) == [item]


async def test_an_event_stream_does_not() -> None:
    """Nothing arrives, and nothing says why."""
    async with newsroom() as room, buffering_proxy(room.uri(Way.EVENTS)) as uri:
        room.publish("a")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(take(1, events(uri, after=100)), 0.1)


async def test_a_websocket_is_refused() -> None:
    """The server never sees that anybody wanted to upgrade."""
    async with newsroom() as room, buffering_proxy(room.uri(Way.WEBSOCKET)) as uri:
        with pytest.raises(InvalidStatus, match="426"):
            await take(1, read(Way.WEBSOCKET, uri, every=0))
