"""Prediction: a client moves its own player at once, by the rules that the server will apply.

Without it, a player sees its own step a round trip after the key, plus what the server's tick
adds. The input is applied here and now, and kept until a snapshot says that the server has applied
it, too (Y. W. Bernier, "Latency Compensating Methods in Client/Server In-game Protocol Design and
Optimization", 2001, "Client Side Prediction"; G. Gambetta, "Fast-Paced Multiplayer", part II).

Only what depends on nobody else is predicted: place, speed, aim, reloading. Whom a shot hits, and
who falls, the server says.

Leaves out the others: they are not predicted but shown late; see ``interpolate``.
"""

from __future__ import annotations

from wsdemo.apps.game.reconcile import Reconcile, reconcile
from wsdemo.apps.game.rules import advance
from wsdemo.apps.game.world import Input, Player, Setting

__all__ = ["Prediction"]

MOST = 1024
"""Inputs that are kept: half a minute at 30 ticks a second. A server that is silent for longer has
forgotten us."""


class Prediction:
    """A player as it will be when the server has applied all of its inputs.

    Args:
        player: as the server said.
        setting: field and rate, as the server said.
        reconcile: what to make of the server's word; `reconcile.snap` shows why it matters.

    Attributes:
        player: as predicted.
        pending: inputs that the server has not applied yet, as far as we know.
    """

    def __init__(
        self, player: Player, setting: Setting, *, reconcile: Reconcile = reconcile
    ) -> None:
        self.player = player
        self.pending: list[Input] = []
        self._setting = setting
        self._reconcile = reconcile

    def press(self, wish: Input) -> Player:
        """Apply an input at once; return the player after it."""
        self.pending.append(wish)
        del self.pending[:-MOST]
        self.player = advance(self.player, wish, self._setting)
        return self.player

    def correct(self, player: Player) -> int:
        """Take what the server says, and replay what it has not seen.

        Args:
            player: ours, in a snapshot.

        Returns:
            How far this moves the predicted player, in parts: the greater of both directions.
        """
        before = self.player
        self.player, self.pending = self._reconcile(player, self.pending, self._setting)
        return max(abs(self.player.x - before.x), abs(self.player.y - before.y))
