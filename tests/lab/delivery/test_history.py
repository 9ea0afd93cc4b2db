"""What a run says about messages and memberships."""

import math

import pytest

from wsdemo.lab.delivery import Delivery
from wsdemo.lab.delivery.history import History, Stay


@pytest.fixture
def record() -> Delivery:
    """Give an empty recording."""
    return Delivery(clock=lambda: 0.0)


def test_a_message_is_known_once_it_was_acknowledged_or_seen(record: Delivery) -> None:
    """Whichever was first."""
    record.joined("bob", "lobby")
    record.sent("ann", "ann/1", to="lobby")
    assert History(record.run).messages["ann/1"].known == math.inf
    record.acknowledged("ann", "ann/1", 5)
    assert History(record.run).messages["ann/1"].known == 2
    record.acknowledged("ann", "ann/1", 6)
    record.received("bob", "ann/1", "lobby", 5)
    message = History(record.run).messages["ann/1"]
    assert (message.known, message.offset, message.receivers) == (2, 5, {"bob": 4})


def test_what_a_stranger_saw_makes_nothing_known(record: Delivery) -> None:
    """It came, but to nobody who counts."""
    record.sent("ann", "ann/1", to="lobby")
    record.received("eve", "ann/1", "lobby", 1)
    message = History(record.run).messages["ann/1"]
    assert message.came
    assert message.known == math.inf


def test_a_stay_has_four_ends_and_three_of_them_matter(record: Delivery) -> None:
    """Joining and leaving each take a while."""
    record.joining("bob", "lobby")
    record.joined("bob", "lobby")
    record.joined("bob", "lobby")
    record.sent("ann", "ann/1", to="lobby")
    record.leaving("bob", "lobby")
    record.received("bob", "ann/1", "lobby")
    record.left("bob", "lobby")
    record.left("bob", "lobby")
    record.joining("bob", "lobby")
    stays = History(record.run).stays["lobby"]["bob"]
    assert stays == [Stay(granted=1, ending=4, reach=3), Stay()]


def test_a_receipt_is_lawful_and_new_or_not(record: Delivery) -> None:
    """By the room it was sent to, whatever room it claims."""
    record.joined("bob", "lobby")
    record.sent("ann", "ann/1", to="lobby")
    record.received("bob", "ann/1", "den")
    record.received("bob", "ann/1", "lobby")
    record.received("eve", "ann/1", "lobby")
    record.received("bob", "ann/2", "lobby")
    receipts = History(record.run).receipts
    assert [(r.message is not None, r.lawful, r.again) for r in receipts] == [
        (True, True, False),
        (True, True, True),
        (True, False, False),
        (False, False, False),
    ]


def test_away_is_who_was_disconnected_last(record: Delivery) -> None:
    """Who was never connected is not away: perhaps nobody wrote that down."""
    for client in ("ann", "bob"):
        record.connected(client)
        record.disconnected(client)
    record.connected("ann")
    record.joined("cid", "lobby")
    assert History(record.run).away == {"bob"}
