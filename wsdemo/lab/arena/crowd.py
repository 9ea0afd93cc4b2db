"""A crowd for a load: walkers, who do no more than the server can notice, and witnesses.

A walker sends an input for each tick, acknowledges what it gets, and reads of a snapshot only the
tick: a hundred whole clients would cost more than their server. A witness is a whole client, played
by a bot, that compares what it shows with what turns out to have been true.

Leaves out what comes of it: see ``loading``.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Mapping
from typing import Any, Self

import msgspec

from wsdemo import engines
from wsdemo.apps.door import Codec
from wsdemo.apps.game import Bot, GameClient, Input, Player, Setting
from wsdemo.apps.game.field import UNIT
from wsdemo.apps.game.interpolate import PARTS
from wsdemo.apps.game.messages import CODECS, Ask, Join, Press, Stats
from wsdemo.apps.game.ticker import Ticker
from wsdemo.lab.arena.played import apart

__all__ = ["Walker", "Witness", "ask", "stroll"]

BEHIND = 3
"""Ticks by which a walker says that it sees the others late, so that its shots are rewound."""
UNANSWERED = 16
"""Inputs after which a walker waits for a snapshot: a server that stands still gets no flood."""


class _Head(msgspec.Struct):
    """What a walker reads of a message."""

    type: str
    tick: int = 0


class Walker:
    """One of the crowd.

    Args:
        uri: of the server.
        number: which one.
        engine: "websockets" or "scratch".
        subprotocol: of the game.

    Attributes:
        sent: octets of payload.
        received: the same.
        snapshots: messages received.
    """

    def __init__(self, uri: str, number: int, engine: str, subprotocol: str) -> None:
        self.sent = self.received = self.snapshots = 0
        self._uri = uri
        self._number = number
        self._engine = engine
        self._subprotocol = subprotocol
        self._codec: Codec = CODECS[subprotocol]
        self._head = self._codec.decoder(_Head)
        self._chance = random.Random(number).random
        self._connection: Any = None
        self._reading: asyncio.Task[None] | None = None
        self._seq = self._ack = self._unanswered = 0

    async def __aenter__(self) -> Self:
        connect = engines.get(self._engine).connect
        self._connection = await connect(
            self._uri, subprotocols=[self._subprotocol], proxy=None, compression=None
        )
        await self._send(Join(1, f"walker {self._number}"))
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def press(self) -> None:
        """Send an input: on the whole straight on, the trigger held; none to a silent server."""
        if self._unanswered >= UNANSWERED:
            return
        self._unanswered += 1
        self._seq += 1
        at = self._seq // 15 + self._number
        aim = int(self._chance() * 255) - 127, int(self._chance() * 255) - 127
        seen = max(0, self._ack - BEHIND) * PARTS
        await self._send(Press(self._seq, at % 8 + 1, aim, True, seen, self._ack))

    async def _send(self, message: Any) -> None:
        raw = self._codec.encode(message)
        self.sent += len(raw)
        await self._connection.send(raw)

    async def _read(self) -> None:
        async for message in self._connection:
            self.received += len(message)
            self.snapshots += 1
            head = self._head(message)
            if head.type in ("full", "delta"):
                self._ack, self._unanswered = head.tick, 0


async def stroll(walkers: list[Walker], rate: int, phase: float = 0.0) -> None:
    """Let walkers send an input for each tick, until this is cancelled.

    Args:
        walkers: who.
        rate: ticks a second.
        phase: seconds after the others.
    """
    loop = asyncio.get_running_loop()
    ticker = Ticker(rate, loop.time() + phase)
    while True:
        await asyncio.sleep(max(0.0, ticker.next - loop.time()))
        for _ in range(ticker.due(loop.time())):
            for walker in walkers:
                await walker.press()


class Witness:
    """A whole client that finds out how wrong its screen was.

    Args:
        client: in the world already.
        seed: of the bot that plays it.
    """

    def __init__(self, client: GameClient, seed: int) -> None:
        self._client = client
        self._bot = Bot(seed)
        self._mine: dict[int, Player] = {}
        self._theirs: dict[int, Mapping[int, Player]] = {}
        self.own: list[int] = []
        self.others: list[int] = []

    async def play(self) -> None:
        """Play, and compare, until this is cancelled."""
        await self._client.play(self._decide, seconds=math.inf)

    def _decide(
        self, me: Player, others: Mapping[int, Player], setting: Setting, seq: int, seen: int
    ) -> Input:
        self._mine[seq - 1] = me
        self._theirs[round(self._client.present / PARTS)] = others
        self._compare()
        return self._bot.decide(me, others, setting, seq, seen)

    def _compare(self) -> None:
        view = self._client.view
        assert view is not None
        for world in view.worlds:
            truth = world.players.get(view.player)
            mine = None if truth is None else self._mine.pop(truth.seq, None)
            if mine is not None and truth is not None and mine.health and truth.health:
                self.own.append(apart(mine, truth))
            for id_, shown in self._theirs.pop(world.tick, {}).items():
                there = world.players.get(id_)
                if there is not None and shown.health and shown.deaths == there.deaths:
                    self.others.append(apart(shown, there))

    @property
    def errors(self) -> tuple[float, float]:
        """The mean errors in units, of itself and of the others; 0 before it has any."""
        own, others = (
            sum(errors) / len(errors) / UNIT if errors else 0.0
            for errors in (self.own, self.others)
        )
        return own, others


async def ask(connection: Any, codec: Codec) -> Stats:
    """Ask a server for its state, on a connection that nobody plays on."""
    await connection.send(codec.encode(Ask(1)))
    stats: Stats = codec.decoder(Stats)(await connection.recv())
    return stats
