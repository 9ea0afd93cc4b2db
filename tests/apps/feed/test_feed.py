"""The application on both engines, with connections: what everybody gets, the slow ones too."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.raw import narrow, until
from wsdemo import engines, lab
from wsdemo.apps.app import serving
from wsdemo.apps.door import BUDGET
from wsdemo.apps.feed import SUBPROTOCOLS, Feed, FeedClient, floor
from wsdemo.apps.feed import feed as feed_module
from wsdemo.client import Backoff

AT_ONCE = Backoff(first=0.0)


def still(**options: Any) -> Feed:
    """Return a feed that a test moves."""
    return Feed(**{"symbols": 20, "rate": 0, "seed": 3} | options)


async def test_everybody_sees_the_same(engine: str, codec: Any) -> None:
    """And that is what the market has."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, engine=engine, codec=codec) as one,
        FeedClient(server.uri, ["A*", "?L?"], engine=engine, codec=codec) as other,
    ):
        for _ in range(10):
            feed.move(7)
        await one.reach(feed.seq)
        assert one.prices == feed.prices
        await other.subscribe("*")
        feed.move(1)
        await other.reach(feed.seq)
        assert other.prices == feed.prices


@pytest.mark.parametrize("compression", [True, False])
async def test_compression_changes_no_price(engine: str, codec: Any, *, compression: bool) -> None:
    """It may be agreed to, or not."""
    feed = still()
    deflate = "deflate" if compression else None
    async with (
        serving(feed, engine=engine, compression=compression) as server,
        FeedClient(server.uri, engine=engine, codec=codec, compression=deflate) as client,
    ):
        feed.move(100)
        await client.reach(feed.seq)
        assert client.prices == feed.prices


async def test_the_ticker_moves_the_market_by_the_clock(engine: str) -> None:
    """By what is due in an interval, whoever listens."""
    clock = HandClock()
    feed = Feed(10, rate=200, interval=0.0625, clock=clock, now=lambda: 1000.0)
    async with serving(feed, engine=engine) as server, FeedClient(server.uri) as client:
        for seq in (12, 25, 37, 50):
            clock.advance(0.0625)
            await client.reach(seq)
            assert feed.seq == seq
        assert client.prices == feed.prices
        assert feed.counts.late == 0
        # 50 changes in a quarter of a second: the last one was due just now.
        assert client.view.at == 1_000_000_000


async def test_a_ticker_that_is_late_leaves_intervals_out() -> None:
    """And no changes."""
    clock = HandClock()
    async with Feed(10, rate=100, interval=0.125, clock=clock) as feed:
        await until(lambda: clock.pending)
        clock.now += 0.5  # nobody was called back meanwhile
        clock.advance(0)
        await until(lambda: feed.seq)
        assert (feed.seq, feed.counts.ticks, feed.counts.late) == (50, 1, 3)


async def test_a_ticker_that_fails_is_told_at_the_end() -> None:
    """And not lost."""
    clock, times = HandClock(), iter(list[float]())
    feed = Feed(10, rate=100, clock=clock, now=lambda: next(times))
    await feed.__aenter__()
    await until(lambda: clock.pending)
    clock.advance(1)
    await until(feed._ticker.done)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await feed.__aexit__(None, None, None)


async def test_a_feed_is_there_inside_of_its_block() -> None:
    """Before that nobody can be told."""
    with pytest.raises(RuntimeError, match="async with"):
        still().move(1)


@pytest.mark.parametrize(
    "options",
    [
        {"symbols": 0},
        {"symbols": 10_001},
        {"symbols": ["X", "X"]},
        {"rate": -1},
        {"history": -1},
        {"interval": 0},
        {"interval": 61},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    """Before anything is opened."""
    with pytest.raises(ValueError, match=r"symbol|rate|history|interval"):
        Feed(**options)


async def test_symbols_may_have_any_names(engine: str, codec: Any) -> None:
    """Markup among them, for whoever shows them."""
    names = ["<b>", "Grüße", "a*b", "🎉"]
    feed = still(symbols=names)
    async with (
        serving(feed, engine=engine) as server,
        FeedClient(server.uri, ["<*", "a*"], engine=engine, codec=codec) as client,
    ):
        assert [*client.prices] == ["<b>", "a*b"]


async def test_who_speaks_no_protocol_of_ours_is_refused(engine: str) -> None:
    """In the opening handshake."""
    verbs = engines.get(engine)
    async with serving(still(), engine=engine) as server:
        with pytest.raises(Exception, match="400"):
            await verbs.connect(server.uri, subprotocols=["chat"], proxy=None)


async def test_bad_messages_are_answered_then_ended(engine: str) -> None:
    """With the field, and then with 1008."""
    verbs = engines.get(engine)
    async with (
        serving(still(), engine=engine) as server,
        verbs.connect(server.uri, subprotocols=SUBPROTOCOLS[:1], proxy=None) as connection,
    ):
        for number in range(BUDGET + 1):
            await connection.send(json.dumps({"type": "start", "id": number, "patterns": [1]}))
            error = json.loads(await connection.recv())
            assert (error["code"], error["re"]) == ("invalid", number)
            assert error["field"] == "$.patterns[0]"
        await connection.wait_closed()
        assert connection.close_code == 1008


async def test_one_that_stands_still_ends_with_the_present(engine: str, codec: Any) -> None:
    """The others get everything meanwhile, and what is kept for it is bounded."""
    feed = still()
    kind: Any = {"engine": engine, "codec": codec}
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, window=4, **kind) as slow,
        FeedClient(server.uri, window=4, **kind) as quick,
    ):
        wire.down.stall()
        for _ in range(40):
            feed.move(25)
            await quick.reach(feed.seq)
        assert (quick.conflated, quick.gaps) == (0, 0)
        assert feed.hub.snapshot().deepest <= 2
        wire.down.resume()
        await slow.reach(feed.seq)
        assert slow.prices == feed.prices == quick.prices
        assert slow.gaps == 0
        assert slow.conflated == feed.counts.conflated > 0


async def test_one_that_acknowledges_nothing_is_found_out_by_tcp(engine: str) -> None:
    """It takes what the kernel's buffers hold; then it is conflated as well."""
    feed = still(symbols=1000)
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, window=0, engine=engine, inbox=1) as slow,
    ):
        [member] = feed.hub.clients
        connection: Any = member.member
        narrow(connection.transport.get_extra_info("socket"))
        wire.down.stall()
        while not member.waiting:
            feed.move(2000)
            await asyncio.sleep(0)
        peak = feed.hub.snapshot().octets_peak
        for _ in range(20):
            feed.move(2000)
        assert feed.hub.snapshot().octets_peak == peak
        wire.down.resume()
        await slow.reach(feed.seq)
        assert slow.prices == feed.prices
        assert slow.gaps == 0
        assert slow.conflated > 0


async def test_one_that_drops_sees_a_gap_and_asks(engine: str, codec: Any) -> None:
    """What it has missed is counted, and the end is right."""
    feed = still()
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, engine=engine, codec=codec, slow="drop", window=2) as slow,
    ):
        wire.down.stall()
        for _ in range(10):
            feed.move(25)
        wire.down.resume()
        await slow.reach(feed.seq)
        assert slow.prices == feed.prices
        assert slow.gaps == 1
        assert feed.counts.missed == 200


async def test_one_that_is_disconnected_comes_back_and_has_missed_nothing(engine: str) -> None:
    """Every change, each once."""
    feed = still(history=1000)
    async with (
        serving(feed, engine=engine, close_timeout=0.1) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, engine=engine, slow="disconnect", window=2, backoff=AT_ONCE) as slow,
    ):
        wire.down.stall()
        for _ in range(5):
            feed.move(10)
        assert feed.counts.disconnected == 1
        wire.down.resume()
        await slow.reach(feed.seq)
        assert slow.prices == feed.prices
        assert (slow.resumed, slow.snapshots, slow.gaps) == (1, 1, 0)


async def test_a_history_of_any_length_is_replayed(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In more messages than may wait for a client otherwise; here each has one change."""
    for module in (feed_module, floor):
        monkeypatch.setattr(module, "CHUNK", 1)
    feed = still(history=1000)
    async with (
        serving(feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, engine=engine, slow="disconnect", backoff=AT_ONCE) as client,
    ):
        wire.cut()
        await until(lambda: not feed.hub.clients)
        feed.move(1000)
        await client.reach(feed.seq)
        assert (client.resumed, client.snapshots) == (1, 1)
        assert client.prices == feed.prices


async def test_who_is_gone_is_forgotten(engine: str) -> None:
    """However it went."""
    feed = still()
    async with serving(feed, engine=engine) as server:
        for _ in range(3):
            async with FeedClient(server.uri, engine=engine):
                assert len(feed.hub.clients) == 1
            await until(lambda: not feed.hub.clients)
        feed.move(5)
        assert feed.hub.rooms == {}
