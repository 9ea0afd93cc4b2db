"""What is said on the wire, both ways: JSON objects, one a message, told apart by ``type``.

A request has an ``id``, a number of the client's choice, and the one reply to it has that as
``re``: the reply named below, or an ``error``. News have neither. In the order of a conversation
(``?`` may be left out, and is left out where it says nothing; ``[...]`` is a list)::

    client                                          server
    hello {id, nick, client, token?}                welcome {re, nick, log, token?}
    join {id, room, after?, log?}                   joined {re, room, role, open, offset, last,
                                                    lost?}, then what follows `offset`,
                                                    then news
    say {id, room, seq, text}                       ack {re, room, seq, offset, at, duplicate?}
    edit {id, room, seq, offset, text}              ack
    delete {id, room, seq, offset}                  ack
    direct {id, to, seq, text}                      ack, with the room "@"
    history {id, room, before?, limit?}             page {re, room, messages: [said ...], before?}
    members {id, room}                              member_list {re, room, members: [...], count}
    rooms {id}                                      room_list {re, rooms: [...]}
    create {id, room, open?, role?}                 created {re, room}
    grant {id, room, nick, role}                    done {re}
    leave {id, room}                                left {re, room, reason?}
    typing {room}                                   nothing
    ping {}                                         pong {}

    news, to all who have joined the room (to the author, too):
    said {room, offset, at, nick, client, seq, text, edited?, deleted?, to?}
    edited {room, offset, at, nick, client, seq, target, text}
    deleted {room, offset, at, nick, client, seq, target}
    granted {room, nick, role, by}
    presence {room, changes: [{nick, presence, role?} ...]}
    typing {room, nick, seconds}
    gap {room, offset}
    news to one person: invited {room, role, by}; left {room, reason} when access was taken away

    error {code, reason, re?, field?, retry_after?}

**Names.** ``nick`` and ``room`` are compared after NFKC and case folding; replies have them as they
were first written. Who says hello first with a nick has it, and proves it from then on by
``token``: 22 to 64 of A–Z a–z 0–9 - _, at least 128 bits by a generator for secrets. The client
makes it and sends it each time: a welcome that is lost then loses nothing. Without one the server
makes it, and tells it once. ``client`` names this program (a tab) across its connections.

**Resume.** ``offset`` numbers the entries of a room's log: said, edited, deleted. ``join`` with
``after`` (the last offset that was handled) and ``log`` (from ``welcome``) gives everything that
follows, without a gap or a double; without ``after``, what comes from now on. ``joined`` says by
``offset`` where that begins. ``lost`` is "gone" if entries were removed in between, and "ahead" if
this is another log than the one the offset is of: forget what you have of the room. Either way
what is left comes. After a new connection: hello, then join each room again, then send again, in
order, what has no ack. ``gap``: what comes next is after ``offset``, and some of it is gone.

**Sending.** (``client``, ``seq``) names what is said, edited or deleted, for ever: count ``seq`` up
from 1, and send the same again until there is an answer. ``ack`` comes when the log has it; the
``said`` may come before or after. One at a time keeps the order if one is refused. ``direct`` goes
into the boxes of both people: join the room "@" to hear (``to`` says to whom it went).

**Shown.** ``said`` is the present form: an edited one has ``edited``, a deleted one no text.
``before`` of a page is what to ask for next, even if the page is empty; none: this is the
beginning. ``presence`` is "here", "away" (the connection broke a while ago) or "gone"; to close
with 1000 is to leave all rooms, and after any other end there is time to come back unseen.
``typing`` holds for so many seconds, or until something is said.

**Errors.** From the door: malformed, and invalid with ``field``. Ours: not_welcome (hello comes
first), nick_taken, bad_name, no_room, room_taken, no_access (not invited), forbidden (not in this
role), no_message, no_person, last_owner, too_many, slow_down (after ``retry_after`` seconds), and
not_stored (send the same again later; nothing is lost). After too many that are bad or hasty the
connection is closed with 1008; who reads too slowly is closed with 1013, and may come back at once.

Requests stand here as types; replies and news in `wsdemo.apps.chat.news`. Leaves out what a room
remembers in its log, which is `entries`, and who may do what, which is `permissions`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

__all__ = [
    "BOX",
    "LARGEST",
    "MAX_TEXT",
    "Create",
    "Delete",
    "Direct",
    "Edit",
    "FromClient",
    "Grant",
    "Hello",
    "History",
    "Join",
    "Leave",
    "Members",
    "Ping",
    "PresenceName",
    "Request",
    "RoleName",
    "Rooms",
    "Say",
    "Typing",
]

BOX = "@"
"""The room that everybody has alone: what was said to them directly, and by them."""

MAX_TEXT = 2_000
"""Characters of a message."""

LARGEST = 2**53 - 1  # the last whole number that JavaScript can count to

Number: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Offset: TypeAlias = Annotated[int, Meta(ge=1, le=LARGEST)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32)]
# Something to be seen, and no control character but the line feed.
Text: TypeAlias = Annotated[
    str, Meta(max_length=MAX_TEXT, pattern=r"\A(?=[\s\S]*\S)[^\x00-\x09\x0b-\x1f\x7f-\x9f]+\Z")
]
Token: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{22,64}\Z")]
ClientId: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,36}\Z")]
RoleName: TypeAlias = Literal["owner", "member", "reader", "none"]
PresenceName: TypeAlias = Literal["here", "away", "gone"]


class Request(Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True, kw_only=True):
    """What a client asks; ``id`` comes back as ``re``."""

    id: Number


class Ping(Struct, tag="ping", forbid_unknown_fields=True, frozen=True):
    """Whether anybody is there; answered by a pong, before a hello, too."""


class Hello(Request, tag="hello", frozen=True):
    """Who this is."""

    nick: Name
    client: ClientId
    token: Token | None = None


class Join(Request, tag="join", frozen=True):
    """Into a room: ``after`` an offset of a ``log``, or from now on."""

    room: Name
    after: Number | None = None
    log: Annotated[str, Meta(max_length=64)] | None = None


class Leave(Request, tag="leave", frozen=True):
    """Out of a room."""

    room: Name


class Say(Request, tag="say", frozen=True):
    """Something new."""

    room: Name
    seq: Number
    text: Text


class Edit(Request, tag="edit", frozen=True):
    """Another text for what one said oneself."""

    room: Name
    seq: Number
    offset: Offset
    text: Text


class Delete(Request, tag="delete", frozen=True):
    """No text any more for what one said oneself; owners delete anybody's."""

    room: Name
    seq: Number
    offset: Offset


class Direct(Request, tag="direct", frozen=True):
    """Something for one person."""

    to: Name
    seq: Number
    text: Text


class History(Request, tag="history", frozen=True):
    """A page of what was said before an offset; without one, the newest page."""

    room: Name
    before: Offset | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class Members(Request, tag="members", frozen=True):
    """Who is in a room."""

    room: Name


class Rooms(Request, tag="rooms", frozen=True):
    """Which rooms there are for the one who asks."""


class Create(Request, tag="create", frozen=True):
    """A new room: open to everybody, who then have this role, or by invitation."""

    room: Name
    open: bool = True
    role: Literal["member", "reader"] = "member"


class Grant(Request, tag="grant", frozen=True):
    """A role in a room for somebody; this is an invitation, too, or the end of one."""

    room: Name
    nick: Name
    role: RoleName


class Typing(Struct, tag="typing", forbid_unknown_fields=True, frozen=True):
    """I am typing; nothing is answered, and it may get lost."""

    room: Name


FromClient: TypeAlias = (
    Ping
    | Hello
    | Join
    | Leave
    | Say
    | Edit
    | Delete
    | Direct
    | History
    | Members
    | Rooms
    | Create
    | Grant
    | Typing
)
