"""`Feed`, the application: a market that moves, and everybody who listens.

A ticker moves the market every interval, by as many changes as were due in it, and the floor tells
the audiences. It waits for nobody: whoever is behind is looked after by his own policy, and an
interval for which there was no time left is left out, with its changes in the next one.

Leaves out the page, which is `wsdemo.pages`' feed.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from wsdemo.apps.door import BudgetSpent
from wsdemo.apps.feed import walk
from wsdemo.apps.feed.floor import CHUNK, MICRO, Floor
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import CODECS, SUBPROTOCOLS
from wsdemo.apps.feed.pace import Pace
from wsdemo.apps.feed.session import Session
from wsdemo.apps.feed.subscriber import Counts
from wsdemo.client.timing import sleep
from wsdemo.hub import Disconnect, Hub
from wsdemo.protocol import CloseCode
from wsdemo.scratch.options import Clock, LoopClock
from wsdemo.server import Connection

__all__ = ["Feed"]

# Changes that a client who was away may have missed and still gets one by one: ten seconds at
# 2,000 a second, and half a mebibyte on the wire.
HISTORY = 20_000
# Seconds; see `batch`.
INTERVAL = 0.05
# Messages and octets that an outbox holds besides a snapshot and a replay, and the octets of one
# quote beside its name.
MESSAGES = 256
OUTBOX = 2**20
QUOTE = 24
# Seconds to read the error for the last bad message, before the close.
LAST_WORD = 1.0


class Feed:
    """A market with many symbols, live.

    Args:
        symbols: how many, or their names.
        rate: changes a second, over all of them; 0 if the program makes them, by `move`.
        seed: the same one makes the same prices.
        history: changes that are remembered for those who resume.
        interval: seconds of changes that go into one message.
        ident: names this feed to clients who come back; by default one that no other has.
        clock: tells the time, and sets timers; by default the event loop's.
        now: the time in seconds since the epoch, for ``at`` in messages.

    Raises:
        ValueError: an argument makes no sense; the message holds it.
    """

    name = "feed"
    subprotocols = SUBPROTOCOLS
    compression = True  # half the octets, for twice the CPU time

    def __init__(
        self,
        symbols: int | Sequence[str] = 100,
        rate: float = 200.0,
        *,
        seed: int = 0,
        history: int = HISTORY,
        interval: float = INTERVAL,
        ident: str | None = None,
        clock: Clock | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not 0.001 <= interval <= 60:
            raise ValueError(f"an interval of {interval!r} s; from 0.001 to 60 it can be")
        names = walk.names(symbols) if isinstance(symbols, int) else tuple(symbols)
        self._market = Market(names, seed, history)
        self._rate = Pace(rate, 0.0).rate
        self._interval = interval
        self._ident = ident or secrets.token_hex(4)
        self._clock = clock
        self._now = now
        self._running = AsyncExitStack()
        self._floor: Floor | None = None

    @property
    def seq(self) -> int:
        """The number of the market's last change."""
        return self._market.seq

    @property
    def prices(self) -> dict[str, int]:
        """What every symbol costs now, in cents."""
        return self._market.prices

    @property
    def counts(self) -> Counts:
        """What happened to changes and clients."""
        return self._open().counts

    @property
    def hub(self) -> Hub:
        """The hub, with the books of its messages."""
        self._open()
        return self._hub

    def move(self, number: int = 1) -> None:
        """Let the market make so many changes now, and tell everybody.

        From another thread: ``loop.call_soon_threadsafe(feed.move, 10)``.
        """
        self._open().move(number, round(self._now() * MICRO))

    async def handle(self, connection: Connection) -> None:
        """Serve one client, from its ``start`` to its last message."""
        floor = self._open()
        assert connection.subprotocol is not None  # the server refuses who speaks none of ours
        codec = CODECS[connection.subprotocol]
        async with self._hub.client(connection) as client:
            interval = round(self._interval * 1000)
            session = Session(floor, client, codec, interval, self._time().time)
            try:
                async for message in connection:
                    session.hear(message)
            except BudgetSpent:
                await client.drain(LAST_WORD)
                await connection.close(CloseCode.POLICY_VIOLATION, "too many bad messages")
            finally:
                session.end()

    async def __aenter__(self) -> Self:
        self._hub = await self._running.enter_async_context(
            Hub(
                Disconnect(reason="too slow"),
                messages=MESSAGES + self._market.history // CHUNK,
                octets=self._octets(),
            )
        )
        pace = Pace(self._rate, self._time().time())
        self._floor = Floor(self._ident, self._market, pace, self._hub.room)
        self._ticker = asyncio.create_task(self._tick(pace), name="wsdemo feed: ticker")
        self._running.push_async_callback(self._stop)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._running.aclose()

    async def _stop(self) -> None:
        self._ticker.cancel()
        await asyncio.wait([self._ticker])
        if not self._ticker.cancelled():
            self._ticker.result()  # raises: a ticker that has ended by itself has failed

    async def _tick(self, pace: Pace) -> None:
        """Move the market whenever an interval is over, on a grid that doesn't drift."""
        clock, floor = self._time(), self._open()
        start, beat = clock.time(), 0
        while True:
            beat += 1
            await sleep(clock, max(0.0, start + beat * self._interval - clock.time()))
            late = int((clock.time() - start) / self._interval) - beat
            if late > 0:
                floor.counts.late += late
                beat += late
            number = pace.due(clock.time())
            at = self._now() - pace.since_last(clock.time())
            floor.move(number, round(at * MICRO))

    def _time(self) -> Clock:
        return self._clock or LoopClock(asyncio.get_running_loop())

    def _octets(self) -> int:
        """Return how many octets an outbox has to hold: any snapshot, and any replay."""
        quote = QUOTE + max(len(name.encode()) for name in self._market.symbols)
        return OUTBOX + quote * (len(self._market.symbols) + self._market.history)

    def _open(self) -> Floor:
        if self._floor is None:
            raise RuntimeError("a feed is there inside of its `async with`")
        return self._floor
