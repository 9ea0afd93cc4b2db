"""The walk: prices, from a seed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsdemo.apps.feed.walk import MOST_SYMBOLS, Walk, names


def test_names_are_all_different() -> None:
    """As many as there may be, three letters each."""
    every = names(MOST_SYMBOLS)
    assert len(set(every)) == MOST_SYMBOLS
    assert all(len(name) == 3 and name.isupper() for name in every)


def test_fewer_names_are_the_first_of_more() -> None:
    """A larger market has the same symbols, and others."""
    assert names(5) == names(50)[:5] == ("AAA", "LSP", "XLE", "JDT", "UWI")


@pytest.mark.parametrize("number", [0, -1, MOST_SYMBOLS + 1])
def test_a_market_of_no_size_has_no_names(number: int) -> None:
    """The error holds the number."""
    with pytest.raises(ValueError, match=f"{number}"):
        names(number)


@given(seed=st.integers(0, 2**32), steps=st.integers(0, 200))
@settings(max_examples=50)
def test_the_same_seed_makes_the_same_walk(seed: int, steps: int) -> None:
    """To the cent."""
    one, other = Walk(names(7), seed), Walk(names(7), seed)
    assert [one.step() for _ in range(steps)] == [other.step() for _ in range(steps)]
    assert one.prices == other.prices


def test_the_walk_is_known_by_heart() -> None:
    """On every version of Python and every machine: these are the numbers in the course."""
    walk = Walk(names(3), seed=1)
    assert walk.opens == {"AAA": 14302, "LSP": 84895, "XLE": 76613}
    assert [walk.step() for _ in range(3)] == [("AAA", 14301), ("LSP", 84921), ("XLE", 76551)]


def test_another_seed_makes_another_walk() -> None:
    """From the opening prices on."""
    assert Walk(names(7), 1).opens != Walk(names(7), 2).opens


def test_every_change_changes_something_a_little() -> None:
    """By a thousandth at most, but by a cent at least."""
    walk = Walk(names(3), seed=4)
    for _ in range(1000):
        before = dict(walk.prices)
        symbol, price = walk.step()
        assert 1 <= abs(price - before[symbol]) <= max(1, before[symbol] // 1000)
        assert walk.prices == before | {symbol: price}


def test_a_price_is_never_nothing() -> None:
    """Where there is one cent left, the only way is up."""
    walk = Walk(["X"], seed=0)
    walk.prices["X"] = 1
    for _ in range(1000):
        assert walk.step()[1] >= 1


def test_all_symbols_move_as_often() -> None:
    """As a fair draw has it: within five standard deviations, for this seed."""
    walk = Walk(names(10), seed=5)
    counts = dict.fromkeys(names(10), 0)
    for _ in range(10_000):
        counts[walk.step()[0]] += 1
    assert all(abs(count - 1000) < 5 * (10_000 * 0.1 * 0.9) ** 0.5 for count in counts.values())


def test_nobody_elses_chance_is_touched() -> None:
    """The walk has a generator of its own."""
    random.seed(1)
    expected = random.random()
    random.seed(1)
    Walk(names(3), seed=9).step()
    assert random.random() == expected
