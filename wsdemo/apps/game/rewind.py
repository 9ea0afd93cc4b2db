"""Lag compensation: a shot is judged by what the shooter saw.

A client shows the others late: by the way of a snapshot, and by its interpolation. Who aims at
what it sees aims at the past, and the faster the target the surer the miss. The server keeps the
last worlds, goes back to the moment that the input names, and judges the shot there (Bernier 2001,
"Lag Compensation"; Gambetta, part IV). With the same `interpolate` on the same snapshots it finds
exactly the places that were on the screen.

The price is paid by the target: it may be hit when it has already stepped behind a wall, on its own
screen. Therefore the server goes back `FURTHEST` at most, and a moment that lies further back or in
the future is moved into these bounds: a client can't choose to shoot at last minute's world.

Leaves out the shooter, who is where the server has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wsdemo.apps.game.interpolate import PARTS, interpolate
from wsdemo.apps.game.world import Player, World

__all__ = ["FURTHEST", "bounded", "rewind"]

FURTHEST = 250
"""Milliseconds: a round trip of 100, as across a continent, 100 of interpolation, and a tick."""


def bounded(moment: int, tick: int, rate: int, furthest: int = FURTHEST) -> int:
    """Return the moment to go back to.

    Args:
        moment: what the input says, in sixteenths of a tick; 0 for now.
        tick: the present one.
        rate: ticks a second.
        furthest: how far to go back at most, in milliseconds.
    """
    now = tick * PARTS
    return max(now - furthest * rate * PARTS // 1000, min(moment or now, now))


def rewind(
    past: Sequence[World], moment: int, rate: int, furthest: int = FURTHEST
) -> Mapping[int, Player]:
    """Return the players as they were at a moment, as far as the server goes back.

    Args:
        past: the worlds up to the present one, the oldest first.
        moment: what the input says, in sixteenths of a tick; 0 for now.
        rate: ticks a second.
        furthest: how far to go back at most, in milliseconds.

    Raises:
        ValueError: there is no world.
    """
    if not past:
        raise ValueError("no world to go back to")
    return interpolate(past, bounded(moment, past[-1].tick, rate, furthest))
