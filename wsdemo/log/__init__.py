"""The ordered log of a room: what a chat never loses, and a feed resumes from.

    async with SqliteLog() as log:
        first = await log.append("lobby", "ada", 1, b"Hello")
        again = await log.append("lobby", "ada", 1, b"Hello")  # its acknowledgement was lost
        assert again == first and again.duplicate

Read in this order, from the idea to the storage::

    interface, errors           what a log promises, whatever it is stored in
    checks, retention           what it takes, and how long it keeps it
    subscription                history, then news, without a seam
    schema, transaction         the tables, and what is done to them
    committer                   one thread, one transaction for all that waits
    sqlite                      what a program holds in its hand

Leaves out WebSocket: nothing here knows what a connection is. Leaves out rooms with members and
fan-out: that is the hub's.
"""

from wsdemo.log.errors import Ahead, Gone, LogClosed, NotOpened, NotStored
from wsdemo.log.interface import Bounds, Entry, Log
from wsdemo.log.retention import Retention
from wsdemo.log.sqlite import SqliteLog

__all__ = [
    "Ahead",
    "Bounds",
    "Entry",
    "Gone",
    "Log",
    "LogClosed",
    "NotOpened",
    "NotStored",
    "Retention",
    "SqliteLog",
]
