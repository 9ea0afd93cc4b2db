"""What a client hears: where it listens, up to which offset, and what its program has yet to read.

Leaves out asking for it, which is `client`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from wsdemo.apps.chat.guarantees import Guarantee
from wsdemo.apps.chat.names import folded
from wsdemo.apps.chat.news import (
    Deleted,
    Edited,
    Event,
    FromServer,
    Gap,
    Granted,
    Invited,
    IsTyping,
    Joined,
    Left,
    Presence,
    Said,
    Welcome,
)
from wsdemo.apps.door import Error

__all__ = ["Hearing", "Seat"]

Note: TypeAlias = Callable[..., object]
"""Writes down what happens: the name of a verb of the record, and what it takes."""

_MATTER = (Said, Edited, Deleted, Gap, Joined, Left, Error, Presence, IsTyping, Granted, Invited)


@dataclass(eq=False, slots=True)
class Seat:
    """A room in which a client listens.

    Attributes:
        room: its name.
        after: the last offset that has come; None before the first answer.
        log: which log that is of.
        connection: the number of the connection on which it was joined last; 0 for none.
        granted: whether it was ever joined.
        joined: the first answer, for whoever waits for it.
    """

    room: str
    after: int | None = None
    log: str | None = None
    connection: int = 0
    granted: bool = False
    joined: asyncio.Future[Joined] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self, joined: Joined, connection: int) -> None:
        """Note on which connection it was joined, and tell who waits for that."""
        self.connection = connection
        if not self.joined.done():
            self.joined.set_result(joined)

    def fail(self, error: BaseException) -> None:
        """Tell who waits for the first answer that there is none."""
        if not self.joined.done():
            self.joined.set_exception(error)
            self.joined.exception()  # looked at: perhaps nobody waits any more


class Hearing:
    """What a client hears.

    Args:
        guarantee: whether it resumes.
        note: writes down what happens.
        most: events that may wait.
        offsets: where to go on in rooms that were joined before.
        log: which log these are of.

    Attributes:
        seats: by the room's name, as it is compared.
        log: which log the offsets are of, as the server has said last.
        nick: the name, as the server shows it; empty before it has.
        offsets: of what the program has read last, by room.
    """

    def __init__(
        self,
        guarantee: Guarantee,
        note: Note,
        most: int,
        offsets: Mapping[str, int],
        log: str | None,
    ) -> None:
        self.seats: dict[str, Seat] = {}
        self.log = log
        self.nick = ""
        self.offsets = dict(offsets)
        # Where to go on in rooms that we are not in: the last offset that came, and of which log.
        # Some of it may still wait to be read.
        self._places = {folded(room): (offset, log) for room, offset in offsets.items()}
        self._guarantee = guarantee
        self._note = note
        self._most = most
        self._events: asyncio.Queue[Event | Joined | None] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()
        self._error: BaseException | None = None

    def seat(self, room: str) -> tuple[Seat, bool]:
        """Return the seat in a room, and whether it is a new one."""
        key = folded(room)
        if key in self.seats:
            return self.seats[key], False
        seat = self.seats[key] = Seat(room, *self._places.get(key, (None, None)))
        return seat, True

    def has(self, seat: Seat) -> bool:
        """Tell whether a seat was not given up."""
        return self.seats.get(folded(seat.room)) is seat

    def give_up(self, room: str) -> Seat | None:
        """Listen in a room no more; return the seat that was there."""
        key = folded(room)
        seat = self.seats.pop(key, None)
        if seat is not None and seat.after is not None:
            self._places[key] = seat.after, seat.log
        return seat

    async def hear(self, news: FromServer) -> None:
        """Take what has come; wait while the program has too much to read."""
        if isinstance(news, Welcome):
            self.nick, self.log = news.nick, news.log
        elif isinstance(news, _MATTER) and self._matters(news):
            self._events.put_nowait(news)
            if self._events.qsize() >= self._most:
                self._room.clear()
            await self._room.wait()

    async def next(self) -> Event | Joined | None:
        """Return the next event; None if there will be none any more.

        Raises:
            WsdemoError: there will be none any more, because of this.
        """
        event = await self._events.get()
        if self._events.qsize() < self._most:
            self._room.set()
        if event is None:
            self._events.put_nowait(None)  # for whoever asks again
            if self._error is not None:
                raise self._error
        elif isinstance(event, (Said, Edited, Deleted, Gap, Joined)):
            self.offsets[event.room] = event.offset
        return event

    def end(self, error: BaseException | None, waiting: BaseException) -> None:
        """Note that nothing more will come.

        Args:
            error: why, if something went wrong.
            waiting: what those get who wait to be let into a room.
        """
        self._error = error
        for seat in self.seats.values():
            seat.fail(waiting)
        self._events.put_nowait(None)
        self._room.set()

    def put_out(self, seat: Seat, reason: str) -> None:
        """Note that a room is not open to us any more, and tell the program."""
        self.give_up(seat.room)
        self._note("left", seat.room)
        self._events.put_nowait(Left(room=seat.room, reason=reason))

    # What matters to the program

    def _matters(self, news: Event | Joined) -> bool:
        match news:
            case Said() | Edited() | Deleted():
                return self._advance(news)
            case Gap():
                return self._skip(news)
            case Joined():
                return self._joined(news)
            case Left():
                return news.re is None and self._left(news)
            case Error():
                return news.re is None
            case _:
                return True

    def _skip(self, gap: Gap) -> bool:
        seat = self.seats.get(folded(gap.room))
        if seat is not None:
            seat.after = gap.offset
        return seat is not None

    def _advance(self, news: Said | Edited | Deleted) -> bool:
        """Note how far we are; what is no further has come before, and is dropped."""
        seat = self.seats.get(folded(news.room))
        if seat is None or seat.after is None or news.offset <= seat.after:
            return False
        seat.after = news.offset
        return True

    def _joined(self, news: Joined) -> bool:
        seat = self.seats.get(folded(news.room))
        if seat is None:
            return False
        if seat.after is None or news.lost or not self._guarantee.resumes:
            seat.after = news.offset
        seat.room, seat.log = news.room, self.log
        if not seat.granted:
            seat.granted = True
            self.offsets.setdefault(news.room, news.offset)
            self._note("joined", news.room)
        return bool(news.lost)

    def _left(self, news: Left) -> bool:
        seated = folded(news.room) in self.seats
        if seated:
            self.give_up(news.room)
            self._note("left", news.room)
        return seated
