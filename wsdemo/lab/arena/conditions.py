"""The conditions of a virtual game: the network, the rates, and what is switched on.

Leaves out what they lead to.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsdemo.apps.game import LARGE, SMALL, Field, Setting
from wsdemo.apps.game.view import DELAY

__all__ = ["Conditions"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a game is played under.

    Attributes:
        seed: of everything that happens by chance.
        delay: of each message, one way, in milliseconds.
        jitter: up to so much more, in milliseconds.
        loss: the share of messages that are lost and sent again.
        tick: ticks a second; each client makes as many inputs.
        prediction: whether an input takes effect at once.
        reconciliation: whether inputs are replayed on what the server says.
        interpolation: whether the others are shown late and smooth.
        compensation: whether shots are judged by what the shooter saw.
        deltas: whether snapshots are against what a client has.
        behind: milliseconds by which the others are shown late, if interpolated.
        players: how many; all are bots, each at the end of a network of its own.
        seconds: for how long.
        large: whether the field is the large one.
        packed: whether messages are MessagePack, and not JSON.
    """

    seed: int = 1
    delay: int = 50
    jitter: int = 0
    loss: float = 0.0
    tick: int = 30
    prediction: bool = True
    reconciliation: bool = True
    interpolation: bool = True
    compensation: bool = True
    deltas: bool = True
    behind: int = DELAY
    players: int = 6
    seconds: int = 20
    large: bool = False
    packed: bool = False

    def __post_init__(self) -> None:
        if self.players < 2 or self.seconds < 1:
            raise ValueError(f"{self.players} players for {self.seconds} s see nothing")

    @property
    def setting(self) -> Setting:
        """The field, and what the tick rate makes of seconds.

        Raises:
            ValueError: there is no such rate.
        """
        return Setting.of(Field.parse(LARGE if self.large else SMALL), self.tick)
