"""An audience: all clients with one codec and the same patterns, who get the same messages.

What is said to all of them is serialised once and published in a room of the hub. Those who were
behind, or have just come from another audience, are told what is theirs alone, until they are
where the others are.

Leaves out who belongs to which audience.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from wsdemo.apps.door import Codec
from wsdemo.apps.feed.batch import Batch
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import Updates
from wsdemo.apps.feed.subscriber import BEAT, Subscriber

__all__ = ["Audience", "Room"]


class Room(Protocol):
    """A room of the hub, as far as an audience needs it."""

    def publish(self, message: Any, *, exclude: Collection[Any] = ()) -> int:
        """Send a message to everybody in it, but for some."""


class Audience:
    """Clients that get the same.

    Args:
        room: where they all are.
        codec: how they are written to.
        symbols: what they have subscribed to.
        seq: the number of the market's last change.
        at: what time it is, in microseconds since the epoch.

    Attributes:
        subscribers: who is in it, in the order of joining.
    """

    def __init__(
        self, room: Room, codec: Codec, symbols: frozenset[str], seq: int, at: int
    ) -> None:
        self.subscribers: dict[Subscriber, None] = {}
        self.symbols = symbols
        self._room = room
        self._codec = codec
        self._seq = seq
        self._spoke = at

    def publish(self, batch: Batch, market: Market) -> None:
        """Tell everybody what concerns them of a batch, or that nothing does, once in a while."""
        pick = batch.pick(self.symbols, self._codec)
        speaks = bool(pick.changes) or batch.at - self._spoke >= BEAT
        aside = set()
        for subscriber in tuple(self.subscribers):
            if subscriber.behind:
                aside.add(subscriber.outlet)
                if pick.changes:
                    subscriber.miss(pick.changes)
                subscriber.remind(batch.at)
            elif subscriber.owed or (speaks and subscriber.seq < self._seq):
                aside.add(subscriber.outlet)
                subscriber.tell(batch, pick, market)
            elif speaks:
                subscriber.told(batch.seq, batch.at)
        if speaks:
            if len(aside) < len(self.subscribers):
                written: Any = pick.written
                updates = Updates(self._seq, batch.seq, batch.at, batch.span, updates=written)
                self._room.publish(self._codec.encode(updates), exclude=aside)
            self._seq, self._spoke = batch.seq, batch.at
