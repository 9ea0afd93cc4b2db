"""Plain text: its width, its breaks, and what of it is safe to print."""

import pytest

from wsdemo.lab.show import text


@pytest.mark.parametrize(
    ("shown", "cells"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0), ("→", 1)]
)
def test_width_counts_cells(shown: str, cells: int) -> None:
    """Wide characters take two cells, combining ones none."""
    assert text.width(shown) == cells


@pytest.mark.parametrize(("align", "padded"), [("l", "日  "), ("r", "  日"), ("c", " 日 ")])
def test_pad_fills_up_to_a_width(align: str, padded: str) -> None:
    """On the side that the letter says."""
    assert text.pad("日", 4, align) == padded


def test_clip_says_that_it_cut() -> None:
    """What fits stays; what is cut ends in an ellipsis, inside the width."""
    assert text.clip("Hello", 5) == "Hello"
    assert text.clip("Hello!", 5) == "Hell…"
    assert text.clip("日本語", 4) == "日…"


def test_wrap_breaks_between_words() -> None:
    """And inside a word only when it is longer than a line."""
    assert text.wrap("one two three", 8) == ["one two", "three"]
    assert text.wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert text.wrap("a\nb", 9) == ["a", "b"]


def test_wrap_ends_even_where_nothing_fits() -> None:
    """A wide character in a column of one cell comes out too wide rather than never."""
    assert text.wrap("日本", 1) == ["日", "本"]


def test_clean_escapes_what_disturbs_a_display() -> None:
    """Controls, text reversers and lone surrogates; line breaks stay."""
    assert text.clean("a\tb\nc\u202ed\ud800\x7f") == "a\\tb\nc\\u202ed\\ud800\\x7f"


def test_clean_leaves_an_emoji_whole() -> None:
    """Its joiner is a format character, and not a harmful one."""
    assert text.clean("👩\u200d💻") == "👩\u200d💻"


def test_octets_are_shown_as_in_every_dump() -> None:
    """Printable ASCII as it is, a dot for the rest."""
    assert text.printable(b"Hi\x00\xff\n~") == "Hi...~"
    assert text.hexadecimal(b"\x81\x05") == "81 05"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 bytes"), (1, "1 byte"), (65536, "65,536 bytes")]
)
def test_count_speaks_english(number: int, said: str) -> None:
    """One of a thing is singular."""
    assert text.count(number, "byte") == said
