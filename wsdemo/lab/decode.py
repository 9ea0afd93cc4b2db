"""From chunks to entries: what the bytes of a recording mean, read with `wsdemo.protocol`.

The result depends on the bytes and on the order of the two directions, and not on how the network
cut them into chunks. Nothing that a peer sends raises an exception: what breaks a rule becomes a
`Fault`, what cannot be read is `Opaque`.

Leaves out the readers of one direction, which are `decode_http` and `decode_frames`, and every
protocol but HTTP/1.1 and WebSocket; of TLS it shows the records.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from wsdemo.errors import HandshakeError
from wsdemo.lab.chunks import Chunk, Direction, Kind
from wsdemo.lab.decode_frames import Allowance, Frames
from wsdemo.lab.decode_handshake import codec_of, request_fault, response_fault, upgrades
from wsdemo.lab.decode_http import (
    Reader,
    TLSRecords,
    Unread,
    is_tls,
    request_body,
    request_head,
    response_body,
    response_head,
)
from wsdemo.lab.entries import Body, End, Entry, Fault, Opaque, What
from wsdemo.protocol.http import Request, Response

__all__ = ["Decoder"]

BEHIND_FAULT = "unread, behind a fault"
BEHIND_GAP = "unread, behind a gap in the recording"
TOO_EARLY = "sent before the handshake was answered"
FOREIGN = "unread, of another protocol"
UNFINISHED = "unfinished"

MAX_INFLATED = 64 * 2**20

# Behind these events the sender sends no more.
_FINAL = frozenset({Kind.EOF, Kind.RESET, Kind.BROKEN})


class Stream:
    """One direction of a connection: bytes that came and are no entry yet, and their reader."""

    def __init__(self, connection: int, direction: Direction, reader: Reader) -> None:
        self.direction = direction
        self.reader = reader
        self._connection = connection
        self._buffer = bytearray()
        self._position = 0
        # Where each chunk of the buffer ends, and when it came.
        self._marks: deque[tuple[int, float]] = deque()
        self._began = False

    def feed(self, chunk: Chunk) -> None:
        """Take in the bytes of a chunk."""
        self._buffer += chunk.data
        self._marks.append((self._position + len(self._buffer), chunk.time))
        if not self._began and self._buffer:
            self._began = True
            if is_tls(self._buffer):
                self.reader = TLSRecords()

    def read(self) -> Entry | None:
        """Take out the next entry, or return None while bytes of it are missing."""
        found = self.reader.read(self._buffer) if self._buffer else None
        return None if found is None else self.take(*found)

    def read_end(self) -> Entry | None:
        """Take out what is left, now that no more bytes will come."""
        what = self.reader.read_end(self._buffer) if self._buffer else None
        return None if what is None else self.take(what, len(self._buffer))

    def take(self, what: What, used: int = 0) -> Entry:
        """Make an entry of the first bytes, or of none: then it belongs to the last one taken."""
        raw = bytes(self._buffer[:used])
        del self._buffer[:used]
        self._position += used
        while self._marks[0][0] < self._position:
            self._marks.popleft()
        return self._entry(self._marks[0][1], raw, what)

    def end(self, chunk: Chunk) -> Entry:
        """Make an entry of an event, which has no bytes."""
        self._position += chunk.kind is Kind.EOF  # a FIN takes a place in the stream, like a byte
        return self._entry(chunk.time, b"", End(chunk.kind))

    def pending(self) -> Entry | None:
        """Return what is left so far, without taking it out."""
        if not self._buffer:
            return None
        if isinstance(self.reader, Unread):
            what = self.reader.read_end(self._buffer)
        else:
            what = Opaque(UNFINISHED, bytes(self._buffer))
        return self._entry(self._marks[-1][1], bytes(self._buffer), what)

    def _entry(self, time: float, raw: bytes, what: What) -> Entry:
        return Entry(time, self._connection, self.direction, raw, what, self._position)


class Conversation:
    """Both directions of a connection: what one says decides how the other is read.

    Args:
        connection: Its number.
        allowance: How much may be inflated.
    """

    def __init__(self, connection: int, allowance: Allowance) -> None:
        self._up = Stream(connection, Direction.UP, request_head())
        self._down = Stream(connection, Direction.DOWN, response_head())
        self._allowance = allowance
        self._unanswered: deque[Request] = deque()

    @property
    def streams(self) -> tuple[Stream, Stream]:
        """The two directions."""
        return self._up, self._down

    def feed(self, chunk: Chunk) -> Iterator[Entry]:
        """Take in a chunk and yield the entries that it completes."""
        stream = self._up if chunk.direction is Direction.UP else self._down
        stream.feed(chunk)
        yield from self._read(stream)
        if chunk.kind in _FINAL and (left := stream.read_end()) is not None:
            yield left
        if chunk.kind is not Kind.DATA:
            yield stream.end(chunk)

    def _read(self, stream: Stream) -> Iterator[Entry]:
        while (entry := stream.read()) is not None:
            yield entry
            yield from self._turn(stream, entry.what)

    def _turn(self, stream: Stream, what: What) -> Iterator[Entry]:
        """Find the reader for what comes next."""
        match what:
            case Fault(frame=None):
                stream.reader = Unread(BEHIND_FAULT)
            case Request():
                yield from self._requested(what)
            case Response():
                yield from self._answered(what)
            case Body(last=True):
                stream.reader = request_head() if stream is self._up else response_head()
            case _:
                pass

    def _requested(self, request: Request) -> Iterator[Entry]:
        self._unanswered.append(request)
        if upgrades(request):
            # Whether WebSocket is spoken from here on is for the server to say.
            self._up.reader = Unread(TOO_EARLY)
            yield from self._faults(self._up, request_fault(request))
        else:
            yield from self._expect_body(self._up, lambda: request_body(request) or request_head())

    def _answered(self, response: Response) -> Iterator[Entry]:
        if response.status == 101:
            yield from self._open(response)
            return
        request = self._unanswered[0] if self._unanswered else None
        if response.status >= 200 and self._unanswered:
            self._unanswered.popleft()
        yield from self._expect_body(
            self._down, lambda: response_body(response, request) or response_head()
        )
        if response.status >= 200 and request is not None and upgrades(request):
            self._up.reader = request_head()
            yield from self._read(self._up)

    def _expect_body(self, stream: Stream, make: Callable[[], Reader]) -> Iterator[Entry]:
        try:
            stream.reader = make()
        except HandshakeError as error:
            stream.reader = Unread(BEHIND_FAULT)
            yield stream.take(Fault(str(error)))

    def _open(self, response: Response) -> Iterator[Entry]:
        request = self._unanswered.popleft() if self._unanswered else None
        if not upgrades(response):
            self._up.reader = self._down.reader = Unread(FOREIGN)
            return
        yield from self._faults(self._down, response_fault(request, response))
        for stream in self.streams:
            from_client = stream is self._up
            stream.reader = Frames(
                from_client=from_client,
                codec=codec_of(response, from_client=from_client),
                allowance=self._allowance,
            )
        yield from self._read(self._up)

    def _faults(self, stream: Stream, fault: Fault | None) -> Iterator[Entry]:
        if fault is not None:
            yield stream.take(fault)


class Decoder:
    """Turns the chunks of any number of connections into entries, as they come.

    Args:
        max_inflated: How many bytes may come out of permessage-deflate, all in all. Frames
            beyond that are shown compressed.
    """

    def __init__(self, max_inflated: int = MAX_INFLATED) -> None:
        self._allowance = Allowance(max_inflated)
        self._conversations: dict[int, Conversation] = {}

    def feed(self, chunk: Chunk) -> list[Entry]:
        """Take in a chunk and return the entries that it completes."""
        if chunk.connection not in self._conversations:
            conversation = Conversation(chunk.connection, self._allowance)
            self._conversations[chunk.connection] = conversation
        return list(self._conversations[chunk.connection].feed(chunk))

    def pending(self) -> list[Entry]:
        """Return the bytes that are no entry yet, at most one entry for each stream."""
        streams = [s for c in self._conversations.values() for s in c.streams]
        return [entry for stream in streams if (entry := stream.pending()) is not None]

    def lose_track(self) -> None:
        """Take note that chunks are missing: nobody can say what comes behind them."""
        for conversation in self._conversations.values():
            for stream in conversation.streams:
                stream.reader = Unread(BEHIND_GAP)
