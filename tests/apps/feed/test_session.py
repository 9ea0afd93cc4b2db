"""Requests, and what they are answered."""

from __future__ import annotations

import pytest

from tests.apps.feed.stand import Guest, Stand
from wsdemo.apps.door import BUDGET, BudgetSpent
from wsdemo.apps.feed.messages import (
    MOST_PATTERNS,
    Ack,
    Refresh,
    Snapshot,
    Started,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
    Updates,
)
from wsdemo.apps.feed.session import BURST, IDLE, RATE


@pytest.fixture
def stand() -> Stand:
    """Return a floor with AAA, LSP, XLE and JDT, after some changes."""
    made = Stand()
    made.move(20)
    return made


def fresh(stand: Stand) -> Guest:
    """Return a guest on a connection on which nothing was said yet."""
    guest = Guest(stand)
    guest.session.end()
    guest._open()
    return guest


def test_the_answer_to_start_is_a_snapshot(stand: Stand) -> None:
    """Of what was subscribed to, and with all there is to know of the market."""
    guest = Guest(stand, ["A*", "?S?"])
    guest.read()
    started = guest.starts[0]
    assert (started.re, started.how, started.feed, started.seq) == (1, "snapshot", "this", 20)
    assert (started.patterns, started.slow, started.symbols) == (("A*", "?S?"), "conflate", 4)
    assert [quote.symbol for quote in started.quotes] == ["AAA", "LSP"]
    assert started.interval == 50


def test_subscribing_adds_quotes_of_what_is_new(stand: Stand) -> None:
    """Of nothing that was there before."""
    guest = Guest(stand, ["A*"])
    guest.say(Subscribe(7, ("*A", "X*")))
    guest.read()
    subscribed = guest.last
    assert isinstance(subscribed, Subscribed)
    assert (subscribed.re, subscribed.patterns) == (7, ("A*", "*A", "X*"))
    assert [quote.symbol for quote in subscribed.quotes] == ["XLE"]


def test_to_subscribe_again_is_fine(stand: Stand) -> None:
    """It changes nothing."""
    guest = Guest(stand, ["A*"])
    guest.subscribe("A*")
    guest.read()
    assert (guest.last.patterns, guest.last.quotes) == (("A*",), ())


def test_after_the_answer_to_unsubscribe_nothing_more_comes(stand: Stand) -> None:
    """Of what no other pattern covers, not even what was kept for a slow client."""
    guest = Guest(stand, ["A*", "AAA", "L*"])
    guest.read()
    stand.move(10)
    stand.move(10)
    guest.unsubscribe("L*", "A*")
    guest.read()
    assert isinstance(guest.last, Unsubscribed)
    assert guest.last.patterns == ("AAA",)
    before = len(guest.updates)
    for _ in range(5):
        stand.move(10)
        guest.read()
    seen = {update.symbol for message in guest.updates[before:] for update in message.updates}
    assert seen == {"AAA"} == {*guest.view.prices}


def test_to_unsubscribe_from_what_is_not_there_is_fine(stand: Stand) -> None:
    """It changes nothing."""
    guest = Guest(stand, ["A*"])
    guest.say(Unsubscribe(3, ("B*",)))
    guest.read()
    assert guest.last.patterns == ("A*",)


def test_a_refresh_has_what_has_changed_since(stand: Stand) -> None:
    """And with 0 everything."""
    guest = Guest(stand)
    guest.say(Refresh(5, since=19))
    guest.say(Refresh(6))
    guest.read()
    one, every = guest.got[-2:]
    assert isinstance(one, Snapshot)
    assert isinstance(every, Snapshot)
    assert (one.re, one.since, one.seq, len(one.quotes)) == (5, 19, 20, 1)
    assert (every.re, len(every.quotes)) == (6, 4)


def test_a_second_start_begins_anew(stand: Stand) -> None:
    """With another policy, and nothing is lost."""
    guest = Guest(stand, slow="conflate")
    guest.read()
    guest.slow = "drop"
    guest.start(("L*",))
    guest.read()
    assert guest.starts[-1].slow == "drop"
    assert guest.starts[-1].how == "resumed"
    assert len(stand.floor) == 1
    stand.move(10)
    guest.read()
    assert {update.symbol for update in guest.updates[-1].updates} == {"LSP"}


@pytest.mark.parametrize(
    "request_",
    [Subscribe(4, ("*",)), Unsubscribe(4, ("*",)), Refresh(4)],
    ids=lambda each: type(each).__name__,
)
def test_the_first_message_is_start(stand: Stand, request_: object) -> None:
    """What comes before it is refused."""
    guest = fresh(stand)
    guest.say(request_)
    guest.read()
    assert (guest.error.code, guest.error.re) == ("not_started", 4)


def test_an_acknowledgement_before_start_is_ignored(stand: Stand) -> None:
    """It was meant for the connection before."""
    guest = fresh(stand)
    guest.say(Ack(5))
    assert not guest.outlet.outbox


def test_too_many_patterns_are_refused(stand: Stand) -> None:
    """Together with those that were there; and none of them is taken."""
    guest = Guest(stand, ["*"])
    guest.say(Subscribe(4, tuple(f"{n}" for n in range(MOST_PATTERNS))))
    guest.read()
    assert (guest.error.code, guest.error.re) == ("too_many_patterns", 4)
    assert guest.error.field == "$.patterns"
    guest.subscribe("A")
    guest.read()
    assert guest.last.patterns == ("*", "A")


def test_requests_have_a_rate(stand: Stand) -> None:
    """What is too fast is refused, with the time after which it isn't."""
    guest = Guest(stand, ["*"])
    for number in range(BURST):
        guest.say(Refresh(number))
    guest.read()
    assert guest.error.code == "too_fast"
    assert guest.error.retry_after == pytest.approx(1 / RATE)
    stand.seconds += 1 / RATE
    guest.say(Refresh(99))
    guest.read()
    assert guest.last.re == 99


def test_patterns_are_paid_for_by_the_piece(stand: Stand) -> None:
    """To look for them is what costs."""
    guest = Guest(stand, [])
    many = tuple(f"{n}*" for n in range(MOST_PATTERNS))
    for _ in range(2):
        guest.subscribe(*many)
    guest.read()
    assert guest.error.code == "too_fast"


def test_who_sends_nothing_but_nonsense_is_told_then_ended(stand: Stand) -> None:
    """The last error is in the outbox, too."""
    guest = Guest(stand)
    for _ in range(BUDGET):
        guest.session.hear('{"type": "start", "id": "x"}')
    with pytest.raises(BudgetSpent):
        guest.session.hear("{")
    guest.read()
    assert guest.error.code == "malformed"
    assert [getattr(each, "field", None) for each in guest.got[1:-1]] == ["$.id"] * BUDGET


def test_a_set_of_symbols_is_kept_once(stand: Stand) -> None:
    """Whatever it is called, and whoever has it: a message of 300 octets holds no megabytes."""
    names = tuple("*" * (stars + 1) for stars in range(MOST_PATTERNS))
    one, other = Guest(stand, names), Guest(stand, ["*"])
    held = [*one.session._patterns.values(), *other.session._patterns.values()]
    assert len({id(symbols) for symbols in held}) == 1
    assert one.session._symbols is held[0]


def test_what_several_patterns_fit_is_their_union(stand: Stand) -> None:
    """None of them has all of it."""
    guest = Guest(stand, ["A*", "L*", "?S?"])
    assert guest.session._symbols == {"AAA", "LSP"}


def test_a_flood_of_acknowledgements_is_the_end(stand: Stand) -> None:
    """Of nothing: they are refused, and then there were too many bad messages."""
    guest = Guest(stand)
    guest.read()
    for _ in range(IDLE + BUDGET):
        guest.say(Ack(20))
    guest.read()
    assert (guest.error.code, guest.error.re) == ("too_fast", None)
    assert len(guest.got) == 1 + BUDGET
    with pytest.raises(BudgetSpent):
        guest.say(Ack(20))


def test_an_honest_pace_is_no_flood(stand: Stand) -> None:
    """An acknowledgement for each message, however many there are at once."""
    guest = Guest(stand, window=1)
    for _ in range(3 * IDLE):
        guest.read()
        stand.move(1)
    assert {type(each) for each in guest.got} == {Started, Updates}
    assert len(guest.updates) == 3 * IDLE - 1
