"""How the findings read."""

from itertools import count

import pytest

from tests.lab.show.pages import Page
from wsdemo import lab
from wsdemo.lab.delivery import AT_LEAST_ONCE, AT_MOST_ONCE, EXACTLY_ONCE_IN_EFFECT, Report


def _report(*, start: int = 0) -> Report:
    """Judge a run in which bob misses five of six messages and gets the last one twice."""
    record = lab.Delivery(clock=count(start, start + 1).__next__)
    record.joined("ann", "lobby")
    record.joined("<bob>", "lobby")
    for number in range(1, 7):
        record.sent("ann", f"ann/{number}", to="lobby")
        record.acknowledged("ann", f"ann/{number}", number)
        record.received("ann", f"ann/{number}", "lobby", number)
    record.fault("cut")
    record.received("<bob>", "ann/6", "lobby", 6)
    record.received("<bob>", "ann/6", "lobby", 7)
    return record.check()


PLAIN = """\
2 clients, 1 room, 6 messages, 7 receipts, 1 fault

  verdict             count  first ones
  ──────────────────  ─────  ───────────────────────────────────────────────
✗ lost                    5  <bob>: ann/1 in lobby, acknowledged at offset 1
                             <bob>: ann/2 in lobby, acknowledged at offset 2
                             <bob>: ann/3 in lobby, acknowledged at offset 3
                             and 2 more
✓ partial                 0
✓ unknown                 0
✓ pending                 0
✗ duplicated              1  <bob>: ann/6 in lobby, again at offset 7
✓ reordered (log)         0
✓ reordered (sender)      0
✓ leaked                  0
✓ invented                0
✓ altered                 0

  guarantee               in this run
  ──────────────────────  ────────────────────────
✗ at most once            broken: duplicated
✗ at least once           broken: lost
✗ exactly once in effect  broken: lost, duplicated"""


def test_the_plain_form_is_the_same_at_any_time() -> None:
    """To the letter, so that nbval can compare it."""
    assert repr(_report()) == repr(_report(start=5)) == PLAIN


def test_printed_it_says_when() -> None:
    """Of what is lost, when it was promised."""
    text = str(_report())
    assert "4.000 s, <bob>: ann/1 in lobby, acknowledged at offset 1" in text
    assert "23.000 s, <bob>: ann/6 in lobby, again at offset 7" in text


def test_a_notebook_has_it_as_html() -> None:
    """With the times, and what a client calls itself is text."""
    page = Page(_report()._repr_html_())
    assert "4.000 s, <bob>: ann/1 in lobby, acknowledged at offset 1" in page.text
    assert "broken: lost, duplicated" in page.text


def test_it_is_held_against_guarantees() -> None:
    """And says what breaks them."""
    report = _report()
    assert report.found == ("lost", "duplicated")
    assert report.broken(AT_MOST_ONCE) == ("duplicated",)
    assert report.broken(AT_LEAST_ONCE) == ("lost",)
    assert not report.holds(EXACTLY_ONCE_IN_EFFECT)


def test_what_is_pending_breaks_nothing() -> None:
    """It is worth a warning."""
    record = lab.Delivery()
    record.sent("ann", "ann/1", to="lobby")
    record.disconnected("ann")
    report = record.check()
    assert report.holds(EXACTLY_ONCE_IN_EFFECT)
    assert "! pending                 1" in repr(report)
    assert "✓ exactly once in effect  holds" in repr(report)


def test_there_is_no_other_verdict() -> None:
    """A slip of the pen is not an empty list."""
    assert _report()["leaked"] == ()
    with pytest.raises(ValueError, match="lsot"):
        _report()["lsot"]
