"""What is written into the logs: sayings, edits, deletions, direct messages.

Leaves out telling the others: the pump reads the log, and an acknowledgement waits for nobody.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from wsdemo.apps.chat.entries import Change, Deletion, Logged, Saying, unpack
from wsdemo.apps.chat.house import Place
from wsdemo.apps.chat.messages import BOX, Delete, Direct, Edit, Say
from wsdemo.apps.chat.news import Ack
from wsdemo.apps.chat.permissions import Action
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.chat.session import Session, parse
from wsdemo.log import Entry

__all__ = ["delete", "direct", "edit", "say"]

L = TypeVar("L", Saying, Change, Deletion)
Ask: TypeAlias = Say | Edit | Delete | Direct


async def say(session: Session, ask: Say) -> Ack:
    """Say something in a room."""
    place = session.place(ask.room, Action.WRITE)
    return await _write(session, place, ask, _signed(Saying, session, ask, text=ask.text))


async def edit(session: Session, ask: Edit) -> Ack:
    """Give what one has said oneself another text."""
    place = session.place(ask.room, Action.WRITE)
    if await _author(place, ask.offset) != session.person.id:
        raise Refused("forbidden", "to edit is for who has said it")
    session.place(ask.room, Action.WRITE)  # it may have been taken away meanwhile
    latest = place.channel.revisions.of(ask.offset)
    if latest is not None and latest.deleted:
        raise Refused("no_message", "it was deleted", field="$.offset")
    change = _signed(Change, session, ask, target=ask.offset, text=ask.text)
    return await _write(session, place, ask, change)


async def delete(session: Session, ask: Delete) -> Ack:
    """Delete what one has said oneself, or, as an owner, what anybody has."""
    place = session.place(ask.room, Action.READ)
    person = session.person
    author = await _author(place, ask.offset)
    if author != person.id and not place.entry.access.may(person.id, Action.DELETE):
        raise Refused("forbidden", Action.DELETE.value)
    session.place(ask.room, Action.READ)  # it may have been taken away meanwhile
    deletion = _signed(Deletion, session, ask, target=ask.offset)
    return await _write(session, place, ask, deletion)


async def direct(session: Session, ask: Direct) -> Ack:
    """Say something to one person: into that person's box, and then into one's own.

    Should the second fail, the client sends it again, and the first box knows it already.
    """
    house, person = session.house, session.person
    to = house.ledger.people.get(parse(ask.to, "$.to").key)
    if to is None:
        raise Refused("no_person", "nobody has this name", field="$.to")
    saying = _signed(Saying, session, ask, text=ask.text, to=to.nick)
    if to.id != person.id:
        await house.append(house.box_stream(to.id), session.author, ask.seq, saying)
    entry = await house.append(house.box_stream(person.id), session.author, ask.seq, saying)
    return _ack(BOX, ask, entry)


async def _author(place: Place, offset: int) -> int:
    """Return who has said what is at an offset.

    Raises:
        Refused: nothing was said there.
    """
    entry = await place.channel.entry(offset)
    logged = None if entry is None else unpack(entry.body)
    if not isinstance(logged, Saying):
        raise Refused("no_message", "nothing was said there, or it is gone", field="$.offset")
    return logged.person


def _signed(kind: type[L], session: Session, ask: Ask, **said: Any) -> L:
    """Make an entry, with who says it and by which number."""
    person = session.person
    return kind(person=person.id, nick=person.nick, client=session.program, seq=ask.seq, **said)


async def _write(session: Session, place: Place, ask: Say | Edit | Delete, logged: Logged) -> Ack:
    stream = place.channel.stream
    entry = await session.house.append(stream, session.author, ask.seq, logged)
    return _ack(place.entry.name, ask, entry)


def _ack(room: str, ask: Ask, entry: Entry) -> Ack:
    return Ack(
        re=ask.id,
        room=room,
        seq=ask.seq,
        offset=entry.offset,
        at=entry.at,
        duplicate=entry.duplicate,
    )
