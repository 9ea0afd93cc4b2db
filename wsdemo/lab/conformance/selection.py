"""Choosing cases by number: `1,5.3-5.9` is chapter 1, and 5.3 to 5.9.

Leaves out the cases themselves.
"""

from __future__ import annotations

import re

from wsdemo.lab.conformance.case import Case, Role
from wsdemo.lab.conformance.cases import CASES

__all__ = ["UnknownCase", "find", "select"]

Number = tuple[int, ...]

_WORD = re.compile(r"(\d+(?:\.\d+)*)(?:-(\d+(?:\.\d+)*))?")


class UnknownCase(ValueError):
    """There is no such case; the message names what was asked for."""


def find(number: str) -> Case:
    """Return the case of a number.

    Raises:
        UnknownCase: There is none.
    """
    for case in CASES:
        if case.number == number:
            return case
    raise UnknownCase(f"there is no case {number}")


def select(words: str = "", role: Role | None = None) -> list[Case]:
    """Return the cases that somebody asks for, in the order of their numbers.

    Args:
        words: Numbers, chapters and ranges, separated by commas; all cases when empty.
        role: Only those for servers, or for clients.

    Raises:
        UnknownCase: A word is none of these, or no case has such a number.
    """
    fitting = [case for case in CASES if role is None or role in case.roles]
    if not words.strip():
        return fitting
    chosen: set[str] = set()
    for word in words.split(","):
        found = [case.number for case in fitting if _within(case.order, word.strip())]
        if not found:
            raise UnknownCase(f"there is no case {word.strip()!r}{_for(role)}")
        chosen.update(found)
    return [case for case in fitting if case.number in chosen]


def _within(order: Number, word: str) -> bool:
    match = _WORD.fullmatch(word)
    if match is None:
        raise UnknownCase(f"{word!r} is no number of a case, and no range such as 5.3-5.9")
    low, high = (_number(part) for part in (match[1], match[2] or match[1]))
    if low[: len(high)] > high:
        raise UnknownCase(f"the range {word!r} runs backward")
    # 5.3 and 5.3.1 both begin with 5.3: a chapter stands for all that is in it.
    return low <= order and order[: len(high)] <= high


def _number(word: str) -> Number:
    return tuple(map(int, word.split(".")))


def _for(role: Role | None) -> str:
    return f" for a {role.value}" if role is not None else ""
