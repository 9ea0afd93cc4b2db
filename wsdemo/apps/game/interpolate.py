"""Interpolation: the others, where they were a little while ago, between two known places.

Snapshots come a few times a second, and not evenly. Shown as they come, the others jump and stand.
So a client shows them late, by more than the usual time between two snapshots: then it has, nearly
always, one from before that moment and one from after it (Bernier 2001, "Display of Targets";
Gambetta, part III, "Entity Interpolation"). What is shown is the past, but it is true.

Moments are counted in sixteenths of a tick: integers, so that the server, which is told the moment
with every input, finds the very same places again (``rewind``).

Leaves out extrapolation: where somebody will be is known to nobody, and after the last snapshot
the others stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from wsdemo.apps.game.world import Player, World

__all__ = ["PARTS", "Interpolate", "between", "interpolate"]

Interpolate: TypeAlias = Callable[[Sequence[World], int], Mapping[int, Player]]

PARTS = 16
"""Moments in a tick."""


def interpolate(worlds: Sequence[World], moment: int) -> Mapping[int, Player]:
    """Return the players at a moment.

    Args:
        worlds: snapshots, the oldest first, one at least; gaps are allowed.
        moment: in sixteenths of a tick.

    Returns:
        By id, everybody in the snapshot before the moment, on the way to where they are in the
        one after it. Before the first snapshot and after the last it is that one.

    Raises:
        ValueError: there is no snapshot.
    """
    if not worlds:
        raise ValueError("nothing to interpolate between")
    after = bisect_right(worlds, moment, key=lambda world: world.tick * PARTS)
    if after in (0, len(worlds)):
        return worlds[max(0, after - 1)].players
    old, new = worlds[after - 1], worlds[after]
    part, whole = moment - old.tick * PARTS, (new.tick - old.tick) * PARTS
    return {
        id_: between(player, new.players.get(id_, player), part, whole)
        for id_, player in old.players.items()
    }


def between(old: Player, new: Player, part: int, whole: int) -> Player:
    """Return a player on the straight line between two of its states.

    Everything but the place is as it was in the older one. Who lay still, or fell in between, does
    not glide: it may rise at the other end of the field.

    Args:
        old: the earlier state.
        new: the later one.
        part: how far to go, 0 to ``whole``; rounded down.
        whole: how far it is.
    """
    if old.health == 0 or old.deaths != new.deaths:
        return old
    return old._replace(
        x=old.x + (new.x - old.x) * part // whole,
        y=old.y + (new.y - old.y) * part // whole,
    )
