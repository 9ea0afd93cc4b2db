"""The market: what there is, what has changed, and what happened."""

from __future__ import annotations

import pytest

from wsdemo.apps.feed import walk
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import Quote


@pytest.fixture
def market() -> Market:
    """Return one with four symbols, after 30 changes, of which it remembers ten."""
    made = Market(walk.names(4), seed=2, history=10)
    made.advance(30)
    return made


def test_changes_are_numbered_from_one() -> None:
    """And make the prices."""
    market = Market(walk.names(4))
    assert market.seq == 0
    opens = market.prices
    changes = market.advance(20)
    assert market.seq == len(changes) == 20
    assert market.prices == opens | {change.symbol: change.price for change in changes}


def test_how_it_is_cut_into_batches_changes_nothing() -> None:
    """A seed is a market."""
    one, other = Market(walk.names(4), 3), Market(walk.names(4), 3)
    one.advance(50)
    for _ in range(10):
        other.advance(5)
    assert one.prices == other.prices


def test_a_quote_is_the_present_and_the_first_price(market: Market) -> None:
    """In the order of the symbols, whatever the order in which they are asked for."""
    opens = Market(walk.names(4), seed=2).prices
    first, _, third, _ = market.symbols
    assert market.quotes([third, first]) == (
        Quote(first, market.price(first), opens[first]),
        Quote(third, market.price(third), opens[third]),
    )


def test_quotes_since_a_number_are_of_what_has_changed_after_it(market: Market) -> None:
    """However long ago that is: it takes no memory of changes."""
    changed = {change.symbol for change in market.advance(2)}
    assert {quote.symbol for quote in market.quotes(market.symbols, since=30)} == changed
    assert market.quotes(market.symbols, since=32) == ()
    assert len(market.quotes(market.symbols, since=0)) == 4


def test_the_last_change_of_a_symbol_is_known(market: Market) -> None:
    """By its number."""
    *_, change = market.advance(5)
    assert market.last_change(change.symbol) == 35


@pytest.mark.parametrize(("since", "known"), [(19, False), (20, True), (30, True), (31, False)])
def test_it_remembers_so_much_and_no_more(market: Market, since: int, *, known: bool) -> None:
    """And nothing that hasn't happened yet: who says so comes from another market."""
    assert market.remembers(since) is known


def test_it_tells_every_change_since(market: Market) -> None:
    """With its number, in order."""
    changes = market.advance(4)
    assert list(market.changes(30)) == list(enumerate(changes, 31))
    assert len(list(market.changes(24))) == 10
    assert list(market.changes(34)) == []


def test_without_a_history_only_the_present_is_remembered() -> None:
    """It can be resumed from, if nothing has happened."""
    market = Market(["X"], history=0)
    market.advance(3)
    assert [market.remembers(seq) for seq in (2, 3)] == [False, True]


@pytest.mark.parametrize(
    "symbols", [[], [""], ["ü" * 17], ["X", "Y", "X"], ["X"] * 10_001], ids=len
)
def test_symbols_that_are_none_are_refused(symbols: list[str]) -> None:
    """A market has some, with names of their own."""
    with pytest.raises(ValueError, match=r"symbol"):
        Market(symbols)


def test_a_history_of_less_than_nothing_is_refused() -> None:
    """With its value."""
    with pytest.raises(ValueError, match="-1"):
        Market(["X"], history=-1)
