"""A feed that is resumed delivers every change exactly once, in effect; without a history it can't.

Recorded and judged by `wsdemo.lab.delivery`. The market is one in which no symbol costs the same
twice, so that a symbol and its price are the name of a change.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.hub.members import turns
from tests.scratch.raw import until
from wsdemo import lab
from wsdemo.apps.app import serving
from wsdemo.apps.feed import Feed, FeedClient, Update
from wsdemo.client import Backoff, Phase
from wsdemo.lab import delivery
from wsdemo.lab.wire import Wire

SYMBOLS, SEED, CHANGES = 12, 178, 120
KINDS = ("cut", "reset", "stall", "delay")


def name(update: Update) -> str:
    """Return what tells a change from all others."""
    return f"{update.symbol} {update.price}"


class Stage:
    """A feed whose changes are written down, and a client who writes down what it gets.

    Args:
        history: changes that the feed remembers.
    """

    def __init__(self, history: int) -> None:
        self.feed = Feed(SYMBOLS, rate=0, seed=SEED, history=history)
        self.record = lab.Delivery()
        self._shadow = Feed(SYMBOLS, rate=0, seed=SEED, history=CHANGES)._market

    def move(self, number: int = 1) -> None:
        """Let the market move, as far as it goes."""
        for _ in range(min(number, CHANGES - self.feed.seq)):
            [change] = self._shadow.advance(1)
            self.record.sent("market", name(change), to="all")
            self.record.acknowledged("market", name(change), offset=self._shadow.seq)
            self.feed.move(1)

    async def follow(self, client: FeedClient) -> None:
        """Write down every update."""
        async for update in client:
            self.record.received("client", name(update), "all")

    async def finish(self, client: FeedClient, following: asyncio.Task[None]) -> delivery.Report:
        """Let the market go to its end and the client read to there; return the verdict."""
        self.move(CHANGES)
        await until(lambda: following.done() or client.seq == CHANGES)
        await until(lambda: following.done() or not client._exchange.ready)
        following.cancel()
        await asyncio.wait([following])
        return self.record.check(echo=False)


async def play(history: int, engine: str, faults: Any) -> delivery.Report:
    """Let a client follow a feed while something happens to its wire; return the verdict."""
    stage = Stage(history)
    options: dict[str, Any] = {"slow": "disconnect", "window": 0, "backoff": Backoff(first=0.0)}
    async with (
        serving(stage.feed, engine=engine) as server,
        lab.wire(server.uri) as wire,
        FeedClient(wire.uri, engine=engine, **options) as client,
    ):
        stage.record.joined("client", "all")
        stage.record.connected("client")
        following = asyncio.create_task(stage.follow(client))
        await faults(stage, wire, client)
        return await stage.finish(client, following)


async def cuts(stage: Stage, wire: Wire, client: FeedClient) -> None:
    """Cut the wire three times, and let much happen before the client is back."""
    for _ in range(3):
        stage.move(5)
        wire.cut()
        await until(lambda: client.state.phase is not Phase.OPEN)
        stage.move(20)
        await until(lambda: client.state.phase is Phase.OPEN and client._exchange.started)


def test_every_change_has_a_name_of_its_own() -> None:
    """Else the verdicts would mean nothing."""
    market = Feed(SYMBOLS, seed=SEED)._market
    named = {f"{symbol} {price}" for symbol, price in market.prices.items()}
    named |= {name(change) for change in market.advance(CHANGES)}
    assert len(named) == SYMBOLS + CHANGES


async def test_with_a_history_every_change_comes_exactly_once(engine: str) -> None:
    """Over three cuts."""
    report = await play(1000, engine, cuts)
    assert report.holds(delivery.EXACTLY_ONCE_IN_EFFECT), report


async def test_without_a_history_changes_are_lost(engine: str) -> None:
    """The prices are right in the end; what happened on the way nobody knows."""
    report = await play(0, engine, cuts)
    assert not report.holds(delivery.EXACTLY_ONCE_IN_EFFECT)
    assert report.holds(delivery.AT_MOST_ONCE), report


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_it_holds_whatever_goes_wrong(engine: str, seed: int) -> None:
    """Cuts, resets, stalls and delays, as the seed has them."""

    async def inflict(stage: Stage, wire: Wire, client: FeedClient) -> None:
        async def meanwhile(_seconds: float) -> None:
            for _ in range(5):
                stage.move(1)
                await turns()

        schedule = lab.faults(seed, 8, KINDS)
        note = stage.record.fault
        await lab.inflict(
            schedule, wire, sleep=meanwhile, clock=lambda: 0.0, note=note, delay=0.002
        )

    report = await play(1000, engine, inflict)
    assert report.holds(delivery.EXACTLY_ONCE_IN_EFFECT), report
