"""The file of a log: how it is opened, what is in it, and whose it is.

**What a commit survives.** In WAL mode a commit appends to a file beside the database.

* ``synchronous=NORMAL`` hands it to the operating system, which keeps it when the process is
  killed: "Transactions are durable across application crashes regardless of the synchronous
  setting or journal mode." After a power loss or a crash of the system, the last transactions
  before it "might roll back" [1]_.
* ``synchronous=FULL`` waits until it is on the disk: "Writers sync the WAL on every transaction
  commit if PRAGMA synchronous is set to FULL but omit this sync if PRAGMA synchronous is set to
  NORMAL." [2]_

Either keeps what was acknowledged through ``kill -9``; FULL keeps it through a power cut as well,
if the disk doesn't lie, and is the default because commits shared by many make it cheap. On macOS
``fsync`` stops at the disk's own cache; ``fullfsync`` goes on from there [3]_.

**One process.** ``locking_mode=EXCLUSIVE`` is set before anything else, so the file belongs to
one process for as long as it is open. A live subscription hears of an append from the process
that makes it; another writer on the same file would be a gap.

.. [1] https://www.sqlite.org/pragma.html#pragma_synchronous
.. [2] https://www.sqlite.org/wal.html
.. [3] https://www.sqlite.org/pragma.html#pragma_fullfsync

Leaves out migrations: there is one version so far.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from wsdemo.log.errors import NotOpened

__all__ = ["Synchronous", "connect", "statements"]

Synchronous = Literal["FULL", "NORMAL"]

# "PRAGMA application_id" tells file(1), and us, whose file this is: "wslg".
APPLICATION_ID = 0x77736C67
VERSION = 1

# STRICT tables came with SQLite 3.37.0 (https://www.sqlite.org/stricttables.html), and Python
# takes what the system has. Without them a column takes any type; ours are checked before.
STRICT = (3, 37, 0)

MEMORY = ":memory:"


def statements(version: tuple[int, int, int]) -> list[str]:
    """Return the SQL that makes an empty log.

    A body is NULL once retention has taken it; the rest of its row is what deduplication still
    remembers. The first unique constraint serves reading in order, the second deduplication.

    Args:
        version: of SQLite.
    """
    strict = " STRICT" if version >= STRICT else ""
    return [
        f"""CREATE TABLE rooms (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL
        ){strict}""",
        f"""CREATE TABLE entries (
            room INTEGER NOT NULL REFERENCES rooms (id),
            offset INTEGER NOT NULL,
            client_id TEXT NOT NULL,
            client_seq INTEGER NOT NULL,
            at REAL NOT NULL,
            body BLOB,
            UNIQUE (room, offset),
            UNIQUE (room, client_id, client_seq)
        ){strict}""",
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {VERSION}",
    ]


def connect(path: Path | None, synchronous: Synchronous, patience: float) -> sqlite3.Connection:
    """Open a log's file, and make it if there is none.

    Args:
        path: the file; None for a log in memory.
        synchronous: what a commit survives.
        patience: how many seconds to wait for another process to let go of the file.

    Raises:
        NotOpened: it can't be opened, or is no log, or a newer one; it is as it was.
    """
    where = MEMORY if path is None else str(path)
    try:
        # No isolation level: transactions begin and end where we say so.
        connection = sqlite3.connect(where, timeout=patience, isolation_level=None)
    except sqlite3.Error as error:
        raise NotOpened(f"{where} can't be opened: {error}") from error
    try:
        _prepare(connection, where, synchronous)
    except sqlite3.Error as error:
        connection.close()
        raise NotOpened(f"{where} can't be opened as a log: {error}") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, where: str, synchronous: Synchronous) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    new = _is_new(connection, where)
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if where != MEMORY and mode != "wal":
        raise NotOpened(f"{where} is on a file system without WAL mode; SQLite says {mode!r}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute(f"PRAGMA fullfsync = {synchronous == 'FULL':d}")
    connection.execute("BEGIN EXCLUSIVE")
    for statement in statements(sqlite3.sqlite_version_info) if new else ():
        connection.execute(statement)
    connection.execute("COMMIT")


def _is_new(connection: sqlite3.Connection, where: str) -> bool:
    """Tell whether the file is empty; raise if it isn't and isn't ours."""
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (owner, version, tables) == (0, 0, 0):
        return True
    if owner != APPLICATION_ID:
        raise NotOpened(f"{where} is a database, but not a log of wsdemo")
    if version > VERSION:
        raise NotOpened(
            f"{where} is a log of version {version}, and this wsdemo knows version {VERSION}: "
            f"a newer wsdemo reads it"
        )
    return False
