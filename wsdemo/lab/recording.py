"""A recording: everything that crossed a wire, in the order in which the wire saw it.

Time stamps are those of the sender's side: when the bytes reached the wire. When they left it at
the far end is kept beside them (`Recording.arrived`), so that what was lost on the way can be told
from what was late.

Leaves out the wire itself (`wire`), what the bytes mean (`decode`) and how they look (`show`).
"""

from __future__ import annotations

import json
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from wsdemo.lab.chunks import Chunk, Direction, Kind
from wsdemo.lab.decode import Decoder
from wsdemo.lab.entries import End, Entry
from wsdemo.protocol.frames import Frame

__all__ = ["MAX_BYTES", "Chunk", "Direction", "Kind", "Recording"]

MAX_BYTES = 64 * 2**20
"""What a recording keeps unless told otherwise: plenty for a lab, and no danger to a laptop."""

OVERHEAD = 128
"""Bytes charged for a chunk or an arrival beside its data: what the objects cost in CPython."""

_Stream = tuple[int, Direction]


class Recording:
    """Chunks, and the entries they amount to.

    One thread may write it while others read.

    Args:
        max_bytes: How much memory to use for chunks. From then on bytes are counted and not kept,
            and the last entry says so.
        clock: Returns seconds; only differences matter.
    """

    def __init__(
        self, *, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.max_bytes = max_bytes
        self._clock = clock
        self._start = clock()
        self._lock = threading.RLock()
        self._watchers: list[Callable[[], object]] = []
        # Positions in the streams outlive clear(): they match chunks with arrivals.
        self._decoder = Decoder()
        self._arrived: defaultdict[_Stream, int] = defaultdict(int)
        self._reset()

    def _reset(self) -> None:
        self._chunks: list[Chunk] = []
        self._entries: list[Entry] = []
        self._fed = 0
        self._arrivals: defaultdict[_Stream, list[tuple[int, float]]] = defaultdict(list)
        self._counts = dict.fromkeys(Direction, 0)
        self._used = 0
        self._full = False
        self._unkept = 0

    def __repr__(self) -> str:
        unkept = f", {self.unkept} not kept" if self.full else ""
        return f"<Recording: {self.bytes_up} bytes up, {self.bytes_down} bytes down{unkept}>"

    @property
    def now(self) -> float:
        """Seconds since the recording began."""
        return self._clock() - self._start

    def add(
        self,
        connection: int,
        direction: Direction,
        data: bytes = b"",
        kind: Kind = Kind.DATA,
        *,
        at: float | None = None,
    ) -> None:
        """Record bytes that an endpoint sent, or an event.

        Args:
            connection: The number of the connection, from 1.
            direction: The stream.
            data: The bytes, for `Kind.DATA`.
            kind: What happened.
            at: Seconds since the recording began; now, unless given.
        """
        with self._lock:
            self._keep(Chunk(self.now if at is None else at, connection, direction, data, kind))
        self._notify()

    def add_arrival(
        self, connection: int, direction: Direction, size: int, *, at: float | None = None
    ) -> None:
        """Record that bytes left the wire at its far end.

        Args:
            connection: The number of the connection.
            direction: The stream.
            size: How many bytes; an end of stream counts as one.
            at: Seconds since the recording began; now, unless given.
        """
        stream = connection, direction
        with self._lock:
            self._arrived[stream] += size
            if self._charge(OVERHEAD):
                when = self.now if at is None else at
                self._arrivals[stream].append((self._arrived[stream], when))
        self._notify()

    def _keep(self, chunk: Chunk) -> None:
        size = len(chunk.data)
        self._counts[chunk.direction] += size
        if self._charge(size + OVERHEAD):
            self._chunks.append(chunk)
            return
        self._unkept += size
        if not self._chunks or self._chunks[-1].kind is not Kind.FULL:
            self._chunks.append(replace(chunk, data=b"", kind=Kind.FULL))

    def _charge(self, cost: int) -> bool:
        """Take memory from the budget; once it falls short it is spent, for gaps help nobody."""
        self._full = self._full or self._used + cost > self.max_bytes
        self._used += 0 if self._full else cost
        return not self._full

    @property
    def full(self) -> bool:
        """Whether the limit is reached: bytes are counted from now on, and not kept."""
        return self._full

    @property
    def unkept(self) -> int:
        """Number of bytes that were counted only."""
        return self._unkept

    @property
    def bytes_up(self) -> int:
        """Number of bytes that clients sent."""
        return self._counts[Direction.UP]

    @property
    def bytes_down(self) -> int:
        """Number of bytes that servers sent."""
        return self._counts[Direction.DOWN]

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """Everything recorded, in order."""
        with self._lock:
            return tuple(self._chunks)

    def raw(self, connection: int, direction: Direction) -> bytes:
        """Return what an endpoint sent, as it was on the wire."""
        chunks = self.chunks
        return b"".join(
            c.data for c in chunks if (c.connection, c.direction) == (connection, direction)
        )

    def entries(self, connection: int | None = None) -> list[Entry]:
        """Return what the bytes mean, in order of their last byte.

        Args:
            connection: Only this one; all, unless given.
        """
        entries = sorted(self.decoded(), key=lambda entry: entry.time)
        return [entry for entry in entries if connection in (None, entry.connection)]

    def decoded(self, start: int = 0) -> list[Entry]:
        """Return the entries in the order in which they could be decoded.

        That differs from `entries` when a client sends frames before its handshake is answered:
        until then nobody can say what they are.

        Args:
            start: How many entries to leave out, so that a reader need not begin again.
        """
        with self._lock:
            for chunk in self._chunks[self._fed :]:
                self._entries += self._decoder.feed(chunk)
            self._fed = len(self._chunks)
            return self._entries[start:]

    def pending(self) -> list[Entry]:
        """Return the bytes that are no entry yet: an unfinished frame, or bytes behind a fault."""
        with self._lock:
            self.decoded()
            return self._decoder.pending()

    def arrived(self, entry: Entry) -> float | None:
        """Return when the last byte of an entry left the wire at its far end.

        Returns:
            Seconds since the recording began; None while it is under way, and if it was lost.
        """
        if isinstance(entry.what, End) and entry.what.kind is not Kind.EOF:
            return None  # it was not sent: it happened
        with self._lock:
            arrivals = self._arrivals.get((entry.connection, entry.direction), [])
            index = bisect_left(arrivals, (entry.end, 0.0))
            return arrivals[index][1] if index < len(arrivals) else None

    def frames(
        self, direction: Direction | None = None, connection: int | None = None
    ) -> list[Frame]:
        """Return the frames of one or both directions, of one or all connections."""
        entries = [e for e in self.entries(connection) if direction in (None, e.direction)]
        return [entry.what for entry in entries if isinstance(entry.what, Frame)]

    def clear(self) -> None:
        """Forget everything so far. Connections that go on are still understood."""
        with self._lock:
            self.decoded()
            if self.full:
                self._decoder.lose_track()
            self._reset()

    @contextmanager
    def watched(self, callback: Callable[[], object]) -> Iterator[None]:
        """Call back, in the writer's thread, whenever something has been added."""
        self._watchers.append(callback)
        try:
            yield
        finally:
            self._watchers.remove(callback)

    def _notify(self) -> None:
        for callback in self._watchers.copy():
            callback()

    def save(self, path: str | Path) -> None:
        """Write a recording to a JSON file, one chunk a line."""
        with self._lock:
            chunks = [chunk.to_json() for chunk in self._chunks]
            arrivals = [
                {"connection": connection, "direction": direction, "end": end, "time": time}
                for (connection, direction), marks in self._arrivals.items()
                for end, time in marks
            ]
        parts = {"chunks": chunks, "arrivals": arrivals}
        text = ",\n".join(f'"{name}": {_one_a_line(rows)}' for name, rows in parts.items())
        Path(path).write_text(f"{{{text}}}\n", encoding="ascii")

    @classmethod
    def load(cls, path: str | Path) -> Recording:
        """Read what `save` wrote.

        Raises:
            ValueError: The file is not JSON, or holds no recording.
        """
        recording = cls()
        parts = json.loads(Path(path).read_text(encoding="ascii"))
        try:
            for chunk in map(Chunk.from_json, parts["chunks"]):
                recording._keep(chunk)
            for row in parts["arrivals"]:
                stream = row["connection"], Direction(row["direction"])
                recording._arrivals[stream].append((row["end"], row["time"]))
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError(f"{path} holds no recording: {error!r}") from error
        return recording


def _one_a_line(rows: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]"
