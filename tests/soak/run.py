"""A run: rounds of visitors, a watchdog on each, and a census when a round is over.

The first round is a warm-up, twice as long as the others: what Python, asyncio and the engine
allocate once is no leak.

Leaves out what visitors do, and how a run is told.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.soak.breaches import BREACHES
from tests.soak.control import Control
from tests.soak.latecomers import LATECOMERS
from tests.soak.talks import TALKS
from tests.soak.verdicts import Census, Fault, Finding, Ledger, left_behind, memory_leaked
from tests.soak.visit import Deed, Visit

QUICK: dict[str, tuple[int, Deed]] = {**TALKS, **BREACHES}
ALL: dict[str, tuple[int, Deed]] = {**QUICK, **LATECOMERS}

# A server with so many faults is wrong, and more of them tell nothing.
ENOUGH = 30

WARM_UP = 2  # rounds' worth of visitors


@dataclass(frozen=True)
class Settings:
    """What to run.

    Attributes:
        seed: of all randomness; with it, a visitor's number says all that the visitor does.
        handler: what the server runs: "coroutine" or "callback".
        seconds: how long visitors come; None for a fixed number of them.
        visitors: how many come then.
        rounds: after the warm-up; a census is taken after each.
        at_once: visitors that are there at the same time.
        kinds: of visitors, with their weights.
        times: the server's timeouts, in seconds, where it has no patience.
        patience: seconds until a visitor counts as hanging.
        settle: seconds in which the server must notice that all have left.
        fault: to implant in the server.
        first: number of the first visitor.
    """

    seed: int
    handler: str = "coroutine"
    seconds: float | None = None
    visitors: int = 300
    rounds: int = 3
    at_once: int = 24
    kinds: Mapping[str, tuple[int, Deed]] = field(default_factory=lambda: QUICK)
    times: dict[str, Any] = field(default_factory=dict)
    patience: float = 60.0
    settle: float = 30.0
    fault: str = "none"
    first: int = 1


@dataclass(slots=True)
class Result:
    """What came of a run.

    Attributes:
        ledger: what the visitors have to tell.
        censuses: one before anybody came, one after the warm-up, one after each round.
        places: where memory has grown, if it has.
    """

    ledger: Ledger = field(default_factory=Ledger)
    censuses: list[Census] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


class Soak:
    """One run.

    Args:
        settings: what to run.
        progress: called when a visitor has left, with the settings, the round, 0 for the
            warm-up, and what has come of it so far.
    """

    def __init__(
        self,
        settings: Settings,
        progress: Callable[[Settings, int, Result], None] = lambda *_: None,
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._next = settings.first
        self.result = Result()

    async def run(self) -> Result:
        """Run it; every fault is in the ledger of the result."""
        settings = self._settings
        try:
            async with Control(settings.handler, settings.fault, settings.times) as subject:
                await self._rounds(subject)
                await subject.close()
                self._blame(Fault("error logged", error) for error in subject.errors)
        except Fault as fault:
            self._blame([fault])
        return self.result

    async def _rounds(self, subject: Control) -> None:
        settings, censuses = self._settings, self.result.censuses
        start = asyncio.get_running_loop().time()
        censuses.append(await subject.census())
        for number in range(settings.rounds + 1):
            await self._round(subject, number, start)
            if number == 0:
                await subject.quiet(censuses[0], settings.settle)
                await subject.ask("mark")
            censuses.append(await subject.quiet(censuses[0], settings.settle))
            faults = left_behind(censuses[0], censuses[-1])
            self._blame(faults)
            if faults or subject.errors:
                return
        if faults := memory_leaked(censuses[1:]):
            self._blame(faults)
            self.result.places = (await subject.ask("growth"))["places"]

    async def _round(self, subject: Control, number: int, start: float) -> None:
        """Let visitors come, and wait until all of them have left."""
        settings, loop = self._settings, asyncio.get_running_loop()
        share = (number + WARM_UP) / (settings.rounds + WARM_UP)
        last = settings.first + round(settings.visitors * share)

        def goes_on() -> bool:
            if len(self.result.ledger.findings) >= ENOUGH:
                return False
            if settings.seconds is None:
                return self._next < last
            return loop.time() < start + settings.seconds * share

        async def come_and_go() -> None:
            while goes_on():
                self._next += 1
                await self._visit(subject, self._next - 1)
                self._progress(settings, number, self.result)

        await asyncio.gather(*(come_and_go() for _ in range(settings.at_once)))

    async def _visit(self, subject: Control, number: int) -> None:
        settings, ledger = self._settings, self.result.ledger
        rng = random.Random(f"{settings.seed} {number}")
        weights = [weight for weight, _ in settings.kinds.values()]
        kind = rng.choices(list(settings.kinds), weights)[0]
        visit = Visit(number, kind, rng, subject.addresses, ledger)
        outcome = "a fault"
        try:
            async with asyncio.timeout(settings.patience):
                outcome = await settings.kinds[kind][1](visit)
        except Fault as fault:
            visit.record(fault)
        except TimeoutError:
            visit.record(Fault("hangs", visit.whereabouts()))
        except OSError as error:
            visit.record(Fault("broken off", f"{error!r}; {visit.whereabouts()}"))
        ledger.outcomes[kind, outcome] += 1

    def _blame(self, faults: Iterable[Fault]) -> None:
        self.result.ledger.findings += [Finding(fault) for fault in faults]
