"""An audience: what all get, and what one gets alone."""

from __future__ import annotations

from tests.apps.feed.stand import Guest, Stand
from wsdemo.apps.feed.subscriber import BEAT

SECOND = BEAT / 1_000_000


def pair(stand: Stand) -> tuple[Guest, Guest]:
    """Return two guests of one audience, who have read their snapshots."""
    one, other = Guest(stand), Guest(stand)
    for guest in (one, other):
        guest.read()
    return one, other


def test_what_all_get_is_one_object() -> None:
    """Serialised once, however many there are."""
    stand = Stand()
    one, other = pair(stand)
    stand.move(5)
    assert one.outlet.outbox[0] is other.outlet.outbox[0]
    [room] = stand.rooms.values()
    assert len(room.published) == 1


def test_every_change_comes_in_order() -> None:
    """The same symbol twice, if it changed twice."""
    stand = Stand(symbols=2)
    guest, _ = pair(stand)
    before = len(guest.seen)
    changes = []
    for _ in range(3):
        seq = stand.market.seq
        stand.move(6)
        changes += [change for _, change in stand.market.changes(seq)]
        guest.read()
    assert guest.seen[before:] == changes


def test_ranges_join() -> None:
    """For a pattern that sees little, too."""
    stand = Stand()
    guest = Guest(stand, [stand.market.symbols[0]])
    for _ in range(20):
        guest.read()
        stand.move(1)
    guest.read()
    assert guest.view.gaps == 0
    assert all(len(message.updates) == 1 for message in guest.updates)
    assert 0 < len(guest.updates) < 20


def test_one_that_is_behind_is_told_alone_when_it_reads_again() -> None:
    """The others notice nothing."""
    stand = Stand(symbols=2)
    slow, quick = pair(stand)
    for _ in range(10):
        stand.move(10)
        quick.read()
    assert len(slow.outlet.outbox) == 1
    slow.read()
    stand.move(1)
    for guest in (slow, quick):
        guest.read()
        assert guest.view.prices == guest.right
    assert slow.view.conflated > 0
    assert quick.view.conflated == 0
    assert len(quick.updates) == 11


def test_after_that_it_gets_what_all_get() -> None:
    """Until it is behind again."""
    stand = Stand()
    slow, quick = pair(stand)
    stand.move(5)
    stand.move(5)
    for _ in range(2):
        slow.read()
        quick.read()
        stand.move(5)
    assert slow.outlet.outbox[0] is quick.outlet.outbox[0]


def test_when_everybody_is_behind_nothing_is_published() -> None:
    """Nor serialised."""
    stand = Stand()
    pair(stand)
    stand.move(5)
    stand.move(5)
    [room] = stand.rooms.values()
    assert len(room.published) == 1


def test_an_acknowledgement_lets_go_what_was_kept() -> None:
    """At once, and not only when the market moves."""
    stand = Stand()
    guest = Guest(stand, window=1)
    guest.read()
    stand.move(5)
    stand.move(5)
    assert len(guest.outlet.outbox) == 1
    guest.read()
    assert guest.view.seq == 10
    assert guest.view.prices == guest.right


def test_after_a_silent_second_an_empty_message_comes() -> None:
    """The range says that nothing was lost."""
    stand = Stand()
    guest = Guest(stand, ["nothing"])
    guest.read()
    stand.move(5, SECOND / 2)
    stand.move(5, SECOND / 2)
    stand.move(5, SECOND / 2)
    guest.read()
    [empty] = guest.updates
    assert (empty.prev, empty.seq, empty.updates) == (0, 10, ())


def test_a_dropped_message_is_a_gap_even_if_it_was_the_last() -> None:
    """What is missing is asked for, and there."""
    stand = Stand()
    guest = Guest(stand, slow="drop", window=1)
    guest.read()
    for _ in range(3):
        stand.move(5)
    assert len(guest.outlet.outbox) == 1
    guest.read()
    assert guest.view.gaps == 1
    assert guest.view.missing is None
    assert guest.view.prices == guest.right
