"""The nouns of the game: a player, a world of them, an input, a shot, and what never changes.

All numbers are integers. Lengths are in parts of a unit (``field.UNIT``), speeds in parts a tick; x
grows to the right, y downwards.

Leaves out what happens to them: see ``rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wsdemo.apps.game.field import UNIT, Field

__all__ = [
    "DAMAGE",
    "HEADINGS",
    "HEALTH",
    "REACH",
    "SPEED",
    "Input",
    "Player",
    "Setting",
    "Shot",
    "World",
]

HEALTH = 100
DAMAGE = 25
SPEED = 8 * UNIT
"""Parts a second, along an axis."""
REACH = 12 * UNIT
"""How far a shot goes."""

HEADINGS = ((0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
"""Where an input's ``move`` leads: 0 nowhere, 1 to the right, and on clockwise, 8 up and right."""

SLOWEST, FASTEST = 5, 120
"""Ticks a second. Below 5, a step would leap over a wall."""


class Input(NamedTuple):
    """What a player wants for the length of one tick.

    Attributes:
        seq: its number; each is greater than the one before.
        move: an index into `HEADINGS`.
        ax: where it aims, right of itself; -127 to 127.
        ay: the same, below itself. (0, 0) leaves the aim as it was.
        fire: whether the trigger is held.
        seen: the moment at which it saw the others, in sixteenths of a tick. The rules ignore it;
            see ``rewind``.
    """

    seq: int
    move: int = 0
    ax: int = 0
    ay: int = 0
    fire: bool = False
    seen: int = 0


class Player(NamedTuple):
    """A player.

    Attributes:
        id: its number in this arena, from 1; public.
        name: what it is called; carried along, never looked at.
        x: of its middle, in parts.
        y: the same.
        vx: parts a tick.
        vy: the same.
        ax: where it aims; never (0, 0).
        ay: the same.
        health: 0 to `HEALTH`; who has 0 lies still.
        reload: inputs until it can shoot again; 0 is now.
        down: ticks to lie still; 0 for who lives.
        score: how many it has felled.
        deaths: how often it fell.
        seq: of the last input that was applied.
    """

    id: int
    name: str
    x: int
    y: int
    vx: int = 0
    vy: int = 0
    ax: int = 127
    ay: int = 0
    health: int = HEALTH
    reload: int = 0
    down: int = 0
    score: int = 0
    deaths: int = 0
    seq: int = 0


class World(NamedTuple):
    """Everything at one tick. Never changed, only replaced.

    Attributes:
        tick: counted from 0.
        players: by id.
    """

    tick: int
    players: Mapping[int, Player]


class Shot(NamedTuple):
    """A shot that was fired.

    Attributes:
        shooter: an id.
        x: from where, in parts.
        y: the same.
        ax: the aim.
        ay: the same.
        victim: who was hit; 0 for nobody.
    """

    shooter: int
    x: int
    y: int
    ax: int
    ay: int
    victim: int = 0


class Setting(NamedTuple):
    """What stays as it is: the field, and what the tick rate makes of seconds.

    Made by `Setting.of`. For 30 ticks a second: 273 parts a tick along an axis, 193 on each of two;
    45 more or less from tick to tick; 12 inputs between two shots, 60 ticks to lie.

    Attributes:
        field: the field.
        rate: ticks a second.
        straight: greatest speed along an axis, in parts a tick: ``SPEED // rate``.
        diagonal: the same on each of two, × 181 / 256: ``SPEED * 181 // (256 * rate)``.
        push: by how much a speed changes in a tick; full speed takes a fifth of a second:
            ``max(1, straight * 5 // rate)``.
        reload: inputs between two shots, two fifths of a second: ``rate * 2 // 5``.
        down: ticks to lie still, two seconds: ``rate * 2``.
    """

    field: Field
    rate: int
    straight: int
    diagonal: int
    push: int
    reload: int
    down: int

    @classmethod
    def of(cls, field: Field, rate: int = 30) -> Setting:
        """Return the setting for a field and a number of ticks a second.

        Raises:
            ValueError: the rate is too low or too high.
        """
        if not SLOWEST <= rate <= FASTEST:
            raise ValueError(f"{rate} ticks a second; it must be {SLOWEST} to {FASTEST}")
        straight = SPEED // rate
        return cls(
            field,
            rate,
            straight,
            diagonal=SPEED * 181 // (256 * rate),
            push=max(1, straight * 5 // rate),
            reload=rate * 2 // 5,
            down=rate * 2,
        )
