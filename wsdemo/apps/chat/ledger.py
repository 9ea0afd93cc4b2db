"""The ledger: which people and rooms there are, and who has which role where.

It is a log, too, and what is here in memory is what its entries amount to. It is not the log that
the rooms are in, because that one may forget, and nobody's name falls to another when messages
grow old.

A person's number is the offset of the entry that made the person. Of a token only its SHA-256 is
kept: a token has 128 bits of chance or more, so that it can't be guessed from that, and needs no
slow hash as a password does.

Leaves out names that nobody uses any more: they stay taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from msgspec import Struct

from wsdemo.apps.chat.names import Name
from wsdemo.apps.chat.permissions import Access, Role
from wsdemo.apps.chat.refusals import Refused
from wsdemo.log import Log, NotStored

__all__ = ["MOST_PEOPLE", "MOST_ROOMS", "Ledger", "Person", "RoomEntry", "new_token"]

STREAM = "ledger"
MOST_PEOPLE = 100_000
"""Names that may be taken: some 50 MB of memory."""
MOST_ROOMS = 1_000
"""Rooms that there may be: each that somebody is in has a task, and the edits of its log."""
MOST_OWN = 50
"""Rooms that one person may make, so that nobody takes them all."""


class _Began(Struct, tag="began", frozen=True):
    """The logs began; ``id`` tells them from all others."""

    id: str


class _Came(Struct, tag="came", frozen=True):
    """Somebody took a name."""

    nick: str
    key: str
    digest: str


class _Made(Struct, tag="made", frozen=True):
    """A room was made."""

    name: str
    key: str
    open: bool
    standard: Role
    owner: int | None


class _Gave(Struct, tag="gave", frozen=True):
    """A role was given."""

    room: str
    person: int
    role: Role


_Line: TypeAlias = _Began | _Came | _Made | _Gave
_DECODER = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a name.

    Attributes:
        id: the person's number.
        nick: the name, as it is shown.
        digest: SHA-256 of the token, in hexadecimal digits.
    """

    id: int
    nick: str
    digest: str

    def holds(self, token: str) -> bool:
        """Tell whether this is the person's token, in the same time whether it is or not."""
        return hmac.compare_digest(self.digest, _digest(token))


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """A room that there is.

    Attributes:
        name: as it is shown.
        key: as it is compared.
        owner: who made it; None if it was there from the start.
        access: who may do what.
    """

    name: str
    key: str
    owner: int | None
    access: Access


class Ledger:
    """People and rooms.

    Args:
        log: where they are written down; opened and closed by whoever gives it.
    """

    def __init__(self, log: Log) -> None:
        self.id = ""
        self.people: dict[str, Person] = {}
        self.rooms: dict[str, RoomEntry] = {}
        self._names: dict[int, Person] = {}
        self._log = log
        self._count = 0
        # Looking, writing and taking note are one step: two who want one name come in turn.
        self._turn = asyncio.Lock()

    async def read(self) -> None:
        """Read what was written before, or begin."""
        while page := await self._log.read(STREAM, after=self._count, limit=1_000):
            for entry in page:
                self._note(entry.offset, _DECODER.decode(entry.body))
        if not self.id:
            await self._write(_Began(secrets.token_hex(8)))

    def nick(self, person: int) -> str:
        """Return the name of a person, by number."""
        return self._names[person].nick

    def granted(self, person: int) -> Iterator[RoomEntry]:
        """Yield the rooms that somebody may know of."""
        for room in self.rooms.values():
            if room.access.role(person) is not Role.NONE:
                yield room

    async def person(self, name: Name, token: str) -> Person:
        """Return who has this name and this token; whoever takes a free name has it from then on.

        Raises:
            Refused: the name is another's, or no more are to be had.
            NotStored: it can't be written down.
        """
        async with self._turn:
            if name.key not in self.people:
                if len(self.people) >= MOST_PEOPLE:
                    raise Refused("too_many", "no more names can be taken here")
                await self._write(_Came(name.shown, name.key, _digest(token)))
        person = self.people[name.key]
        if not person.holds(token):
            raise Refused("nick_taken", "this name is somebody else's", field="$.nick")
        return person

    async def make_room(
        self, name: Name, owner: int | None, *, is_open: bool = True, standard: Role = Role.MEMBER
    ) -> RoomEntry:
        """Make a room, or return it if it is this owner's already.

        Raises:
            Refused: the name is taken, or no more are to be had.
            NotStored: it can't be written down.
        """
        async with self._turn:
            found = self.rooms.get(name.key)
            if found is None:
                own = sum(room.owner == owner for room in self.rooms.values())
                if len(self.rooms) >= MOST_ROOMS or (owner is not None and own >= MOST_OWN):
                    raise Refused("too_many", "no more rooms can be made here")
                await self._write(_Made(name.shown, name.key, is_open, standard, owner))
            elif found.owner != owner:
                raise Refused("room_taken", "there is a room of this name", field="$.room")
        return self.rooms[name.key]

    async def grant(self, room: RoomEntry, by: int, to: int, role: Role) -> None:
        """Give somebody a role.

        Raises:
            Refused: who wants to give it may not, or it would leave the room without an owner.
            NotStored: it can't be written down.
        """
        async with self._turn:
            if not room.access.may_grant(by, to, role):
                raise Refused("forbidden", "this role is not yours to give")
            if room.access.orphans(to, role):
                raise Refused("last_owner", "a room's last owner stays its owner")
            await self._write(_Gave(room.key, to, role))

    async def _write(self, line: _Line) -> None:
        body = msgspec.json.encode(line)
        entry = await self._log.append(STREAM, STREAM, self._count + 1, body)
        if entry.duplicate:  # of a call that was cancelled, and stored all the same
            self._note(entry.offset, _DECODER.decode(entry.body))
            raise NotStored("the ledger was behind its log; it is up to date now")
        self._note(entry.offset, line)

    def _note(self, offset: int, line: _Line) -> None:
        self._count = offset
        match line:
            case _Began():
                self.id = line.id
            case _Came():
                self._names[offset] = self.people[line.key] = Person(offset, line.nick, line.digest)
            case _Made():
                roles = {} if line.owner is None else {line.owner: Role.OWNER}
                access = Access(line.open, line.standard, roles)
                self.rooms[line.key] = RoomEntry(line.name, line.key, line.owner, access)
            case _Gave():
                self.rooms[line.room].access.grant(line.person, line.role)


def new_token() -> str:
    """Make a token: 256 bits of chance."""
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
