"""One client: how far it is, whether it is behind, and what then.

Conflation is done here and not by `wsdemo.hub.Conflate`. The hub puts a message in the place of an
older one, unseen. Here a message has many symbols, and one that stands for several changes has to
say for how many, and since when: else a client can't tell it from a loss. So a client that is
behind is sent nothing, what changes meanwhile is noted, and when it can take a message again, one
is made for it of what everything costs *then*. What waits in the hub's outbox for a client that
conflates is one message, besides replies and what it has resumed; the note has a line for each
symbol at most.

Leaves out everybody else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from wsdemo.apps.door import Codec
from wsdemo.apps.feed.batch import Batch, Pick
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import Slow, Update, Updates
from wsdemo.protocol import CloseCode

__all__ = ["BEAT", "WAITING", "Counts", "Outlet", "Subscriber"]

# Messages in the outbox of a client that isn't conflated, before it is too slow: three seconds
# of batches, as long as a phone needs to change from one network to the other.
WAITING = 64
# Microseconds without a word, after which an empty message says that nothing was lost.
BEAT = 1_000_000


class Outlet(Protocol):
    """What a client of the hub is to this: a place to put messages into."""

    @property
    def waiting(self) -> int:
        """How many messages wait."""

    def post(self, message: Any) -> None:
        """Add one; wait for nothing."""

    def disconnect(self, code: int, reason: str) -> None:
        """End the connection."""


@dataclass(slots=True)
class Counts:
    """What happened to changes and clients.

    Attributes:
        changes: that the market has made.
        ticks: intervals that have gone by.
        late: intervals that were left out, because the one before took too long.
        conflated: changes that a client didn't get, for it got a newer one.
        missed: changes that a client didn't get at all.
        disconnected: clients that were too slow.
        resumed: clients that went on where they had been.
        snapshots: clients that began anew, or with nothing.
        refreshed: requests for what is missing.
    """

    changes: int = 0
    ticks: int = 0
    late: int = 0
    conflated: int = 0
    missed: int = 0
    disconnected: int = 0
    resumed: int = 0
    snapshots: int = 0
    refreshed: int = 0


class Subscriber:
    """A client that has started.

    Args:
        outlet: where its messages go.
        codec: how they are written.
        slow: what happens when it is behind.
        window: messages that may be unacknowledged; 0 for any number.
        counts: the books.

    Attributes:
        seq: up to which number it was told everything.
    """

    def __init__(
        self, outlet: Outlet, codec: Codec, slow: Slow, window: int, counts: Counts
    ) -> None:
        self.outlet = outlet
        self.codec = codec
        self.slow = slow
        self.seq = 0
        self._spoke = 0
        self._window = window
        self._unacknowledged: deque[int] = deque()
        self._room = 1 if slow == "conflate" else WAITING
        self._noted: dict[str, int] = {}  # how often each symbol has changed, unsaid
        self._missed = self._ended = False
        self._counts = counts

    @property
    def behind(self) -> bool:
        """Whether it can't take another message now."""
        unacknowledged = self._window and len(self._unacknowledged) >= self._window
        return bool(unacknowledged) or self.outlet.waiting >= self._room

    @property
    def owed(self) -> bool:
        """Whether something was kept from it, of which it has to be told."""
        return self._missed or bool(self._noted)

    @property
    def noted(self) -> int:
        """How many symbols have changed that it was not told of; bounds its memory."""
        return len(self._noted)

    def miss(self, changes: Iterable[Update]) -> None:
        """Do what there is to do for a client that is behind when these come."""
        match self.slow:
            case "conflate":
                self._note(changes)
            case "drop":
                self._missed = True
                self._counts.missed += len(list(changes))
            case "disconnect" if not self._ended:
                self._ended = True
                self._counts.disconnected += 1
                self.outlet.disconnect(CloseCode.TRY_AGAIN_LATER, "too slow")

    def tell(self, batch: Batch, pick: Pick, market: Market) -> None:
        """Send a message of its own: what it is owed, and what is new."""
        if self._noted:
            self._note(pick.changes)
            self.post(self._newest(batch, market))
        else:
            # To one that has missed something, the range says so: it begins after the loss.
            prev = batch.prev if self._missed else self.seq
            self._missed = False
            written: Any = pick.written
            self.post(Updates(prev, batch.seq, batch.at, batch.span, updates=written))

    def post(self, updates: Updates) -> None:
        """Send a message, and count it as told."""
        self.outlet.post(self.codec.encode(updates))
        self.told(updates.seq, updates.at)

    def replay(self, pieces: Iterable[Updates]) -> None:
        """Send what has changed before it came, and count all of it as one message.

        A client that comes back is not slow because there is much to tell it.
        """
        for piece in pieces:
            self.outlet.post(self.codec.encode(piece))
            self.seq, self._spoke = piece.seq, piece.at
            self._room += self.slow != "conflate"
        self.told(self.seq, self._spoke)

    def told(self, seq: int, at: int) -> None:
        """Note that it was sent a message, up to which number, and when (as `Updates.at`)."""
        self.seq, self._spoke = seq, at
        if self._window:
            self._unacknowledged.append(seq)

    def remind(self, at: int) -> None:
        """Say where it should be, once in a while, to one that acknowledges nothing.

        It may wait for a message that was lost, as we wait for the acknowledgement: TCP has its
        persist timer for the same reason (RFC 9293, 3.8.6.1).
        """
        if not self.outlet.waiting and at - self._spoke >= BEAT:
            self._spoke = at
            self.outlet.post(self.codec.encode(Updates(self.seq, self.seq, at, 0)))

    def acknowledge(self, seq: int) -> bool:
        """Note that it has taken everything up to here; return whether that was news."""
        before = len(self._unacknowledged)
        while self._unacknowledged and self._unacknowledged[0] <= seq:
            self._unacknowledged.popleft()
        return len(self._unacknowledged) < before

    def keep(self, symbols: frozenset[str]) -> None:
        """Forget what was noted of other symbols: it has unsubscribed from them."""
        for symbol in self._noted.keys() - symbols:
            del self._noted[symbol]

    def _note(self, changes: Iterable[Update]) -> None:
        for change in changes:
            self._noted[change.symbol] = self._noted.get(change.symbol, 0) + 1

    def _newest(self, batch: Batch, market: Market) -> Updates:
        noted, self._noted = self._noted, {}
        conflated = sum(noted.values()) - len(noted)
        self._counts.conflated += conflated
        oldest = min(market.last_change(symbol) for symbol in noted)
        span = batch.age(batch.seq - oldest)
        written: Any = [batch.newest(name, market.price(name), self.codec) for name in noted]
        return Updates(self.seq, batch.seq, batch.at, span, conflated, written)
