"""What can go wrong with a log, as branches of wsdemo's tree.

    WsdemoError
    ├── Gone                      retention has removed what was asked for; .first is left
    └── LocalError
        ├── Ahead                 the offset lies after the last entry; .last
        ├── NotStored             the storage failed; nothing of what was given is stored
        ├── NotOpened             the file can't be opened as a log, or not by this version
        └── StateError
            └── LogClosed         the call came before the log's opening, or after its end

`Gone` is nobody's fault: who is away for longer than the log remembers has to start afresh.

Leaves out bad arguments, which stay ``ValueError`` and ``TypeError``.
"""

from __future__ import annotations

from wsdemo.errors import LocalError, StateError, WsdemoError

__all__ = ["Ahead", "Gone", "LogClosed", "NotOpened", "NotStored"]


class Gone(WsdemoError):
    """Retention has removed the entry that would come next.

    Args:
        room: the room.
        offset: of the entry that was asked for.
        first: the offset of the first entry that is left; if none is, of the next to come.
    """

    def __init__(self, room: str, offset: int, first: int) -> None:
        super().__init__(f"entry {offset} of room {room!r} is gone; the first one left is {first}")
        self.room = room
        self.offset = offset
        self.first = first


class Ahead(LocalError):
    """The offset lies after the last entry: whoever asks got it from another log.

    A log in memory begins anew with its process. To wait for the offset would lose, without a
    word, everything that comes before it.

    Args:
        room: the room.
        offset: the one that was asked for.
        last: the offset of the last entry; 0 if there never was one.
    """

    def __init__(self, room: str, offset: int, last: int) -> None:
        super().__init__(f"offset {offset} of room {room!r} is ahead of its last entry, {last}")
        self.room = room
        self.offset = offset
        self.last = last


class NotStored(LocalError):
    """The storage failed, and nothing of the call is stored: the same call may be made again."""


class NotOpened(LocalError):
    """The file can't be opened as a log: it is another's, a newer version's, or in use."""


class LogClosed(StateError):
    """The log isn't open: not yet, or not any more."""
