"""`ChatClient`: the other side of a chat, and its half of the promises.

    async with ChatClient(server.uri, "ada") as chat:
        await chat.join("lobby")
        await chat.say("lobby", "Hello")      # returns when the log has it
        async for event in chat:
            print(event)                      # said, edited, presence, ...

What is said is sent again until it is acknowledged, one message at a time, so that the order holds.
On a new connection each room is joined again after the last offset that was received, and what
comes twice is dropped. So the program gets everything once and in order, or is told what is gone.

A program that doesn't go over the events holds up the answers, too, once its inbox is full.

Leaves out keeping nick, token, `offsets` and what was not acknowledged beyond the program's end:
who keeps the first three can give them to the next.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import Any, Self

from wsdemo import engines
from wsdemo.apps.chat import messages
from wsdemo.apps.chat.guarantees import EXACTLY_ONCE_IN_EFFECT, Guarantee
from wsdemo.apps.chat.hearing import Hearing, Seat
from wsdemo.apps.chat.ledger import new_token
from wsdemo.apps.chat.line import Line, Lost
from wsdemo.apps.chat.messages import BOX
from wsdemo.apps.chat.news import Event, Joined, Said
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.chat.talking import LATER, Talking
from wsdemo.client import Client, ClientClosed, State
from wsdemo.errors import StateError
from wsdemo.scratch.options import Clock

__all__ = ["ChatClient"]


class ChatClient(Talking):
    """A client of a chat, under one nick.

    Args:
        uri: where the chat is: ``ws://...``.
        nick: the name to have.
        engine: "websockets" or "scratch".
        guarantee: what to do for the delivery of messages.
        token: proves that the nick is ours; by default a new one, for a nick that is nobody's yet.
        program: a name for this program that no other of this nick has; by default by chance.
        offsets: for rooms that were joined before, the last offset that was received.
        log: which log these offsets are of, from `log` of that time.
        record: written into what was sent, acknowledged and received: a `wsdemo.lab.Delivery`.
        inbox: events that may wait to be read before the client stops reading.
        clock: tells the time and sets timers; by default the event loop's.
        **options: for `wsdemo.client.Client`, such as ``backoff`` and ``heartbeat``.

    Attributes:
        token: as above; keep it to come back as the same person.
        program: as above; (program, sequence) names each message.
    """

    def __init__(
        self,
        uri: str,
        nick: str,
        *,
        engine: str = engines.DEFAULT,
        guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT,
        token: str | None = None,
        program: str | None = None,
        offsets: Mapping[str, int] = MappingProxyType({}),
        log: str | None = None,
        record: Any = None,
        inbox: int = 1_000,
        clock: Clock | None = None,
        **options: Any,
    ) -> None:
        self.token = token or new_token()
        self._asked = nick
        self._record = record
        self._client = Client(uri, engine=engine, clock=clock, **options)
        self._hearing = Hearing(guarantee, self._write, inbox, offsets, log)
        line = Line(self._client, self._hearing.hear, self._changed)
        super().__init__(line, guarantee, program or secrets.token_hex(8), self._write, clock)
        self._wanted = asyncio.Event()  # a room that was not joined yet
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False

    # Begin and end

    async def __aenter__(self) -> Self:
        await self._client
        work = (self._line.follow(), self._read(), self._keep())
        self._tasks = [asyncio.create_task(self._watch(each), name="chat client") for each in work]
        try:
            await self._line.greeted()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave all rooms, and end. What was not acknowledged may have been stored, or not."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._end(None)
        await self._client.close()

    async def _read(self) -> None:
        await self._line.read()
        self._end(None)

    async def _watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Do some of the work; if it fails, so does the client."""
        try:
            await work
        except Exception as error:
            self._end(error)

    def _end(self, error: BaseException | None) -> None:
        """Tell everybody that this is the end; only the first time counts."""
        if not self._ended:
            self._ended = True
            self._line.end(error)
            self._hearing.end(error, error or ClientClosed("the chat is closed"))

    # What there is to know

    @property
    def nick(self) -> str:
        """The name, as the server shows it."""
        return self._hearing.nick or self._asked

    @property
    def state(self) -> State:
        """Whether it is connected, and why not."""
        return self._client.state

    def states(self) -> AsyncIterator[State]:
        """Follow the connection's states, from the present one to the end."""
        return self._client.states()

    @property
    def listening(self) -> frozenset[str]:
        """The rooms that we are in, on the connection there is."""
        number = self._line.number if self._line.is_up else 0
        seats = self._hearing.seats.values()
        return frozenset(seat.room for seat in seats if seat.connection == number != 0)

    @property
    def offsets(self) -> Mapping[str, int]:
        """The last offset of each room that the program has read."""
        return MappingProxyType(self._hearing.offsets)

    @property
    def log(self) -> str | None:
        """Which log the offsets are of."""
        return self._hearing.log

    # Listening

    async def join(self, room: str) -> Joined:
        """Listen in a room, until further notice: on every connection to come, too.

        Args:
            room: its name; "@" for what is said directly.

        Raises:
            Refused: there is no such room, or not for us.
            StateError: it was left meanwhile.
            WsdemoError: the client has ended, of this.
        """
        self._line.check()
        seat, new = self._hearing.seat(room)
        if new:
            self._write("joining", room)
            self._wanted.set()
        return await asyncio.shield(seat.joined)

    async def leave(self, room: str) -> None:
        """Listen in a room no more."""
        self._write("leaving", room)
        seat = self._hearing.give_up(room)
        if seat is not None:
            seat.fail(StateError(f"{room} was left before it was joined"))
        await self._ask(messages.Leave(id=0, room=room))
        self._write("left", room)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Joined:
        event = await self._hearing.next()
        if event is None:
            raise StopAsyncIteration
        if isinstance(event, Said) and event.room != BOX:
            name = f"{event.client}/{event.seq}"
            self._write("received", name, event.room, event.offset, event.text)
        return event

    async def _keep(self) -> None:
        """On each connection: say hello, and sit down where we sat before."""
        hello = messages.Hello(id=0, nick=self._asked, client=self.program, token=self.token)
        while True:
            with suppress(Lost):
                await self._greet(hello)
                while True:
                    self._wanted.clear()
                    for seat in list(self._hearing.seats.values()):
                        await self._sit(seat)
                    await self._line.until(self._wanted)

    async def _greet(self, hello: messages.Hello) -> None:
        while True:
            try:
                await self._line.greet(hello)
            except Refused as no:
                if no.code not in LATER:
                    raise
                await self._pause(no)
            else:
                return

    async def _sit(self, seat: Seat) -> None:
        """Join a room, if we have not on this connection."""
        if seat.connection == self._line.number:
            return
        number, resumes = self._line.number, self.guarantee.resumes and seat.after is not None
        join = messages.Join(
            id=0,
            room=seat.room,
            after=seat.after if resumes else None,
            log=seat.log if resumes else None,
        )

        async def ask(join: messages.Request) -> Any:
            if not self._hearing.has(seat):
                raise StateError("the room was left")
            return await self._line.ask_now(join, number)

        try:
            joined = await self._insist(join, ask)
        except StateError:
            return
        except Refused as no:
            if seat.granted:
                self._hearing.put_out(seat, no.reason)
            else:
                self._hearing.give_up(seat.room)
                self._write("left", seat.room)
                seat.fail(no)
        else:
            seat.settle(joined, number)

    # Writing down

    def _changed(self, connected: bool) -> None:
        self._write("connected" if connected else "disconnected")

    def _write(self, verb: str, *what: Any, **more: Any) -> None:
        if self._record is not None:
            getattr(self._record, verb)(self.nick, *what, **more)
