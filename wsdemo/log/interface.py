"""`Log`, the ordered log of a room: what an app may ask of one, whatever it is stored in.

**Offsets.** Entries of a room are numbered 1, 2, 3, … in the order of their acknowledgement,
without a hole; a duplicate and a failed append take no number. ``after=n`` therefore means "I
have the first n", and ``after=0`` "I have none". A number is never given twice, even if
retention has removed its entry.

**Deduplication.** A client numbers what it sends; (room, client id, client sequence) names a
message for ever. Appending it again, because its acknowledgement was lost, returns the first
entry. The body isn't compared: whoever gives one number to two messages loses the second. A
client may retry as long as the entry is there, and after that for as long as the log remembers.

**Retention** takes the oldest entries of a room and leaves no hole: `Gone` tells who asks for
one of them where to go on.

How NATS JetStream would carry each verb, with a stream for each room:

========== ====================================================================================
append     publish with ``Nats-Msg-Id: <client id> <client seq>``; the PubAck has ``seq`` and
           ``duplicate`` [1]_, and ids are remembered for the stream's ``duplicate_window`` [2]_
           (longer than ``max_age`` it can't be). ``duplicate`` wants a direct get of ``seq``,
           for the first body
read       an ordered consumer with ``opt_start_seq = after + 1`` [3]_, or direct gets by ``seq``
read_back  the same, from ``before - limit``
subscribe  an ordered consumer: the client library makes it anew when a sequence is missing [3]_
bounds     ``first_seq`` and ``last_seq`` of the stream's state
retention  ``max_msgs`` and ``max_age`` of the stream [4]_
========== ====================================================================================

A stream for each room keeps offsets dense (rooms as subjects of one stream would share its
sequence). Names of streams may hold neither spaces nor ``. * >`` nor path separators, and are
best kept under 32 characters [5]_, so a room's name has to be encoded or hashed. What an
acknowledgement promises differs, too: a JetStream server alone syncs its files every two minutes
by default, so a power loss may take what was acknowledged; ``sync_interval: always`` [6]_ is
what ``synchronous=FULL`` is here.

.. [1] https://docs.nats.io/reference/jetstream/api/stream/pub-ack
.. [2] https://nats-io.github.io/nats.js/jetstream/types/JetStreamPublishOptions.html
.. [3] https://docs.nats.io/learn/jetstream/ordered-consumer
.. [4] https://docs.nats.io/learn/jetstream/shaping-the-stream
.. [5] https://docs.nats.io/running-a-nats-service/nats_admin/jetstream_admin/naming
.. [6] https://docs.nats.io/reference/config/jetstream/sync_interval

Leaves out edits and deletions (entries of the app's own, which refer to others by offset), what a
body means, who may read it, and names of rooms to list.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Bounds", "Entry", "Log"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the log of a room.

    Attributes:
        room: the room.
        offset: its number in the room; the first one has 1.
        client_id: who sent it.
        client_seq: the sender's own number for it.
        at: when it was appended, in seconds since the epoch, by the log's clock.
        body: what was sent.
        duplicate: whether `append` found it instead of making it. It belongs to the answer and
            not to the entry, and plays no part in comparisons.
    """

    room: str
    offset: int
    client_id: str
    client_seq: int
    at: float
    body: bytes
    duplicate: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        again = ", again" if self.duplicate else ""
        return (
            f"{self.room}#{self.offset} from {self.client_id}#{self.client_seq} "
            f"[{len(self.body)} bytes{again}]"
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """What there is of a room.

    Attributes:
        first: the offset of the first entry that is left; ``last + 1`` if none is.
        last: the offset of the last entry there was; 0 if there never was one.
    """

    first: int
    last: int


class Log(Protocol):
    """The ordered logs of many rooms. A room exists once something is appended to it.

    Every method raises `LogClosed` when the log isn't open, and ``ValueError`` or ``TypeError``,
    with the value, for an argument that can't be right.
    """

    async def append(self, room: str, client_id: str, client_seq: int, body: bytes) -> Entry:
        """Append a message, and return when it is stored: this is the acknowledgement.

        A call that is cancelled or fails with the connection to the storage may have appended:
        to make it again, with the same sequence, is safe and tells.

        Args:
            room: where to.
            client_id: who sends it; names a client for ever, not a connection.
            client_seq: the client's own number for this message, 0 or more. The numbers need
                be neither dense nor in order.
            body: the message.

        Returns:
            The entry; the first one, with ``duplicate`` set, if this was appended before. Should
            retention have removed it since, its body is the one given now.

        Raises:
            NotStored: the storage failed.
        """

    async def read(self, room: str, *, after: int = 0, limit: int = 100) -> list[Entry]:
        """Return the entries that follow an offset, in order, so many at most.

        Args:
            room: the room.
            after: the last offset the caller has; 0 for none.
            limit: how many.

        Raises:
            Gone: entry ``after + 1`` has been removed.
            Ahead: ``after`` is more than the last entry's offset.
        """

    async def read_back(
        self, room: str, *, before: int | None = None, limit: int = 100
    ) -> list[Entry]:
        """Return the entries that come before an offset, for scrolling back.

        Args:
            room: the room.
            before: the first offset the caller has; None for the newest page.
            limit: how many at most.

        Returns:
            The entries in order, the oldest first; ``before`` of the next page is the first
            one's offset. No entries: this is the beginning of the room.

        Raises:
            Gone: entry ``before - 1`` has been removed; never with None.
            Ahead: ``before - 1`` is more than the last entry's offset.
        """

    def subscribe(self, room: str, *, after: int = 0) -> AsyncIterator[Entry]:
        """Return an iterator over all that follows an offset: what is there, then what comes.

        There is neither a gap nor a duplicate where the two meet, and the iterator's memory is
        bounded: a slow reader reads from the log again. One task may read it; it ends by an
        error only, and needs no closing: drop it.

        Args:
            room: the room.
            after: the last offset the caller has; 0 for none.

        Raises:
            Gone: while iterating: what would come next has been removed; subscribe anew.
            Ahead: while iterating, at the first step: as for `read`.
            LogClosed: while iterating, too: the log was closed.
        """

    async def bounds(self, room: str) -> Bounds:
        """Return the first and the last offset of a room."""

    async def close(self) -> None:
        """Store what was given, and let go of everything; again changes nothing."""
