"""Deltas: the difference of two worlds, and its addition.

    patched(base, difference(base, world)) == world

A delta is made against a world that the client has acknowledged, not against the last one that was
sent. What was sent may never be sent after all: for a client that is slow the newest snapshot
takes the place of one that still waits. Quake III does the same, over UDP, where snapshots are lost
on the way (F. Sanglard, "Quake 3 Source Code Review: Network Model", 2012).

Leaves out which world is a client's base, which the ``arena`` knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wsdemo.apps.game.messages import Delta, Full
from wsdemo.apps.game.world import Player, Shot, World

__all__ = ["FIELDS", "difference", "patched", "whole"]

FIELDS = Player._fields[2:]
"""The fields that a mask has bits for, the lowest bit first: all but id and name."""
FIRST = 2


def difference(base: World, world: World, shots: tuple[Shot, ...] = ()) -> Delta:
    """Return what makes a world out of an earlier one."""
    changed: list[tuple[int, ...]] = []
    came: list[Player] = []
    for id_, player in world.players.items():
        before = base.players.get(id_)
        if before is None or before.name != player.name:
            came.append(player)
        elif before != player:
            changed.append(_change(before, player))
    gone = tuple(id_ for id_ in base.players if id_ not in world.players)
    return Delta(world.tick, base.tick, tuple(changed), tuple(came), gone, shots)


def _change(before: Player, after: Player) -> tuple[int, ...]:
    mask = 0
    values: list[int] = []
    bit = 1
    for old, new in zip(before[FIRST:], after[FIRST:], strict=True):
        if old != new:
            mask |= bit
            values.append(new)  # type: ignore[arg-type]  # from FIRST on they are all integers
        bit <<= 1
    return (after.id, mask, *values)


def patched(base: World, delta: Delta) -> World:
    """Return the world that a delta makes out of its base.

    Raises:
        ValueError: it is against another world.
        KeyError: it is about a player who is not there.
    """
    if base.tick != delta.base:
        raise ValueError(f"a delta against tick {delta.base}, not {base.tick}")
    players = dict(base.players)
    for id_ in delta.gone:
        del players[id_]
    for change in delta.changed:
        players[change[0]] = _changed(players[change[0]], change)
    for player in delta.came:
        players[player.id] = player
    return World(delta.tick, players)


def _changed(player: Player, change: tuple[int, ...]) -> Player:
    _, mask, *values = change
    fields: list[Any] = list(player)
    at = FIRST
    given = iter(values)
    while mask:
        if mask & 1:
            fields[at] = next(given)
        mask >>= 1
        at += 1
    return Player(*fields)


def whole(world: World, shots: Iterable[Shot] = ()) -> Full:
    """Return the message that needs no base."""
    return Full(world.tick, tuple(world.players.values()), tuple(shots))
