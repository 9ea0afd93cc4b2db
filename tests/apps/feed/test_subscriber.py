"""One client: whether it is behind, and what then."""

from __future__ import annotations

import pytest

from tests.apps.feed.stand import Outlet
from wsdemo.apps.door import JSON
from wsdemo.apps.feed.batch import Batch
from wsdemo.apps.feed.market import Market
from wsdemo.apps.feed.messages import Slow, Update, Updates
from wsdemo.apps.feed.subscriber import BEAT, WAITING, Counts, Subscriber


def made(slow: Slow = "conflate", window: int = 0) -> tuple[Subscriber, Outlet, Counts]:
    """Return a subscriber, its outlet, and the books."""
    outlet, counts = Outlet(), Counts()
    return Subscriber(outlet, JSON, slow, window, counts), outlet, counts


def moved(market: Market, number: int) -> Batch:
    """Let a market move, and return the batch."""
    prev = market.seq
    return Batch(market.advance(number), prev, market.seq, 5000, 10, lambda changes: changes)


def heard(outlet: Outlet) -> Updates:
    """Take a message out of an outlet."""
    updates = JSON.decoder(Updates)(outlet.outbox.popleft())
    assert isinstance(updates, Updates)
    return updates


@pytest.mark.parametrize(
    ("slow", "waiting"), [("conflate", 1), ("drop", WAITING), ("disconnect", WAITING)]
)
def test_it_is_behind_when_messages_wait(slow: Slow, waiting: int) -> None:
    """One is enough for one that is conflated: it loses nothing by it."""
    subscriber, outlet, _ = made(slow)
    outlet.outbox.extend(["x"] * (waiting - 1))
    assert not subscriber.behind
    outlet.post("x")
    assert subscriber.behind


def test_it_is_behind_when_its_window_is_full() -> None:
    """Until it acknowledges one; an acknowledgement covers all before it."""
    subscriber, _, _ = made("drop", window=2)
    subscriber.told(5, at=0)
    assert not subscriber.behind
    subscriber.told(9, at=0)
    assert subscriber.behind
    subscriber.acknowledge(8)
    assert not subscriber.behind


def test_without_a_window_nothing_is_acknowledged() -> None:
    """And nothing is kept for it."""
    subscriber, _, _ = made()
    for seq in range(1000):
        subscriber.told(seq, at=0)
    assert not subscriber.behind


def test_one_that_conflates_is_told_the_newest_of_what_it_missed() -> None:
    """How many changes are left out, and since when."""
    market = Market(["X", "Y"], seed=1)
    subscriber, outlet, counts = made()
    first, last = moved(market, 10), moved(market, 5)
    subscriber.miss(first.changes)
    assert subscriber.owed
    assert subscriber.noted == 2
    subscriber.tell(last, last.pick(market.symbols, JSON), market)
    updates = heard(outlet)
    assert (updates.prev, updates.seq, updates.conflated) == (0, 15, 13)
    assert {update.symbol: update.price for update in updates.updates} == market.prices
    assert counts.conflated == 13
    assert not subscriber.owed


def test_symbols_are_told_in_the_order_in_which_they_first_changed() -> None:
    """So the liveliest doesn't keep the others waiting."""
    market = Market(["X", "Y"])
    subscriber, outlet, _ = made()
    subscriber.miss([Update("Y", 1), Update("X", 1), Update("Y", 2)])
    batch = moved(market, 0)
    subscriber.tell(batch, batch.pick((), JSON), market)
    assert [update.symbol for update in heard(outlet).updates] == ["Y", "X"]


def test_its_age_is_that_of_the_oldest_price_in_it() -> None:
    """``span`` says how much older that is than the newest."""
    market = Market(["X", "Y", "Z"], seed=1)
    subscriber, outlet, _ = made()
    batch = moved(market, 20)
    subscriber.miss(batch.changes)
    subscriber.tell(batch, batch.pick((), JSON), market)
    oldest = min(market.last_change(symbol) for symbol in market.symbols)
    assert heard(outlet).span == 20 - oldest > 0


def test_what_it_notes_is_bounded_by_the_symbols() -> None:
    """For however long it is away."""
    market = Market(["X", "Y", "Z"])
    subscriber, _, _ = made()
    for _ in range(100):
        subscriber.miss(moved(market, 50).changes)
    assert subscriber.noted == 3


def test_what_it_has_unsubscribed_from_is_forgotten() -> None:
    """It is owed only the rest."""
    subscriber, _, _ = made()
    subscriber.miss([Update("X", 1), Update("Y", 1)])
    subscriber.keep(frozenset("Y"))
    assert subscriber.noted == 1
    subscriber.keep(frozenset())
    assert not subscriber.owed


def test_one_that_drops_is_told_a_range_after_the_loss() -> None:
    """So that it sees a gap."""
    market = Market(["X"])
    subscriber, outlet, counts = made("drop")
    subscriber.miss(moved(market, 10).changes)
    batch = moved(market, 1)
    subscriber.tell(batch, batch.pick("X", JSON), market)
    updates = heard(outlet)
    assert (updates.prev, updates.seq, len(updates.updates)) == (10, 11, 1)
    assert counts.missed == 10
    assert not subscriber.owed


def test_one_that_wants_to_be_disconnected_is() -> None:
    """With 1013: it can come back."""
    subscriber, outlet, counts = made("disconnect")
    subscriber.miss([Update("X", 1)])
    assert outlet.closed == (1013, "too slow")
    assert counts.disconnected == 1


def test_one_that_is_neither_behind_nor_owed_is_told_from_where_it_is() -> None:
    """It has just come from another audience."""
    market = Market(["X"])
    subscriber, outlet, _ = made()
    subscriber.told(3, at=0)
    market.advance(8)
    batch = moved(market, 2)
    subscriber.tell(batch, batch.pick("X", JSON), market)
    assert heard(outlet).prev == 3


def test_one_that_acknowledges_nothing_is_reminded_once_a_second() -> None:
    """Of where it should be, in case it waits for what was lost."""
    subscriber, outlet, _ = made(window=1)
    subscriber.told(7, at=BEAT)
    for at in (BEAT, 2 * BEAT - 1, 2 * BEAT, 2 * BEAT + 1):
        subscriber.remind(at)
    assert heard(outlet) == Updates(7, 7, 2 * BEAT, 0)
    assert not outlet.outbox


def test_one_whose_messages_wait_is_not_reminded() -> None:
    """It would only be one more."""
    subscriber, outlet, _ = made(window=1)
    outlet.post("x")
    subscriber.remind(5 * BEAT)
    assert list(outlet.outbox) == ["x"]
