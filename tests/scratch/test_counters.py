"""The books of a server."""

from __future__ import annotations

from wsdemo.scratch.counters import Counters


def test_new_books_balance() -> None:
    """Nothing came, nothing went."""
    assert Counters().balanced


def test_every_fate_counts() -> None:
    """What came is still there, or was refused, abandoned or closed."""
    books = Counters(total=7, now=1, abandoned=1)
    books.refused.update([400, 426])
    books.closed.update([1000, 1000, 1006])
    assert books.balanced


def test_a_lost_connection_is_noticed() -> None:
    """A connection that went without a fate makes the books wrong."""
    assert not Counters(total=2, now=1).balanced
