"""What one client asks for, and what it is answered.

Answers go into the same outbox as the updates, so that a client reads everything in the order in
which it happened: after the reply to ``unsubscribe`` nothing more comes of what it left.

To look for symbols is what a request costs: it is paid for by the pattern, from a bucket of the
client's own. A pattern that the client has already is not looked up again. To acknowledge costs
nothing, as long as there is something to be acknowledged.

Leaves out the connection, and what the market does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, Protocol

from wsdemo.apps.door import BadMessage, BudgetSpent, Codec, Door
from wsdemo.apps.feed.floor import CHUNK, Floor
from wsdemo.apps.feed.messages import (
    MOST_PATTERNS,
    Ack,
    FromClient,
    Refresh,
    Snapshot,
    Start,
    Started,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
)
from wsdemo.apps.feed.subscriber import Outlet, Subscriber
from wsdemo.limits import Bucket

__all__ = ["Listener", "Session"]

# Patterns that a client may ask about at once, and a second after that. In 10,000 symbols one
# takes 2 ms to look for.
BURST = 2 * MOST_PATTERNS
RATE = 16.0
# Acknowledgements of nothing, besides one for each piece of a replay, that a client may send at
# once; after that as many as requests.
IDLE = 256


class Listener(Outlet, Protocol):
    """A client of the hub, as far as a session needs it."""

    def join(self, name: str) -> Any:
        """Go into a room."""

    def leave(self, name: str) -> None:
        """Go out of it."""


class Session:
    """A conversation with one client.

    Args:
        floor: where the market is.
        listener: the client.
        codec: how it writes, and is written to.
        interval: how many milliseconds of changes go into a message; the client is told.
        clock: tells the time, for limits.
    """

    def __init__(
        self,
        floor: Floor,
        listener: Listener,
        codec: Codec,
        interval: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._floor = floor
        self._listener = listener
        self._codec = codec
        self._interval = interval
        self._door: Door[FromClient] = Door(FromClient, codec, clock=clock)
        self._bucket = Bucket(RATE, BURST, clock)
        self._idle = Bucket(RATE, IDLE + floor.market.history // CHUNK, clock)
        self._subscriber: Subscriber | None = None
        self._patterns: dict[str, frozenset[str]] = {}
        self._symbols: frozenset[str] = frozenset()
        self._room: str | None = None

    def hear(self, message: str | bytes) -> None:
        """Do what a message asks for, and put the answer into the outbox.

        Raises:
            BudgetSpent: this was one bad message too many; its error is in the outbox.
        """
        try:
            self._answer(self._door.admit(message))
        except BadMessage as bad:
            self._say(bad.error)
            if isinstance(bad, BudgetSpent):
                raise

    def end(self) -> None:
        """Forget what the client has started."""
        if self._subscriber is not None:
            self._floor.leave(self._subscriber)

    def _answer(self, request: FromClient) -> None:
        if isinstance(request, Ack):
            self._acknowledge(request)
            return
        fault = self._fault(request)
        if fault is not None:
            code, reason, field = fault
            self._say(self._door.refuse(code, reason, request.id, field))
            return
        cost = max(1, len(getattr(request, "patterns", ())))
        wait = self._bucket.take(cost)
        if wait:
            reason = "too many requests"
            self._say(self._door.refuse("too_fast", reason, request.id, retry_after=wait))
            return
        self._carry_out(request)

    def _acknowledge(self, ack: Ack) -> None:
        subscriber = self._subscriber
        if subscriber is not None and self._floor.acknowledge(subscriber, ack.seq):
            return
        wait = self._idle.take()
        if wait:
            reason = "nothing to acknowledge, again and again"
            self._say(self._door.refuse("too_fast", reason, retry_after=wait))

    def _fault(self, request: FromClient) -> tuple[str, str, str | None] | None:
        """Say what is wrong with a request at this moment: code, reason, field."""
        if self._subscriber is None and not isinstance(request, Start):
            return "not_started", "the first message is `start`", None
        if isinstance(request, Subscribe):
            number = len(self._patterns.keys() | set(request.patterns))
            if number > MOST_PATTERNS:
                reason = f"{number} patterns; a client has {MOST_PATTERNS} at most"
                return "too_many_patterns", reason, "$.patterns"
        return None

    def _carry_out(self, request: FromClient) -> None:
        match request:
            case Start():
                self._start(request)
            case Subscribe():
                self._subscribe(request)
            case Unsubscribe():
                self._unsubscribe(request)
            case Refresh():
                self._refresh(request)

    def _start(self, request: Start) -> None:
        floor, resume = self._floor, request.resume
        self.end()
        self._patterns = {}
        subscriber = Subscriber(
            self._listener, self._codec, request.slow, request.window, floor.counts
        )
        self._subscriber = subscriber
        self._look_up(request.patterns)
        since = None
        if resume and resume.feed == floor.ident and floor.market.remembers(resume.seq):
            since = resume.seq
        subscriber.seq = floor.market.seq if since is None else since
        self._say(
            Started(
                re=request.id,
                how="snapshot" if since is None else "resumed",
                feed=floor.ident,
                seq=subscriber.seq,
                patterns=tuple(self._patterns),
                slow=request.slow,
                symbols=len(floor.market.symbols),
                rate=round(floor.pace.rate),
                interval=self._interval,
                quotes=floor.market.quotes(self._symbols) if since is None else (),
            )
        )
        if since is None:
            floor.counts.snapshots += 1
        else:
            floor.counts.resumed += 1
            floor.replay(subscriber, self._symbols, since)
        self._move()

    def _subscribe(self, request: Subscribe) -> None:
        before = self._symbols
        self._look_up(request.patterns)
        self._move()
        market = self._floor.market
        quotes = market.quotes(self._symbols - before)
        self._say(Subscribed(request.id, market.seq, tuple(self._patterns), quotes))

    def _unsubscribe(self, request: Unsubscribe) -> None:
        for pattern in request.patterns:
            self._patterns.pop(pattern, None)
        self._symbols = _together(self._patterns.values())
        self._move()
        self._say(Unsubscribed(request.id, self._floor.market.seq, tuple(self._patterns)))

    def _refresh(self, request: Refresh) -> None:
        market = self._floor.market
        self._floor.counts.refreshed += 1
        quotes = market.quotes(self._symbols, request.since)
        self._say(Snapshot(request.id, request.since, market.seq, quotes))

    def _look_up(self, patterns: tuple[str, ...]) -> None:
        for pattern in patterns:
            if pattern not in self._patterns:
                found = self._floor.find(pattern)
                # `*`, `**` and so on: a client has 32 names for everything, but no 32 sets of it.
                same = (each for each in self._patterns.values() if each == found)
                self._patterns[pattern] = next(same, found)
        self._symbols = _together(self._patterns.values())

    def _move(self) -> None:
        """Go to the audience, and into the room, of the present patterns."""
        assert self._subscriber is not None
        if self._room is not None:
            self._listener.leave(self._room)
        self._room = self._floor.join(self._subscriber, self._codec, self._patterns, self._symbols)
        self._listener.join(self._room)

    def _say(self, reply: Any) -> None:
        self._listener.post(self._codec.encode(reply))


def _together(sets: Collection[frozenset[str]]) -> frozenset[str]:
    """Return the union of some sets; if one of them is that already, itself and no copy."""
    widest = max(sets, key=len, default=frozenset())
    return widest if all(each <= widest for each in sets) else widest.union(*sets)
