"""What is asked, and what is answered: hello, rooms and members, joining and leaving, history.

Leaves out what is said, which is `sayings`.
"""

from __future__ import annotations

from itertools import islice

from wsdemo.apps.chat.channel import Channel
from wsdemo.apps.chat.house import Place
from wsdemo.apps.chat.ledger import new_token
from wsdemo.apps.chat.messages import (
    BOX,
    Create,
    Grant,
    Hello,
    History,
    Join,
    Leave,
    Members,
    Rooms,
    Typing,
)
from wsdemo.apps.chat.news import (
    Created,
    Done,
    IsTyping,
    Joined,
    Left,
    MemberList,
    Page,
    RoomList,
    RoomRow,
    Welcome,
)
from wsdemo.apps.chat.permissions import Action, Role
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.chat.session import Seat, Session, parse

__all__ = [
    "create",
    "grant",
    "hello",
    "history",
    "join",
    "leave",
    "members",
    "rooms",
    "typing",
]

SHOWN = 1_000
"""Members in one list."""
TYPES = 5.0
"""Seconds for which "is typing" holds."""
BEHIND = 8
"""Messages that wait for a client: from there on it isn't told who is typing."""


async def hello(session: Session, ask: Hello) -> Welcome:
    """Take a name, or come back to it; a second time changes nothing."""
    token, name = ask.token or new_token(), parse(ask.nick, "$.nick")
    session.check_name(name)  # before it is taken: a connection takes one name
    person = await session.house.ledger.person(name, token)
    session.begin(person, ask.client)
    return Welcome(
        re=ask.id,
        nick=person.nick,
        log=session.house.ledger.id,
        token=None if ask.token else token,
    )


async def join(session: Session, ask: Join) -> None:
    """Go into a room: first what was missed, then, without a seam, what comes."""
    person = session.person.id
    seat = _seat(session, ask.room)
    channel, place = seat.channel, seat.place
    await channel.open()
    session.client.leave(channel.stream)  # who joins again doesn't hear it twice
    same_log = ask.log is None or ask.log == session.house.ledger.id
    start, lost = await channel.start(ask.after, same_log=same_log)

    def member() -> bool:
        return place is None or place.entry.access.may(person, Action.READ)

    joined = Joined(
        re=ask.id,
        room=channel.name,
        role=(Role.READER if place is None else place.entry.access.role(person)).value,
        open=place is not None and place.entry.access.open,
        offset=start,
        last=channel.position,
        lost=lost,
    )
    await session.send(joined)
    await channel.catch_up(start, session.send, member)
    # No await from here on: the next that is published is the next that is heard.
    if member():
        session.sit(seat)
    else:
        session.post(Left(room=channel.name, reason="your access was taken away"))


async def leave(session: Session, ask: Leave) -> Left:
    """Go out of a room; not to be in it is fine."""
    seat = _seat(session, ask.room)
    session.stand(seat.channel.stream)
    if seat.place is not None:
        seat.place.presence.forget(session.person.id)
    return Left(re=ask.id, room=seat.channel.name)


async def history(session: Session, ask: History) -> Page:
    """Give a page of what was said."""
    channel = _channel(session, ask.room)
    await channel.open()
    messages, before = await channel.page(ask.before, ask.limit)
    _seat(session, ask.room)  # access may have been taken away meanwhile
    return Page(re=ask.id, room=channel.name, messages=messages, before=before)


async def members(session: Session, ask: Members) -> MemberList:
    """Tell who is in a room."""
    place = session.place(ask.room, Action.READ)
    people = place.presence.people
    first = islice(people.items(), SHOWN)
    listed = [session.house.member(place.entry, *each) for each in first]
    return MemberList(re=ask.id, room=place.entry.name, members=listed, count=len(people))


async def rooms(session: Session, ask: Rooms) -> RoomList:
    """Tell which rooms there are."""
    house, person = session.house, session.person.id
    rows = [
        RoomRow(
            entry.name,
            entry.access.open,
            entry.access.role(person).value,
            len(house.place(entry).presence),
        )
        for entry in house.ledger.granted(person)
    ]
    return RoomList(re=ask.id, rooms=rows)


async def create(session: Session, ask: Create) -> Created:
    """Make a room; who makes it owns it."""
    entry = await session.house.ledger.make_room(
        parse(ask.room, "$.room"), session.person.id, is_open=ask.open, standard=Role(ask.role)
    )
    return Created(re=ask.id, room=entry.name)


async def grant(session: Session, ask: Grant) -> Done:
    """Give somebody a role."""
    place = session.place(ask.room, Action.READ)
    to = session.house.ledger.people.get(parse(ask.nick, "$.nick").key)
    if to is None:
        raise Refused("no_person", "nobody has this name", field="$.nick")
    role = Role(ask.role)
    await session.house.ledger.grant(place.entry, session.person.id, to.id, role)
    session.house.granted(place, session.person, to, role)
    return Done(re=ask.id)


async def typing(session: Session, ask: Typing) -> None:
    """Tell the others that somebody is typing, but for those who have enough to read."""
    place = session.place(ask.room, Action.WRITE)
    channel = place.channel
    if channel.stream not in session.seats:
        return
    own = {each.client for each in session.house.sessions[session.person.id]}
    busy = {each for each in channel.room if each.waiting > BEHIND}
    news = IsTyping(channel.name, session.person.nick, TYPES)
    channel.publish(news, exclude=own | busy)


def _seat(session: Session, room: str) -> Seat:
    if room == BOX:
        return Seat(session.house.box(session.person.id))
    place: Place = session.place(room, Action.READ)
    return Seat(place.channel, place)


def _channel(session: Session, room: str) -> Channel:
    return _seat(session, room).channel
