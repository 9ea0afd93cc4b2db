"""The log as a list: so simple that it is seen to be right. SQLite is held to it.

It is asked one call at a time, and has neither a loop nor a file.
"""

from __future__ import annotations

from dataclasses import replace

from wsdemo.log import Ahead, Bounds, Entry, Gone, Retention


class Room:
    """A room: every entry there ever was, and where what is left begins."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.first = 1
        self.forgotten = 0  # entries up to this offset may be appended again

    @property
    def last(self) -> int:
        """The last offset there was."""
        return len(self.entries)


class Model:
    """The same verbs as a log's, without a promise about storage."""

    def __init__(self, keep: Retention) -> None:
        self._keep = keep
        self._rooms: dict[str, Room] = {}

    def append(self, room: str, client_id: str, client_seq: int, body: bytes, now: float) -> Entry:
        """Append, or find."""
        where = self._rooms.setdefault(room, Room())
        for entry in where.entries[where.forgotten :]:
            if (entry.client_id, entry.client_seq) == (client_id, client_seq):
                kept = entry.offset >= where.first
                return replace(entry, duplicate=True, body=entry.body if kept else body)
        entry = Entry(room, where.last + 1, client_id, client_seq, now, body)
        where.entries.append(entry)
        self._cut(room, now)
        self._forget(where, now)
        return entry

    def read(self, room: str, after: int, limit: int, now: float) -> list[Entry]:
        """Return what follows."""
        where = self._cut(room, now)
        if after > where.last:
            raise Ahead(room, after, where.last)
        if after + 1 < where.first:
            raise Gone(room, after + 1, where.first)
        return where.entries[after : after + limit]

    def read_back(self, room: str, before: int | None, limit: int, now: float) -> list[Entry]:
        """Return what comes before."""
        where = self._cut(room, now)
        end = where.last if before is None else before - 1
        if end > where.last:
            raise Ahead(room, end, where.last)
        if before is not None and 0 < end < where.first:
            raise Gone(room, end, where.first)
        return where.entries[where.first - 1 : end][-limit:]

    def bounds(self, room: str, now: float) -> Bounds:
        """Return what there is."""
        where = self._cut(room, now)
        return Bounds(where.first, where.last)

    def last(self, room: str) -> int:
        """Return the last offset there was; unlike `bounds`, this removes nothing."""
        return self._rooms[room].last if room in self._rooms else 0

    def entry(self, room: str, offset: int) -> Entry:
        """Return an entry, whether retention has removed it or not."""
        return self._rooms[room].entries[offset - 1]

    def retain(self, now: float) -> int:
        """Remove what is due."""
        before = {name: room.first for name, room in self._rooms.items()}
        for name in before:
            self._forget(self._cut(name, now), now)
        return sum(self._rooms[name].first - first for name, first in before.items())

    def _cut(self, name: str, now: float) -> Room:
        room = self._rooms.get(name, Room())
        before = room.first
        while room.first <= room.last and self._due(room, now):
            room.first += 1
        if room.first > before:
            self._forget(room, now)
        return room

    def _due(self, room: Room, now: float) -> bool:
        many = self._keep.count is not None and room.last - room.first >= self._keep.count
        at = room.entries[room.first - 1].at
        return many or (self._keep.age is not None and at < now - self._keep.age)

    def _forget(self, room: Room, now: float) -> None:
        since = now - self._keep.remember
        while room.forgotten < room.first - 1 and room.entries[room.forgotten].at < since:
            room.forgotten += 1
