"""Worlds, players and inputs for the tests of the game, and games of any length by chance."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from wsdemo.apps.game.field import RADIUS, SMALL, UNIT, Field
from wsdemo.apps.game.rules import newcomer, step
from wsdemo.apps.game.world import HEADINGS, Input, Player, Setting, Shot, World

OPEN = Field(32, 16, (), ((1, 1), (30, 14)))
"""A field without a wall."""
WALLED = Field.parse(SMALL)

aims = st.integers(-127, 127)
rates = st.sampled_from([5, 10, 20, 30, 60, 120])
wishes = st.builds(
    Input,
    seq=st.just(0),
    move=st.integers(0, len(HEADINGS) - 1),
    ax=aims,
    ay=aims,
    fire=st.booleans(),
)
turns = st.lists(
    st.dictionaries(st.integers(1, 4), st.lists(wishes, max_size=2)), min_size=1, max_size=25
)
"""What four players want, tick for tick."""


def setting(field: Field = OPEN, rate: int = 30) -> Setting:
    """Return a setting."""
    return Setting.of(field, rate)


def at(id_: int, x: float, y: float, **more: int) -> Player:
    """Return a player at a place in units."""
    player = Player(id_, f"p{id_}", int(x * UNIT), int(y * UNIT))
    return player._replace(**more)  # type: ignore[arg-type]  # `more` names integers only


def world(*players: Player, tick: int = 0) -> World:
    """Return a world with these players."""
    return World(tick, {player.id: player for player in players})


def crowd(count: int, field: Field) -> World:
    """Return a world with so many newcomers."""
    made = World(0, {})
    for id_ in range(1, count + 1):
        made = newcomer(made, id_, f"p{id_}", field)
    return made


def numbered(turn: Mapping[int, list[Input]], tick: int) -> dict[int, tuple[Input, ...]]:
    """Give the inputs of a tick their numbers."""
    return {
        id_: tuple(wish._replace(seq=2 * tick + 1 + at) for at, wish in enumerate(wishes))
        for id_, wishes in turn.items()
    }


def played(
    wanted: list[dict[int, list[Input]]], terms: Setting
) -> list[tuple[World, tuple[Shot, ...]]]:
    """Return the worlds and shots of a game of four, the first world included."""
    now = crowd(4, terms.field)
    games: list[tuple[World, tuple[Shot, ...]]] = [(now, ())]
    for tick, turn in enumerate(wanted):
        now, shots = step(now, numbered(turn, tick), terms)
        games.append((now, shots))
    return games


def inside(player: Player, field: Field) -> bool:
    """Tell whether a body lies in the field and in no wall."""
    x, y = player.x, player.y
    within = (
        RADIUS <= x <= field.width * UNIT - RADIUS and RADIUS <= y <= field.height * UNIT - RADIUS
    )
    apart = (
        x + RADIUS <= left or x - RADIUS >= right or y + RADIUS <= top or y - RADIUS >= bottom
        for left, top, right, bottom in field.boxes
    )
    return within and all(apart)
