"""What happens in a rehearsal, move by move.

    "ann says"     a person says something new
    "carry 3"      the three messages that have been under way longest arrive
    "carry"        all arrive, and what is sent in answer to them, until nothing is under way
    "cut ann"      a line breaks: what is under way on it is lost, both endpoints are told
    "back ann"     there is a new line in its place

A schedule doesn't depend on who plays it, so that two designs can be compared under one.

Leaves out what the moves do, which is `stage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

__all__ = ["PEOPLE", "Move", "parse", "schedule"]

PEOPLE = ("ann", "bob", "cleo")

Verb: TypeAlias = Literal["says", "carry", "cut", "back"]

CUT, BACK = 1 / 3, 1 / 2
"""How likely a line breaks after something was said, and how likely one that is broken is back."""

MOST_CARRIED = 9
"""Messages that arrive at most between two things that are said: a few stay under way."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move.

    Attributes:
        verb: what.
        who: whose; of "carry", nobody's.
        number: of messages to carry; None for all.
    """

    verb: Verb
    who: str = ""
    number: int | None = None


def parse(text: str, people: Sequence[str]) -> Move:
    """Read a move.

    Args:
        text: as in the docstring of the module.
        people: who there is.

    Raises:
        ValueError: it is no move, or somebody's who isn't there.
    """
    match text.split():
        case ["carry"]:
            return Move("carry")
        case ["carry", number] if number.isdecimal():
            return Move("carry", number=int(number))
        case [who, "says"] if who in people:
            return Move("says", who)
        case ["cut" | "back" as verb, who] if who in people:
            return Move("cut" if verb == "cut" else "back", who)
    raise ValueError(f"no move: {text!r}; people are {', '.join(people)}")


def schedule(seed: int, people: Sequence[str] = PEOPLE, *, texts: int = 12) -> list[str]:
    """Draw moves: people say things, messages arrive now or later, lines break and are back.

    Args:
        seed: the same seed, the same moves.
        people: who there is.
        texts: how many things are said.
    """
    draw, moves = Random(seed), list[str]()
    away: list[str] = []
    for _ in range(texts):
        moves.append(f"{_one(draw, people)} says")
        moves.append(f"carry {int(draw.random() * (MOST_CARRIED + 1))}")
        here = [who for who in people if who not in away]
        if here and draw.random() < CUT:
            away.append(_one(draw, here))
            moves.append(f"cut {away[-1]}")
        if away and draw.random() < BACK:
            moves.append(f"back {away.pop(0)}")
    return moves


def _one(draw: Random, people: Sequence[str]) -> str:
    # What `choice` draws for a seed is up to the version of Python; `random()` never changes.
    return people[int(draw.random() * len(people))]
