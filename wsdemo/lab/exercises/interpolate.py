"""Exercise of notebook 10: interpolation, the others at a moment between two snapshots.

First a few snapshots made by hand, in which a mistake can be named; then a recorded game of bots,
at every moment; at last a game in which all use the answer, and the server judges shots by its own.

Leaves out which moment to show (`wsdemo.apps.game.view`), and extrapolation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from wsdemo.apps.game import SMALL, Arena, Field, Player, Setting, World
from wsdemo.apps.game import interpolate as ours
from wsdemo.apps.game.interpolate import PARTS
from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict

STUB = '''\
def interpolate(worlds, moment):
    """Return the players, by id, as they were at a moment in sixteenths of a tick."""
    return dict(worlds[-1].players)
'''

RULES = """
**Change `interpolate(worlds, moment)`.** It is called for every picture.

- `worlds` is a list of the snapshots that have come, the oldest first. Each has a `tick`, and
  `players` by id. Ticks may be missing in between.
- `moment` is what is to be shown, in sixteenths of a tick: 163 is 3/16 of the way from tick 10 to
  tick 11.
- Return a dict of everybody in the last snapshot that is not after the moment, each on the
  straight line from its `x` and `y` there to those in the snapshot after it. All else of a player
  stays as in the older one: `player._replace(x=…, y=…)`. Before the first snapshot and after the
  last, return that one's players.
- Places are integers: multiply first, then divide with `//`, and add that to the older place. The
  server does the same, to judge a shot by what you saw.
- Who is not in the newer snapshot stays where it was. Who lies (`health == 0`) or fell in between
  (`deaths` differ) stays there, too: it will rise somewhere else.
"""

HINTS = """
What is given shows the newest snapshot, whatever the moment. Which two snapshots lie around it?

The older one is the last with `world.tick * 16 <= moment`, the newer one the one behind it. If one
of the two doesn't exist, there is nothing to reckon: return the players of the other.

How far is the moment on the way? `part = moment - old.tick * 16` of
`whole = (new.tick - old.tick) * 16`. With a missing tick, `whole` is 32 and not 16.

For each player of the older one: `x = old.x + (new.x - old.x) * part // whole`, and the same for y.

Before that, look for those who don't glide: `new.get(id)` may be None; and then there are health
and deaths.
"""

EXPLANATION = (
    "Two snapshots, a straight line, and a few who don't glide. The game's own `interpolate` is "
    "this with a search by bisection, and its server calls the same one to judge a shot."
)

SOLUTION = '''\
def interpolate(worlds, moment):
    """Return the players, by id, as they were at a moment in sixteenths of a tick."""
    earlier = [world for world in worlds if world.tick * 16 <= moment]
    if len(earlier) in (0, len(worlds)):
        return dict(worlds[0 if not earlier else -1].players)
    old, new = earlier[-1], worlds[len(earlier)]
    part, whole = moment - old.tick * 16, (new.tick - old.tick) * 16
    shown = dict(old.players)
    for id_, player in old.players.items():
        later = new.players.get(id_)
        if later is not None and player.health > 0 and player.deaths == later.deaths:
            x = player.x + (later.x - player.x) * part // whole
            y = player.y + (later.y - player.y) * part // whole
            shown[id_] = player._replace(x=x, y=y)
    return shown
'''

RECORDED = 90  # ticks of the recorded game


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="interpolate",
        notebook="10_keep_a_game_in_sync",
        subject="interpolate",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=lambda: list(cases()),
        time_limit=20.0,  # the last case is a game of three seconds, a second on a busy machine
    )


def cases() -> Iterator[Case]:
    """Make the cases: single moments, a recorded game, a game."""
    ann, bob = Player(1, "ann", 10_000, 8_000), Player(2, "bob", 3_000, 9_000)
    far, other = ann._replace(x=10_273, y=7_807), bob._replace(x=2_807, y=9_193)
    two = [_world(10, ann, bob), _world(11, far, other)]
    yield _single("on a snapshot", two, 160, "On a snapshot, everybody is where that one says.")
    yield _single("in the middle", two, 168, "In the middle, each is halfway, rounded down by //.")
    yield _single("a little later", two, 169, "Multiply first, then divide, and add that to x.")
    yield _single("before the first", two, 100, "There is nothing older: return the first one's.")
    yield _single("after the last", two, 200, "There is nothing newer: return the last one's.")
    three = [*two, _world(13, far._replace(x=10_546), other)]
    yield _single("a tick is missing", three, 192, "From tick 11 to 13 there are 32 sixteenths.")
    one = [_world(10, ann, bob), _world(11, far)]
    yield _single("somebody leaves", one, 168, "Who is not in the newer one stays where it was.")
    come = [_world(10, ann), _world(11, far, other)]
    yield _single("somebody comes", come, 168, "Show who is in the older one, and nobody else.")
    lies = [_world(10, ann._replace(health=0, deaths=1)), _world(11, far._replace(deaths=1))]
    yield _single("somebody rises", lies, 168, "Who lies doesn't glide to where it will rise.")
    falls = [_world(10, ann), _world(11, far._replace(health=0, deaths=1))]
    yield _single("somebody falls", falls, 168, "Who fell in between doesn't glide.")
    sent = f"{RECORDED} ticks of five bots, a third of them missing"
    survive = functools.partial(_survive, recorded)
    expected = f"the same at {sum(1 for _ in _moments())} moments"
    yield Case("a recorded game", sent, expected, survive)
    sent = "lab.arena.play(delay=80, interpolate=interpolate)"
    smooth, judged = _played(ours)
    yield Case("a game", sent, f"{smooth}; {judged}", functools.partial(_survive, game))


def _world(tick: int, *players: Player) -> World:
    return World(tick, {player.id: player for player in players})


def _single(name: str, worlds: list[World], moment: int, fault: str) -> Case:
    ticks = ", ".join(str(world.tick) for world in worlds)
    sent = f"ticks {ticks}; moment {moment} = {moment / PARTS:g} × {PARTS}"
    expected = _shown(ours(worlds, moment))
    scene = functools.partial(single, worlds, moment, fault)
    return Case(name, sent, expected, functools.partial(_survive, scene))


class _Faulty(Exception):
    def __init__(self, came_back: str, fault: str) -> None:
        super().__init__(fault)
        self.verdict = Verdict(came_back, fault)


def _survive(scene: Callable[[Any], Verdict], answer: Any) -> Verdict:
    try:
        return scene(answer)
    except _Faulty as faulty:
        return faulty.verdict


def _called(answer: Any, worlds: Sequence[World], moment: int) -> Mapping[int, Player]:
    """Call an answer, and return the players that it is to return."""
    outcome = answers.call(answer, list(worlds), moment)
    if outcome.fault:
        raise _Faulty(outcome.came_back, outcome.fault)
    players = outcome.value
    if players is None:
        answers.refuse_blank(answer)
    if not isinstance(players, Mapping) or not all(
        isinstance(player, Player) for player in players.values()
    ):
        raise _Faulty(outcome.came_back, "Return a dict: for each id, a player.")
    for player in players.values():
        if not (isinstance(player.x, int) and isinstance(player.y, int)):
            raise _Faulty(_shown(players), "Places are integers: divide with //, and not with /.")
    return players


def single(worlds: list[World], moment: int, fault: str, answer: Any) -> Verdict:
    """Look at one moment."""
    players, wanted = _called(answer, worlds, moment), ours(worlds, moment)
    shown = answers.tidy_text(_shown(players))
    if players == wanted:
        return Verdict(shown)
    if _shown(players) == _shown(wanted):
        return Verdict(shown, "Only x and y change; all else stays as in the older snapshot.")
    return Verdict(shown, fault)


def recorded(answer: Any) -> Verdict:
    """Go through a game of bots, a few moments in each gap, with three snapshots around it."""
    moments = 0
    for worlds, moment in _moments():
        moments += 1
        players, wanted = _called(answer, worlds, moment), ours(worlds, moment)
        if players != wanted:
            id_ = next(id_ for id_ in wanted if players.get(id_) != wanted[id_])
            seen = {id_: players[id_]} if id_ in players else {}
            came_back = f"moment {moment}: {_shown(seen)}"
            return Verdict(came_back, f"It should be: {_shown({id_: wanted[id_]})}.")
    return Verdict(f"the same at {moments} moments")


def _moments() -> Iterator[tuple[tuple[World, ...], int]]:
    recording = _recording()
    for at in range(len(recording) - 2):
        worlds = recording[at : at + 3]
        for part in (0, 5, 10, 15):
            yield worlds, worlds[1].tick * PARTS + part


@functools.cache
def _recording() -> tuple[World, ...]:
    arena = Arena(Setting.of(Field.parse(SMALL)), bots=5, seed=10)
    worlds = [arena.tick() for _ in range(RECORDED)]
    return tuple(world for world in worlds if world.tick % 3 != 2)


def game(answer: Any) -> Verdict:
    """Let bots play, each of which sees the others so."""
    wanted = "; ".join(_played(ours))
    try:
        came_back = "; ".join(_play(answer))
    except Exception as error:
        outcome = answers.raised(error, answer)
        return Verdict(outcome.came_back, outcome.fault)
    fault = "In a game, something is not as it would be with the game's own."
    return Verdict(came_back, "" if came_back == wanted else fault)


@functools.cache
def _played(answer: Any) -> tuple[str, str]:
    return _play(answer)


def _play(answer: Any) -> tuple[str, str]:
    """Return how smooth a game was, and how many hits were confirmed."""
    from wsdemo.lab.arena import play

    def seen(worlds: Sequence[World], moment: int) -> Mapping[int, Player]:
        return cast("Mapping[int, Player]", answer(list(worlds), moment))  # a list, as in the rules

    played = play(seconds=3, delay=80, players=4, interpolate=seen)
    cells = played.cells()
    longest = cells["their longest step (of full speed)"]
    return f"longest step {longest}", f"{cells['hits on the screen, confirmed']} hits confirmed"


def _shown(players: Mapping[int, Player]) -> str:
    return "; ".join(f"{p.name} at {p.x}, {p.y}" for p in players.values()) or "nobody"
