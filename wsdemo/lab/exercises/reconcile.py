"""Exercise of notebook 10: reconciliation, the server's word with the pending inputs on top.

First single calls, in which a mistake can be named; then a client that follows a server far away
(`far_server`), an honest one and one that cheats; at last a game of bots that all use the answer.

Leaves out prediction, which works already, and how a correction is shown.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wsdemo.apps.game import Input, Player, advance
from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.far_server import Faulty, corrected, follow, setting, start, walk

STUB = '''\
from wsdemo.apps.game import advance


def reconcile(player, pending, setting):
    """Return the player after all inputs, and the list of those that are still pending."""
    return player, pending
'''

RULES = """
**Change `reconcile(player, pending, setting)`.** It is called when a snapshot comes.

- `player` is yours, as the server has it; `player.seq` is the number of the last of your inputs
  that is in it.
- `pending` is the list of the inputs that you have sent, the oldest first, each with its `seq`.
  Among them may be some that the server has applied by now.
- Return two things: the player as it is after *all* your inputs, those included that are still on
  their way; and a list of the inputs that are still on their way.

`advance(player, wish, setting)` returns the player after one more input. What you are given belongs
to the caller: leave `pending` as it is.
"""

HINTS = """
What is given believes the server and stops there. The server's word is a round trip old. What has
the player pressed since then?

Which of the pending inputs does the server know already? Those up to `player.seq`. They are in its
word, and to apply them again would move the player twice.

So make a list of those that are left: `[wish for wish in pending if wish.seq > player.seq]`. That
is the second thing to return, too.

Go through this list, the oldest first, and let each input move the player:
`player = advance(player, wish, setting)`.
"""

EXPLANATION = (
    "The server's word, and on top of it what it can't know yet. If the prediction was right, this "
    "ends exactly where the player is already, and nobody sees anything."
)

SOLUTION = '''\
def reconcile(player, pending, setting):
    """Return the player after all inputs, and the list of those that are still pending."""
    still = [wish for wish in pending if wish.seq > player.seq]
    for wish in still:
        player = advance(player, wish, setting)
    return player, still
'''

TURNS, WAY = 120, 6
RIGHT, DOWN = 1, 3


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="reconcile",
        notebook="10_keep_a_game_in_sync",
        subject="reconcile",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=lambda: list(cases()),
        time_limit=20.0,  # the last case is a game of three seconds, a second on a busy machine
    )


def cases() -> Iterator[Case]:
    """Make the cases: single calls, a client and its server, a game."""
    x = start().x
    yield _single("nothing is pending", start()._replace(seq=3), [])
    yield _single("all is still on its way", start(), _inputs(1, 3))
    yield _single("some is known", start()._replace(seq=2), _inputs(1, 5))
    yield _single("all is known", start()._replace(seq=5), _inputs(1, 5))
    yield _single("the order matters", start()._replace(seq=4), _inputs(4, 9, turn=True))
    yield _single("the server disagrees", start()._replace(x=x + 2048, seq=2), _inputs(1, 5))
    yield _single("a gap in the numbers", start()._replace(seq=4), _inputs(2, 8, by=2))
    far = f"{TURNS} inputs, each way {WAY} ticks long"
    yield Case("an honest client", far, "no correction", functools.partial(_survive, honest))
    twice = f"{TURNS} inputs in half the time"
    yield Case("a cheat", twice, "is where the server has it", functools.partial(_survive, cheat))
    sent = "lab.arena.play(delay=100, reconcile=reconcile)"
    yield Case("a game", sent, "itself, worst: 0.000", functools.partial(_survive, game))


def _inputs(first: int, last: int, *, by: int = 1, turn: bool = False) -> list[Input]:
    """Return inputs that lead to the right; if there is a turn, then down."""
    seqs = range(first, last + 1, by)
    middle = (first + last) // 2
    return [Input(seq, DOWN if turn and seq > middle else RIGHT) for seq in seqs]


def _single(name: str, told: Player, pending: list[Input]) -> Case:
    seqs = ", ".join(str(wish.seq) for wish in pending) or "none"
    sent = f"the server: {_place(told)}; pending: {seqs}"
    still = [wish for wish in pending if wish.seq > told.seq]
    expected = _shown(_replayed(told, still), still)
    scene = functools.partial(single, told, pending)
    return Case(name, sent, expected, functools.partial(_survive, scene))


def _survive(scene: Callable[[Any], Verdict], answer: Any) -> Verdict:
    try:
        return scene(answer)
    except Faulty as faulty:
        return Verdict(faulty.came_back, faulty.fault)


def single(told: Player, pending: list[Input], answer: Any) -> Verdict:
    """Call it once."""
    player, still = corrected(answer, told, list(pending), setting())
    left = [wish for wish in pending if wish.seq > told.seq]
    shown = answers.tidy_text(_shown(player, still))
    return Verdict(shown, _misplaced(player, told, pending, left) or _miskept(still, left))


def _misplaced(player: Player, told: Player, pending: list[Input], left: list[Input]) -> str:
    """Say how a player came where it is; nothing if that is right."""
    if player == _replayed(told, left):
        return ""
    mistakes: list[tuple[Sequence[Input], str]] = [
        ([], "It stays where the server has it: do on top of that what is still pending."),
        (pending, "Inputs are applied twice: the server's word has those up to player.seq in it."),
        (left[::-1], "The inputs are applied in the wrong order: the oldest comes first."),
        (left[-1:], "Only the last input is done again; all that are pending are to be."),
        (left[1:], f"One is left out: the server has {told.seq}, and the next is still pending."),
    ]
    faults = (fault for wishes, fault in mistakes if player == _replayed(told, wishes))
    return next(
        faults, "Begin at the player that is given, and `advance` it by each pending input."
    )


def _miskept(still: list[Input], left: list[Input]) -> str:
    if still == left:
        return ""
    if not still:
        return "What is done again is still pending: the next snapshot may not have it either."
    if set(left) < set(still):
        return "Inputs that the server has applied are pending no more: leave them out."
    return "The list is to have what is pending still, the oldest first, and nothing else."


def honest(answer: Any) -> Verdict:
    """Let a client follow a server far away, that agrees with it in everything."""
    end = follow(answer, walk(TURNS), WAY)
    came_back = "no correction" if not end.corrections else f"{end.corrections} corrections"
    if end.corrections:
        return Verdict(came_back, "Nothing has gone wrong, so nothing is to move on the screen.")
    if end.most > 3 * WAY:
        fault = "The list of what is pending grows and grows: leave out what the server has."
        return Verdict(f"{end.most} inputs pending at once", fault)
    return Verdict(came_back)


def cheat(answer: Any) -> Verdict:
    """Let a client send two inputs for each tick, of which the server takes one."""
    plan = [*walk(TURNS // 2, each=2), *_standing(TURNS + 1, 2 * WAY)]
    end = follow(answer, plan, WAY)
    assert end.refused > 0, "the server has taken everything"
    if (end.shown.x, end.shown.y) == (end.truth.x, end.truth.y):
        return Verdict("is where the server has it")
    fault = "The screen shows what the server has refused: begin at the player that it tells."
    return Verdict(f"the screen: {_place(end.shown)}; the server: {_place(end.truth)}", fault)


def _standing(first: int, turns: int) -> list[list[Input]]:
    return [[Input(seq)] for seq in range(first, first + turns)]


def game(answer: Any) -> Verdict:
    """Let bots play, each of which corrects itself so."""
    from wsdemo.lab.arena import play

    try:
        played = play(seconds=3, delay=100, players=4, reconcile=answer)
    except Exception as error:
        outcome = answers.raised(error, answer)
        return Verdict(outcome.came_back, outcome.fault)
    worst = played.cells()["itself, worst"]
    fault = "" if worst == "0.000" else "In a game, a player is shown where it will not be."
    return Verdict(f"itself, worst: {worst}", fault)


def _replayed(player: Player, wishes: Sequence[Input]) -> Player:
    for wish in wishes:
        player = advance(player, wish, setting())
    return player


def _place(player: Player) -> str:
    return f"x {player.x / 1024:.3f}, y {player.y / 1024:.3f} after input {player.seq}"


def _shown(player: Player, still: Sequence[Input]) -> str:
    seqs = ", ".join(str(wish.seq) for wish in still) or "none"
    return f"{_place(player)}; pending: {seqs}"
