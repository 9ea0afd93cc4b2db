"""A bad day for a client: cuts, stalls, refusals and silence, one after the other.

A server squares numbers, behind a wire. Every now and then a question sets something off, while
other questions are under way; whoever asks has to get every answer all the same::

    async with trouble.stage() as day, Client(day.uri, ...) as client:
        async def ask(number):
            return (await client.request({"n": number}, resend=True))["square"]

        outcome = await day.run(ask)

What is set off when is decided by the questions and not by the time, so that each trouble strikes
while something is at stake. How long it lasts is in the script, in seconds.

Leaves out who asks: any client in any process will do, such as a learner's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from wsdemo import engines
from wsdemo.lab.running import running
from wsdemo.lab.wire import Wire, wire

__all__ = ["SCRIPT", "Ask", "Day", "Outcome", "Trouble", "stage"]

Ask: TypeAlias = Callable[[int], Awaitable[int]]
"""Asks the server for the square of a number, whatever it takes."""

BATCH = 3
"""Questions that are asked at a time; the second of them sets the trouble off."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that goes wrong.

    Attributes:
        name: what, in words.
        begin: does it to the wire.
        end: undoes it; None if it ends by itself.
        seconds: how long it lasts.
        refusals: how many handshakes are answered with 503 from then on.
        code: the close code with which the server leaves; 0 if it stays.
    """

    name: str
    begin: Callable[[Wire], object] = lambda _: None
    end: Callable[[Wire], object] | None = None
    seconds: float = 0.0
    refusals: int = 0
    code: int = 0


def _refuse(wire: Wire) -> None:
    wire.refuse()
    wire.cut()


def _slow(wire: Wire) -> None:
    wire.delay = 0.03


def _fast(wire: Wire) -> None:
    wire.delay = 0.0


SCRIPT = (
    Trouble("a cut", Wire.cut),
    Trouble("a reset", Wire.reset),
    Trouble("a server that restarts", code=1012),
    Trouble("a slow network", _slow, _fast, 0.3),
    Trouble("a stall", Wire.stall, Wire.resume, 0.5),
    Trouble("nobody listens", _refuse, Wire.accept, 0.3),
    Trouble("a half-open peer", Wire.half_open),
    Trouble("a server that is too busy", Wire.cut, refusals=3),
    Trouble("a server that fails", code=1011),
    Trouble("silence from the server only", lambda wire: wire.down.half_open()),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a client got through.

    Attributes:
        asked: how many questions there were.
        wrong: what came back for the questions that were answered wrongly, or with an exception.
        met: the troubles that were set off, in order.
        repeated: questions that the server got more than once.
    """

    asked: int
    wrong: dict[int, object]
    met: tuple[str, ...]
    repeated: int

    def __str__(self) -> str:
        right = self.asked - len(self.wrong)
        return (
            f"{right} of {self.asked} questions answered, {self.repeated} asked more than once, "
            f"through {len(self.met)} troubles"
        )


@dataclass(slots=True)
class Day:
    """A stage that is set.

    Attributes:
        script: what is to go wrong, in order.
        uri: where to connect to.
        wire: the network.
        got: how often the server got which question.
        met: what was set off so far.
    """

    script: Sequence[Trouble]
    uri: str = ""
    wire: Any = None
    got: Counter[int] = field(default_factory=Counter)
    met: list[str] = field(default_factory=list)
    _refusals: int = 0
    _timers: list[asyncio.TimerHandle] = field(default_factory=list)

    async def run(self, ask: Ask) -> Outcome:
        """Ask all questions, some at a time, and judge the answers.

        Args:
            ask: how.
        """
        wrong: dict[int, object] = {}
        for start in range(0, BATCH * len(self.script), BATCH):
            numbers = range(start, start + BATCH)
            answers = await asyncio.gather(*map(ask, numbers), return_exceptions=True)
            pairs = zip(numbers, answers, strict=True)
            wrong |= {number: answer for number, answer in pairs if answer != number**2}
        repeated = sum(times > 1 for times in self.got.values())
        return Outcome(BATCH * len(self.script), wrong, tuple(self.met), repeated)

    async def serve(self, connection: Any) -> None:
        """Answer questions, and set off what is due."""
        async for message in connection:
            question = json.loads(message)
            number = question["n"]
            self.got[number] += 1
            due, rest = divmod(number, BATCH)
            if rest == 1 and due == len(self.met):
                await self._strike(self.script[due], connection)
            await connection.send(json.dumps(question | {"square": number**2}))

    def admit(self, connection: Any, _request: Any) -> Any:
        """Refuse a handshake while the server is too busy."""
        if not self._refusals:
            return None
        self._refusals -= 1
        response = connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too busy\n")
        response.headers["Retry-After"] = "0"
        return response

    async def _strike(self, trouble: Trouble, connection: Any) -> None:
        self.met.append(trouble.name)
        self._refusals = trouble.refusals
        trouble.begin(self.wire)
        if trouble.end is not None:
            loop = asyncio.get_running_loop()
            self._timers.append(loop.call_later(trouble.seconds, trouble.end, self.wire))
        if trouble.code:
            await connection.close(trouble.code)

    def settle(self) -> None:
        """Forget what was still to be undone."""
        for timer in self._timers:
            timer.cancel()


@contextlib.asynccontextmanager
async def stage(
    script: Sequence[Trouble] = SCRIPT, *, engine: str = engines.DEFAULT
) -> AsyncIterator[Day]:
    """Set the stage, on this event loop.

    Args:
        script: what is to go wrong, in order.
        engine: what the server runs on.

    Yields:
        The day, with its URI.
    """
    day = Day(script)
    serving = running(
        _quietly(day),
        name="squares",
        engine=engine,
        where="loop",
        process_request=day.admit,
        ping_interval=None,  # it is the client who is to notice what is half open
    )
    async with serving as server, wire(server.uri) as day.wire:
        day.uri = day.wire.uri
        try:
            yield day
        finally:
            day.settle()


def _quietly(day: Day) -> Callable[[Any], Awaitable[None]]:
    """Return a handler that ends when its connection does: lost connections are the point here."""
    closed = tuple(engines.get(name).ConnectionClosed for name in engines.NAMES)

    async def squares(connection: Any) -> None:
        with contextlib.suppress(*closed):
            await day.serve(connection)

    return squares
