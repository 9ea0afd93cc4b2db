"""Amounts, bands and errors in words."""

import enum
from typing import Any

import pytest

from wsdemo.lab import words


class Scalar:
    """What numpy returns: not a number, but holding one."""

    def item(self) -> float:
        """Return the number."""
        return 2.5


class Code(enum.IntEnum):
    """A number with a name."""

    GONE = 1001


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (8, "bytes", "8 bytes"),
        (1, "bytes", "1 byte"),
        (1.0, "bytes each", "1 byte each"),
        (1, "ms", "1 ms"),
        (1, "KiB/s", "1 KiB/s"),
        (0, "messages", "0 messages"),
        (1_048_576, "bytes", "1,048,576 bytes"),
        (0.123456, "ms", "0.1235 ms"),
        (41_540.4, "bytes", "41,540 bytes"),
        (-3, "", "-3"),
        (True, "", "True"),
        ("closed", "", "closed"),
    ],
)
def test_an_amount_reads_well(value: words.Value, unit: str, text: str) -> None:
    """Exact numbers keep their digits, measured ones keep four; one is one."""
    assert words.amount(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "exact", "text"),
    [
        (2, 14, None, "2 to 14 bytes"),
        (None, 14, None, "at most 14 bytes"),
        (1, None, None, "at least 1 byte"),
        (None, None, 8, "exactly 8 bytes"),
    ],
)
def test_a_band_reads_well(low: Any, high: Any, exact: Any, text: str) -> None:
    """One end, both ends, or one value."""
    assert words.band(low, high, exact, "bytes") == text


@pytest.mark.parametrize(
    ("guess", "value", "text"),
    [
        (8, 8, "exactly right"),
        (10, 8, "too high by 2 bytes, a factor of 1.25"),
        (4, 8, "too low by 4 bytes, a factor of 2"),
        (7, 8, "too low by 1 byte, a factor of 1.143"),
        (8, 80_000, "too low by 79,992 bytes, a factor of 10,000"),
        (0, 8, "too low by 8 bytes"),
        (8, 0, "too high by 8 bytes"),
        (-4, 8, "too low by 12 bytes"),
        (-4, -8, "too high by 4 bytes, a factor of 2"),
        ("1000", "1006", "not 1000"),
        ("none", 8, "not none"),
    ],
)
def test_an_error_is_a_difference_and_a_factor(
    guess: words.Value, value: words.Value, text: str
) -> None:
    """A factor only where there is one."""
    assert words.error(guess, value, "bytes" if isinstance(guess, int) else "") == text


@pytest.mark.parametrize(
    ("value", "made"), [(3, 3), (2.5, 2.5), ("x", "x"), (True, True), (Scalar(), 2.5)]
)
def test_what_can_be_stored_stays_what_it_is(value: Any, made: words.Value) -> None:
    """Numbers, text, truth, and what numpy wraps around them."""
    assert words.plain(value, "it") == made
    assert type(words.plain(value, "it")) is type(made)


def test_a_named_number_becomes_a_plain_one() -> None:
    """A close code is shown as people say it."""
    assert words.amount(words.plain(Code.GONE, "it")) == "1001"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_amount_is_refused(value: float) -> None:
    """It would compare as false with everything, and look like a verdict."""
    with pytest.raises(ValueError, match=rf"the guess is {value!r}, which is no amount"):
        words.plain(value, "the guess")


@pytest.mark.parametrize("value", [None, b"bytes", [1], 1j])
def test_what_is_no_number_is_refused(value: Any) -> None:
    """The message shows it."""
    with pytest.raises(TypeError, match="measured value must be a number or text, not"):
        words.plain(value, "the measured value")


def test_the_end_of_a_band_is_a_number_or_nothing() -> None:
    """Text has no more and no less."""
    assert words.bound(None, "low") is None
    assert words.bound(3, "low") == 3
    with pytest.raises(TypeError, match="high must be a number, not 'much'"):
        words.bound("much", "high")
