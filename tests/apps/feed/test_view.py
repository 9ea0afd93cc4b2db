"""What a client knows: messages in, changes out."""

from __future__ import annotations

from wsdemo.apps.door import Error
from wsdemo.apps.feed.messages import (
    Quote,
    Resume,
    Snapshot,
    Started,
    Subscribed,
    Unsubscribed,
    Update,
    Updates,
)
from wsdemo.apps.feed.view import View

STARTED = Started(
    1, "snapshot", "f", 10, ("A*", "B"), "drop", 3, 1, 50, (Quote("AB", 5, 4), Quote("B", 7, 7))
)


def begun() -> View:
    """Return a view of two symbols, at 10."""
    view = View()
    view.apply(STARTED)
    return view


def updates(prev: int, seq: int, *changes: Update, conflated: int = 0) -> Updates:
    """Return a message."""
    return Updates(prev, seq, 1, 0, conflated, changes)


def test_a_snapshot_is_the_beginning() -> None:
    """Prices, opening prices, and a place in a market."""
    view = begun()
    assert (view.prices, view.opens) == ({"AB": 5, "B": 7}, {"AB": 4, "B": 7})
    assert (view.feed, view.seq, view.patterns) == ("f", 10, ("A*", "B"))
    assert view.resume() == Resume("f", 10)


def test_before_that_there_is_nothing_to_go_on_with() -> None:
    """Nor are there prices."""
    assert View().resume() is None


def test_changes_come_out_as_they_came_in() -> None:
    """Each of them, and the last one stays."""
    view, changes = begun(), (Update("B", 8), Update("B", 9))
    assert view.apply(updates(10, 14, *changes)) == [*changes]
    assert (view.prices["B"], view.seq, view.gaps) == (9, 14, 0)


def test_a_range_that_begins_later_is_a_gap() -> None:
    """It is filled by what has changed since before it."""
    view = begun()
    view.apply(updates(12, 14, Update("B", 8)))
    assert (view.gaps, view.missing, view.seq) == (1, 10, 14)
    assert view.apply(Snapshot(2, 10, 15, (Quote("AB", 6, 4), Quote("B", 8, 7)))) == [
        Update("AB", 6)
    ]
    assert (view.missing, view.seq) == (None, 15)


def test_two_gaps_are_filled_from_the_first() -> None:
    """By one answer."""
    view = begun()
    view.apply(updates(12, 14))
    view.apply(updates(20, 21))
    assert (view.gaps, view.missing) == (2, 10)


def test_an_answer_that_begins_too_late_fills_no_gap() -> None:
    """What it has is taken all the same."""
    view = begun()
    view.apply(updates(12, 14))
    view.apply(Snapshot(2, 13, 15, (Quote("B", 9, 7),)))
    assert (view.missing, view.prices["B"]) == (10, 9)


def test_after_a_cut_it_goes_on_from_before_the_gap() -> None:
    """And then nothing is missing."""
    view = begun()
    view.apply(updates(12, 14))
    assert view.resume() == Resume("f", 10)
    view.apply(Started(2, "resumed", "f", 10, ("B",), "drop", 3, 1, 50))
    assert (view.seq, view.missing, view.resumed, view.snapshots) == (10, None, 1, 1)
    assert view.prices == {"AB": 5, "B": 7}


def test_what_is_conflated_is_counted_and_no_gap() -> None:
    """Nothing was lost."""
    view = begun()
    view.apply(updates(10, 30, Update("B", 8), conflated=19))
    assert (view.conflated, view.gaps) == (19, 0)


def test_a_range_that_begins_earlier_is_no_gap() -> None:
    """Nor does it lead back."""
    view = begun()
    view.apply(updates(3, 9))
    assert (view.seq, view.gaps) == (10, 0)


def test_another_snapshot_replaces_everything() -> None:
    """What is different comes out, what is gone is gone."""
    view = begun()
    anew = Started(2, "snapshot", "g", 3, ("*",), "drop", 3, 1, 50, (Quote("B", 8, 1),))
    assert view.apply(anew) == [Update("B", 8)]
    assert (view.prices, view.opens, view.seq) == ({"B": 8}, {"B": 1}, 3)
    assert (view.snapshots, view.gaps) == (2, 0)


def test_what_is_added_moves_no_number() -> None:
    """It says nothing of the symbols that were there before."""
    view = begun()
    added = Subscribed(2, 99, ("A*", "B", "C"), (Quote("C", 1, 1),))
    assert view.apply(added) == [Update("C", 1)]
    assert (view.seq, view.patterns) == (10, ("A*", "B", "C"))


def test_what_is_left_is_forgotten() -> None:
    """Unless another pattern covers it."""
    view = begun()
    view.apply(Unsubscribed(2, 99, ("?",)))
    assert (view.prices, view.opens) == ({"B": 7}, {"B": 7})


def test_an_error_changes_nothing() -> None:
    """It is for whoever has asked."""
    view = begun()
    assert view.apply(Error("invalid", "no")) == []
    assert view == begun()
