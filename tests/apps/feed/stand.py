"""A floor without a network: clients whose messages wait until a test delivers or loses them."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from typing import Any

from wsdemo.apps.door import JSON, Codec, Error
from wsdemo.apps.feed import walk
from wsdemo.apps.feed.floor import MICRO, Floor
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import (
    Ack,
    FromServer,
    Refresh,
    Slow,
    Snapshot,
    Start,
    Started,
    Subscribe,
    Unsubscribe,
    Update,
    Updates,
)
from wsdemo.apps.feed.pace import Pace
from wsdemo.apps.feed.patterns import select
from wsdemo.apps.feed.session import Session
from wsdemo.apps.feed.view import View


class Room:
    """A room of the hub, in lists."""

    def __init__(self) -> None:
        self.members: dict[Outlet, None] = {}
        self.published: list[str | bytes] = []

    def publish(self, message: Any, *, exclude: Collection[Any] = ()) -> int:
        """Put a message into everybody's outbox, but for some."""
        self.published.append(message)
        there = [member for member in self.members if member not in exclude]
        for member in there:
            member.post(message)
        return len(there)


class Outlet:
    """A client of the hub, with an outbox that only a test empties."""

    def __init__(self, rooms: dict[str, Room] | None = None) -> None:
        self.outbox: deque[str | bytes] = deque()
        self.closed: tuple[int, str] | None = None
        self._rooms = {} if rooms is None else rooms

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self.outbox)

    def post(self, message: Any) -> None:
        """Add one."""
        self.outbox.append(message)

    def disconnect(self, code: int, reason: str) -> None:
        """Remember how it was ended."""
        self.closed = code, reason

    def join(self, name: str) -> None:
        """Go into a room."""
        self._rooms.setdefault(name, Room()).members[self] = None

    def leave(self, name: str) -> None:
        """Go out of it."""
        del self._rooms[name].members[self]


class Stand:
    """A floor, and whoever is there.

    Args:
        symbols: how many there are.
        history: how many changes are remembered.
        rate: changes a second, for ``at`` and ``span``.
    """

    def __init__(self, symbols: int = 4, history: int = 50, rate: float = 0.0) -> None:
        self.rooms: dict[str, Room] = {}
        self.market = Market(walk.names(symbols), 1, history)
        self.floor = Floor("this", self.market, Pace(rate, 0.0), self._room)
        self.seconds = 0.0

    def move(self, number: int, seconds: float = 0.0) -> None:
        """Let the market move, so much later."""
        self.seconds += seconds
        self.floor.move(number, round(self.seconds * MICRO))

    def _room(self, name: str) -> Room:
        return self.rooms.setdefault(name, Room())


class Guest:
    """A client of a stand: what it is told waits until it reads.

    Args:
        stand: where.
        patterns: what it subscribes to.
        slow: what it wants to happen when it doesn't read.
        window: messages that may be unacknowledged.
        codec: how it writes.
    """

    def __init__(
        self,
        stand: Stand,
        patterns: Iterable[str] = ("*",),
        slow: Slow = "conflate",
        window: int = 0,
        codec: Codec = JSON,
    ) -> None:
        self.stand = stand
        self.view = View()
        self.codec = codec
        self.slow: Slow = slow
        self.window = window
        self.got: list[FromServer] = []
        self.seen: list[Update] = []
        self._refreshing = False
        self._decode = codec.decoder(FromServer)
        self._open()
        self.start(tuple(patterns))

    def start(self, patterns: tuple[str, ...]) -> None:
        """Say `start`, with the place to go on from, if there is one."""
        self.say(Start(1, patterns, self.slow, self.window, self.view.resume()))

    def say(self, message: Any) -> None:
        """Send a message."""
        self.session.hear(self.codec.encode(message))

    def read(self, number: int = 1_000_000) -> None:
        """Read what waits, and what that leads to, but not more than so many messages."""
        while number and self.outlet.outbox:
            number -= 1
            message = self._decode(self.outlet.outbox.popleft())
            self.got.append(message)
            self.seen += self.view.apply(message)
            if isinstance(message, Snapshot):
                self._refreshing = False
            if isinstance(message, Updates) and self.window:
                self.say(Ack(message.seq))
            if self.view.missing is not None and not self._refreshing:
                self._refreshing = True
                self.say(Refresh(9, self.view.missing))

    def lose(self) -> None:
        """Let the first message with updates that waits be lost, if there is one."""
        for message in self.outlet.outbox:
            if isinstance(self._decode(message), Updates):
                self.outlet.outbox.remove(message)
                return

    def cut(self) -> None:
        """Lose everything that waits, and come back."""
        self.session.end()
        for room in self.stand.rooms.values():
            room.members.pop(self.outlet, None)
        self._open()
        self._refreshing = False
        self.start(self.view.patterns)

    def subscribe(self, *patterns: str) -> None:
        """Ask for more."""
        self.say(Subscribe(2, patterns))

    def unsubscribe(self, *patterns: str) -> None:
        """Ask for less."""
        self.say(Unsubscribe(3, patterns))

    @property
    def last(self) -> Any:
        """The last message that it has read."""
        return self.got[-1]

    @property
    def updates(self) -> list[Updates]:
        """The messages with updates that it has read."""
        return [message for message in self.got if isinstance(message, Updates)]

    @property
    def starts(self) -> list[Started]:
        """The answers to `start` that it has read."""
        return [message for message in self.got if isinstance(message, Started)]

    @property
    def error(self) -> Error:
        """The last message, which is an error."""
        assert isinstance(self.last, Error)
        return self.last

    @property
    def right(self) -> dict[str, int]:
        """What its prices should be, if it had read everything."""
        chosen = select(self.view.patterns, self.stand.market.symbols)
        return {name: price for name, price in self.stand.market.prices.items() if name in chosen}

    def _open(self) -> None:
        self.outlet = Outlet(self.stand.rooms)
        self.session = Session(self.stand.floor, self.outlet, self.codec, 50, self._clock)

    def _clock(self) -> float:
        return self.stand.seconds
