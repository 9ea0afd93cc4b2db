"""`FeedClient`, on both engines: over gaps, cuts, restarts, and changes of mind."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.scratch.raw import until
from wsdemo import lab
from wsdemo.apps.app import serving
from wsdemo.apps.feed import Feed, FeedClient, Update
from wsdemo.apps.feed.client import FeedError
from wsdemo.apps.feed.messages import MOST_PATTERNS
from wsdemo.client import Backoff, Dismissed, Phase

AT_ONCE = Backoff(first=0.0)


def still(**options: Any) -> Feed:
    """Return a feed that a test moves."""
    return Feed(**{"symbols": 20, "rate": 0, "seed": 3, "history": 1000} | options)


async def take(client: FeedClient, number: int) -> list[Update]:
    """Go over so many updates."""
    return [await anext(client) for _ in range(number)]


async def test_it_begins_with_a_snapshot(engine: str, codec: Any) -> None:
    """Before anything has changed."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, engine=engine, codec=codec) as client,
    ):
        assert client.prices == feed.prices == client.view.opens
        assert (client.patterns, client.snapshots, client.seq) == (("*",), 1, 0)
        assert repr(client) == "<feed client: 20 symbols at change 0, OPEN>"


async def test_every_change_is_gone_over(engine: str, codec: Any) -> None:
    """In order, each once."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, engine=engine, codec=codec) as client,
    ):
        feed.move(50)
        got = await take(client, 50)
        assert got == [change for _, change in feed._market.changes(0)]


async def test_what_is_not_gone_over_is_not_read() -> None:
    """A slow program is a slow consumer."""
    feed = still()
    async with serving(feed) as server, FeedClient(server.uri, window=4) as client:
        for _ in range(20):
            feed.move(10)
        assert client.seq == 0
        await client.reach(200)
        assert client.conflated > 0
        assert client.prices == feed.prices


async def test_what_was_read_meanwhile_is_gone_over_later() -> None:
    """By `reach`, or while it waited for an answer."""
    feed = still()
    async with serving(feed) as server, FeedClient(server.uri) as client:
        feed.move(5)
        await client.reach(5)
        feed.move(5)
        await client.subscribe("A*")
        assert len(await take(client, 10)) == 10


async def test_it_subscribes_and_unsubscribes(engine: str, codec: Any) -> None:
    """When that returns, the prices are there, or gone."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, [], engine=engine, codec=codec) as client,
    ):
        assert client.prices == {}
        await client.subscribe("A*", "L*")
        assert {name[0] for name in client.prices} == {"A", "L"}
        await client.unsubscribe("A*")
        assert {name[0] for name in client.prices} == {"L"}
        feed.move(200)
        await client.subscribe("nothing")
        assert {update.symbol[0] for update in await take(client, 1)} <= {"A", "L"}
        assert {name[0] for name in client.prices} == {"L"}


async def test_one_may_go_over_it_while_another_subscribes(engine: str) -> None:
    """Whoever reads, both see it."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, [], engine=engine) as client,
    ):
        going = asyncio.create_task(take(client, 20))
        await client.subscribe("*")
        feed.move(20)
        assert len(await going) == 20


async def test_a_request_that_is_refused_is_an_error(engine: str) -> None:
    """For whoever has made it; and it isn't made again."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, engine=engine) as client,
    ):
        with pytest.raises(FeedError, match="too_many_patterns"):
            await client.subscribe(*(f"{n}" for n in range(MOST_PATTERNS)))
        await client.subscribe("A")
        assert client.patterns == ("*", "A")


async def test_a_cut_loses_nothing(engine: str, codec: Any) -> None:
    """What has changed meanwhile comes, each change once."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, engine=engine, codec=codec, backoff=AT_ONCE) as client,
    ):
        feed.move(10)
        got = await take(client, 5)
        feed.move(10)
        wire.cut()
        await until(lambda: client.state.phase is not Phase.OPEN)
        feed.move(10)
        got += await take(client, 25)
        assert got == [change for _, change in feed._market.changes(0)]
        assert (client.resumed, client.snapshots, client.gaps) == (1, 1, 0)


async def test_a_cut_that_was_too_long_is_a_snapshot(engine: str, codec: Any) -> None:
    """The client says so, and its prices are right."""
    feed = still(history=5)
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, engine=engine, codec=codec, backoff=AT_ONCE) as client,
    ):
        wire.cut()
        await until(lambda: client.state.phase is not Phase.OPEN)
        feed.move(10)
        await client.reach(10)
        assert (client.resumed, client.snapshots, client.gaps) == (0, 2, 0)
        assert client.prices == feed.prices


async def test_another_server_is_another_market(engine: str) -> None:
    """Its numbers don't go on from those of the one before."""
    first, second = still(), still(seed=9)
    async with AsyncExitStack() as stack:
        async with serving(first, engine=engine) as server:
            client = FeedClient(server.uri, engine=engine, backoff=AT_ONCE)
            await stack.enter_async_context(client)
            first.move(2)
            await client.reach(2)
        await until(lambda: client.state.phase is not Phase.OPEN)
        await stack.enter_async_context(serving(second, port=server.port, engine=engine))
        await until(lambda: second.hub.rooms)
        second.move(3)
        await client.reach(3)
        assert client.prices == second.prices
        assert client.snapshots == 2


async def test_what_was_asked_for_during_a_cut_is_there_afterwards(engine: str) -> None:
    """Both ways."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, ["A*"], engine=engine, backoff=AT_ONCE) as client,
    ):
        wire.cut()
        await until(lambda: client.state.phase is not Phase.OPEN)
        await asyncio.gather(client.subscribe("L*"), client.unsubscribe("A*"))
        assert {name[0] for name in client.prices} == {"L"}
        assert client.patterns == ("L*",)


async def test_a_server_that_closes_for_good_ends_the_loop(engine: str) -> None:
    """After the last update."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, engine=engine) as client,
    ):
        feed.move(3)
        [member] = feed.hub.clients
        await until(lambda: feed.hub.snapshot().waiting == 0)
        await member.member.close(1000)
        assert len([update async for update in client]) == 3


async def test_a_client_that_is_sent_away_says_so(engine: str) -> None:
    """With 1008 nobody comes back."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, engine=engine) as client,
    ):
        [member] = feed.hub.clients
        await member.member.close(1008)
        with pytest.raises(Dismissed, match="1008"):
            await anext(client)


async def test_a_server_that_is_not_there_is_an_error() -> None:
    """At the beginning, and nothing is left."""
    client = FeedClient("ws://127.0.0.1:1/ws", backoff=Backoff(retries=0))
    with pytest.raises(Exception, match=r"127\.0\.0\.1:1"):
        async with client:
            pass


def test_arguments_that_make_no_sense_are_refused() -> None:
    """With their value."""
    odd: Any = "xml"
    with pytest.raises(ValueError, match="xml"):
        FeedClient("ws://x/ws", codec=odd)
    with pytest.raises(TypeError, match=r"\['A\*'\]"):
        FeedClient("ws://x/ws", "A*")
    with pytest.raises(ValueError, match="http"):
        FeedClient("http://x")
    with pytest.raises(ValueError, match="surrogates"):
        FeedClient("ws://x/ws", ["\udcff"])


async def test_a_pattern_that_cannot_be_sent_is_refused_at_once() -> None:
    """It is not kept, to fail on the next connection."""
    async with serving(still()) as server, FeedClient(server.uri) as client:
        with pytest.raises(ValueError, match="surrogates"):
            await client.subscribe("\udcff")
        with pytest.raises(ValueError, match="surrogates"):
            await client.unsubscribe("\udcff")
        assert [*client._exchange.wanted] == ["*"]
