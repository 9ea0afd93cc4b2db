"""`Game`: the arena on a clock and on connections.

    async with serving(Game(tick=30, bots=3)) as server: ...

There is one timer for all. It rings when a tick is due, lets the arena tick, writes each snapshot
once for all who get the same one, and puts it into their outboxes. For a client that is slow the
newest snapshot takes the place of the one that waits: a snapshot stands for itself, because it is
full, or against what this client has acknowledged.

Leaves out the game, which is in ``arena``.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from types import MappingProxyType, TracebackType
from typing import Self

from wsdemo.apps.door import BadMessage
from wsdemo.apps.game.arena import Arena
from wsdemo.apps.game.field import LARGE, SMALL, Field
from wsdemo.apps.game.messages import CODECS, SUBPROTOCOLS, TAKEN_OVER, Delta, Full, Stats
from wsdemo.apps.game.rewind import FURTHEST
from wsdemo.apps.game.seats import Seat
from wsdemo.apps.game.ticker import Ticker
from wsdemo.apps.game.visit import Flood, Visit
from wsdemo.apps.game.world import Setting
from wsdemo.hub import Client, Conflate, Hub
from wsdemo.metrics.latency import LatencyRecorder
from wsdemo.protocol import CloseCode
from wsdemo.scratch.options import Clock, LoopClock, Timer
from wsdemo.server import Connection

__all__ = ["FIELDS", "Game"]

FIELDS = MappingProxyType({"small": SMALL, "large": LARGE})
PATIENCE = 1.0
"""Seconds, at most, for the last words to a client that is sent away."""


class Game:
    """The application.

    Args:
        tick: ticks a second.
        field: "small" or "large", or a map (see ``field``).
        bots: players that the server plays.
        seed: of the bots.
        players: how many there may be, bots included.
        hold: for how many seconds a player stays whose connection is lost.
        compensation: whether shots are judged by what the shooter saw.
        furthest: how far back, in milliseconds, at most.
        deltas: whether snapshots are against what a client has, where that is possible.
        clock: tells the time and sets timers; by default the event loop's.
        timer: tells for how long a tick computes, in seconds.
        tokens: makes a token that nobody can guess.

    Attributes:
        arena: the game itself, to look at.
        durations: of the ticks, with the snapshots written; an engine may send them afterwards.
        ticker: what was due.

    Raises:
        ValueError: an argument makes no sense.
    """

    name = "game"
    subprotocols = SUBPROTOCOLS
    compression = False  # each client would have its own copy of every snapshot compressed

    def __init__(
        self,
        *,
        tick: int = 30,
        field: str = "small",
        bots: int = 0,
        seed: int = 0,
        players: int = 128,
        hold: float = 20.0,
        compensation: bool = True,
        furthest: int = FURTHEST,
        deltas: bool = True,
        clock: Clock | None = None,
        timer: Callable[[], float] = time.perf_counter,
        tokens: Callable[[], str] = lambda: secrets.token_urlsafe(16),
    ) -> None:
        self.arena = Arena(
            Setting.of(Field.parse(FIELDS.get(field, field)), tick),
            players=players,
            hold=hold,
            compensation=compensation,
            furthest=furthest,
            deltas=deltas,
            bots=bots,
            seed=seed,
            tokens=tokens,
        )
        self.durations = LatencyRecorder()
        self.ticker = Ticker(tick, 0.0)
        self._given = clock
        self._clock: Clock
        self._timer = timer
        self._alarm: Timer | None = None
        self._hub = Hub(Conflate())
        self._guests: dict[int, tuple[Visit, Client]] = {}

    async def __aenter__(self) -> Self:
        self._clock = self._given or LoopClock(asyncio.get_running_loop())
        rate = self.arena.setting.rate
        self.ticker = Ticker(rate, self._clock.time() + 1 / rate)
        self._wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        await self._hub.close()

    async def handle(self, connection: Connection) -> None:
        """Serve one client."""
        codec = CODECS[connection.subprotocol or SUBPROTOCOLS[0]]
        async with self._hub.client(connection) as client:
            visit = Visit(
                self.arena,
                codec,
                self._clock.time,
                seated=lambda seat: self._seat(seat, visit, client),
                stats=self._stats,
            )
            try:
                await self._listen(connection, visit, client)
            finally:
                self._part(visit)

    async def _listen(self, connection: Connection, visit: Visit, client: Client) -> None:
        async for message in connection:
            seat = visit.seat
            try:
                reply = visit.hear(message)
            except Flood as flood:
                await connection.close(CloseCode.POLICY_VIOLATION, str(flood))
                return
            except BadMessage as bad:
                client.post(visit.codec.encode(bad.error))
                await client.drain(PATIENCE)  # it may read what was wrong before it has to go
                await connection.close(CloseCode.POLICY_VIOLATION, "too many bad messages")
                return
            if reply is not None:
                client.post(visit.codec.encode(reply))
            if seat is not None and visit.seat is None:
                self._guests.pop(seat.player, None)

    # Seats and their connections

    def _seat(self, seat: Seat, visit: Visit, client: Client) -> None:
        """Give a seat to a connection; who had it before is sent away."""
        before = self._guests.get(seat.player)
        self._guests[seat.player] = visit, client
        if before is not None:
            before[0].seat = None
            before[1].disconnect(TAKEN_OVER, "the player plays on another connection")

    def _part(self, visit: Visit) -> None:
        if visit.seat is not None:
            del self._guests[visit.seat.player]
            self.arena.lose(visit.seat)

    # Ticks

    def _wait(self) -> None:
        delay = max(0.0, self.ticker.next - self._clock.time())
        self._alarm = self._clock.call_later(delay, self._turn)

    def _turn(self) -> None:
        """Run the ticks that are due, and wait for the next."""
        try:
            for _ in range(self.ticker.due(self._clock.time())):
                begun = self._timer()
                self.arena.tick()
                self._publish()
                self.durations.observe(max(0.0, self._timer() - begun))
        finally:
            self._wait()

    def _publish(self) -> None:
        written: dict[tuple[int, str], str | bytes] = {}
        for visit, client in self._guests.values():
            assert visit.seat is not None
            news: Full | Delta = self.arena.news(visit.seat)
            key = id(news), visit.codec.name
            if key not in written:
                written[key] = visit.codec.encode(news)
            client.post(written[key], key="world")

    def _stats(self, re: int) -> Stats:
        took = self.durations.snapshot()
        half, most = (round(took.quantile(q) * 1e6) if took.counts else 0 for q in (0.5, 0.99))
        return Stats(
            re=re,
            tick=self.arena.world.tick,
            players=self.arena.present,
            overruns=self.ticker.overruns,
            skipped=self.ticker.skipped,
            p50=half,
            p99=most,
            refused=dict(sorted(self.arena.refused.items())),
        )
