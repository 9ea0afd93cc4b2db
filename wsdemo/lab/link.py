"""One TCP connection through a wire: a socket towards each endpoint, and a lane each way.

What comes out of one socket is recorded, shaped, and put into the other. Ends of streams pass as
well: a FIN in order, behind the bytes before it, leaving the other direction open; a RST too.
And backpressure passes: when a receiver takes no more its lane fills, and when a lane is full its
sender is read no more.

Leaves out when things are due, which is `shaping`; the sockets themselves, which are `side`; and
how connections come to be, which is `proxy`. Everything here belongs to one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from wsdemo.lab import sockets
from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.recording import Recording
from wsdemo.lab.shaping import Item, Shaper
from wsdemo.lab.side import Side

__all__ = ["Lane", "Link"]

# The share of a full lane that has to be free before its sender is read again: one read for many
# bytes, not one for each piece that leaves.
FREE_SHARE = 4


class Lane:
    """One direction of a link.

    Args:
        record: Called with what the sender sent: bytes, or an event.
        record_arrival: Called with the number of bytes that were delivered.
        shaper: When what is due.
        on_end: Called whenever something has ended.
        loop: Tells the time and keeps appointments.
    """

    source: Side
    """The socket towards the sender."""
    sink: Side
    """The socket towards the receiver."""

    def __init__(
        self,
        record: Callable[[Item], None],
        record_arrival: Callable[[int], None],
        shaper: Shaper,
        on_end: Callable[[], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._record = record
        self._record_arrival = record_arrival
        self._on_end = on_end
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self.shaper = shaper
        shaper.held = True  # until there is a receiver
        self.dead = False
        """Nothing is delivered any more, and nobody is told."""
        self.severed = False
        """The receiver has been told that this is the end; what still comes is lost."""

    @property
    def over(self) -> bool:
        """Whether the receiver gets nothing any more, not even an end."""
        return self.dead or (self.source.lost and self.shaper.empty)

    def put(self, item: Item) -> None:
        """Take in what the sender sent."""
        self._record(item)
        if not self.severed:
            self.shaper.put(item, self._loop.time())
            self.pump()

    def pump(self) -> None:
        """Deliver what is due, see to the next time, and to whether the sender may go on."""
        if not self.dead:
            self._deliver(self.shaper.take(self._loop.time()))
        self._set_timer(None if self.dead else self.shaper.next_time())
        room, buffer = self.shaper.room, self.shaper.shape.buffer
        if self.severed or room >= max(1, buffer // FREE_SHARE):
            self.source.resume_reading()
        elif room <= 0:
            self.source.pause_reading()

    def hold(self, *, held: bool) -> None:
        """Wait for the receiver, or go on because it takes bytes again."""
        now = self._loop.time()
        self.shaper.advance(now)
        self.shaper.held = held
        self.shaper.resume(now)
        # The receiver may say so in the middle of a delivery: let that one end first.
        self._loop.call_soon(self.pump)

    def change(self, name: str, value: object) -> None:
        """Give the shape another value, from now on."""
        now = self._loop.time()
        self.shaper.advance(now)
        setattr(self.shaper.shape, name, value)
        self.shaper.resume(now)
        self.pump()

    def half_open(self) -> None:
        """Deliver nothing any more, and tell nobody."""
        if not self.dead and not self.severed:
            self.dead = True
            self._record(Kind.HALF_OPEN)
            self.pump()

    def cut(self) -> None:
        """End the stream for its receiver, and lose what is under way."""
        if self._sever(Kind.CUT):
            self.sink.finish()
            self._on_end()

    def reset(self) -> None:
        """Break the connection off for the receiver, and lose what is under way."""
        if self._sever(Kind.BROKEN):
            self.sink.break_off()

    def close(self) -> None:
        """Lose what is under way and what still comes: there is no receiver any more."""
        self.severed = True
        self.shaper.clear()
        self.pump()

    def _sever(self, kind: Kind) -> bool:
        """Tell whether there was anything to sever."""
        if self.severed or self.sink.lost:
            return False
        self._record(kind)
        self.close()
        return True

    def _deliver(self, items: list[Item]) -> None:
        data = b"".join(item for item in items if isinstance(item, bytes))
        if data:
            self._record_arrival(len(data))
            self.sink.write(data)
        for end in (item for item in items if isinstance(item, Kind)):
            self._record_arrival(1)
            if end is Kind.EOF:
                self.sink.finish()
            else:
                self.sink.break_off()
            self._on_end()

    def _set_timer(self, when: float | None) -> None:
        if self._timer is not None:
            if self._timer.when() == when:
                return
            self._timer.cancel()
        self._timer = None if when is None else self._loop.call_at(when, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.pump()


class Link:
    """A connection through a wire.

    Args:
        number: 1 for the first one of the wire.
        recording: What to write into.
        shapers: How each direction behaves.
        buffer: What to read into; one for all links of a loop will do.
    """

    def __init__(
        self,
        number: int,
        recording: Recording,
        shapers: Mapping[Direction, Shaper],
        buffer: memoryview,
    ) -> None:
        self.number = number
        self._recording = recording
        self.up = self._lane(Direction.UP, shapers[Direction.UP])
        self.down = self._lane(Direction.DOWN, shapers[Direction.DOWN])
        self.client = Side(self.up, self.down, buffer, self._close_if_done)
        self.server = Side(self.down, self.up, buffer, self._close_if_done)
        self.up.source = self.down.sink = self.client
        self.up.sink = self.down.source = self.server
        self.finished = asyncio.Event()
        """Set when both sockets are closed."""

    def _lane(self, direction: Direction, shaper: Shaper) -> Lane:
        def record(item: Item) -> None:
            data, kind = (item, Kind.DATA) if isinstance(item, bytes) else (b"", item)
            self._recording.add(self.number, direction, data, kind)

        arrive = partial(self._recording.add_arrival, self.number, direction)
        return Lane(record, arrive, shaper, self._close_if_done, asyncio.get_running_loop())

    def lane(self, direction: Direction) -> Lane:
        """Return the lane of a direction."""
        return self.up if direction is Direction.UP else self.down

    @property
    def ending(self) -> bool:
        """Whether the connection is about to end by itself, unless somebody dawdles."""
        stands = any(lane.dead or lane.shaper.shape.stalled for lane in (self.up, self.down))
        return not stands and any(s.ended or s.lost for s in (self.client, self.server))

    async def connect(self, host: str, port: int) -> None:
        """Reach the server; if it cannot be reached, the client gets a RST."""
        try:
            reached = await sockets.connect(host, port)
        except OSError:
            self._recording.add(self.number, Direction.DOWN, kind=Kind.REFUSED)
            self.server.abort()
            self.client.break_off()
            return
        await asyncio.get_running_loop().create_connection(lambda: self.server, sock=reached)

    def abort(self) -> None:
        """Close both sockets at once."""
        self.client.abort()
        self.server.abort()

    def _close_if_done(self) -> None:
        """Close both sockets once all has been said, and take note when they are closed."""
        if self.client.done and self.server.done:
            self.client.close()
            self.server.close()
        if self.client.lost and self.server.lost:
            self.finished.set()
