"""The floor: the market, and who listens to what of it.

Everything here is synchronous. Between two lines without an ``await`` the market doesn't move and
nobody comes or goes, so that a snapshot followed by a subscription leaves no gap and doubles no
change.

Leaves out requests, and when the market moves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from weakref import WeakValueDictionary

from wsdemo.apps.door import Codec
from wsdemo.apps.feed.audience import Audience, Room
from wsdemo.apps.feed.batch import Batch, Pick
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import Update, Updates
from wsdemo.apps.feed.pace import Pace
from wsdemo.apps.feed.patterns import select
from wsdemo.apps.feed.subscriber import Counts, Subscriber

__all__ = ["CHUNK", "Floor"]

# Updates in one message of a replay: some 20 kB.
CHUNK = 1_000
# Changes in one message: with the longest names they still fit into what an engine receives. After
# a pause there may be more at once.
MOST = 5_000
MICRO = 1_000_000


class Floor:
    """Who listens to what.

    Args:
        ident: names this market, and no other one before or after it.
        market: what there is to hear.
        pace: when its changes are due.
        room: gives the room of a name.

    Attributes:
        counts: the books.
    """

    def __init__(self, ident: str, market: Market, pace: Pace, room: Callable[[str], Room]) -> None:
        self.ident = ident
        self.market = market
        self.pace = pace
        self.counts = Counts()
        self._room = room
        self._at = 0
        self._audiences: dict[tuple[str, tuple[str, ...]], Audience] = {}
        self._places: dict[Subscriber, tuple[str, tuple[str, ...]]] = {}
        self._found: WeakValueDictionary[str, frozenset[str]] = WeakValueDictionary()

    def move(self, number: int, at: int) -> None:
        """Let the market make so many changes, and tell everybody.

        Args:
            number: how many; 0 to look only who can be told something now.
            at: when the last one was due, in microseconds since the epoch.
        """
        self.counts.ticks += 1
        self._at = at
        while number > MOST:
            number -= MOST
            self._publish(MOST, at - self._age(number))
        self._publish(number, at)

    def _publish(self, number: int, at: int) -> None:
        prev = self.market.seq
        changes = self.market.advance(number)
        self.counts.changes += number
        batch = Batch(changes, prev, self.market.seq, at, self._age(max(0, number - 1)), self._age)
        for audience in tuple(self._audiences.values()):
            audience.publish(batch, self.market)

    def find(self, pattern: str) -> frozenset[str]:
        """Return the symbols that fit a pattern; all who have it share one set."""
        found = self._found.get(pattern)
        if found is None:
            self._found[pattern] = found = select([pattern], self.market.symbols)
        return found

    def acknowledge(self, subscriber: Subscriber, seq: int) -> bool:
        """Note what a client has taken; if it waited for that, tell it at once what it is owed.

        Returns:
            Whether it was news.
        """
        is_news = subscriber.acknowledge(seq)
        if subscriber.owed and not subscriber.behind:
            now = self.market.seq
            batch = Batch((), now, now, self._at, 0, self._age)
            subscriber.tell(batch, Pick((), ()), self.market)
        return is_news

    def join(
        self,
        subscriber: Subscriber,
        codec: Codec,
        patterns: Collection[str],
        symbols: frozenset[str],
    ) -> str:
        """Put a client into the audience of its patterns; return the name of the room to be in.

        Args:
            subscriber: the client; if it was in another audience, it no longer is.
            codec: how it is written to.
            patterns: what it has subscribed to.
            symbols: which symbols these are.
        """
        self.leave(subscriber)
        key = codec.name, tuple(sorted(patterns))
        name = f"{key[0]} {key[1]}"
        audience = self._audiences.get(key)
        if audience is None:
            room = self._room(name)
            audience = Audience(room, codec, symbols, self.market.seq, self._at)
            self._audiences[key] = audience
        audience.subscribers[subscriber] = None
        self._places[subscriber] = key
        subscriber.keep(symbols)
        return name

    def leave(self, subscriber: Subscriber) -> None:
        """Take a client out of its audience; not to be in one is fine."""
        key = self._places.pop(subscriber, None)
        if key is not None:
            audience = self._audiences[key]
            del audience.subscribers[subscriber]
            if not audience.subscribers:
                del self._audiences[key]

    def replay(self, subscriber: Subscriber, symbols: frozenset[str], since: int) -> None:
        """Send every change after a number, as the market remembers it."""
        pieces = [*self._pieces(symbols, since)]
        if pieces:
            subscriber.replay(pieces)

    def _pieces(self, symbols: frozenset[str], since: int) -> Iterator[Updates]:
        prev, chunk = since, list[Update]()
        for seq, change in self.market.changes(since):
            if change.symbol in symbols:
                chunk.append(change)
            if len(chunk) == CHUNK:
                yield self._piece(prev, seq, chunk)
                prev, chunk = seq, []
        if chunk:
            yield self._piece(prev, self.market.seq, chunk)

    def _piece(self, prev: int, seq: int, chunk: list[Update]) -> Updates:
        at = self._at - self._age(self.market.seq - seq)
        return Updates(prev, seq, at, self._age(seq - prev - 1), updates=tuple(chunk))

    def _age(self, changes: int) -> int:
        return round(self.pace.span(changes) * MICRO)

    def __len__(self) -> int:
        return len(self._places)
