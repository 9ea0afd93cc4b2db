"""The game's rules in the page against those of the server: on the same worlds, the same numbers.

Each test makes seeded worlds, inputs or snapshots, has Python and the browser work on them, and
compares everything that comes out.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser import pages
from wsdemo import pages as files
from wsdemo.apps.door import JSON
from wsdemo.apps.echo import echo
from wsdemo.apps.game import LARGE, SMALL
from wsdemo.apps.game.delta import difference, whole
from wsdemo.apps.game.field import UNIT, Field, blocked
from wsdemo.apps.game.interpolate import PARTS, interpolate
from wsdemo.apps.game.predict import Prediction
from wsdemo.apps.game.reconcile import reconcile, snap
from wsdemo.apps.game.rules import VERSION, advance, newcomer, step, struck
from wsdemo.apps.game.world import (
    DAMAGE,
    HEADINGS,
    HEALTH,
    REACH,
    SPEED,
    Input,
    Player,
    Setting,
    Shot,
    World,
)
from wsdemo.server import serve

pytestmark = pages.MARKS

FIELDS = tuple(Field.parse(text) for text in (SMALL, LARGE))

# What all scripts below begin with: the modules, and players as arrays, both ways.
TOOLS = """
    const load = name => import(`/${name}.js`);
    const [rules, walls, snapshots, interpolation, prediction] = await Promise.all(
        ['rules', 'field', 'snapshots', 'interpolate', 'predict'].map(load));
    const settingOf = ({field, rate}) => rules.settingOf(walls.makeField(field), rate);
    const wishOf = ([seq, move, ax, ay, fire, seen]) => ({seq, move, ax, ay, fire, seen});
    const byId = players => new Map(players.map(fields => [fields[0], snapshots.playerOf(fields)]));
    const worldOf = ({tick, players}) => ({tick, players: byId(players)});
    const fields = player => Object.values(player);
    const all = players => [...players.values()].sort((a, b) => a.id - b.id).map(fields);
"""
STEPS = """
    return given.map(game => {
        const setting = settingOf(game);
        let world = worldOf(game.world);
        return game.ticks.map(({inputs, sights}) => {
            const wishes = new Map(inputs.map(([id, list]) => [id, list.map(wishOf)]));
            const seen = new Map(sights.map(([id, players]) => [id, byId(players)]));
            const after = rules.step(world, wishes, setting, seen);
            world = after.world;
            return [world.tick, all(world.players), after.shots.map(fields)];
        });
    });
"""


@asynccontextmanager
async def _modules(browser: Browser) -> AsyncIterator[Page]:
    """Serve the page without its game: whoever evaluates a script brings the rest."""
    async with (
        serve(echo, port=0, pages=files.of("game")) as server,
        pages.tab(browser, f"http://127.0.0.1:{server.port}/") as page,
    ):
        yield page


async def _run(browser: Browser, script: str, given: object) -> Any:
    # As JSON: what playwright would make of large values takes it seconds.
    body = f"const given = JSON.parse(text); {TOOLS} const run = async () => {{ {script} }};"
    async with _modules(browser) as page:
        code = f"async text => {{ {body} return JSON.stringify(await run()); }}"
        return json.loads(await page.evaluate(code, json.dumps(given)))


def _plain(value: object) -> Any:
    """Return what the browser would: tuples become lists."""
    return json.loads(json.dumps(value))


def _sent(setting: Setting) -> dict[str, object]:
    field = setting.field
    walls, spawns = _plain(field.walls), _plain(field.spawns)
    sizes = {"width": field.width, "height": field.height}
    return {"rate": setting.rate, "field": {**sizes, "walls": walls, "spawns": spawns}}


def _all(world: World) -> list[Any]:
    return [_plain(player) for _, player in sorted(world.players.items())]


def _input(random: Random, seq: int, player: Player, others: list[Player]) -> Input:
    """Return any input; most aim at the nearest."""
    ax, ay = random.randint(-127, 127), random.randint(-127, 127)
    if random.random() < 0.7:
        other = min(others, key=lambda other: abs(other.x - player.x) + abs(other.y - player.y))
        dx, dy = other.x - player.x, other.y - player.y
        most = max(abs(dx), abs(dy), 1)
        ax, ay = dx * 127 // most, dy * 127 // most
    return Input(seq, random.randrange(9), ax, ay, random.random() < 0.6, random.randrange(99))


def _player(random: Random, id_: int, setting: Setting) -> Player:
    """Return a player in any state that there can be, near one of three spawns."""
    x, y = setting.field.middle(random.randrange(3))
    speed = setting.straight
    down = random.choice([0, 0, 0, random.randint(1, setting.down)])
    return Player(
        id_,
        f"p{id_}",
        x + random.randint(-UNIT // 2, UNIT // 2),
        y + random.randint(-UNIT // 2, UNIT // 2),
        vx=0 if down else random.randint(-speed, speed),
        vy=0 if down else random.randint(-speed, speed),
        ax=random.randint(1, 127),
        ay=random.randint(-127, 127),
        health=0 if down else random.randrange(25, HEALTH + 1, 25),
        reload=random.randint(0, setting.reload),
        down=down,
        score=random.randrange(9),
        deaths=random.randrange(9),
        seq=random.randrange(99),
    )


class _Game:
    """Some players who do anything, for some ticks: what was given, and what came of it."""

    def __init__(self, seed: int, ticks: int, rate: int | None = None) -> None:
        self.random = Random(seed)
        any_rate = self.random.choice([5, 10, 20, 30, 60, 119])
        self.setting = Setting.of(self.random.choice(FIELDS), rate or any_rate)
        count = self.random.randint(2, 9)
        players = {n: _player(self.random, n, self.setting) for n in range(1, count + 1)}
        self.world = World(self.random.randrange(1000), players)
        first = {"tick": self.world.tick, "players": _all(self.world)}
        self.given: dict[str, Any] = {**_sent(self.setting), "world": first, "ticks": []}
        self.shots = 0
        self.hits = 0
        self.worlds = [self.world]
        self.result = [self._tick() for _ in range(ticks)]

    def _tick(self) -> list[Any]:
        inputs = {id_: self._wishes(id_) for id_ in self.world.players}
        sights = {id_: self._sight() for id_ in inputs if self.random.random() < 0.3}
        said = [[id_, [list(wish) for wish in wishes]] for id_, wishes in inputs.items()]
        seen = [[id_, [list(each) for each in sight.values()]] for id_, sight in sights.items()]
        self.given["ticks"].append({"inputs": said, "sights": seen})
        self.world, shots = step(self.world, inputs, self.setting, sights)
        self.worlds.append(self.world)
        self.shots += len(shots)
        self.hits += sum(shot.victim > 0 for shot in shots)
        return [self.world.tick, _all(self.world), _plain(shots)]

    def _wishes(self, id_: int) -> list[Input]:
        player = self.world.players[id_]
        others = [other for other in self.world.players.values() if other.id != id_]
        count = self.random.choice([0, 1, 1, 1, 1, 2])
        return [_input(self.random, player.seq + n + 1, player, others) for n in range(count)]

    def _sight(self) -> dict[int, Player]:
        """Return an earlier world, and somebody in it who has left since."""
        past = dict(self.random.choice(self.worlds[-6:]).players)
        return {**past, 77: past[1]._replace(id=77)}


async def test_two_thousand_ticks_of_fifty_games_are_the_same(browser: Browser) -> None:
    """Two to nine players in any state, walls, hits, falls, and sights of the past."""
    games = [_Game(seed, 40) for seed in range(50)]
    assert sum(game.shots for game in games) > 500
    assert sum(game.hits for game in games) > 100
    found = await _run(browser, STEPS, [game.given for game in games])
    for seed, (game, ticks) in enumerate(zip(games, found, strict=True)):
        assert ticks == game.result, f"seed {seed}"


async def test_a_long_game_stays_the_same(browser: Browser) -> None:
    """Four hundred ticks, in which everybody falls and rises."""
    game = _Game(7, 400, rate=10)
    before, after = game.worlds[0], game.world
    assert all(each.deaths > before.players[id_].deaths for id_, each in after.players.items())
    assert await _run(browser, STEPS, [game.given]) == [game.result]


async def test_every_rate_makes_the_same_setting(browser: Browser) -> None:
    """The divisions round alike, and the constants are equal."""
    script = """
        const {VERSION, HEALTH, DAMAGE, SPEED, REACH, HEADINGS} = rules;
        const settings = given.map(sent => {
            const {field, ...numbers} = settingOf(sent);
            return [...Object.values(numbers), field.boxes];
        });
        return [[VERSION, HEALTH, DAMAGE, SPEED, REACH, HEADINGS], settings];
    """
    settings = [Setting.of(FIELDS[rate % 2], rate) for rate in range(5, 121)]
    constants = [VERSION, HEALTH, DAMAGE, SPEED, REACH, HEADINGS]
    numbers = [[*setting[1:], setting.field.boxes] for setting in settings]
    found = await _run(browser, script, [_sent(setting) for setting in settings])
    assert found == [_plain(constants), _plain(numbers)]


async def test_walls_block_the_same_views(browser: Browser) -> None:
    """Lines between any two points, some of them along a wall or through a corner."""
    random = Random(3)
    field = FIELDS[0]
    edges = [side for box in field.boxes for side in box]

    def point() -> list[int]:
        sizes = (field.width, field.height)
        anywhere = [random.randint(0, size * UNIT) for size in sizes]
        return [random.choice([at, random.choice(edges)]) for at in anywhere]

    lines = [point() + point() for _ in range(3000)]
    script = """
        const {field} = settingOf(given);
        return given.lines.map(line => walls.blocked(field, ...line));
    """
    found = await _run(browser, script, {**_sent(Setting.of(field)), "lines": lines})
    assert found == [blocked(field, *line) for line in lines]
    assert 500 < sum(found) < 2500


async def test_shots_hit_the_same_at_the_very_edge(browser: Browser) -> None:
    """On a coarse grid: just within the radius and the reach, along walls, two equally near."""
    random = Random(4)
    field = FIELDS[0]

    def place() -> tuple[int, int]:
        return random.randrange(8 * UNIT, 18 * UNIT, 512), random.randrange(6 * UNIT, 9 * UNIT, 512)

    cases: list[tuple[Shot, list[Player]]] = []
    for _ in range(4000):
        right, down = random.choice(HEADINGS[1:])
        shot = Shot(1, *place(), right * 127, down * 127)
        others = [Player(id_, "", *place(), health=random.choice([0, 25])) for id_ in range(1, 7)]
        # Twelve units away, which is as far as a shot goes.
        others.append(Player(8, "", shot.x + 12 * right * UNIT, shot.y + 12 * down * UNIT))
        random.shuffle(others)
        cases.append((shot, others))
    script = """
        const {field} = settingOf(given);
        return given.cases.map(([shot, others]) =>
            rules.struck(snapshots.shotOf(shot), others.map(snapshots.playerOf), field));
    """
    found = await _run(browser, script, {**_sent(Setting.of(field)), "cases": cases})
    assert found == [struck(shot, others, field) for shot, others in cases]
    assert {*found} == {0, 2, 3, 4, 5, 6, 8}


async def test_snapshots_as_they_are_sent_make_the_same_worlds(browser: Browser) -> None:
    """Full ones and deltas against any earlier tick, with players who come and go."""
    random = Random(5)
    game = _Game(5, 60)
    worlds = [_without(world, random) for world in game.worlds]
    messages: list[Any] = [whole(worlds[0])]
    for at, world in enumerate(worlds[1:], 1):
        base = worlds[random.randrange(max(0, at - 20), at)]
        messages.append(difference(base, world) if random.random() < 0.9 else whole(world))
    script = """
        const kept = new snapshots.Snapshots();
        return given.map(text => {
            const {tick, players} = kept.receive(JSON.parse(text));
            return [tick, kept.ack, all(players)];
        });
    """
    found = await _run(browser, script, [JSON.encode(message) for message in messages])
    assert found == [[world.tick, world.tick, _all(world)] for world in worlds]


def _without(world: World, random: Random) -> World:
    here = {id_: each for id_, each in world.players.items() if random.random() < 0.8}
    return World(world.tick, here)


async def test_prediction_and_reconciliation_are_the_same(browser: Browser) -> None:
    """Inputs are applied at once and confirmed late, and the server has moved the player itself."""
    found = await _run(browser, PREDICTION, [_Talk(seed).given for seed in range(30)])
    for seed, talk in enumerate(found):
        assert talk == _Talk(seed).result, f"seed {seed}"


async def test_when_all_inputs_are_confirmed_the_player_is_where_the_server_says(
    browser: Browser,
) -> None:
    """With nothing pending, prediction and truth are one."""
    talks = [_Talk(seed) for seed in range(30)]
    found = await _run(browser, PREDICTION, [talk.given for talk in talks])
    for talk, events in zip(talks, found, strict=True):
        assert events[-1][:2] == [_plain(talk.truth), 0]


PREDICTION = """
    return given.map(talk => {
        const setting = settingOf(talk);
        const own = new prediction.Prediction(snapshots.playerOf(talk.player), setting);
        const how = replay => replay ? prediction.reconcile : prediction.snap;
        return talk.events.map(([wish, confirmed, replay]) => {
            if (wish) own.press(wishOf(wish));
            const moved = confirmed ? own.correct(snapshots.playerOf(confirmed), how(replay)) : 0;
            return [fields(own.player), own.pending.length, moved];
        });
    });
"""


class _Talk:
    """A client that presses and a server that confirms some inputs later, now and then."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)
        setting = Setting.of(random.choice(FIELDS), random.choice([10, 30, 60]))
        self.truth = newcomer(World(0, {}), 1, "ada", setting.field).players[1]
        self.given: dict[str, Any] = {**_sent(setting), "player": list(self.truth), "events": []}
        self.result: list[Any] = []
        replay = random.random() < 0.7
        how = reconcile if replay else snap
        own, sides = Prediction(self.truth, setting, reconcile=how), [self.truth]
        waiting: list[Input] = []
        for seq in range(1, 121):
            wish = _input(random, seq, self.truth, sides) if seq <= 100 else None
            if wish:
                waiting.append(wish)
                own.press(wish)
            due = random.randint(0, 3) if wish else len(waiting)
            for late in waiting[:due]:
                self.truth = advance(self.truth, late, setting)
            del waiting[:due]
            if due and random.random() < 0.1:
                self.truth = self.truth._replace(health=0, vx=0, vy=0)
            elif due and self.truth.health == 0:
                x, y = setting.field.middle(random.randrange(len(setting.field.spawns)))
                self.truth = self.truth._replace(health=HEALTH, x=x, y=y, reload=0)
            confirmed = self.truth if due else None
            moved = own.correct(confirmed) if confirmed else 0
            self.given["events"].append(_plain([wish, confirmed, replay]))
            self.result.append([_plain(own.player), len(own.pending), moved])


async def test_interpolation_is_the_same(browser: Browser) -> None:
    """At any moment, before the first snapshot and after the last too; some ticks are missing."""
    random = Random(11)
    asked: list[dict[str, Any]] = []
    expected: list[Any] = []
    for seed in range(20):
        worlds = [_without(world, random) for world in _Game(seed, 15).worlds]
        worlds = [world for world in worlds if random.random() < 0.7] or worlds[:1]
        first, last = worlds[0].tick * PARTS, worlds[-1].tick * PARTS
        moments = [random.randint(first - 40, last + 40) for _ in range(40)]
        sent = [{"tick": world.tick, "players": _all(world)} for world in worlds]
        asked.append({"worlds": sent, "moments": moments})
        seen = [World(0, interpolate(worlds, moment)) for moment in moments]
        expected.append([_all(world) for world in seen])
    script = """
        return given.map(({worlds, moments}) => {
            const made = worlds.map(worldOf);
            return moments.map(moment => all(interpolation.interpolate(made, moment)));
        });
    """
    assert await _run(browser, script, asked) == expected
