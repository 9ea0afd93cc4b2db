"""A bot: a player that a program plays, on the server or at the end of a wire.

It wanders, half of the time towards whoever is nearest, turns away where it can't go on, and shoots
when it has somebody in reach and in sight. It sees what a client sees and wants what a client may
want. With the same seed and the same sights it does the same on every machine.

Leaves out skill: it does not lead its aim, and errs by a few degrees.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from wsdemo.apps.game.field import UNIT, blocked
from wsdemo.apps.game.world import HEADINGS, REACH, Input, Player, Setting

__all__ = ["Bot", "aim", "heading"]

EYES = 16 * UNIT
"""How far it sees, in parts."""
WAVER = 10
"""By how much it errs, of the 127 parts of an aim."""


class Bot:
    """Decides what a player wants.

    Args:
        seed: of its whims.
    """

    def __init__(self, seed: int) -> None:
        # Only random() is promised to give the same numbers in every version of Python.
        self._chance = random.Random(seed).random
        self._move = 0
        self._since = self._until = 0

    def decide(
        self, me: Player, others: Mapping[int, Player], setting: Setting, seq: int, seen: int
    ) -> Input:
        """Return its next input.

        Args:
            me: the player that it plays.
            others: everybody, as far as it sees them; itself is ignored.
            setting: field and rate.
            seq: the number of the input.
            seen: the moment of the others, for the server.
        """
        near = self._nearest(me, others)
        stuck = self._move and me.vx == me.vy == 0 and seq > self._since + setting.rate // 5
        if seq >= self._until or stuck:
            self._move = self._whim(me, near)
            self._since = seq
            self._until = seq + setting.rate // 4 + self._below(setting.rate)
        if near is None or not _in_sight(me, near, setting):
            return Input(seq, self._move, seen=seen)
        dx, dy = near.x - me.x, near.y - me.y
        ax, ay = aim(dx, dy, self._below(2 * WAVER + 1) - WAVER)
        return Input(seq, self._move, ax, ay, max(abs(dx), abs(dy)) < REACH, seen)

    def _nearest(self, me: Player, others: Mapping[int, Player]) -> Player | None:
        found = [
            (max(abs(other.x - me.x), abs(other.y - me.y)), id_)
            for id_, other in others.items()
            if id_ != me.id and other.health > 0
        ]
        return others[min(found)[1]] if found else None

    def _whim(self, me: Player, near: Player | None) -> int:
        """Return where to go for a while: anywhere, or to whoever is nearest."""
        anywhere, after_it = self._below(len(HEADINGS)), self._below(2)
        return heading(near.x - me.x, near.y - me.y) if near and after_it else anywhere

    def _below(self, bound: int) -> int:
        return int(self._chance() * bound)


def _in_sight(me: Player, other: Player, setting: Setting) -> bool:
    far = max(abs(other.x - me.x), abs(other.y - me.y)) >= EYES
    return not far and not blocked(setting.field, me.x, me.y, other.x, other.y)


def heading(dx: int, dy: int) -> int:
    """Return the index of the heading that leads nearest to a direction."""
    across = (dx > 0) - (dx < 0) if 2 * abs(dx) > abs(dy) else 0
    down = (dy > 0) - (dy < 0) if 2 * abs(dy) > abs(dx) else 0
    return HEADINGS.index((across, down))


def aim(dx: int, dy: int, off: int = 0) -> tuple[int, int]:
    """Return the aim that leads somewhere.

    Args:
        dx: how far to the right, in any unit.
        dy: how far down.
        off: by how much to miss, across, of 127.
    """
    longest = max(abs(dx), abs(dy))
    if longest == 0:
        return 0, 0
    ax, ay = dx * 127 // longest, dy * 127 // longest
    if abs(dx) >= abs(dy):
        return ax, min(max(ay + off, -127), 127)
    return min(max(ax + off, -127), 127), ay
