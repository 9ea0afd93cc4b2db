"""The rules: what a tick does to the world, as pure functions on integers.

A tick has five parts, in this order. Nothing depends on the order in which players are named.

1. **Move.** The inputs of each player are applied, the oldest first: `advance`. Whoever has none
   stands still in time: it neither moves nor reloads. So where a player is depends on its own
   inputs only, however late they come, and it can predict itself exactly.
2. **Shoot.** An input that fires, by a player who lives and has reloaded, makes a `Shot` from where
   the player then stands. All shots of a tick are judged together: `struck`.
3. **Hurt.** Each hit takes `DAMAGE`. Whose health is gone falls: it lies still, and all who hit it
   in this tick score a point. Two who shoot each other in the same tick both hit.
4. **Wait.** Who lay still before this tick has one tick less to lie.
5. **Rise.** Who need not lie any more begins again, at the spawn that is farthest from all who
   live: `farthest`.

**Numbers.** Lengths are in parts of a unit (``field.UNIT``), speeds in parts a tick; x grows to
the right, y downwards. An aim is any vector of integers from -127 to 127; its length means nothing.
There is no float, and ``//`` is used on positive numbers only: ``Math.floor(a / b)`` is the same.

**Changes.** Whoever changes what a function here returns raises `VERSION`: the page has the same
rules in JavaScript, and compares.

Leaves out the nouns, which are in ``world``; in which tick an input is due (``arena``); and what a
shooter saw (``rewind``). Players are numbers here: tokens and connections belong to others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from types import MappingProxyType

from wsdemo.apps.game.field import LONGEST, RADIUS, UNIT, Field, blocked, slide
from wsdemo.apps.game.world import (
    DAMAGE,
    HEADINGS,
    HEALTH,
    REACH,
    Input,
    Player,
    Setting,
    Shot,
    World,
)

__all__ = [
    "VERSION",
    "advance",
    "farthest",
    "fires",
    "newcomer",
    "step",
    "struck",
]

VERSION = 1
"""Of the rules and of the messages together."""

# To see nobody in another place than where it is.
_AS_IT_IS: Mapping[int, Mapping[int, Player]] = MappingProxyType({})


def advance(player: Player, wish: Input, setting: Setting) -> Player:
    """Apply one input to one player; nobody else matters.

    Each part of the speed goes towards what is wished for, by ``push`` at most; then the player
    moves along x, then along y. A wall stops what goes against it. Who lies still only aims, and
    the input counts as applied.
    """
    ax, ay = (wish.ax, wish.ay) if wish.ax or wish.ay else (player.ax, player.ay)
    if player.health == 0:
        return player._replace(ax=ax, ay=ay, seq=wish.seq)
    right, down = HEADINGS[wish.move]
    most = setting.diagonal if right and down else setting.straight
    vx = _towards(player.vx, right * most, setting.push)
    vy = _towards(player.vy, down * most, setting.push)
    x, y = player.x, player.y
    if vx:
        x = slide(setting.field, x, y, vx, upright=False)
        vx = vx if x == player.x + vx else 0
    if vy:
        y = slide(setting.field, x, y, vy, upright=True)
        vy = vy if y == player.y + vy else 0
    reload = setting.reload if fires(player, wish) else max(0, player.reload - 1)
    return player._replace(x=x, y=y, vx=vx, vy=vy, ax=ax, ay=ay, reload=reload, seq=wish.seq)


def _towards(speed: int, wanted: int, push: int) -> int:
    return min(max(wanted, speed - push), speed + push)


def fires(player: Player, wish: Input) -> bool:
    """Tell whether an input makes a shot, for the player as it was before the input."""
    return wish.fire and player.reload == 0 and player.health > 0


def struck(shot: Shot, others: Iterable[Player], field: Field) -> int:
    """Return whom a shot hits; 0 for nobody.

    A shot is a line from the shooter's middle, and is there at once. It hits the first who lives,
    whose middle is at most `RADIUS` from the line and at most `REACH` along it, and to whose middle
    no wall blocks the view. Of two at the same distance it hits the one with the lower id.

    Args:
        shot: from where and whereto.
        others: the players, where the shooter saw them.
        field: with its walls.
    """
    length = shot.ax * shot.ax + shot.ay * shot.ay
    aside, ahead = RADIUS * RADIUS * length, REACH * REACH * length
    found: list[tuple[int, Player]] = []
    for other in others:
        dx, dy = other.x - shot.x, other.y - shot.y
        along = dx * shot.ax + dy * shot.ay
        if along <= 0 or along * along > ahead:
            continue
        across = dx * shot.ay - dy * shot.ax
        if across * across <= aside and other.id != shot.shooter and other.health > 0:
            found.append((along, other))
    for _, other in sorted(found, key=lambda each: (each[0], each[1].id)):
        if not blocked(field, shot.x, shot.y, other.x, other.y):
            return other.id
    return 0


def step(
    world: World,
    inputs: Mapping[int, Sequence[Input]],
    setting: Setting,
    sights: Mapping[int, Mapping[int, Player]] = _AS_IT_IS,
) -> tuple[World, tuple[Shot, ...]]:
    """Let one tick pass.

    Args:
        world: as it is.
        inputs: by player, the oldest first; ids that are not in the world are ignored.
        setting: field and rate.
        sights: by shooter, the players where it saw them; a shooter that is not in it sees
            everybody where they are after all have moved.

    Returns:
        The world one tick later, and the shots in the order of the shooters' ids.
    """
    players = dict(world.players)
    fired: list[Shot] = []
    for id_ in sorted(players.keys() & inputs.keys()):
        player = players[id_]
        for wish in inputs[id_]:
            shooting = fires(player, wish)
            player = advance(player, wish, setting)
            if shooting:
                fired.append(Shot(id_, player.x, player.y, player.ax, player.ay))
        players[id_] = player
    living = {id_ for id_, player in players.items() if player.health > 0}
    shots = tuple(
        shot._replace(victim=_victim(shot, sights.get(shot.shooter, players), living, setting))
        for shot in fired
    )
    _hurt(players, shots, setting)
    _raise(players, world, setting.field)
    return World(world.tick + 1, players), shots


def _victim(shot: Shot, seen: Mapping[int, Player], living: Set[int], setting: Setting) -> int:
    """Return whom a shot hits; who is down or gone by now can't be hit any more."""
    here = [other for id_, other in seen.items() if id_ in living]
    return struck(shot, here, setting.field)


def _hurt(players: dict[int, Player], shots: Iterable[Shot], setting: Setting) -> None:
    hits: dict[int, list[int]] = {}
    for shot in shots:
        if shot.victim:
            hits.setdefault(shot.victim, []).append(shot.shooter)
    for id_, shooters in hits.items():
        victim = players[id_]
        health = max(0, victim.health - DAMAGE * len(shooters))
        players[id_] = victim._replace(health=health)
        if health == 0:
            players[id_] = players[id_]._replace(
                vx=0, vy=0, down=setting.down, deaths=victim.deaths + 1
            )
            for shooter in set(shooters):
                players[shooter] = players[shooter]._replace(score=players[shooter].score + 1)


def _raise(players: dict[int, Player], before: World, field: Field) -> None:
    """Let those lie a tick less who lay before it, and let those rise who need lie no more."""
    lying = sorted(id_ for id_, player in before.players.items() if player.health == 0)
    for id_ in lying:
        player = players[id_]
        players[id_] = player._replace(down=player.down - 1)
        if player.down == 1:
            x, y = farthest(players.values(), field)
            players[id_] = players[id_]._replace(x=x, y=y, health=HEALTH, reload=0)


def farthest(players: Iterable[Player], field: Field) -> tuple[int, int]:
    """Return the middle of the spawn whose nearest living player is farthest away.

    Of two equally good it is the first; without anybody it is the first of all.
    """
    living = [(player.x, player.y) for player in players if player.health > 0]
    beyond = 2 * (LONGEST * UNIT) ** 2
    best, most = (0, 0), -1
    for at in range(len(field.spawns)):
        x, y = field.middle(at)
        nearest = min(((x - px) ** 2 + (y - py) ** 2 for px, py in living), default=beyond)
        if nearest > most:
            best, most = (x, y), nearest
    return best


def newcomer(world: World, id_: int, name: str, field: Field) -> World:
    """Return the world with one more player, at the spawn farthest from the others.

    Raises:
        ValueError: the id is taken.
    """
    if id_ in world.players:
        raise ValueError(f"player {id_} is there already")
    x, y = farthest(world.players.values(), field)
    return World(world.tick, {**world.players, id_: Player(id_, name, x, y)})
