"""What all the connections of a chat share: the rooms, the boxes, and who is connected.

Leaves out one connection, which is a `session`.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdemo.apps.chat.channel import Channel
from wsdemo.apps.chat.entries import Logged, pack
from wsdemo.apps.chat.guarantees import Guarantee
from wsdemo.apps.chat.ledger import Ledger, Person, RoomEntry
from wsdemo.apps.chat.messages import BOX, PresenceName
from wsdemo.apps.chat.news import Granted, Invited, Left, Member
from wsdemo.apps.chat.news import Presence as PresenceNews
from wsdemo.apps.chat.permissions import Action, Role
from wsdemo.apps.chat.presence import Pace, Presence
from wsdemo.hub import Hub
from wsdemo.limits import Bucket
from wsdemo.log import Entry, Log
from wsdemo.scratch.options import Clock

if TYPE_CHECKING:
    from wsdemo.apps.chat.session import Session

__all__ = ["House", "Place", "Terms"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a chat.

    Attributes:
        guarantee: of delivery.
        rate: requests a second that a person may make.
        burst: how many at once.
        pace: how fast presence changes.
    """

    guarantee: Guarantee
    rate: float
    burst: float
    pace: Pace


@dataclass(frozen=True, slots=True)
class Place:
    """A room that is in use.

    Attributes:
        entry: what it is, and who may do what.
        channel: what is said in it.
        presence: who is in it.
    """

    entry: RoomEntry
    channel: Channel
    presence: Presence


class House:
    """What the connections share.

    Args:
        ledger: people and rooms.
        log: what is said.
        hub: fan-out.
        clock: time.
        terms: of the chat.
    """

    def __init__(self, ledger: Ledger, log: Log, hub: Hub, clock: Clock, terms: Terms) -> None:
        self.ledger = ledger
        self.log = log
        self.hub = hub
        self.clock = clock
        self.terms = terms
        self.sessions: dict[int, set[Session]] = {}
        self._places: dict[str, Place] = {}
        self._boxes: dict[int, Channel] = {}
        self._buckets: dict[int, Bucket] = {}
        # Names for what is not to be known again: no other run of the server has them.
        self._run = secrets.token_hex(8)
        self._numbers = itertools.count(1)

    # Where things are said

    def place(self, entry: RoomEntry) -> Place:
        """Return a room in use."""
        place = self._places.get(entry.key)
        if place is None:
            channel = self._channel(entry.name, f"#{entry.key}")

            def tell(changes: Mapping[int, PresenceName]) -> None:
                members = [self.member(entry, *change) for change in changes.items()]
                channel.publish(PresenceNews(entry.name, members))

            presence = Presence(self.clock, tell, self.terms.pace)
            place = self._places[entry.key] = Place(entry, channel, presence)
        return place

    def box(self, person: int) -> Channel:
        """Return the box of a person."""
        box = self._boxes.get(person)
        if box is None:
            box = self._boxes[person] = self._channel(BOX, self.box_stream(person), edits=False)
        return box

    @staticmethod
    def box_stream(person: int) -> str:
        """Return the stream of a box; no room has such a name."""
        return f"@{person}"

    def _channel(self, name: str, stream: str, *, edits: bool = True) -> Channel:
        return Channel(
            name,
            stream,
            log=self.log,
            hub=self.hub,
            clock=self.clock,
            guarantee=self.terms.guarantee,
            edits=edits,
        )

    def member(self, entry: RoomEntry, person: int, presence: PresenceName) -> Member:
        """Describe somebody in a room."""
        return Member(self.ledger.nick(person), presence, entry.access.role(person).value)

    async def append(self, stream: str, author: str, seq: int, logged: Logged) -> Entry:
        """Write something into a log; what comes twice is there once, if that is guaranteed.

        Args:
            stream: where to.
            author: a person's program: nobody else can use its numbers up.
            seq: the program's number for it.
            logged: what.

        Raises:
            NotStored: the log has failed; it may be tried again.
        """
        if not self.terms.guarantee.deduplicates:
            author, seq = self._run, next(self._numbers)
        return await self.log.append(stream, author, seq, pack(logged))

    # Who is connected

    def bucket(self, person: int) -> Bucket:
        """Return what limits the rate of a person, on whichever and however many connections."""
        bucket = self._buckets.get(person)
        if bucket is None:
            bucket = Bucket(self.terms.rate, self.terms.burst, self.clock.time)
            self._buckets[person] = bucket
        return bucket

    def enter(self, session: Session, person: Person) -> None:
        """Note that a person has one more connection."""
        self.sessions.setdefault(person.id, set()).add(session)

    async def exit(self, session: Session, person: Person) -> None:
        """Note that a person has one less; the box of who has none is closed."""
        those = self.sessions[person.id]
        those.discard(session)
        if not those:
            del self.sessions[person.id]
            box = self._boxes.pop(person.id, None)
            if box is not None:
                await box.close()

    def granted(self, place: Place, by: Person, to: Person, role: Role) -> None:
        """Tell those whom it concerns of a role, and put out who has no access any more."""
        entry, channel = place.entry, place.channel
        theirs = self.sessions.get(to.id, set())
        if not entry.access.may(to.id, Action.READ):
            place.presence.remove(to.id)
            for session in tuple(theirs):
                session.put_out(channel, Left(room=entry.name, reason=f"{by.nick} put you out"))
        else:
            for session in theirs:
                if channel.stream not in session.seats:
                    session.post(Invited(entry.name, role.value, by.nick))
        channel.publish(Granted(entry.name, to.nick, role.value, by.nick))

    async def close(self) -> None:
        """Stop all pumps and timers."""
        for place in self._places.values():
            place.presence.close()
            await place.channel.close()
        for box in self._boxes.values():
            await box.close()
