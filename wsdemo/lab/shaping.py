"""What a slow, long or broken link does to bytes: arithmetic on times, without a clock.

One direction of a connection is modelled as networks are (and as `tc netem` does it), in two
parts, one after the other::

    bytes → [ queue, bounded by buffer ] → serialiser, rate → propagation, delay + jitter → bytes

The queue and the serialiser make *queuing* delay, which depends on how much is sent. Propagation
makes a delay that does not, and that any number of pieces spend at the same time: a long link is
not a slow one. When the queue is full nothing more is taken in, and the sender feels it: that is
backpressure; when the queue is long, what is sent last waits for all that was sent before: that is
bufferbloat.

Leaves out loss, duplication and reordering: TCP hides them from both endpoints and turns them into
time, which is what jitter and stalls are for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from wsdemo.lab.chunks import Kind

__all__ = ["Item", "Shape", "Shaper"]

BUFFER = 64 * 2**10
"""The queue unless told otherwise: what a home router holds back at 10 Mbit/s for 50 ms."""

WINDOW = 16 * 2**20
"""Bytes that may be propagating at a time. TCP has such a limit too, its window; Linux lets it grow
to 6 MiB. Without one, a long delay would let a fast sender fill the memory."""

PIECE_SECONDS = 0.001
PIECE_SIZES = (64, 16_384)
"""The serialiser works in pieces of 1 ms, which is how fine timers are, and of no fewer bytes and
no more than these: a chunk should trickle out as it does from a modem, not fall out in one lump."""

Item: TypeAlias = bytes | Kind
"""Bytes, or the end of the stream, which keeps its place behind them."""


@dataclass(slots=True)
class Shape:
    """How one direction of a connection behaves."""

    delay: float = 0.0
    """Seconds of propagation."""

    jitter: float = 0.0
    """Up to so many seconds more, evenly distributed. Order is kept, as TCP keeps it: what is late
    holds up what is behind it."""

    rate: float | None = None
    """Bytes a second; None for as fast as the machine is."""

    buffer: int = BUFFER
    """Bytes that may wait for the serialiser, or for the receiver."""

    stalled: bool = False
    """Nothing moves."""


class Shaper:
    """One direction of one connection: takes in bytes, gives them out when they are due.

    It knows the time only from its callers, who must not go back in it.

    Args:
        shape: Read at every step, so it may be changed at any time.
        random: Returns numbers from 0 to 1, for jitter.
    """

    def __init__(self, shape: Shape, random: Callable[[], float]) -> None:
        self.shape = shape
        self.held = False
        """The receiver takes no more for now."""
        self._random = random
        self._queue: deque[tuple[float, Item]] = deque()  # (came, item)
        self._flying: deque[tuple[float, Item]] = deque()  # (due, item)
        self._queued_bytes = 0
        self._flying_bytes = 0
        self._serialiser_free = 0.0
        self._last_due = 0.0

    @property
    def room(self) -> int:
        """How many bytes may be put in now; 0 or less: wait."""
        return min(self.shape.buffer - self._queued_bytes, WINDOW - self._flying_bytes)

    @property
    def _stopped(self) -> bool:
        return self.shape.stalled or self.held

    @property
    def empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._queue and not self._flying

    def put(self, item: Item, now: float) -> None:
        """Take in bytes, or the end of the stream."""
        self._queue.append((now, item))
        self._queued_bytes += _size(item)

    def take(self, now: float) -> list[Item]:
        """Give out what is due, in order."""
        self.advance(now)
        due: list[Item] = []
        while self._flying and self._flying[0][0] <= now and not self._stopped:
            item = self._flying.popleft()[1]
            self._flying_bytes -= _size(item)
            due.append(item)
        return due

    def advance(self, now: float) -> None:
        """Move on to a time; to be called before the shape or `held` is changed."""
        while self._queue and not self._stopped:
            start = max(self._queue[0][0], self._serialiser_free)
            if start > now:
                break
            self._send(self._next_piece(), start)

    def resume(self, now: float) -> None:
        """Take note that a standstill is over: the serialiser worked on nothing meanwhile."""
        self._serialiser_free = max(self._serialiser_free, now)

    def next_time(self) -> float | None:
        """Tell when `take` has something to do again; None: not before something changes."""
        if self._stopped:
            return None
        times = [self._flying[0][0]] if self._flying else []
        if self._queue:
            times.append(max(self._queue[0][0], self._serialiser_free))
        return min(times, default=None)

    def clear(self) -> None:
        """Lose everything that is under way."""
        self._queue.clear()
        self._flying.clear()
        self._queued_bytes = self._flying_bytes = 0

    def _next_piece(self) -> Item:
        """Take from the queue what goes to the serialiser in one piece."""
        came, item = self._queue.popleft()
        if isinstance(item, bytes) and self.shape.rate is not None:
            least, most = PIECE_SIZES
            size = max(least, min(most, int(self.shape.rate * PIECE_SECONDS)))
            if len(item) > size:
                self._queue.appendleft((came, item[size:]))
                item = item[:size]
        self._queued_bytes -= _size(item)
        return item

    def _send(self, piece: Item, start: float) -> None:
        """Serialise a piece and let it fly."""
        rate = self.shape.rate
        self._serialiser_free = start + (0.0 if rate is None else _size(piece) / rate)
        due = self._serialiser_free + self.shape.delay + self.shape.jitter * self._random()
        # TCP: "a reliable, in-order, byte-stream service" (RFC 9293, 2.2).
        self._last_due = max(self._last_due, due)
        self._flying.append((self._last_due, piece))
        self._flying_bytes += _size(piece)


def _size(item: Item) -> int:
    return len(item) if isinstance(item, bytes) else 0
