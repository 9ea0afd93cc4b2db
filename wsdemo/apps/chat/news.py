"""What a server says: a reply to each request, and news. `messages` shows when.

Leaves out what is checked: a client believes its server.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from wsdemo.apps.chat.messages import PresenceName, RoleName
from wsdemo.apps.door import Error

__all__ = [
    "Ack",
    "Created",
    "Deleted",
    "Done",
    "Edited",
    "Event",
    "FromServer",
    "Gap",
    "Granted",
    "Invited",
    "IsTyping",
    "Joined",
    "Left",
    "Member",
    "MemberList",
    "Page",
    "Pong",
    "Presence",
    "Reply",
    "RoomList",
    "RoomRow",
    "Said",
    "Welcome",
]


class Reply(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """What answers the request with the ``id`` of this ``re``."""

    re: int


class Pong(Struct, tag="pong", frozen=True):
    """Somebody is there."""


class Welcome(Reply, tag="welcome", frozen=True):
    """You are this nick."""

    nick: str
    log: str
    token: str | None = None


class Joined(Reply, tag="joined", frozen=True):
    """You are in; what follows ``offset`` comes. ``last`` is the room's last one now."""

    room: str
    role: RoleName
    open: bool
    offset: int
    last: int
    lost: Literal["", "gone", "ahead"] = ""


class Ack(Reply, tag="ack", frozen=True):
    """The log has it; ``duplicate``: it had it before."""

    room: str
    seq: int
    offset: int
    at: float
    duplicate: bool = False


class Said(Struct, tag="said", omit_defaults=True, frozen=True, kw_only=True):
    """Somebody said something; ``at`` in seconds since the epoch."""

    room: str
    offset: int
    at: float
    nick: str
    client: str
    seq: int
    text: str
    edited: bool = False
    deleted: bool = False
    to: str | None = None


class Edited(Struct, tag="edited", frozen=True, kw_only=True):
    """What was said at ``target`` has this text now."""

    room: str
    offset: int
    at: float
    nick: str
    client: str
    seq: int
    target: int
    text: str


class Deleted(Struct, tag="deleted", frozen=True, kw_only=True):
    """What was said at ``target`` has no text any more; ``nick`` deleted it."""

    room: str
    offset: int
    at: float
    nick: str
    client: str
    seq: int
    target: int


class Page(Reply, tag="page", frozen=True):
    """What was said, the oldest first."""

    room: str
    messages: list[Said]
    before: int | None = None


class Member(Struct, omit_defaults=True, frozen=True):
    """Somebody in a room."""

    nick: str
    presence: PresenceName
    role: RoleName = "member"


class MemberList(Reply, tag="member_list", frozen=True):
    """Who is in a room, a thousand at most, and how many in all."""

    room: str
    members: list[Member]
    count: int


class RoomRow(Struct, frozen=True):
    """A room; ``members`` are the people in it now."""

    room: str
    open: bool
    role: RoleName
    members: int


class RoomList(Reply, tag="room_list", frozen=True):
    """The open rooms, and those that one was invited to."""

    rooms: list[RoomRow]


class Created(Reply, tag="created", frozen=True):
    """The room is there, and yours; join it."""

    room: str


class Done(Reply, tag="done", frozen=True):
    """It is done."""


class Left(Struct, tag="left", omit_defaults=True, frozen=True, kw_only=True):
    """You are out, as you asked (``re``), or because of this ``reason``."""

    room: str
    re: int | None = None
    reason: str = ""


class Granted(Struct, tag="granted", frozen=True):
    """Somebody has another role in a room."""

    room: str
    nick: str
    role: RoleName
    by: str


class Invited(Struct, tag="invited", frozen=True):
    """You have a role in a room now, and may join it."""

    room: str
    role: RoleName
    by: str


class Presence(Struct, tag="presence", frozen=True):
    """Who has come, fallen silent, or gone."""

    room: str
    changes: list[Member]


class IsTyping(Struct, tag="typing", frozen=True):
    """Somebody is typing, and will have stopped after so many seconds."""

    room: str
    nick: str
    seconds: float


class Gap(Struct, tag="gap", frozen=True):
    """What comes next is after this offset; some before it is gone."""

    room: str
    offset: int


Event: TypeAlias = (
    Said | Edited | Deleted | Granted | Presence | IsTyping | Gap | Invited | Left | Error
)
"""What comes without having been asked for; an error, if it answers no request."""

FromServer: TypeAlias = (
    Welcome | Joined | Ack | Page | MemberList | RoomList | Created | Done | Pong | Event
)
