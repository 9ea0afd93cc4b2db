"""What one transaction does to a log: the verbs, in SQL.

Everything here runs between BEGIN and COMMIT in the thread of `wsdemo.log.committer`, and returns
what becomes true by the COMMIT.

Leaves out threads, the loop, and the checks of arguments.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from wsdemo.log.errors import Ahead, Gone
from wsdemo.log.interface import Bounds, Entry
from wsdemo.log.retention import Retention

__all__ = ["Transaction"]

INSERT = """INSERT INTO entries (room, offset, client_id, client_seq, at, body)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (room, client_id, client_seq) DO NOTHING"""
COLUMNS = "offset, client_id, client_seq, at, body"
KNOWN = f"SELECT {COLUMNS} FROM entries WHERE room = ? AND client_id = ? AND client_seq = ?"
BETWEEN = f"""SELECT {COLUMNS} FROM entries
    WHERE room = ? AND offset BETWEEN ? AND ? ORDER BY offset"""
# Begins at the oldest and ends at the first that is young enough: no more is looked at than
# there is to remove, and one.
FIRST_YOUNG = """SELECT offset FROM entries
    WHERE room = ? AND offset >= ? AND offset < ? AND at >= ? ORDER BY offset LIMIT 1"""
EMPTY = "UPDATE entries SET body = NULL WHERE room = ? AND offset >= ? AND offset < ?"
FORGET = "DELETE FROM entries WHERE room = ? AND offset < ?"


@dataclass(slots=True)
class _Room:
    """A room as this transaction sees it; its row is written at the end."""

    id: int | None
    first: int = 1
    last: int = 0
    changed: bool = False


class Transaction:
    """One transaction on a log.

    Args:
        connection: with a transaction begun.
        keep: what may be forgotten.

    Attributes:
        appended: the new entries, in order.
    """

    def __init__(self, connection: sqlite3.Connection, keep: Retention) -> None:
        self.connection = connection
        self.appended: list[Entry] = []
        self._keep = keep
        self._rooms: dict[str, _Room] = {}

    def append(self, room: str, client_id: str, client_seq: int, at: float, body: bytes) -> Entry:
        """Append a message, or find that it was appended before."""
        where = self._room(room)
        if where.id is None:
            insert = "INSERT INTO rooms (name, first, last) VALUES (?, 1, 0)"
            where.id = self.connection.execute(insert, (room,)).lastrowid
        offset = where.last + 1
        values = (where.id, offset, client_id, client_seq, at, body)
        if self.connection.execute(INSERT, values).rowcount == 0:
            key = (where.id, client_id, client_seq)
            first = _entry(room, self.connection.execute(KNOWN, key).fetchone(), body)
            return replace(first, duplicate=True)
        entry = Entry(room, offset, client_id, client_seq, at, body)
        where.last, where.changed = offset, True
        self.appended.append(entry)
        return entry

    def read(self, room: str, after: int, limit: int, now: float) -> list[Entry]:
        """Return the entries after an offset."""
        where = self._cut(room, now)
        if after > where.last:
            raise Ahead(room, after, where.last)
        if after + 1 < where.first:
            raise Gone(room, after + 1, where.first)
        return self._between(room, after + 1, after + limit)

    def read_back(self, room: str, before: int | None, limit: int, now: float) -> list[Entry]:
        """Return the entries before an offset, the oldest first."""
        where = self._cut(room, now)
        end = where.last if before is None else before - 1
        if end > where.last:
            raise Ahead(room, end, where.last)
        if before is not None and 0 < end < where.first:
            raise Gone(room, end, where.first)
        return self._between(room, max(where.first, end - limit + 1), end)

    def bounds(self, room: str, now: float) -> Bounds:
        """Return what there is of a room."""
        where = self._cut(room, now)
        return Bounds(where.first, where.last)

    def retain(self, now: float) -> int:
        """Remove from every room what is due; return how many entries that was."""
        removed = 0
        for (name,) in self.connection.execute("SELECT name FROM rooms").fetchall():
            first = self._room(name).first
            room = self._cut(name, now)
            removed += room.first - first
            room.changed = True  # there may be something to forget
        return removed

    def finish(self, now: float) -> None:
        """Write what has changed of the rooms; the COMMIT comes next."""
        for name in [name for name, room in self._rooms.items() if room.changed]:
            room = self._cut(name, now)
            if room.first > 1:
                self._forget(room, now)
            update = "UPDATE rooms SET first = ?, last = ? WHERE id = ?"
            self.connection.execute(update, (room.first, room.last, room.id))

    def _room(self, name: str) -> _Room:
        if name not in self._rooms:
            select = "SELECT id, first, last FROM rooms WHERE name = ?"
            row = self.connection.execute(select, (name,)).fetchone()
            self._rooms[name] = _Room(*row) if row else _Room(None)
        return self._rooms[name]

    def _between(self, room: str, first: int, last: int) -> list[Entry]:
        rows = self.connection.execute(BETWEEN, (self._room(room).id, first, last))
        return [_entry(room, row) for row in rows]

    def _cut(self, name: str, now: float) -> _Room:
        """Remove from a room what retention doesn't keep."""
        room, first = self._room(name), self._room(name).first
        if self._keep.count is not None:
            first = max(first, room.last - self._keep.count + 1)
        if self._keep.age is not None:
            first = self._first_young(room, first, room.last + 1, now - self._keep.age)
        if first > room.first:
            self.connection.execute(EMPTY, (room.id, room.first, first))
            room.first, room.changed = first, True
        return room

    def _forget(self, room: _Room, now: float) -> None:
        """Forget that there were entries, of those whose time for a retry is over."""
        end = self._first_young(room, 0, room.first, now - self._keep.remember)
        self.connection.execute(FORGET, (room.id, end))

    def _first_young(self, room: _Room, first: int, end: int, since: float) -> int:
        """Return the first offset from `first` on that isn't older; `end` if none before it is."""
        row = self.connection.execute(FIRST_YOUNG, (room.id, first, end, since)).fetchone()
        return end if row is None else int(row[0])


def _entry(room: str, row: tuple[int, str, int, float, bytes | None], body: bytes = b"") -> Entry:
    """Make an entry of a row; one whose body was removed gets this one."""
    offset, client_id, client_seq, at, stored = row
    return Entry(room, offset, client_id, client_seq, at, body if stored is None else stored)
