"""What goes over the wire, both ways: JSON in text messages, or MessagePack in binary ones.

A client offers the subprotocol ``game.v1.json`` or ``game.v1.msgpack``; one that offers neither is
refused. Every message is an object with ``type``. From a client::

    {"type": "join", "id": 1, "name": "ada"}
    {"type": "join", "id": 1, "name": "ada", "token": "kq3v…"}         come back as who you were
    {"type": "input", "seq": 7, "move": 1, "aim": [127, 0], "fire": true,
     "seen": 12324, "ack": 773}                                       one for each tick
    {"type": "leave"}                                                 give the player up
    {"type": "ask", "id": 2}                                          how is the server?

No message has a place for a position, a health, a score or another player's id: what a client
can't say, it can't lie about. A field that is not named here is an error. From the server::

    {"type": "welcome", "re": 1, "version": 1, "player": 3, "token": "kq3v…", "tick": 770,
     "rate": 30, "hold": 20, "seq": 0, "field": {"width": 32, "height": 19,
     "walls": [[5, 4, 3, 1], …], "spawns": [[1, 1], …]}}
    {"type": "full", "tick": 771, "players": [[3, "ada", 1536, 1536, 0, 0, 127, 0, 100, 0, 0, 0,
     0, 0], …], "shots": []}
    {"type": "delta", "tick": 775, "base": 773, "changed": [[3, 2053, 1581, 45, 7], …],
     "came": […], "gone": [4], "shots": [[3, 1581, 1536, 127, 0, 5]]}
    {"type": "stats", "re": 2, "tick": 900, "players": 3, "overruns": 0, "skipped": 0,
     "p50": 410, "p99": 630, "refused": {"replay": 2}}
    {"type": "error", "code": "invalid", "reason": "Object contains unknown field `x`"}

* A player in ``players`` and ``came`` is an array of the fields of `rules.Player`, in their order:
  id, name, x, y, vx, vy, ax, ay, health, reload, down, score, deaths, seq.
* An entry of ``changed`` is an id, a mask, and the new values of those fields whose bit is set, in
  this order: x 1, y 2, vx 4, vy 8, ax 16, ay 32, health 64, reload 128, down 256, score 512,
  deaths 1024, seq 2048. So 2053 is x, vx and seq.
* A shot is an array of the fields of `rules.Shot`: shooter, x, y, ax, ay, victim (0: nobody). They
  are those of this one tick.
* In a ``delta`` the lists that are empty are left out.
* ``seq`` of your own player is the last input of yours that is in this state.
* ``ack`` is the tick of the last snapshot that you have. A delta is against the tick that you have
  acknowledged last, as far as the server has heard; so keep what you have acknowledged, up to the
  base of the last delta. If you acknowledged none, or an old one, you get a ``full``.
* ``seen`` is the moment at which you saw the others when this input was made, in sixteenths of a
  tick: halfway between the snapshots of ticks 770 and 771 is 12328.

Connections are closed with 1008 for too many bad messages and for a flood, with 4001 if the player
has come back on another connection, with 1001 if the server ends. Codes of errors: ``invalid`` and
``malformed`` (see ``apps.door``), ``joined`` (you are), ``early`` (join first), ``token`` (no such
player, or no more: join without one), ``full`` (no room for another player), ``replay`` (the
number of an input that was sent before).

Leaves out how a delta is made and applied (``delta``), and what is done with all this (``arena``).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from wsdemo.apps.door import JSON, MESSAGE_PACK, Error
from wsdemo.apps.game.field import Box, Field
from wsdemo.apps.game.rules import VERSION
from wsdemo.apps.game.world import HEADINGS, Input, Player, Shot

__all__ = [
    "CODECS",
    "SUBPROTOCOLS",
    "TAKEN_OVER",
    "Ask",
    "Delta",
    "FromClient",
    "FromServer",
    "Full",
    "Join",
    "Leave",
    "Map",
    "Press",
    "Stats",
    "Welcome",
    "press",
    "wish",
]

SUBPROTOCOLS = ("game.v1.json", "game.v1.msgpack")
CODECS = MappingProxyType(dict(zip(SUBPROTOCOLS, (JSON, MESSAGE_PACK), strict=True)))

TAKEN_OVER = 4001
"""Close code, from the range for private use (RFC 6455, 7.4.2): the player plays elsewhere."""

# Greater than any number of ticks or inputs in a year, and exact in JavaScript.
COUNT = 2**40

Count = Annotated[int, Meta(ge=0, le=COUNT)]
Id = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Aim = Annotated[int, Meta(ge=-127, le=127)]
Move = Annotated[int, Meta(ge=0, le=len(HEADINGS) - 1)]
# Words of letters, digits, "_", "." and "-", one blank between two: no control characters, none
# that turn the writing direction, and none to be mistaken for an empty name.
Name = Annotated[str, Meta(min_length=1, max_length=16, pattern=r"\A[\w.\-]+( [\w.\-]+)*\Z")]
Token = Annotated[str, Meta(min_length=1, max_length=64)]


class Join(Struct, tag="join", forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Begin to play, or go on.

    Attributes:
        id: the reply has it as ``re``.
        name: what others see.
        token: of the welcome, to come back as the same player, within ``hold`` seconds.
    """

    id: Id
    name: Name
    token: Token | None = None


class Press(Struct, tag="input", forbid_unknown_fields=True, frozen=True):
    """An input: what the player wants for one tick.

    Attributes:
        seq: greater than the last; the first after a welcome is greater than the ``seq`` in it.
        move: 0 to 8, see ``rules.HEADINGS``.
        aim: to the right, and down; (0, 0) leaves it as it was.
        fire: whether the trigger is held.
        seen: in sixteenths of a tick, when the others were where the player saw them; 0 for now.
        ack: the tick of the last snapshot that arrived; 0 for none.
    """

    seq: Annotated[int, Meta(ge=1, le=COUNT)]
    move: Move
    aim: tuple[Aim, Aim]
    fire: bool
    seen: Count
    ack: Count


class Leave(Struct, tag="leave", forbid_unknown_fields=True, frozen=True):
    """Give the player up; the token is worth nothing from now on."""


class Ask(Struct, tag="ask", forbid_unknown_fields=True, frozen=True):
    """Ask for the `Stats`; whoever is connected may, joined or not."""

    id: Id


class Stats(Struct, tag="stats", frozen=True):
    """How the server is.

    Attributes:
        re: the ``id`` of the question.
        tick: the present one.
        players: in the world, bots and those included whose connection is lost.
        overruns: how often a tick came so late that the next one was due already.
        skipped: ticks that were left out then, because too many were due.
        p50: microseconds of computing that half of the ticks take at most.
        p99: the same, for 99 of 100.
        refused: what was refused to all clients together, by the name of the cheat.
    """

    re: int
    tick: int
    players: int
    overruns: int
    skipped: int
    p50: int
    p99: int
    refused: dict[str, int]


class Map(Struct, frozen=True):
    """A `Field`, as it is sent."""

    width: int
    height: int
    walls: tuple[Box, ...]
    spawns: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, field: Field) -> Map:
        """Return what to send of a field."""
        return cls(field.width, field.height, field.walls, field.spawns)

    def field(self) -> Field:
        """Return the field that it is of."""
        return Field(self.width, self.height, self.walls, self.spawns)


class Welcome(Struct, tag="welcome", frozen=True):
    """The reply to a join.

    Attributes:
        re: the ``id`` of the join.
        player: which one is you.
        token: to come back with; whoever has it plays you.
        tick: the present one.
        rate: ticks a second.
        hold: seconds for which a player stays whose connection is lost.
        seq: the last input that was taken from you; 0 for a new player.
        field: where.
        version: of rules and messages.
    """

    re: int
    player: int
    token: str
    tick: int
    rate: int
    hold: float
    seq: int
    field: Map
    version: int = VERSION


class Full(Struct, tag="full", frozen=True):
    """The whole world at a tick."""

    tick: int
    players: tuple[Player, ...]
    shots: tuple[Shot, ...] = ()


class Delta(Struct, tag="delta", omit_defaults=True, frozen=True):
    """What makes the world at a tick out of the world at an earlier one.

    Attributes:
        tick: which world this makes.
        base: out of which.
        changed: an id, a mask, and the values of the fields in the mask.
        came: players who are not in the base.
        gone: ids of players who are in the base only.
        shots: those of this tick.
    """

    tick: int
    base: int
    changed: tuple[tuple[int, ...], ...] = ()
    came: tuple[Player, ...] = ()
    gone: tuple[int, ...] = ()
    shots: tuple[Shot, ...] = ()


FromClient: TypeAlias = Join | Press | Leave | Ask
FromServer: TypeAlias = Welcome | Full | Delta | Stats | Error


def wish(press: Press) -> Input:
    """Return the input of the rules that a message is about."""
    ax, ay = press.aim
    return Input(press.seq, press.move, ax, ay, press.fire, press.seen)


def press(wish: Input, ack: int) -> Press:
    """Return the message for an input; the reverse of `wish`."""
    return Press(wish.seq, wish.move, (wish.ax, wish.ay), wish.fire, wish.seen, ack)
