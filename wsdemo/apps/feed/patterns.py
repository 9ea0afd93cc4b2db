"""Patterns of symbols, like a shell's: ``*`` is any text, ``?`` any one character.

A pattern comes from anybody, and a regular expression made of it naively takes time exponential in
its stars (``a*a*a*a*b``). Here what stands between two stars is searched for once, from the left,
and its first place is kept: if the rest doesn't fit after the first place, it fits after no later
one, so there is nothing to try again. In the expression that is an atomic group, ``(?>.*?text)``,
which Python has since 3.11. `fnmatch` does the same; it also knows ``[a-z]``, and folds cases on
Windows.

Leaves out classes, escapes, and patterns that say "all but".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["matcher", "select"]


def matcher(pattern: str) -> re.Pattern[str]:
    """Return an expression whose ``fullmatch`` says whether a symbol fits.

    Args:
        pattern: with ``*`` and ``?``; everything else stands for itself.
    """
    head, *pieces = pattern.split("*")
    if not pieces:
        return re.compile(_literally(head), re.DOTALL)
    *middle, tail = pieces
    searched = "".join(f"(?>.*?{_literally(piece)})" for piece in middle if piece)
    return re.compile(f"{_literally(head)}{searched}.*{_literally(tail)}", re.DOTALL)


def _literally(text: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in text)


def select(patterns: Iterable[str], symbols: Iterable[str]) -> frozenset[str]:
    """Return the symbols that fit at least one of the patterns."""
    left = set(symbols)
    found: set[str] = set()
    for pattern in patterns:
        fits = matcher(pattern).fullmatch
        new = {symbol for symbol in left if fits(symbol)}
        found |= new
        left -= new
    return frozenset(found)
