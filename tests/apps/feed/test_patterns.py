"""Patterns: which symbols they mean, and that none takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsdemo.apps.feed.patterns import matcher, select

few = "ab*?"


def naively(pattern: str, text: str) -> bool:
    """Say whether a pattern fits, by trying everything."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(naively(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
    fits = bool(text) and pattern[0] in ("?", text[0])
    return fits and naively(pattern[1:], text[1:])


@given(pattern=st.text(few, max_size=7), text=st.text("ab", max_size=7))
@settings(max_examples=300)
def test_it_fits_when_any_way_of_reading_it_fits(pattern: str, text: str) -> None:
    """Keeping the first place of every piece misses nothing."""
    assert bool(matcher(pattern).fullmatch(text)) == naively(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "symbol"),
    [("a.c", "abc"), ("[a-z]", "b"), ("A*", "abc"), ("a|b", "a"), ("(?", "x"), ("\\d", "1")],
)
def test_only_two_characters_are_special(pattern: str, symbol: str) -> None:
    """The rest stands for itself, whatever it means elsewhere."""
    assert matcher(pattern).fullmatch(symbol) is None
    assert matcher(pattern.replace("?", "*")).fullmatch(pattern)


def test_a_line_break_is_a_character() -> None:
    """A symbol may have any."""
    assert matcher("a?b*").fullmatch("a\nb\nc")


def test_what_would_backtrack_for_ages_does_not() -> None:
    """Sixteen stars, and a text that fits but for its end: naively this takes for ever."""
    assert matcher("a*" * 16 + "b").fullmatch("a" * 32) is None


def test_a_selection_is_the_union() -> None:
    """Of what each of them means."""
    symbols = ("AAA", "ABC", "BBC", "XYZ")
    assert select(["A*", "?BC"], symbols) == {"AAA", "ABC", "BBC"}
    assert select([], symbols) == frozenset()
    assert select(["*"], symbols) == frozenset(symbols)
