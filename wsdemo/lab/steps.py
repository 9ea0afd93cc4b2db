"""`stairs()`: what a server costs for each message, step by step, beside others.

The load generator of the bench asks servers in processes of their own, pinned to a core where the
system allows it, and what is counted is the CPU time that each has used for a message of 64 bytes:
with one message in flight on each connection, and with 16.

A noisy machine makes everything slow for a while. So what is compared is measured in turns, in the
same seconds, and a ratio is the median of the ratios of all turns. A step is measured in turns with
the one before it, and its height is the height of that one times this ratio.

Leaves out everything that makes a figure good enough for a README: see `wsdemo.lab.bench`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from wsdemo.errors import LocalError
from wsdemo.lab.bench import golang
from wsdemo.lab.bench.job import Job
from wsdemo.lab.bench.machine import Cores, pinned
from wsdemo.lab.bench.peers import GORILLA, chosen
from wsdemo.lab.bench.processes import GeneratorProcess, ServerProcess, python
from wsdemo.lab.bench.workloads import echo
from wsdemo.lab.host import Handler
from wsdemo.lab.race import Race
from wsdemo.lab.running import running
from wsdemo.lab.server import Server
from wsdemo.lab.show.staircase import DEPTHS, StairsFigure, draw, turns_chart

__all__ = ["Stairs", "stairs"]

CONNECTIONS = 16

# Of one turn of one server: enough for some hundred messages; elsewhere clocks are coarse. Many
# short turns see more of what a machine is up to than a few long ones, and a cell should take a
# second.
SECONDS = 0.015 if sys.platform == "linux" else 0.1
TURNS = 4

# A server that has just begun is slower: code is not specialised yet, and memory not at hand.
WARM_UP = 2 * SECONDS


@dataclass(frozen=True, slots=True)
class _Target:
    pid: int
    port: int
    raw: bool


class Stairs:
    """Servers that run, and what they have cost.

    Args:
        slots: how many steps there will be, for the width of the picture.
        seconds: how long a turn is.
        turns: how many turns each has.
    """

    def __init__(self, slots: int, seconds: float, turns: int) -> None:
        self._slots, self._seconds, self._turns = slots, seconds, turns
        self._cores = Cores.choose()
        self._stack = ExitStack()
        self._folder = Path(tempfile.mkdtemp(prefix="wsdemo-stairs-"))
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._servers: list[Server] = []
        self._targets: dict[str, _Target] = {}
        self._peers: list[str] = []
        self._heights: dict[str, dict[int, float]] = {}
        self._steps: list[str] = []

    async def start(self) -> None:
        """Start the load generator."""
        process = GeneratorProcess(self._cores.load)
        self._generator = self._stack.enter_context(process)

    async def peer(self, name: str) -> str:
        """Start a server of the bench.

        Args:
            name: of a peer, see `wsdemo.lab.bench.PEERS`.

        Returns:
            What keeps it from running here, in words; nothing if it runs.
        """
        try:
            await asyncio.to_thread(self._start_peer, name)
        except LocalError as error:
            return str(error)
        return ""

    def _start_peer(self, name: str) -> None:
        (peer,) = chosen([name])
        if peer.name == GORILLA:
            command = [str(golang.build(self._folder))]
        elif (reason := peer.missing()) is not None:
            raise LocalError(reason)
        else:
            command = python("wsdemo.lab.bench.child", name)
        server = ServerProcess([*command, *Job().words], self._cores.server)
        self._stack.enter_context(server)
        self._targets[name] = _Target(server.pid, server.port, peer.raw)
        self._peers.append(name)
        self._warm_up(name)

    async def serve(self, name: str, handler: Handler, **options: Any) -> None:
        """Start a server, to be measured in a race.

        Args:
            name: what to call it.
            handler: what it serves; it travels to the server's process by cloudpickle.
            options: for `lab.running`; the engine is ours.
        """
        await self._start_ours(name, handler, options)
        await asyncio.to_thread(self._warm_up, name)

    async def first_turns(
        self,
        handler: Handler,
        connections: Mapping[str, Callable[[Any], Any]],
        turns: int = 5,
    ) -> dict[str, list[float]]:
        """Start servers that nobody has used yet, and measure them from the first message on.

        Their clients come at the beginning of each turn, and leave at its end.

        Args:
            handler: what they serve.
            connections: what makes the connections of each, by the name of the server.
            turns: how many.

        Returns:
            The cost in each turn, in µs of CPU time for each message, with one at a time.
        """
        for name, connection in connections.items():
            await self._start_ours(f"{name}, new", handler, {"create_connection": connection})
        costs: dict[str, list[float]] = {name: [] for name in connections}
        for _ in range(turns):
            for name, measured in costs.items():
                turn = f"{name}, new", DEPTHS[0], self._seconds
                measured.append(await asyncio.to_thread(self._measure, *turn))
        return costs

    async def _start_ours(self, name: str, handler: Handler, options: dict[str, Any]) -> None:
        options = {"engine": "scratch", **options}
        with pinned(self._cores.server):
            server = await running(handler, where="process", name=name, **options)
        self._servers.append(server)
        self._targets[name] = _Target(server.process.pid, server.port, raw=False)

    async def step(self, name: str, handler: Handler, **options: Any) -> Race:
        """Start a server, and measure it in turns with the step before it.

        The first step is measured in turns with all peers that run.

        Args:
            name: what to call it; a step of this name is taken anew.
            handler: what it serves; it travels to the server's process by cloudpickle.
            options: for `lab.running`; the engine is ours.
        """
        await self.serve(name, handler, **options)
        if name not in self._steps:
            self._steps.append(name)
        before = self._steps[: self._steps.index(name)][-1:]
        race = await self.race(*(before or self._peers), name)
        for each in (name, *(() if before else self._peers)):
            self._heights[each] = {depth: race.cost(each, depth) for depth in DEPTHS}
        for last in before:
            self._heights[name] = {
                depth: self._heights[last][depth] * race.ratio(name, last, depth)
                for depth in DEPTHS
            }
        return race

    async def race(self, *names: str) -> Race:
        """Measure servers in turns.

        Args:
            names: of steps, and of peers that run.
        """
        return await asyncio.to_thread(self._race, names)

    def _race(self, names: Sequence[str]) -> Race:
        costs: dict[int, dict[str, list[float]]] = {
            depth: {name: [] for name in names} for depth in DEPTHS
        }
        for _ in range(self._turns):
            for depth in DEPTHS:
                for name in names:
                    costs[depth][name].append(self._measure(name, depth, self._seconds))
        return Race(costs)

    def _warm_up(self, name: str) -> None:
        for depth in DEPTHS:
            self._measure(name, depth, WARM_UP)

    def _measure(self, name: str, depth: int, seconds: float) -> float:
        target = self._targets[name]
        work = replace(echo(depth=depth), connections=CONNECTIONS)
        order = target.pid, target.port, work, seconds, target.raw
        return float(self._generator.order("measure", *order).cost)

    def plot(self) -> StairsFigure:
        """Draw the steps so far, and the peers that the first was measured with."""
        steps = {name: self._heights[name] for name in self._steps}
        lines = {name: self._heights[name] for name in self._peers if name in self._heights}
        return draw(steps, lines, self._slots)

    def plot_turns(self, turns: Mapping[str, Sequence[float]]) -> StairsFigure:
        """Draw what `first_turns` has returned."""
        return turns_chart(turns)

    async def stop(self) -> None:
        """Stop all servers, and the load generator."""
        self._stack.close()
        while self._servers:
            await self._servers.pop().stop()


class _Starting:
    """Stairs to be awaited, or entered with ``async with``."""

    def __init__(self, peers: tuple[str, ...], made: Stairs) -> None:
        self._peers, self._made = peers, made

    async def _start(self) -> Stairs:
        try:
            await self._made.start()
            for name in self._peers:
                if reason := await self._made.peer(name):
                    raise LocalError(f"{name}: {reason}")
        except BaseException:
            await self._made.stop()
            raise
        return self._made

    def __await__(self) -> Generator[Any, None, Stairs]:
        return self._start().__await__()

    async def __aenter__(self) -> Stairs:
        return await self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._made.stop()


def stairs(*peers: str, slots: int = 6, seconds: float = SECONDS, turns: int = TURNS) -> _Starting:
    """Get ready to measure.

    Args:
        peers: names of peers of the bench to start with, such as "tcp" and "websockets".
        slots: how many steps there will be.
        seconds: how long a turn is.
        turns: how many turns each server has.

    Returns:
        What to await or to enter for `Stairs`; a peer that can't run here is a LocalError then.
    """
    return _Starting(peers, Stairs(slots, seconds, turns))
