"""What notebook 01 says of browsers, tried on a Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page

from tests.browser import chromium
from wsdemo import lab
from wsdemo.lab import news
from wsdemo.lab.news import Way

EVENT_STREAMS = """async uri => {
    window.streams = Array.from({length: 8}, (_, n) => new EventSource(`${uri}?n=${n}`));
    const open = () => window.streams.filter(stream => stream.readyState === 1).length;
    while (open() < 6) await new Promise(done => setTimeout(done, 20));
    const timeout = new Promise(done => setTimeout(done, 500, 'it waits'));
    const answer = fetch('/news?only=last').then(() => 'answered');
    return [await Promise.race([answer, timeout]), open()];
}"""
WEBSOCKETS = """async uri => {
    const open = () => new Promise((done, failed) => {
        const socket = new WebSocket(uri);
        (window.sockets ??= []).push(socket);
        socket.onopen = done;
        socket.onerror = failed;
    });
    await Promise.all(Array.from({length: 30}, open));
    return window.sockets.filter(socket => socket.readyState === 1).length;
}"""


pytestmark = pytest.mark.browser


@asynccontextmanager
async def _page(path: str, uri: str) -> AsyncIterator[Page]:
    async with chromium.launched(path) as browser:
        page = await browser.new_page()
        await page.goto(uri)
        yield page


async def test_six_event_streams_block_a_browser(chromium_path: str) -> None:
    """Two more don't connect, and an ordinary request to the same host waits."""
    async with (
        news.newsroom() as room,
        lab.wire(room.latest) as wire,
        _page(chromium_path, wire.uri) as page,
    ):
        assert await page.evaluate(EVENT_STREAMS, "/events") == ["it waits", 6]
        assert len(wire.connections) == 6


async def test_thirty_websockets_do_not(chromium_path: str) -> None:
    """They are counted apart."""
    async with news.newsroom() as room, _page(chromium_path, room.latest) as page:
        assert await page.evaluate(WEBSOCKETS, room.uri(Way.WEBSOCKET)) == 30


async def test_a_browsers_poll_is_as_long_as_the_one_recorded(chromium_path: str) -> None:
    """Another version has another name; the order of magnitude is the claim."""
    async with news.newsroom() as room, lab.wire(room.latest) as wire:
        async with _page(chromium_path, wire.uri) as page:
            await page.evaluate("fetch('/news?after=100').then(answer => answer.text())")
        (poll,) = [entry for entry in wire.recording.entries() if "after=100" in str(entry)]
        assert abs(len(poll.raw) - len(news.CHROMIUM_POLL)) < 100
