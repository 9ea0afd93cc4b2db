"""The virtual network: late, uneven, and in order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.lab.arena.network import MILLI, RETRANSMIT, Way


def _way(delay: int, jitter: int, loss: float, *chances: float) -> Way:
    given: Iterator[float] = iter(chances)
    return Way(delay, jitter, loss, lambda: next(given))


def test_a_message_takes_the_delay() -> None:
    """And no more, without jitter and loss."""
    assert _way(50, 0, 0.0, 0.9, 0.9).arrival(7) == 50 * MILLI + 7


def test_jitter_is_on_top() -> None:
    """The second number decides how much; the first whether it is lost."""
    assert _way(50, 20, 0.0, 0.9, 0.25).arrival(0) == 55 * MILLI


def test_a_loss_waits_for_the_timeout_and_a_second_one_twice_as_long() -> None:
    """A third attempt gets through."""
    way = _way(50, 0, 0.1, 0.05, 0.05, 0.5, 0.0)
    assert way.arrival(0) == 50 * MILLI + 3 * RETRANSMIT


def test_what_comes_behind_a_loss_waits_for_it() -> None:
    """Head-of-line blocking."""
    way = _way(50, 0, 0.1, 0.05, 0.5, 0.0, 0.5, 0.0)
    first, second = way.arrival(0), way.arrival(1000)
    assert first == second == 50 * MILLI + RETRANSMIT


@given(st.lists(st.floats(0, 0.999), min_size=40), st.integers(0, 100))
def test_nothing_overtakes(chances: list[float], jitter: int) -> None:
    """Whatever happens by chance."""
    given = iter(chances + [0.999] * 60)
    way = Way(10, jitter, 0.3, lambda: next(given))
    arrivals = [way.arrival(now * 1000) for now in range(20)]
    assert arrivals == sorted(arrivals)


@pytest.mark.parametrize(("delay", "jitter", "loss"), [(-1, 0, 0.0), (0, -1, 0.0), (0, 0, 1.0)])
def test_a_network_that_can_not_be_is_refused(delay: int, jitter: int, loss: float) -> None:
    """Into the past, or into nothing."""
    with pytest.raises(ValueError, match="no network"):
        _way(delay, jitter, loss)
