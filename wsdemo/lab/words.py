"""Amounts, bands and errors in words, for predictions and claims.

Leaves out rounding of exact numbers: an integer keeps every digit. A measured one keeps four,
which is more than it is worth.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

__all__ = ["Value", "amount", "band", "bound", "error", "plain"]

Value: TypeAlias = int | float | str | bool


def plain(value: Any, what: str) -> Value:
    """Turn a value into one that can be stored and compared.

    Args:
        value: a number, text or a truth value; a scalar of numpy's counts as what it holds.
        what: what to call it in the message.

    Raises:
        ValueError: it is not a number after all: ``nan`` or ``inf``.
        TypeError: it is none of these.
    """
    scalar = value.item() if hasattr(value, "item") else value
    if not isinstance(scalar, int | float | str):
        raise TypeError(f"{what} must be a number or text, not {value!r}")
    if isinstance(scalar, float) and not math.isfinite(scalar):
        raise ValueError(f"{what} is {scalar!r}, which is no amount of anything")
    # An IntEnum, such as a close code, is stored and shown as its number.
    return int(scalar) if isinstance(scalar, int) and not isinstance(scalar, bool) else scalar


def bound(value: Any, what: str) -> float | None:
    """Turn one end of a band into a number; None is no end.

    Raises:
        ValueError: it is ``nan`` or ``inf``.
        TypeError: it is no number.
    """
    number = None if value is None else plain(value, what)
    if isinstance(number, str):
        raise TypeError(f"{what} must be a number, not {value!r}")
    return number


def amount(value: Value, unit: str = "") -> str:
    """Write an amount: ``1,048,576 bytes``, ``0.25 ms``, ``1 byte``, ``closed``."""
    text = _number(value)
    return f"{text} {_of_one(unit) if text == '1' else unit}" if unit else text


def band(low: Value | None, high: Value | None, exact: Value | None, unit: str = "") -> str:
    """Write what a measured value is held against: ``2 to 14 bytes``, ``at most 3 ms``."""
    if exact is not None:
        return f"exactly {amount(exact, unit)}"
    if low is None:
        assert high is not None
        return f"at most {amount(high, unit)}"
    if high is None:
        return f"at least {amount(low, unit)}"
    return f"{_number(low)} to {amount(high, unit)}"


def error(guess: Value, value: Value, unit: str = "") -> str:
    """Say how far a guess is off: ``too low by 4 bytes, a factor of 1.4``."""
    if guess == value:
        return "exactly right"
    if isinstance(guess, str) or isinstance(value, str):
        return f"not {amount(guess, unit)}"
    side = "high" if guess > value else "low"
    text = f"too {side} by {amount(abs(guess - value), unit)}"
    small, large = sorted((abs(guess), abs(value)))
    # There is no factor from nothing to something, or from a debt to a fortune.
    same_sign = guess * value > 0
    return f"{text}, a factor of {_number(large / small)}" if same_sign else text


def _number(value: Value) -> str:
    if isinstance(value, str | bool):
        return str(value)
    if abs(value) >= 10_000:  # four digits are read at a glance: 1006 is a close code
        return f"{value:,.0f}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _of_one(unit: str) -> str:
    """Take the plural off the first word, if it is one: bytes, messages; not ms, not KiB/s."""
    first, space, rest = unit.partition(" ")
    plural = len(first) > 3 and first.isalpha() and first.endswith("s")
    return f"{first[:-1] if plural else first}{space}{rest}"
