"""`GameClient`: a client of the game without a screen.

    async with GameClient("ws://127.0.0.1:8080/ws", "ada") as client:
        await client.play(Bot(7).decide, seconds=5)
        print(client.me, client.score)

It keeps its connection (`wsdemo.client.Client`), and comes back as the same player. While there is
no connection its inputs go nowhere: they are not worth sending late.

Leaves out drawing, and what to do: a bot, or a program, says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeAlias

from wsdemo.apps.door import Error
from wsdemo.apps.game.messages import (
    CODECS,
    SUBPROTOCOLS,
    TAKEN_OVER,
    Delta,
    FromServer,
    Full,
    Join,
    Leave,
    Press,
    Welcome,
)
from wsdemo.apps.game.ticker import Ticker
from wsdemo.apps.game.timeline import SECOND
from wsdemo.apps.game.view import View
from wsdemo.apps.game.world import Input, Player, Setting
from wsdemo.client import CLOSE_CODES, Client, Phase, Verdict
from wsdemo.client.timing import sleep
from wsdemo.errors import PeerError
from wsdemo.scratch.options import Clock, LoopClock

__all__ = ["Decide", "GameClient", "NotLetIn"]

STALE = 4
"""Inputs that may wait to be sent. On a new connection they would come before the join."""
AHEAD = 2
"""Seconds of inputs that may be unanswered. What goes into a stalled network comes out at once, and
more of it would be a flood."""

Decide: TypeAlias = Callable[[Player, Mapping[int, Player], Setting, int, int], Input]
"""Says what a player wants: itself, the others, field and rate, the number of the input, the moment
of the others. `Bot.decide` is one."""


class NotLetIn(PeerError):
    """The server has no player for us."""


class GameClient:
    """A player at the other end of a wire.

    Args:
        uri: of the server.
        name: what others see.
        engine: "websockets" or "scratch".
        subprotocol: one of ``messages.SUBPROTOCOLS``.
        token: to come back as the player of an earlier client.
        clock: tells the time and sets timers; by default the event loop's.
        prediction: as for `View`; so are the next three.
        reconciliation: the same.
        interpolation: the same.
        delay: the same, in milliseconds.
        **options: for `wsdemo.client.Client`.

    Attributes:
        view: what it sees; None before it is let in.
        token: to come back with.
        errors: what the server has objected to, the first hundred.
    """

    def __init__(
        self,
        uri: str,
        name: str,
        *,
        engine: str = "websockets",
        subprotocol: str = SUBPROTOCOLS[0],
        token: str | None = None,
        clock: Clock | None = None,
        prediction: bool = True,
        reconciliation: bool = True,
        interpolation: bool = True,
        delay: int = 100,
        **options: Any,
    ) -> None:
        self.view: View | None = None
        self.token = token
        self.errors: list[Error] = []
        self._name = name
        self._codec = CODECS[subprotocol]
        self._decode = self._codec.decoder(FromServer)
        self._hiding: dict[str, Any] = {
            "prediction": prediction,
            "reconciliation": reconciliation,
            "interpolation": interpolation,
            "delay": delay,
        }
        codes = {**CLOSE_CODES, TAKEN_OVER: Verdict.STOP}
        self._client = Client(
            uri,
            engine=engine,
            subprotocols=[subprotocol],
            close_codes=codes,
            clock=clock,
            **options,
        )
        self._given = clock
        self._clock: Clock
        self._joined = asyncio.Event()
        self._in_world = asyncio.Event()
        self._asked = 0
        self._left = False
        self._tasks: list[asyncio.Task[None]] = []

    # Begin and end

    async def __aenter__(self) -> Self:
        self._clock = self._given or LoopClock(asyncio.get_running_loop())
        await self._client
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._read())]
        try:
            await self._until(self._in_world)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def _end(self) -> None:
        try:
            await self._client.close()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        """Give the player up, for good; the token is worth nothing from now on."""
        self._left = True
        self._joined.clear()
        await self._send(Leave())

    async def _until(self, event: asyncio.Event) -> None:
        """Wait for an event, or for the end of the client; raise what that ended of."""
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait([waiting, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in self._tasks:
                if task.done() and not event.is_set():
                    task.result()
                    raise NotLetIn(f"the server has closed the connection of {self._name!r}")
        finally:
            waiting.cancel()

    # Hear

    async def _follow(self) -> None:
        """Join on every new connection, until we have left."""
        async for state in self._client.states():
            self._joined.clear()
            if state.phase is Phase.OPEN and not self._left:
                await self._join()

    async def _join(self) -> None:
        self._asked += 1
        await self._send(Join(self._asked, self._name, self.token))

    async def _read(self) -> None:
        async for message in self._client:
            await self._hear(self._decode(message))

    async def _hear(self, message: FromServer) -> None:
        match message:
            case Full() | Delta() if self.view is not None:
                self.view.hear(message, self._now())
                if self.view.me is not None:
                    self._in_world.set()
            case Welcome():
                self._welcome(message)
            case Error():
                await self._object(message)

    def _welcome(self, welcome: Welcome) -> None:
        self.token = welcome.token
        self.view = View(welcome, **self._hiding)
        self._joined.set()

    async def _object(self, error: Error) -> None:
        if len(self.errors) < 100:
            self.errors.append(error)
        if error.code == "token":
            self.token = None  # the player is gone: begin again as another
            await self._join()
        elif error.code == "joined":
            return  # the join before was kept for this connection, and has come with ours
        elif error.re == self._asked:  # our join was refused, and would be again
            raise NotLetIn(f"{self._name!r} is not let in: {error.reason}")

    # Play

    async def press(self, move: int = 0, ax: int = 0, ay: int = 0, *, fire: bool = False) -> None:
        """Make an input, and send it; do nothing while there is no connection, or a stalled one.

        Args:
            move: an index into ``world.HEADINGS``.
            ax: the aim to the right, -127 to 127.
            ay: the aim down.
            fire: whether the trigger is held.
        """
        if self.view is None or not self._joined.is_set():
            return
        unanswered = self.view.pending >= AHEAD * self.view.setting.rate
        if not unanswered and len(self._client.unsent) < STALE:
            await self._send(self.view.press(self._now(), move, ax, ay, fire=fire))

    async def play(self, decide: Decide, seconds: float) -> None:
        """Play, with one input for each tick, by our own clock, until the time or the client ends.

        Args:
            decide: says what to do.
            seconds: for how long.

        Raises:
            WsdemoError: the client has ended, of this.
        """
        assert self.view is not None
        begun = self._clock.time()
        ticker = Ticker(self.view.setting.rate, begun)
        while (now := self._clock.time()) < begun + seconds:
            for _ in range(ticker.due(now)):
                await self._decided(decide)
            await sleep(self._clock, max(0.0, ticker.next - self._clock.time()))
            if self.closed:
                for task in self._tasks:
                    if task.done():
                        task.result()  # raises what it has ended of
                return

    async def _decided(self, decide: Decide) -> None:
        view = self.view
        if view is None or view.me is None or not self._joined.is_set():
            return
        now = self._now()
        wish = decide(view.me, view.others(now), view.setting, view.seq + 1, view.moment(now))
        await self.press(wish.move, wish.ax, wish.ay, fire=wish.fire)

    # What there is to know

    @property
    def me(self) -> Player | None:
        """Our player, as predicted; None before it is in the world."""
        return None if self.view is None else self.view.me

    @property
    def others(self) -> Mapping[int, Player]:
        """Everybody else, as they are to be shown now."""
        return {} if self.view is None else self.view.others(self._now())

    @property
    def closed(self) -> bool:
        """Whether it has ended, so that nothing more will happen."""
        return any(task.done() for task in self._tasks)

    @property
    def present(self) -> int:
        """Which moment it is on the server, less the shortest way, in sixteenths of a tick."""
        return 0 if self.view is None else self.view.present(self._now())

    @property
    def scores(self) -> dict[str, int]:
        """What everybody has scored, the best first; two of one name are told apart by number."""
        newest = None if self.view is None else self.view.newest
        players = [] if newest is None else list(newest.players.values())
        best = sorted(players, key=lambda player: (-player.score, player.id))
        return {f"{player.name} ({player.id})": player.score for player in best}

    def _now(self) -> int:
        return int(self._clock.time() * SECOND)

    async def _send(self, message: Join | Press | Leave) -> None:
        await self._client.send(self._codec.encode(message))
