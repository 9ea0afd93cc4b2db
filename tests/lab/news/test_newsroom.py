"""A newsroom opens, and leaves nothing behind."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from wsdemo import lab
from wsdemo.lab.news.clients import Way, session
from wsdemo.lab.news.newsroom import newsroom


async def test_every_way_has_a_uri() -> None:
    """On ports that the system has picked."""
    async with newsroom() as room:
        assert room.uri(Way.LONG_POLLING).endswith("/wait")
        assert room.uri(Way.WEBSOCKET).startswith("ws://127.0.0.1:")
        assert room.latest == f"{room.uri(Way.POLLING)}?only=last"
        assert repr(room) == "<newsroom: 0 item(s)>"


async def test_it_closes_under_readers_that_wait() -> None:
    """Soon, and without a task left over: those of websockets hear 1001."""
    before = asyncio.all_tasks()
    async with session() as http, asyncio.timeout(5):
        async with newsroom() as room:
            held = asyncio.create_task(http.get(f"{room.uri(Way.LONG_POLLING)}?after=100"))
            stream = await http.get(room.uri(Way.EVENTS))
            connection = await connect(room.uri(Way.WEBSOCKET))
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 1001
        await asyncio.wait([held])
        assert held.exception() is not None
        stream.close()
        await connection.wait_closed()
    await asyncio.sleep(0)
    assert not {task for task in asyncio.all_tasks() - before if not task.done()}


async def test_a_client_that_goes_leaves_no_handler_behind() -> None:
    """One that waits for news would wait for ever."""
    async with newsroom() as room, session() as http:
        before = len(asyncio.all_tasks())
        stream = await http.get(room.uri(Way.EVENTS))
        assert len(asyncio.all_tasks()) > before
        stream.close()
        async with asyncio.timeout(5):
            while len(asyncio.all_tasks()) > before:  # noqa: ASYNC110 - nobody would set an event
                await asyncio.sleep(0)


async def test_a_silent_websocket_is_pinged() -> None:
    """The pulse of the newsroom, in WebSocket's own form."""
    async with (
        newsroom(pulse=0.01) as room,
        lab.wire(room.uri(Way.WEBSOCKET)) as wire,
        connect(wire.uri),
    ):
        await wire.wait_for("PING")
        await wire.wait_for("PONG")
