"""`Session`: one connection of somebody's, and where in the house it is.

Leaves out what is asked and answered, which is `answers` and `sayings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wsdemo.apps.chat.channel import Channel
from wsdemo.apps.chat.house import House, Place
from wsdemo.apps.chat.ledger import Person
from wsdemo.apps.chat.names import BadName, Name
from wsdemo.apps.chat.news import Left
from wsdemo.apps.chat.permissions import Action
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.door import JSON
from wsdemo.hub import Client
from wsdemo.limits import Bucket
from wsdemo.protocol import CloseCode
from wsdemo.server import Connection

__all__ = ["PINGS", "Seat", "Session", "parse"]

PINGS = 10
"""Pings at once: a page asks in each silence, and when somebody looks at it again."""
PINGS_RATE = 1.0
"""Pings a second, in the long run."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a connection listens.

    Attributes:
        channel: what it hears.
        place: the room; None if this is its box.
    """

    channel: Channel
    place: Place | None = None


class Session:
    """One connection.

    Args:
        house: what it shares with the others.
        connection: to the client.
        client: the same, in the hub.

    Attributes:
        seats: where it listens, by stream.
        program: the client's own name.
        not_before: when a client that was hasty may ask again.
        pings: limits those, which belong to nobody and so to no rate of a person's.
    """

    def __init__(self, house: House, connection: Connection, client: Client) -> None:
        self.house = house
        self.connection = connection
        self.client = client
        self.seats: dict[str, Seat] = {}
        self.program = ""
        self.not_before = 0.0
        self.pings = Bucket(PINGS_RATE, PINGS, house.clock.time)
        self._person: Person | None = None

    @property
    def person(self) -> Person:
        """Who this is.

        Raises:
            Refused: nobody knows yet.
        """
        if self._person is None:
            raise Refused("not_welcome", "hello comes first")
        return self._person

    @property
    def known(self) -> bool:
        """Whether it is known who this is."""
        return self._person is not None

    @property
    def author(self) -> str:
        """Whose numbers name what is said here: the person's, by this program."""
        return f"{self.person.id}.{self.program}"

    def check_name(self, name: Name) -> None:
        """Check that this connection has not said hello by another name.

        Raises:
            Refused: it has.
        """
        if self._person is not None and self.house.ledger.people.get(name.key) != self._person:
            raise Refused("not_welcome", "this connection has said hello as another")

    def begin(self, person: Person, program: str) -> None:
        """Note who this is.

        Raises:
            Refused: it is somebody else.
        """
        if self._person is None:
            self._person, self.program = person, program
            self.house.enter(self, person)
        elif (self._person.id, self.program) != (person.id, program):
            raise Refused("not_welcome", "this connection has said hello as another")

    def place(self, name: str, action: Action) -> Place:
        """Return a room in which this person may do something.

        Raises:
            Refused: there is no such room, or the person may not.
        """
        entry = self.house.ledger.rooms.get(parse(name, "$.room").key)
        if entry is None:
            raise Refused("no_room", "there is no room of this name", field="$.room")
        person = self.person.id
        if not entry.access.may(person, Action.READ):
            raise Refused("no_access", "this room is for those who are invited", field="$.room")
        if not entry.access.may(person, action):
            raise Refused("forbidden", action.value)
        return self.house.place(entry)

    async def send(self, message: Any) -> None:
        """Send a message, at the client's pace."""
        await self.connection.send(JSON.encode(message))

    def post(self, message: Any) -> None:
        """Send a message, in line with the news, and wait for nothing."""
        self.client.post(JSON.encode(message))

    # Seats

    def sit(self, seat: Seat) -> None:
        """Hear what is published from now on."""
        self.client.join(seat.channel.stream)
        if seat.place is not None and seat.channel.stream not in self.seats:
            seat.place.presence.come(self.person.id)
        self.seats[seat.channel.stream] = seat

    def stand(self, stream: str) -> None:
        """Hear no more, as asked."""
        self.client.leave(stream)
        seat = self.seats.pop(stream, None)
        if seat is not None and seat.place is not None:
            seat.place.presence.leave(self.person.id)

    def put_out(self, channel: Channel, left: Left) -> None:
        """Hear no more, not as asked."""
        self.client.leave(channel.stream)
        if self.seats.pop(channel.stream, None) is not None:
            self.post(left)

    async def end(self) -> None:
        """Note that the connection has ended: who has closed it with 1000 has left all rooms."""
        if self._person is None:
            return
        left = self.connection.close_code == CloseCode.NORMAL_CLOSURE
        for stream, seat in tuple(self.seats.items()):
            if left:
                self.stand(stream)
            elif seat.place is not None:
                seat.place.presence.lose(self._person.id)
        self.seats.clear()
        await self.house.exit(self, self._person)


def parse(name: str, field: str) -> Name:
    """Take a name as a client has sent it.

    Raises:
        Refused: it is none.
    """
    try:
        return Name.parse(name)
    except BadName as error:
        raise Refused("bad_name", str(error), field=field) from None
