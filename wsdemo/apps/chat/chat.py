"""`Chat`: the application, and what it does with a connection.

    async with serving(Chat("chat.db"), port=8080) as server: ...

Leaves out the page, which is `wsdemo.pages.chat`, and the client in Python, which is `client`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from wsdemo.apps.chat import answers, messages, sayings
from wsdemo.apps.chat.guarantees import EXACTLY_ONCE_IN_EFFECT, Guarantee
from wsdemo.apps.chat.house import House, Terms
from wsdemo.apps.chat.ledger import Ledger
from wsdemo.apps.chat.messages import FromClient, Ping, Typing
from wsdemo.apps.chat.names import Name
from wsdemo.apps.chat.news import Pong
from wsdemo.apps.chat.presence import Pace
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.chat.session import Session
from wsdemo.apps.door import BadMessage, Door, Error
from wsdemo.hub import Disconnect, Hub
from wsdemo.log import Log, LogClosed, NotStored, Retention, SqliteLog
from wsdemo.protocol import CloseCode
from wsdemo.scratch.options import Clock, LoopClock
from wsdemo.server import Connection

__all__ = ["Chat"]

BURST = 50
"""Requests at once: who comes back joins some rooms and sends what is left."""
RATE = 10.0
"""Requests a second and person, in the long run: nobody types as fast."""
HELLO = 10.0
"""Seconds for the hello."""

Answer = Callable[[Session, Any], Awaitable[Any]]

ANSWERS: Mapping[type, Answer] = MappingProxyType(
    {
        messages.Hello: answers.hello,
        messages.Join: answers.join,
        messages.Leave: answers.leave,
        messages.History: answers.history,
        messages.Members: answers.members,
        messages.Rooms: answers.rooms,
        messages.Create: answers.create,
        messages.Grant: answers.grant,
        messages.Typing: answers.typing,
        messages.Say: sayings.say,
        messages.Edit: sayings.edit,
        messages.Delete: sayings.delete,
        messages.Direct: sayings.direct,
    }
)


class Chat:
    """A chat. It is a `wsdemo.apps.app.App`.

    Args:
        file: where everything is kept; None for memory. Beside it there will be another, whose
            name ends in ``-ledger``, with people and rooms.
        keep: what the rooms may forget; nothing, by default.
        rooms: names of open rooms that are there from the start.
        rate: requests a second that a person may make in the long run.
        burst: how many at once.
        guarantee: of delivery.
        pace: how fast presence changes.
        log: for what is said, in place of the file's; whoever gives it opens and closes it.
            One that outlives this chat needs a ``file``, too, for the ledger: people are numbered
            there, and a new one would give their boxes to others.
        clock: tells the time and sets timers; by default the event loop's.

    Raises:
        BadName: a room has a name that no room may have.
        ValueError: a rate at which nobody could ask anything.
    """

    name = "chat"
    subprotocols: tuple[str, ...] = ()
    compression = True

    def __init__(
        self,
        file: str | Path | None = None,
        *,
        keep: Retention | None = None,
        rooms: Sequence[str] = ("lobby",),
        rate: float = RATE,
        burst: float = BURST,
        guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT,
        pace: Pace | None = None,
        log: Log | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._file = None if file is None else Path(file)
        self._keep = keep
        self._rooms = [Name.parse(room) for room in rooms]
        self._terms = Terms(guarantee, rate, burst, pace or Pace())
        self._log = log
        self._clock = clock
        self._stack = AsyncExitStack()
        self._house: House | None = None

    @property
    def house(self) -> House:
        """What the connections share.

        Raises:
            RuntimeError: it was not entered.
        """
        if self._house is None:
            raise RuntimeError("the chat is not open; use `async with`")
        return self._house

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            file, clock = self._file, self._clock or LoopClock(asyncio.get_running_loop())
            log = self._log
            if log is None:
                log = await stack.enter_async_context(SqliteLog(file, keep=self._keep))
            beside = None if file is None else file.with_name(f"{file.name}-ledger")
            ledger = Ledger(await stack.enter_async_context(SqliteLog(beside)))
            await ledger.read()
            for room in self._rooms:
                if room.key not in ledger.rooms:
                    await ledger.make_room(room, None)
            hub = await stack.enter_async_context(Hub(Disconnect(reason="too slow")))
            self._house = House(ledger, log, hub, clock, self._terms)
            stack.push_async_callback(self._house.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def handle(self, connection: Connection) -> None:
        """Serve one client, from its hello to its end."""
        house = self.house
        door: Door[FromClient] = Door(FromClient, clock=house.clock.time)
        async with house.hub.client(connection) as client:
            session = Session(house, connection, client)
            silence = house.clock.call_later(
                HELLO, client.disconnect, CloseCode.POLICY_VIOLATION, "no hello came"
            )
            try:
                async for message in connection:
                    try:
                        await _answer(session, door, door.admit(message))
                    except BadMessage as bad:
                        await door.reject(connection, bad)
                    if session.known:
                        silence.cancel()
            finally:
                silence.cancel()
                await session.end()


async def _answer(session: Session, door: Door[FromClient], ask: FromClient) -> None:
    """Answer a request.

    Raises:
        BudgetSpent: it was one too many that should not have been made.
    """
    if isinstance(ask, Ping):
        wait = session.pings.take()
        too_many = door.refuse("slow_down", "too many pings", retry_after=wait) if wait else None
        await session.send(too_many or Pong())
        return
    number = None if isinstance(ask, Typing) else ask.id
    try:
        reply = _hasty(session, door, number) or await ANSWERS[type(ask)](session, ask)
    except Refused as no:
        # Whoever guesses tokens has few guesses.
        error = Error if session.known else door.refuse
        reply = error(no.code, no.reason, number, no.field)
    except (NotStored, LogClosed):
        reply = Error("not_stored", "the log is out of order; send it again later", number)
    if reply is not None and number is not None:
        await session.send(reply)


def _hasty(session: Session, door: Door[FromClient], number: int | None) -> Error | None:
    """Return the error for a request above the rate; None if it is within.

    Who then waits as long as the error says is never closed, however much there is to say; a
    request that comes before that time is paid from the door's budget.

    Raises:
        BudgetSpent: there were too many of these.
    """
    wait = session.house.bucket(session.person.id).take() if session.known else 0.0
    if not wait:
        return None
    now = session.house.clock.time()
    early, session.not_before = now < session.not_before, now + wait
    if early:
        return door.refuse("slow_down", "too fast", number, retry_after=wait)
    return Error("slow_down", "too fast", number, retry_after=wait)
