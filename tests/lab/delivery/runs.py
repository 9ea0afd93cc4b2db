"""Runs that are right, made up from a script; and one thing that is wrong, implanted in one.

The world behind them keeps its own books, and shares nothing with the checker but the events.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeAlias

from hypothesis import strategies as st

from wsdemo.lab.delivery import Delivery, Event, Kind, Verdict

Events: TypeAlias = tuple[Event, ...]
Step: TypeAlias = tuple[str, int, int]
Expected: TypeAlias = Counter[Verdict]

OUTSIDER = "eve"
"""Joins nothing."""

SCRIPTS = st.tuples(
    st.integers(2, 5),  # clients
    st.integers(1, 3),  # rooms
    st.lists(
        st.tuples(
            st.sampled_from(
                ["send", "deliver", "answer", "join", "leave", "cut", "back", "restart"]
            ),
            st.integers(0, 4),
            st.integers(0, 2),
        ),
        max_size=60,
    ),
)
"""The size of a world, and what happens in it; what cannot happen when it is due is skipped."""


@dataclass
class World:
    """A server that loses nothing, and clients that send again what was not answered."""

    clients: int
    rooms: int
    record: Delivery = field(default_factory=lambda: Delivery(clock=count().__next__))
    log: dict[int, list[str]] = field(default_factory=dict)
    appended: dict[str, int] = field(default_factory=dict)
    """How many events there were when a message got into the log."""
    down: set[int] = field(default_factory=set)
    cursors: dict[tuple[int, int], int] = field(default_factory=dict)
    waiting: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    sent: int = 0

    def play(self, script: list[Step]) -> None:
        """Do everything, and then what makes the run complete."""
        opening = [("join", 0, 0), ("join", 1, 0)]
        burst = [("send", 0, 0), ("send", 0, 0), ("send", 1, 0)]
        everybody = [("back", client, 0) for client in range(self.clients)]
        for name, client, room in [*opening, *script, *everybody, *opening, *burst]:
            getattr(self, name)(client % self.clients, room % self.rooms)
        while any(self.waiting.values()):
            for client in range(self.clients):
                self.answer(client, 0)
        for client, room in self.cursors:
            while self.cursors[client, room] < len(self.log.get(room, [])):
                self.deliver(client, room)

    def join(self, client: int, room: int) -> None:
        """Get what is sent from now on."""
        if client not in self.down and (client, room) not in self.cursors:
            self.record.joining(_who(client), _where(room))
            self.cursors[client, room] = len(self.log.get(room, []))
            self.record.joined(_who(client), _where(room))

    def leave(self, client: int, room: int) -> None:
        """Get nothing more."""
        if client not in self.down and (client, room) in self.cursors:
            self.record.leaving(_who(client), _where(room))
            del self.cursors[client, room]
            self.record.left(_who(client), _where(room))

    def send(self, client: int, room: int) -> None:
        """Send, even if there is no connection."""
        if (client, room) in self.cursors:
            self.sent += 1
            message = f"{_who(client)}/{self.sent}"
            self.waiting.setdefault(client, []).append((message, room))
            self._hand_over(client, message, room)

    def _hand_over(self, client: int, message: str, room: int) -> None:
        self.record.sent(_who(client), message, to=_where(room), body=f"I am {message}")
        if client not in self.down and message not in self.appended:
            self.log.setdefault(room, []).append(message)
            self.appended[message] = len(self.record.run.events)

    def answer(self, client: int, _room: int) -> None:
        """Acknowledge the oldest message."""
        if client not in self.down and self.waiting.get(client):
            message, room = self.waiting[client].pop(0)
            offset = self.log[room].index(message) + 1
            self.record.acknowledged(_who(client), message, offset)

    def deliver(self, client: int, room: int) -> None:
        """Bring a member the next message."""
        at = self.cursors.get((client, room))
        if client not in self.down and at is not None and at < len(self.log.get(room, [])):
            message = self.log[room][at]
            self.cursors[client, room] += 1
            self.record.received(_who(client), message, _where(room), at + 1, f"I am {message}")

    def cut(self, client: int, _room: int) -> None:
        """Take a client its connection."""
        if client not in self.down:
            self.down.add(client)
            self.record.disconnected(_who(client))

    def back(self, client: int, _room: int) -> None:
        """Connect again, and send again what was not answered."""
        if client in self.down:
            self.down.remove(client)
            self.record.connected(_who(client))
            for message, room in self.waiting.get(client, []):
                self._hand_over(client, message, room)

    def restart(self, _client: int, _room: int) -> None:
        """Restart the server, which forgets nothing."""
        self.record.restarted("server")


def _who(client: int) -> str:
    return f"c{client}"


def _where(room: int) -> str:
    return f"r{room}"


@dataclass(frozen=True)
class Patient:
    """A run that is right, and what there is to know for whoever wants to spoil it."""

    events: Events
    appended: dict[str, int]

    def first_sent(self, message: str) -> int:
        """Return where a message was first sent."""
        return self.all(Kind.SENT, message)[0]

    def all(self, kind: Kind, message: str | None = None) -> list[int]:
        """Return where something happened."""
        return [
            place
            for place, event in enumerate(self.events)
            if event.kind is kind and message in (None, event.message)
        ]

    def members(self, place: int) -> set[tuple[str, str]]:
        """Return who was in which room at a place."""
        members = set()
        for event in self.events[:place]:
            if event.kind is Kind.JOINED:
                members.add((event.who, event.room))
            elif event.kind is Kind.LEFT:
                members.remove((event.who, event.room))
        return members

    def end_of_stay(self, place: int) -> int:
        """Return where the receiver leaves the room after a receipt, or the end."""
        receipt = self.events[place]
        for at in range(place, len(self.events)):
            event = self.events[at]
            if event.kind is Kind.LEAVING and (event.who, event.room) == (
                receipt.who,
                receipt.room,
            ):
                return at
        return len(self.events)

    def steady(self) -> list[int]:
        """Return the receipts of those who were there before it was sent, and stayed."""
        found = []
        for place in self.all(Kind.RECEIVED):
            receipt = self.events[place]
            sent = self.first_sent(receipt.message)
            there = (receipt.who, receipt.room) in self.members(sent)
            moved = any(
                event.kind is Kind.LEFT and (event.who, event.room) == (receipt.who, receipt.room)
                for event in self.events[sent:]
            )
            if there and not moved:
                found.append(place)
        return found

    def in_a_row(self) -> list[tuple[int, int]]:
        """Return receipts that follow each other at a client, and might have come swapped."""
        latest: dict[tuple[str, str], int] = {}
        found = []
        for place in self.all(Kind.RECEIVED):
            receipt = self.events[place]
            before = latest.get((receipt.who, receipt.room))
            latest[receipt.who, receipt.room] = place
            if before is None or place >= self.end_of_stay(before):
                continue
            if self.appended[receipt.message] <= before:
                found.append((before, place))
        return found


def patient(script: tuple[int, int, list[Step]]) -> Patient:
    """Make a run that is right."""
    clients, rooms, steps = script
    world = World(clients, rooms)
    world.play(steps)
    return Patient(world.record.run.events, world.appended)


def without(events: Events, *places: int) -> Events:
    """Take events out."""
    return tuple(event for place, event in enumerate(events) if place not in places)


def inserted(events: Events, place: int, event: Event) -> Events:
    """Put an event in."""
    return (*events[:place], event, *events[place:])


def changed(events: Events, place: int, event: Event) -> Events:
    """Put an event in another's place."""
    return (*events[:place], event, *events[place + 1 :])


def contents(event: Event, of: Event) -> Event:
    """Let an event bring what another brought."""
    return replace(event, message=of.message, offset=of.offset, body=of.body)
