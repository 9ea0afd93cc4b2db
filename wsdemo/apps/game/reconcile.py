"""Reconciliation: the server is right, and what it has not seen yet is done again on top.

A snapshot tells where a player was after the input with number ``seq``. All later inputs are still
on their way. To jump to the snapshot would throw the player back by a round trip; to ignore it
would let a mistake stay for ever. So the later inputs are replayed from there (G. Gambetta,
"Fast-Paced Multiplayer", part II: "Server Reconciliation"). If the prediction was right, this ends
exactly where the player already is.

Leaves out how a correction is shown: a page may glide to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from wsdemo.apps.game.rules import advance
from wsdemo.apps.game.world import Input, Player, Setting

__all__ = ["Reconcile", "reconcile", "snap"]

Reconcile: TypeAlias = Callable[[Player, Sequence[Input], Setting], tuple[Player, list[Input]]]


def reconcile(
    player: Player, pending: Sequence[Input], setting: Setting
) -> tuple[Player, list[Input]]:
    """Replay the inputs that the server has not applied on what it says.

    Args:
        player: as the server says; its ``seq`` is the last input that is in it.
        pending: the inputs that were sent, the oldest first.
        setting: field and rate.

    Returns:
        The player after all inputs, and the inputs that are still pending.
    """
    still = [wish for wish in pending if wish.seq > player.seq]
    for wish in still:
        player = advance(player, wish, setting)
    return player, still


def snap(
    player: Player,
    pending: Sequence[Input],
    setting: Setting,  # noqa: ARG001 - as `reconcile`
) -> tuple[Player, list[Input]]:
    """Believe the server and replay nothing, to show what that does: every snapshot pulls back.

    Args:
        player: as for `reconcile`.
        pending: the same.
        setting: not needed.

    Returns:
        The player where the server saw it, and the inputs that are still pending.
    """
    return player, [wish for wish in pending if wish.seq > player.seq]
