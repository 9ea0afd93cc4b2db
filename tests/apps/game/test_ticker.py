"""The ticker: in time, late, and far too late."""

from wsdemo.apps.game.ticker import MOST, Ticker


def test_ticks_are_due_one_by_one() -> None:
    """At the start, and then one for each period."""
    ticker = Ticker(10, 100.0)
    assert ticker.due(99.99) == 0
    assert [ticker.due(when) for when in (100.0, 100.05, 100.1, 100.2)] == [1, 0, 1, 1]
    assert (ticker.overruns, ticker.skipped) == (0, 0)


def test_lateness_does_not_add_up() -> None:
    """Each is due at its own time, however late the one before it ran."""
    ticker = Ticker(10, 0.0)
    assert sum(ticker.due(n / 10 + 0.09) for n in range(100)) == 100
    assert ticker.next == 10.0


def test_it_rings_when_it_has_said_it_would() -> None:
    """Rounding makes no tick early and none late: 1 / 30 is no number."""
    ticker = Ticker(30, 1000.1)
    assert [ticker.due(ticker.next) for _ in range(10_000)] == [1] * 10_000
    assert ticker.overruns == 0


def test_missed_ticks_are_caught_up() -> None:
    """An overrun is counted, nothing is skipped."""
    ticker = Ticker(10, 0.0)
    assert ticker.due(0.25) == 3
    assert (ticker.overruns, ticker.skipped) == (1, 0)


def test_catching_up_is_no_spiral() -> None:
    """A stall of ten seconds gives a few ticks and not a hundred, and the next is in time."""
    ticker = Ticker(10, 0.0)
    assert ticker.due(10.05) == MOST
    assert ticker.skipped == 101 - MOST
    assert ticker.next == 10.1
