"""What a run says about each message and each membership: one pass over its events.

A *place* is the index of an event in the run. Places and not times say what came first.

Leaves out judging, which is `checker`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from wsdemo.lab.delivery.events import Event, Kind, Run

__all__ = ["History", "Message", "Receipt", "Stay"]

NEVER = math.inf


@dataclass(slots=True)
class Message:
    """What became of a message.

    Attributes:
        id: its name.
        sender: who sent it.
        room: where to.
        body: what it says.
        sent: the place at which it was first sent.
        acknowledged: the place of the first acknowledgement.
        offset: its place in the log, as its sender was told; None if that wasn't told.
        answered: whether it was acknowledged, or refused and not sent again since.
        came: whether anybody received it at all.
        receivers: the place at which each client with access first received it.
    """

    id: str
    sender: str
    room: str
    body: str
    sent: int
    acknowledged: float = NEVER
    offset: int | None = None
    answered: bool = False
    came: bool = False
    receivers: dict[str, int] = field(default_factory=dict)

    @property
    def known(self) -> float:
        """The place from which on it is known to be in the log: it was acknowledged, or seen."""
        return min(self.acknowledged, *self.receivers.values(), NEVER)


@dataclass(slots=True)
class Stay:
    """One time that a client had access to a room.

    Attributes:
        granted: the place from which on it certainly had access.
        ending: the place from which on that wasn't certain any more.
        reach: the latest place at which something was sent that it received during this stay.
    """

    granted: float = NEVER
    ending: float = NEVER
    reach: int = -1


@dataclass(frozen=True, slots=True)
class Receipt:
    """Something that a client received, or was told.

    Attributes:
        event: as it was recorded.
        message: what had been sent under this id; None if nothing had.
        lawful: whether the client may have had access to the room it was sent to.
        again: whether the client had lawfully received it before.
    """

    event: Event
    message: Message | None = None
    lawful: bool = False
    again: bool = False


class History:
    """A run, by message and by membership.

    Attributes:
        events: of the run.
        messages: by id, in the order in which they were first sent.
        stays: by room and client, in order.
        receipts: everything that was received, in order.
        strays: acknowledgements and refusals of what that client had not sent.
        away: clients that are not connected at the end.

    Raises:
        ValueError: Two messages have the same id.
    """

    def __init__(self, run: Run) -> None:
        self.events = run.events
        self.messages: dict[str, Message] = {}
        self.stays: defaultdict[str, dict[str, list[Stay]]] = defaultdict(dict)
        self.receipts: list[Receipt] = []
        self.strays: list[Receipt] = []
        self.away: set[str] = set()
        # Those with access at the moment, by client and room.
        self._open: dict[tuple[str, str], Stay] = {}
        for place, event in enumerate(run.events):
            self._take(place, event)

    def _take(self, place: int, event: Event) -> None:
        match event.kind:
            case Kind.SENT:
                self._send(place, event)
            case Kind.ACKNOWLEDGED | Kind.REFUSED:
                self._answer(place, event)
            case Kind.RECEIVED:
                self._receive(place, event)
            case Kind.JOINING | Kind.JOINED | Kind.LEAVING | Kind.LEFT:
                self._move(place, event)
            case Kind.CONNECTED:
                self.away.discard(event.who)
            case Kind.DISCONNECTED:
                self.away.add(event.who)

    def _send(self, place: int, event: Event) -> None:
        new = Message(event.message, event.who, event.room, event.body, place)
        old = self.messages.setdefault(event.message, new)
        if (old.sender, old.room, old.body) != (new.sender, new.room, new.body):
            raise ValueError(f"two messages have the id {event.message!r}: {old} and {new}")
        old.answered = old.acknowledged < NEVER

    def _answer(self, place: int, event: Event) -> None:
        message = self.messages.get(event.message)
        if message is None or message.sender != event.who:
            self.strays.append(Receipt(event))
            return
        message.answered = True
        if event.kind is Kind.ACKNOWLEDGED and message.acknowledged == NEVER:
            message.acknowledged, message.offset = place, event.offset

    def _receive(self, place: int, event: Event) -> None:
        message = self.messages.get(event.message)
        if message is None:
            self.receipts.append(Receipt(event))
            return
        message.came = True
        stay = self._open.get((event.who, message.room))
        again = stay is not None and event.who in message.receivers
        if stay is not None:
            stay.reach = max(stay.reach, message.sent)
            message.receivers.setdefault(event.who, place)
        self.receipts.append(Receipt(event, message, stay is not None, again))

    def _move(self, place: int, event: Event) -> None:
        key = event.who, event.room
        if event.kind in {Kind.JOINING, Kind.JOINED} and key not in self._open:
            stay = self._open[key] = Stay()
            self.stays[event.room].setdefault(event.who, []).append(stay)
        if key not in self._open:  # left, who never came
            return
        stay = self._open[key]
        if event.kind is Kind.JOINED:
            stay.granted = min(stay.granted, place)
        elif event.kind in {Kind.LEAVING, Kind.LEFT}:
            stay.ending = min(stay.ending, place)
        if event.kind is Kind.LEFT:
            del self._open[key]
