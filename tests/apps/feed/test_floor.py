"""The floor: who is in which audience, and what happened before somebody came."""

from __future__ import annotations

from tests.apps.feed.stand import Guest, Stand
from wsdemo.apps.door import JSON, MESSAGE_PACK
from wsdemo.apps.feed.floor import CHUNK, MOST
from wsdemo.apps.feed.messages import Resume, Start


def test_the_same_patterns_in_any_order_are_one_audience() -> None:
    """And are written to once."""
    stand = Stand()
    for patterns in (["A*", "L*"], ["L*", "A*"]):
        Guest(stand, patterns).read()
    assert [len(room.members) for room in stand.rooms.values()] == [2]


def test_each_codec_is_an_audience_of_its_own() -> None:
    """They can't share a message."""
    stand = Stand()
    guests = [Guest(stand, codec=codec) for codec in (JSON, MESSAGE_PACK)]
    for guest in guests:
        guest.read()
    stand.move(5)
    for guest in guests:
        guest.read()
        assert guest.view.prices == guest.right
    assert len(stand.rooms) == 2


def test_who_leaves_is_in_no_audience() -> None:
    """A second time is fine, and so is never to have started."""
    stand = Stand()
    guest = Guest(stand)
    assert len(stand.floor) == 1
    guest.session.end()
    guest.session.end()
    assert len(stand.floor) == 0
    stand.move(3)
    assert len(guest.outlet.outbox) == 1


def test_a_replay_has_every_change_of_the_subscription() -> None:
    """In order, and in ranges that join."""
    stand = Stand(history=1000)
    symbol = stand.market.symbols[0]
    guest = Guest(stand, [symbol])
    guest.read()
    stand.move(0)
    guest.session.end()
    stand.move(500)
    expected = [change for _, change in stand.market.changes(0) if change.symbol == symbol]
    guest.cut()
    guest.read()
    assert guest.starts[-1].how == "resumed"
    assert guest.seen[-len(expected) :] == expected
    assert guest.view.gaps == 0
    assert guest.view.conflated == 0


def test_a_long_replay_comes_in_pieces() -> None:
    """None of them larger than it has to be, each as old as it is."""
    stand = Stand(history=3 * CHUNK, rate=1000)
    guest = Guest(stand)
    guest.read()
    guest.session.end()
    stand.move(2 * CHUNK + 10, seconds=10)
    guest.cut()
    guest.read()
    sizes = [len(message.updates) for message in guest.updates]
    ages = [10_000_000 - message.at for message in guest.updates]
    assert sizes == [CHUNK, CHUNK, 10]
    assert ages == [1_010_000, 10_000, 0]
    assert [message.span for message in guest.updates] == [999_000, 999_000, 9_000]
    assert guest.view.seq == 2 * CHUNK + 10


def test_who_comes_back_to_a_long_replay_is_not_slow() -> None:
    """It is one message of its window, and the outbox has room for it."""
    stand = Stand(history=100 * CHUNK)
    guest = Guest(stand, slow="disconnect", window=16)
    guest.read()
    guest.session.end()
    stand.move(100 * CHUNK)
    guest.cut()
    stand.move(1)
    assert guest.outlet.closed is None
    guest.read()
    assert (guest.starts[-1].how, guest.view.gaps, guest.view.seq) == (
        "resumed",
        0,
        stand.market.seq,
    )


def test_much_at_once_comes_in_pieces_too() -> None:
    """After a pause, say; each is as old as it is."""
    stand = Stand(rate=1000)
    guest = Guest(stand, slow="drop")
    guest.read()
    stand.move(2 * MOST + 10, seconds=20)
    guest.read()
    sizes = [len(message.updates) for message in guest.updates]
    assert sizes == [MOST, MOST, 10]
    assert [20_000_000 - message.at for message in guest.updates] == [5_010_000, 10_000, 0]
    assert (guest.view.gaps, guest.view.seq) == (0, stand.market.seq)
    assert stand.floor.counts.ticks == 1


def test_what_is_no_longer_remembered_is_a_snapshot() -> None:
    """And the client is told."""
    stand = Stand(history=10)
    guest = Guest(stand)
    guest.read()
    stand.move(11)
    guest.cut()
    guest.read()
    assert [start.how for start in guest.starts] == ["snapshot", "snapshot"]
    assert guest.view.prices == guest.right
    assert (stand.floor.counts.snapshots, stand.floor.counts.resumed) == (2, 0)


def test_a_place_in_another_feed_is_a_snapshot() -> None:
    """Its numbers mean nothing here."""
    stand = Stand()
    stand.move(5)
    guest = Guest(stand)
    guest.say(Start(2, ("*",), resume=Resume("other", 3)))
    guest.read()
    assert [start.how for start in guest.starts] == ["snapshot", "snapshot"]
    assert len(guest.starts[-1].quotes) == 4


def test_a_place_in_the_future_is_a_snapshot() -> None:
    """Whoever names it has made it up."""
    stand = Stand()
    guest = Guest(stand)
    guest.say(Start(2, ("*",), resume=Resume("this", 3)))
    guest.read()
    assert guest.starts[-1].how == "snapshot"


def test_who_comes_back_at_once_has_missed_nothing() -> None:
    """And is told only what comes."""
    stand = Stand()
    guest = Guest(stand)
    guest.read()
    guest.cut()
    guest.read()
    assert guest.starts[-1].how == "resumed"
    stand.move(3)
    guest.read()
    assert len(guest.updates) == 1
    assert guest.view.prices == guest.right
