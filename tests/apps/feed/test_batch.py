"""A batch: what has changed, written once."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from wsdemo.apps.door import JSON, MESSAGE_PACK
from wsdemo.apps.feed.batch import Batch
from wsdemo.apps.feed.messages import Update

CHANGES = (Update("A", 1), Update("B", 2), Update("A", 3))


@pytest.fixture
def batch() -> Batch:
    """Return one of three changes."""
    return Batch(CHANGES, 10, 13, 1000, 100, lambda changes: changes)


def test_what_concerns_some_symbols_is_picked_in_order(batch: Batch) -> None:
    """Every change of them, and not only the last."""
    pick = batch.pick({"A"}, JSON)
    assert pick.changes == [Update("A", 1), Update("A", 3)]
    assert [bytes(raw) for raw in pick.written] == [b'["A",1]', b'["A",3]']


def test_who_has_subscribed_to_nothing_gets_nothing(batch: Batch) -> None:
    """Of any batch."""
    assert batch.pick((), JSON).changes == []


@pytest.mark.parametrize("codec", [JSON, MESSAGE_PACK], ids=["json", "msgpack"])
def test_a_change_is_written_once_for_each_codec(batch: Batch, codec: Any) -> None:
    """However many pick it."""
    written: list[Any] = []

    def encode(message: Any) -> bytes:
        written.append(message)
        return bytes(codec.encode_octets(message))

    counting = dataclasses.replace(codec, encode_octets=encode)
    picks = [batch.pick({"A", "B"}, counting) for _ in range(3)]
    assert written == list(CHANGES)
    assert all(pick.written[0] is picks[0].written[0] for pick in picks)


def test_the_newest_price_is_written_once(batch: Batch) -> None:
    """For all who were behind."""
    first = batch.newest("B", 5, MESSAGE_PACK)
    assert batch.newest("B", 5, MESSAGE_PACK) is first
    assert bytes(batch.newest("B", 5, JSON)) == b'["B",5]'
