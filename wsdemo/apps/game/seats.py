"""A seat: what the server knows of one client beside its player, and what it takes from it.

Inputs wait in a small buffer. Each tick applies one, or two if the client has been late: a network
holds inputs up and lets them come at once, and a client should not pay for that. But it never gets
more inputs than there were ticks: for each tick a seat gets a credit, of which it can save a few,
and each input costs one. That is why there is no speed to be gained by sending more.

==========  ==============================================================  ===================
cheat       what it is                                                      what comes of it
==========  ==============================================================  ===================
speed       more inputs than there are ticks                                they are not applied
replay      an input that was sent before                                   an error
teleport    a field for a place, a speed, a health, a score                 an error
identity    a field for another player's id; a token that is nobody's       an error
malformed   anything else that is no message of the game                    an error
flood       more messages than any client has a use for                     the end, with 1008
==========  ==============================================================  ===================

Errors are paid from a budget (``apps.door``); when it is spent, that is the end, too.

Leaves out connections: a seat outlives them.
"""

from __future__ import annotations

from collections import deque
from typing import Literal, TypeAlias

from wsdemo.apps.game.world import Input

__all__ = ["BUFFER", "CATCH_UP", "Cheat", "Seat", "claimed"]

Cheat: TypeAlias = Literal["speed", "replay", "teleport", "identity", "malformed", "flood"]

BUFFER = 8
"""Inputs that may wait, and credits that may be saved: at 30 ticks a second what a stall of a
quarter of a second brings."""
CATCH_UP = 2
"""Inputs that a tick applies at most. More would make a player leap on everybody's screen."""

STATE = frozenset({"x", "y", "vx", "vy", "position", "speed", "health", "reload", "score"})
SELF = frozenset({"player", "id", "shooter", "name", "token"})


class Seat:
    """A client's place in the arena.

    Args:
        player: the id of its player.
        name: of the player.

    Attributes:
        player: the same.
        name: the same.
        accepted: the number of the last input that was taken.
        ack: the tick of the last snapshot that the client says it has.
        lost: the tick at which its connection was lost; None while there is one.
        gone: whether its player has left for good.
    """

    def __init__(self, player: int, name: str) -> None:
        self.player = player
        self.name = name
        self.accepted = 0
        self.ack = 0
        self.lost: int | None = None
        self.gone = False
        self._waiting: deque[Input] = deque()
        self._credit = 0

    def accept(self, wish: Input, ack: int) -> Cheat | None:
        """Take an input, to be applied when it is due.

        Args:
            wish: the input.
            ack: the snapshot that came with it.

        Returns:
            Why it was not taken; None if it was.
        """
        if wish.seq <= self.accepted:
            return "replay"
        self.accepted = wish.seq
        self.ack = ack
        if len(self._waiting) >= BUFFER:
            return "speed"
        self._waiting.append(wish)
        return None

    def due(self) -> tuple[Input, ...]:
        """Return the inputs to be applied in this tick; called once for each."""
        self._credit = min(self._credit + 1, BUFFER)
        count = min(len(self._waiting), self._credit, CATCH_UP)
        self._credit -= count
        return tuple(self._waiting.popleft() for _ in range(count))

    def lose(self, tick: int) -> None:
        """Be without a connection from this tick on; inputs that wait are forgotten."""
        self.lost = tick
        self._waiting.clear()

    def find(self) -> None:
        """Be connected again; the client has no snapshot yet."""
        self.lost = None
        self.ack = 0
        self._waiting.clear()


def claimed(fields: object) -> Cheat:
    """Name what a client tries that sends fields which no message has.

    Args:
        fields: the message, without its types checked; an object, or whatever it was.
    """
    if not isinstance(fields, dict) or fields.get("type") != "input":
        return "malformed"
    names = {name for name in fields if isinstance(name, str)}
    if names & STATE:
        return "teleport"
    return "identity" if names & SELF else "malformed"
