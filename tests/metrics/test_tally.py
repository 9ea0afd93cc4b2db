"""Counts by code: frozen, with a zero for what never came."""

import copy
import pickle

import pytest

from wsdemo.metrics import Tally


def test_it_tells_how_often_a_code_came() -> None:
    """One that never came has come 0 times, and is not in it."""
    tally = Tally({1001: 2, 1000: 5})
    assert (tally[1000], tally[1006], tally.total()) == (5, 0, 7)
    assert 1006 not in tally
    assert list(tally) == [1000, 1001]
    assert repr(tally) == "{1000: 5, 1001: 2}"


def test_it_does_not_change() -> None:
    """Neither by assignment, nor with what it was made from."""
    counts = {1000: 1}
    tally = Tally(counts)
    counts[1000] = 9
    assert tally == {1000: 1}
    with pytest.raises(TypeError):
        tally[1000] = 2  # type: ignore[index]


def test_a_difference_holds_what_came_since() -> None:
    """And nothing that didn't."""
    assert Tally({1000: 5, 1001: 2, 1006: 1}) - Tally({1000: 3, 1001: 2}) == {1000: 2, 1006: 1}


@pytest.mark.parametrize("other", [{1000: 2}, {1006: 1}])
def test_a_later_one_is_not_subtracted(other: dict[int, int]) -> None:
    """Counts don't go back."""
    with pytest.raises(ValueError, match="not earlier"):
        Tally({1000: 1}) - Tally(other)


@pytest.mark.parametrize("send", [copy.deepcopy, lambda tally: pickle.loads(pickle.dumps(tally))])
def test_it_can_be_sent(send) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """To another process, and into a set."""
    tally = Tally({1000: 5})
    assert send(tally) == tally
    assert len({send(tally), tally}) == 1
