"""The stage of a rehearsal: people with a line each, a server, and what is under way between them.

A client is made for each person and is given three functions; then it is told what happens::

    Client(send, show, tick)    send(message) to the server, show(text), tick(text): it is sure
        .opened()               there is a connection, the first one or another
        .say(text)              the person says something
        .hear(message)          a message has come

    Server()
        .opened(who, send)      somebody's client has a connection; send(message) goes down it
        .closed(who)            and has it no more
        .hear(who, message)     a message has come

A message is anything that JSON can hold. What is sent where there is no connection is lost, and
`send` doesn't tell: it can't know. Messages arrive in the order in which they were sent, as over
TCP, and with a line all that is under way on it is lost.

What clients say, show and tick is recorded for the checker. Everybody is in the one room from the
beginning, and back in the end, when all that is under way arrives.

Leaves out time: a step is one message that arrives, or one thing that happens to a person.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from wsdemo.lab.delivery import Delivery, Report
from wsdemo.lab.rehearsal.moves import PEOPLE, Move, parse

if TYPE_CHECKING:
    from wsdemo.lab.rehearsal.picture import Diagram

__all__ = ["Endless", "Rehearsal", "Trip", "rehearse"]

ROOM = "lobby"

MOST_TRIPS = 5_000
"""Messages in one rehearsal: a design that talks longer answers answers, and would for ever."""


class Endless(RuntimeError):
    """Client and server never stop talking to each other."""


@dataclass(slots=True)
class Trip:
    """One message on its way.

    Attributes:
        who: whose line it is on.
        up: whether it goes to the server.
        text: it, as JSON.
        start: the step at which it was sent.
        end: the step at which it arrived or was lost.
        lost: whether it was.
    """

    who: str
    up: bool
    text: str
    start: int
    end: int = -1
    lost: bool = False


@dataclass(slots=True)
class _Line:
    number: int = 0  # of its connections so far: what an earlier one is given is lost
    open: bool = False


@dataclass(eq=False, repr=False)
class Rehearsal:
    """A run, from its first move to its last.

    Attributes:
        people: who took part.
        record: what clients said, showed and ticked.
        trips: every message, in the order of sending.
        marks: what happened to people: the step, the verb, who.
        step: how many steps there were.
        server: as it was in the end.
    """

    people: tuple[str, ...]
    record: Delivery = field(init=False)
    trips: list[Trip] = field(default_factory=list)
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    step: int = 0
    server: Any = None

    def __post_init__(self) -> None:
        self.record = Delivery(clock=lambda: float(self.step))
        self._lines = {who: _Line() for who in self.people}
        self._under_way: deque[Trip] = deque()
        self._said = dict.fromkeys(self.people, 0)

    @property
    def report(self) -> Report:
        """What the checker says."""
        return self.record.check()

    def __repr__(self) -> str:
        lost = sum(trip.lost for trip in self.trips)
        return f"<rehearsal: {len(self.trips)} messages on their way, {lost} of them lost>"

    def plot(self) -> Diagram:
        """Draw who sent what to whom."""
        from wsdemo.lab.rehearsal.picture import Diagram

        return Diagram(self)

    def known(self, who: str) -> list[str]:
        """Return what somebody had sent and heard, as JSON, when their line first broke.

        Args:
            who: somebody whose line broke.

        Raises:
            ValueError: it never did.
        """
        cuts = [at for at, verb, person in self.marks if (verb, person) == ("cut", who)]
        if not cuts:
            raise ValueError(f"the line of {who!r} never broke")
        mine = [trip for trip in self.trips if trip.who == who and trip.start < cuts[0]]
        return [trip.text for trip in mine if trip.up or not trip.lost]

    def play(
        self, client: Callable[..., Any], server: Callable[[], Any], moves: Iterable[Move]
    ) -> None:
        """Play the moves, bring everybody back, and let everything arrive.

        Raises:
            Endless: messages never stop.
        """
        self.server = server()
        self._clients = {who: client(*self._functions(who)) for who in self.people}
        for who in self.people:
            self.record.joined(who, ROOM)
            self._open(who)
        for move in moves:
            self._play(move)
        for who in self.people:
            self._back(who)
        self._carry(None)

    def _functions(self, who: str) -> Sequence[Callable[[Any], None]]:
        send = partial(self._send_up, who)

        def show(text: Any) -> None:
            self.record.received(who, str(text), ROOM, body=str(text))

        def tick(text: Any) -> None:
            self.record.acknowledged(who, str(text))

        return send, show, tick

    def _play(self, move: Move) -> None:
        if move.verb == "carry":
            self._carry(move.number)
        elif move.verb == "says":
            self._says(move.who)
        elif move.verb == "cut":
            self._cut(move.who)
        else:
            self._back(move.who)

    def _says(self, who: str) -> None:
        self._said[who] += 1
        text = f"{who}/{self._said[who]}"
        self._mark("says", who)
        self.record.sent(who, text, to=ROOM, body=text)
        self._clients[who].say(text)

    def _cut(self, who: str) -> None:
        line = self._lines[who]
        if not line.open:
            return
        line.open = False
        self._mark("cut", who)
        self.record.fault(f"cut {who}")
        self.record.disconnected(who)
        for trip in [trip for trip in self._under_way if trip.who == who]:
            self._under_way.remove(trip)
            trip.end, trip.lost = self.step, True
        self.server.closed(who)

    def _back(self, who: str) -> None:
        if not self._lines[who].open:
            self._mark("back", who)
            self._open(who)

    def _open(self, who: str) -> None:
        line = self._lines[who]
        line.number, line.open = line.number + 1, True
        self.record.connected(who)
        self.server.opened(who, partial(self._send_down, who, line.number))
        self._clients[who].opened()

    def _carry(self, number: int | None) -> None:
        carried = 0
        while self._under_way and carried != number:
            trip = self._under_way.popleft()
            self.step += 1
            carried += 1
            trip.end = self.step
            message = json.loads(trip.text)
            if trip.up:
                self.server.hear(trip.who, message)
            else:
                self._clients[trip.who].hear(message)

    def _send_up(self, who: str, message: Any) -> None:
        self._send(Trip(who, True, json.dumps(message), self.step), self._lines[who].open)

    def _send_down(self, who: str, number: int, message: Any) -> None:
        line = self._lines[who]
        there = line.open and line.number == number
        self._send(Trip(who, False, json.dumps(message), self.step), there)

    def _send(self, trip: Trip, there: bool) -> None:
        if len(self.trips) == MOST_TRIPS:
            raise Endless(f"{MOST_TRIPS:,} messages, and no end")
        self.trips.append(trip)
        if there:
            self._under_way.append(trip)
        else:
            trip.end, trip.lost = self.step, True

    def _mark(self, verb: str, who: str) -> None:
        self.step += 1
        self.marks.append((self.step, verb, who))


def rehearse(
    client: Callable[..., Any],
    server: Callable[[], Any],
    moves: Iterable[str],
    people: Sequence[str] = PEOPLE,
) -> Rehearsal:
    """Let a client and a server play.

    Args:
        client: makes a person's client, as the docstring of the module says.
        server: makes the server.
        moves: what happens, as in `moves`.
        people: who takes part.

    Returns:
        What happened: ``report`` judges it, ``plot()`` draws it.

    Raises:
        ValueError: a move is none.
        Endless: the two never stop talking.
        TypeError: a message can't be written as JSON.
    """
    rehearsal = Rehearsal(tuple(people))
    rehearsal.play(client, server, [parse(move, people) for move in moves])
    return rehearsal
