"""A game on a port and a clock in the hand, and peers that say what they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.scratch.clock import HandClock
from wsdemo import engines
from wsdemo.apps.app import serving
from wsdemo.apps.door import Codec
from wsdemo.apps.game.arena import Arena
from wsdemo.apps.game.game import Game
from wsdemo.apps.game.messages import (
    CODECS,
    SUBPROTOCOLS,
    Ask,
    Delta,
    FromServer,
    Full,
    Join,
    Press,
    Stats,
    Welcome,
)
from wsdemo.apps.game.seats import Seat

TICK = 1 / 30
LONG = 20.0
"""Seconds after which a test gives up; it never waits for them."""


class Table:
    """A running game.

    Args:
        game: the application.
        clock: its clock.
        uri: where it is.
        engine: what it runs on.
    """

    def __init__(self, game: Game, clock: HandClock, uri: str, engine: str) -> None:
        self.game = game
        self.clock = clock
        self.uri = uri
        self.engine = engine
        self._lost = asyncio.Event()
        game.arena.lose = self._lose  # type: ignore[method-assign]

    def tick(self, times: int = 1) -> None:
        """Let so many ticks pass."""
        # From the ticker's own dates: many small sums would end beside them.
        for _ in range(times):
            self.clock.advance(self.game.ticker.next - self.clock.time())

    @asynccontextmanager
    async def peer(self, subprotocol: str = SUBPROTOCOLS[0]) -> AsyncIterator[Peer]:
        """Connect one."""
        chosen = engines.get(self.engine)
        async with chosen.connect(self.uri, subprotocols=[subprotocol], proxy=None) as connection:
            yield Peer(connection, CODECS[subprotocol])

    async def lost(self) -> None:
        """Wait until the game has noticed that a connection was lost."""
        async with asyncio.timeout(LONG):
            await self._lost.wait()
        self._lost.clear()

    def _lose(self, seat: Seat) -> None:
        Arena.lose(self.game.arena, seat)
        self._lost.set()


class Peer:
    """A client of the game, with every message in the hands of the test."""

    def __init__(self, connection: Any, codec: Codec) -> None:
        self.connection = connection
        self.codec = codec
        self._decode = codec.decoder(FromServer)

    async def say(self, message: Any) -> None:
        """Send a message: a Struct, or text as it is."""
        raw = message if isinstance(message, str) else self.codec.encode(message)
        await self.connection.send(raw)

    async def hear(self, kind: type[Any] | tuple[type[Any], ...] = (Full, Delta)) -> Any:
        """Wait for a message of a kind; what comes before it is passed over."""
        async with asyncio.timeout(LONG):
            while True:
                message = self._decode(await self.connection.recv())
                if isinstance(message, kind):
                    return message

    async def join(self, name: str, token: str | None = None) -> Welcome:
        """Join, and return the welcome."""
        await self.say(Join(1, name, token))
        welcome: Welcome = await self.hear(Welcome)
        return welcome

    async def press(self, seq: int, move: int = 0, ack: int = 0) -> None:
        """Send an input."""
        await self.say(Press(seq, move, (0, 0), False, 0, ack))

    async def end(self) -> tuple[int, str]:
        """Wait until the connection is closed; return the code and the reason."""
        async with asyncio.timeout(LONG):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def table(engine: str, **options: Any) -> AsyncIterator[Table]:
    """Serve a game whose clock only the test turns."""
    clock = HandClock()
    game = Game(clock=clock, timer=clock.time, **options)
    async with serving(game, pages=False, engine=engine, compression=False) as server:
        yield Table(game, clock, server.uri, engine)


async def settled(table: Table, peer: Peer) -> None:
    """Wait until the server has heard what a peer has said so far: it answers in order."""
    await peer.say(Ask(99))
    await peer.hear(Stats)
