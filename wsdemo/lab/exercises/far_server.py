"""A server far away, in turns: what a client does comes to it late, and what it says comes late.

A client makes inputs and lets them take effect at once. The server takes them as the game's does
(`wsdemo.apps.game.seats`), one for each turn, and says after each turn where the player is. In
between lies a way that takes some turns, in each direction.

Leaves out other players, and time: a turn is as long as a tick.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wsdemo.apps.game import SMALL, Field, Input, Player, Setting, advance
from wsdemo.apps.game.seats import BUFFER, Seat
from wsdemo.apps.game.world import HEADINGS
from wsdemo.lab.exercises import answers

__all__ = ["Faulty", "Followed", "follow", "setting", "start", "walk"]

TURNS_OF_A_WHIM = 9
MIDDLE = 12, 9
"""Where the player begins, in units: free in all directions for a few steps."""


class Faulty(Exception):
    """An answer that can't be gone on with.

    Args:
        came_back: what it gave.
        fault: what is wrong with that.
    """

    def __init__(self, came_back: str, fault: str) -> None:
        super().__init__(fault)
        self.came_back = came_back
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it.

    Attributes:
        corrections: how often the server's word has moved the player on the screen.
        shown: where the screen has it in the end.
        truth: where the server has it.
        refused: inputs that the server has not taken.
        most: how many inputs were pending at the same time.
    """

    corrections: int
    shown: Player
    truth: Player
    refused: int
    most: int


def setting() -> Setting:
    """Return the small field, at 30 ticks a second."""
    return Setting.of(Field.parse(SMALL))


def start() -> Player:
    """Return the player as it begins."""
    x, y = (int(1024 * (unit + 0.5)) for unit in MIDDLE)
    return Player(1, "you", x, y)


def walk(turns: int, seed: int = 10, *, each: int = 1) -> list[list[Input]]:
    """Return inputs for each turn, which lead here and there.

    Args:
        turns: how many turns.
        seed: of the whims.
        each: inputs in each turn; more than one is a cheat.
    """
    chance = random.Random(seed).random
    seqs, move = iter(range(1, turns * each + 1)), 0
    plan: list[list[Input]] = []
    for turn in range(turns):
        if turn % TURNS_OF_A_WHIM == 0:
            move = int(chance() * len(HEADINGS))
        plan.append([Input(next(seqs), move) for _ in range(each)])
    return plan


def follow(answer: Any, plan: Sequence[Sequence[Input]], way: int) -> Followed:
    """Let a client follow a plan, and correct itself by an answer of the learner's.

    Args:
        answer: `reconcile`, as the learner has written it.
        plan: the inputs of each turn.
        way: turns that a message takes, in one direction.

    Raises:
        Faulty: the answer can't be gone on with.
        Unwritten: it did what a blank does.
    """
    here, there, me, server = setting(), Seat(1, "you"), start(), start()
    pending: list[Input] = []
    up: deque[tuple[int, Input]] = deque()
    down: deque[tuple[int, Player]] = deque()
    corrections = refused = most = 0
    for turn in range(len(plan) + 2 * way + BUFFER):
        for wish in plan[turn] if turn < len(plan) else ():
            me = advance(me, wish, here)
            pending.append(wish)
            up.append((turn + way, wish))
        refused += sum(there.accept(wish, 0) is not None for wish in _arrived(up, turn))
        for wish in there.due():
            server = advance(server, wish, here)
        down.append((turn + way, server))
        most = max(most, len(pending))
        for told in _arrived(down, turn):
            before = me
            me, pending = corrected(answer, told, pending, here)
            corrections += (before.x, before.y) != (me.x, me.y)
    return Followed(corrections, me, server, refused, most)


def _arrived(way: deque[tuple[int, Any]], turn: int) -> Iterator[Any]:
    while way and way[0][0] <= turn:
        yield way.popleft()[1]


def corrected(
    answer: Any, told: Player, pending: list[Input], here: Setting
) -> tuple[Player, list[Input]]:
    """Call an answer, and return the two things that it is to return.

    Raises:
        Faulty: it raises, changes what it was given, or returns something else.
        Unwritten: it did what a blank does.
    """
    outcome = answers.call(answer, told, pending, here)
    if outcome.fault:
        raise Faulty(outcome.came_back, outcome.fault)
    match outcome.value:
        case None:
            answers.refuse_blank(answer)
        case (Player() as player, list() as still) if all(isinstance(w, Input) for w in still):
            return player, still
    fault = "Return two things: the player, and the list of the inputs that are still pending."
    raise Faulty(outcome.came_back, fault)
