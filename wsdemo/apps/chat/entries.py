"""The entries of a room's log: what was said, and edits and deletions, which refer to it by offset.

A log only grows. So an edit is an entry of its own, and what a reader is shown is computed:
`Revisions` notes the latest form of everything that has another one than it began with.

Leaves out who may edit and delete: an entry that is in the log was allowed. And erasing: what was
deleted is shown to nobody, and its octets stay in the log as long as the entry does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from wsdemo.apps.chat.news import Deleted, Edited, Said
from wsdemo.log import Entry

__all__ = ["Change", "Deletion", "Logged", "Revision", "Revisions", "Saying", "pack", "unpack"]


class Saying(Struct, tag="s", omit_defaults=True, frozen=True, kw_only=True):
    """Something was said; ``to`` somebody, if it was said directly."""

    person: int
    nick: str
    client: str
    seq: int
    text: str
    to: str | None = None


class Change(Struct, tag="e", frozen=True, kw_only=True):
    """What was said at ``target`` got another text."""

    person: int
    nick: str
    client: str
    seq: int
    target: int
    text: str


class Deletion(Struct, tag="d", frozen=True, kw_only=True):
    """What was said at ``target`` was deleted."""

    person: int
    nick: str
    client: str
    seq: int
    target: int


Logged: TypeAlias = Saying | Change | Deletion

_DECODER = msgspec.json.Decoder(Logged)

pack = msgspec.json.encode
"""Makes the octets of an entry."""


def unpack(body: bytes) -> Logged:
    """Read the octets of an entry."""
    logged: Logged = _DECODER.decode(body)
    return logged


@dataclass(frozen=True, slots=True)
class Revision:
    """The latest form of something: its text, and whether it was deleted."""

    text: str
    deleted: bool = False


class Revisions:
    """What has become of what was said in one room, as far as it was changed."""

    def __init__(self) -> None:
        self._latest: dict[int, Revision] = {}

    def __len__(self) -> int:
        return len(self._latest)

    def of(self, offset: int) -> Revision | None:
        """Return the latest form of what was said at an offset; None if that is the first one."""
        return self._latest.get(offset)

    def note(self, logged: Logged) -> None:
        """Take note of an entry; in the order of the log. What is deleted stays deleted."""
        if isinstance(logged, Deletion):
            self._latest[logged.target] = Revision("", deleted=True)
        elif isinstance(logged, Change):
            before = self._latest.get(logged.target)
            if before is None or not before.deleted:
                self._latest[logged.target] = Revision(logged.text)

    def forget(self, first: int) -> None:
        """Forget what became of entries before an offset, which the log has no more."""
        for offset in [offset for offset in self._latest if offset < first]:
            del self._latest[offset]

    def event(self, room: str, entry: Entry, logged: Logged) -> Said | Edited | Deleted:
        """Return what a member gets for an entry: a saying in its latest form.

        Args:
            room: the room's name, as it is shown.
            entry: the entry.
            logged: its body.
        """
        common: dict[str, Any] = {
            "room": room,
            "offset": entry.offset,
            "at": entry.at,
            "nick": logged.nick,
            "client": logged.client,
            "seq": logged.seq,
        }
        if isinstance(logged, Saying):
            latest = self.of(entry.offset)
            if latest is None:
                return Said(**common, text=logged.text, to=logged.to)
            gone = latest.deleted
            return Said(**common, text=latest.text, to=logged.to, edited=not gone, deleted=gone)
        if isinstance(logged, Deletion):
            return Deleted(**common, target=logged.target)
        latest = self.of(logged.target)
        # What was deleted afterwards is not shown again by its edits.
        text = "" if latest is not None and latest.deleted else logged.text
        return Edited(**common, target=logged.target, text=text)
