"""`load`: a hundred players on one server, in a process of its own, for a few seconds.

What is measured depends on the machine, and on what else it does. The load comes from this
process, and costs about as much as the server: it takes two cores to measure one.

Leaves out the network: everything goes through the loopback interface.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wsdemo import engines
from wsdemo.apps.game import Game, GameClient
from wsdemo.apps.game.messages import CODECS, SUBPROTOCOLS, Stats
from wsdemo.lab.app_server import AppServer, app
from wsdemo.lab.arena.crowd import Walker, Witness, ask, stroll

if TYPE_CHECKING:
    from wsdemo.lab.show.table import Table

__all__ = ["Load", "load"]

WARM = 1.0
"""Seconds before the measurement, in which everybody gets a first snapshot."""
GROUPS = 4
"""Parts of the crowd, each with inputs at another time of the tick: nobody's clocks agree."""
AT_ONCE = 20
"""Connections that are opened at the same time."""


@dataclass(frozen=True, slots=True, repr=False)
class Load:
    """What a load has shown.

    Attributes:
        players: how many, witnesses included.
        tick: ticks a second that there should be.
        seconds: measured.
        engine: of the server.
        subprotocol: JSON or MessagePack.
        ticks: that there were.
        overruns: ticks that came so late that the next was due, while it was measured.
        skipped: ticks left out because of that.
        p50: milliseconds that half of the ticks take at most, with all snapshots written.
        p99: the same, for 99 of 100.
        cores: CPU time of the server, by time.
        up: octets of payload a second from each player.
        down: the same to each.
        snapshots: that each player got, a second.
        own_error: units by which the witnesses showed themselves wrong, on average.
        others_error: the same, the others.
        rss: octets of memory that the server's process held.
    """

    players: int
    tick: int
    seconds: float
    engine: str
    subprotocol: str
    ticks: int
    overruns: int
    skipped: int
    p50: float
    p99: float
    cores: float
    up: float
    down: float
    snapshots: float
    own_error: float
    others_error: float
    rss: int

    @property
    def work(self) -> float:
        """Milliseconds of CPU time for each tick, with all that comes in and goes out for it."""
        return 1000 * self.cores * self.seconds / max(1, self.ticks)

    @property
    def fits(self) -> bool:
        """Whether one core is enough: a tick takes less CPU time than there is until the next.

        That can be said on a busy machine, too, on which ticks are late for lack of a core.
        """
        return self.work < 1000 / self.tick

    def table(self) -> Table:
        """Table it."""
        from wsdemo.lab.show.table import Table

        rows = [
            ("ticks, of as many due", f"{self.ticks} of {round(self.seconds * self.tick)}"),
            ("overruns, ticks skipped", f"{self.overruns}, {self.skipped}"),
            ("a tick, p50", f"{self.p50:.1f} ms of {1000 / self.tick:.1f}"),
            ("a tick, p99", f"{self.p99:.1f} ms"),
            ("server, CPU", f"{self.cores:.2f} cores, {self.work:.1f} ms a tick"),
            ("server, memory", f"{self.rss / 2**20:.0f} MiB"),
            ("up, each player", f"{self.up / 1000:.1f} kB/s"),
            ("down, each player", f"{self.down / 1000:.1f} kB/s"),
            ("snapshots, each player", f"{self.snapshots:.1f} a second"),
            ("itself, mean error", f"{self.own_error:.3f} units"),
            ("the others, mean error", f"{self.others_error:.3f} units"),
        ]
        title = f"{self.players} players, {self.tick} ticks/s, {self.engine}, {self.subprotocol}"
        return Table(("", "measured"), rows, title, align="lr")

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


async def load(
    players: int = 100,
    tick: int = 30,
    seconds: float = 4.0,
    *,
    engine: str = engines.DEFAULT,
    subprotocol: str = SUBPROTOCOLS[1],
    deltas: bool = True,
    witnesses: int = 2,
) -> Load:
    """Serve a game in a process of its own, let a crowd play it, and measure.

    Args:
        players: how many.
        tick: ticks a second.
        seconds: to measure, after a second to warm up.
        engine: "websockets" or "scratch".
        subprotocol: one of ``messages.SUBPROTOCOLS``.
        deltas: whether snapshots are against what a client has.
        witnesses: players who are whole clients.

    Raises:
        ValueError: an argument makes no sense.
    """
    if not 1 <= witnesses <= players:
        raise ValueError(f"{witnesses} witnesses among {players} players")
    make = partial(Game, tick=tick, field="large", players=players, deltas=deltas)
    served = app(make, engine=engine, where="process", name="game")
    async with served as server, AsyncExitStack() as stack:
        crowd = _Crowd(server, engine, subprotocol)
        await crowd.gather(stack, players - witnesses, witnesses)
        return await crowd.measured(tick, seconds)


class _Crowd:
    """Everybody who plays, and who asks.

    Args:
        server: where.
        engine: to connect with.
        subprotocol: to speak.
    """

    def __init__(self, server: AppServer, engine: str, subprotocol: str) -> None:
        self._server = server
        self._engine = engine
        self._subprotocol = subprotocol
        self._walkers: list[Walker] = []
        self._witnesses: list[Witness] = []
        self._line: object = None

    async def gather(self, stack: AsyncExitStack, walkers: int, witnesses: int) -> None:
        """Connect everybody; the stack will part with them."""
        uri, engine, spoken = self._server.uri, self._engine, self._subprotocol
        connect = engines.get(engine).connect
        self._line = await stack.enter_async_context(
            connect(uri, subprotocols=[spoken], proxy=None)
        )
        self._walkers = [Walker(uri, number, engine, spoken) for number in range(walkers)]
        for at in range(0, walkers, AT_ONCE):
            group = self._walkers[at : at + AT_ONCE]
            await asyncio.gather(*(stack.enter_async_context(walker) for walker in group))
        for number in range(witnesses):
            client = GameClient(
                uri, f"witness {number}", engine=engine, subprotocol=spoken, compression=None
            )
            self._witnesses.append(Witness(await stack.enter_async_context(client), number))

    async def measured(self, tick: int, seconds: float) -> Load:
        """Let everybody play, and return what that has shown."""
        walking = [
            asyncio.create_task(stroll(self._walkers[at::GROUPS], tick, at / GROUPS / tick))
            for at in range(GROUPS)
        ]
        walking += [asyncio.create_task(each.play()) for each in self._witnesses]
        try:
            await self._pause(walking, WARM)
            before, cpu, octets = await self._stats(), self._server.cpu_seconds(), self._octets()
            begun = asyncio.get_running_loop().time()
            await self._pause(walking, seconds)
            took = asyncio.get_running_loop().time() - begun
            cpu, after = self._server.cpu_seconds() - cpu, await self._stats()
            up, down, snapshots = (
                (new - old) / took / max(1, len(self._walkers))
                for new, old in zip(self._octets(), octets, strict=True)
            )
        finally:
            for task in walking:
                task.cancel()
            await asyncio.gather(*walking, return_exceptions=True)
        own, others = zip(*(each.errors for each in self._witnesses), strict=True)
        return Load(
            players=len(self._walkers) + len(self._witnesses),
            tick=tick,
            seconds=took,
            engine=self._engine,
            subprotocol=self._subprotocol,
            ticks=after.tick - before.tick,
            overruns=after.overruns - before.overruns,
            skipped=after.skipped - before.skipped,
            p50=after.p50 / 1000,
            p99=after.p99 / 1000,
            cores=cpu / took,
            up=up,
            down=down,
            snapshots=snapshots,
            own_error=sum(own) / len(own),
            others_error=sum(others) / len(others),
            rss=self._server.rss_bytes(),
        )

    async def _pause(self, walking: list[asyncio.Task[None]], seconds: float) -> None:
        """Wait while they play; raise what has stopped one of them."""
        done, _ = await asyncio.wait(walking, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _stats(self) -> Stats:
        return await ask(self._line, CODECS[self._subprotocol])

    def _octets(self) -> tuple[int, int, int]:
        return (
            sum(walker.sent for walker in self._walkers),
            sum(walker.received for walker in self._walkers),
            sum(walker.snapshots for walker in self._walkers),
        )
