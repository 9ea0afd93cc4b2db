"""Round-trip times by RFC 6298."""

import pytest

from wsdemo.client import RoundTrip


def measured(*seconds: float) -> RoundTrip:
    """Return what is known after these."""
    rtt = RoundTrip()
    for each in seconds:
        rtt.add(each)
    return rtt


def test_nothing_is_known_before_the_first() -> None:
    """None is not 0."""
    rtt = measured()
    assert (rtt.last, rtt.smoothed, rtt.variation, rtt.count) == (None, None, None, 0)
    assert repr(rtt) == "<RoundTrip: none yet>"


def test_the_first_sets_all() -> None:
    """SRTT <- R, RTTVAR <- R/2."""
    rtt = measured(0.1)
    assert (rtt.last, rtt.smoothed, rtt.variation, rtt.count) == (0.1, 0.1, 0.05, 1)


def test_the_next_weighs_an_eighth() -> None:
    """RTTVAR first, by the SRTT that was: 3/4 * 0.05 + 1/4 * |0.1 - 0.2|, then 7/8 and 1/8."""
    rtt = measured(0.1, 0.2)
    assert rtt.last == 0.2
    assert rtt.smoothed == pytest.approx(0.1125)
    assert rtt.variation == pytest.approx(0.0625)


def test_a_steady_time_is_what_it_smooths_to() -> None:
    """And its variation fades away."""
    rtt = measured(1.0, *[0.05] * 200)
    assert rtt.smoothed == pytest.approx(0.05)
    assert rtt.variation == pytest.approx(0.0, abs=1e-6)


def test_another_connection_begins_anew() -> None:
    """With its first measurement; until then the old ones can be read."""
    rtt = measured(0.1, 0.1)
    rtt.restart()
    assert rtt.smoothed == pytest.approx(0.1)
    rtt.add(0.5)
    assert (rtt.smoothed, rtt.variation, rtt.count) == (0.5, 0.25, 3)


def test_it_prints_in_milliseconds() -> None:
    """As people say it."""
    assert repr(measured(0.1, 0.2)) == "<RoundTrip: last 200.00 ms, smoothed 112.50 ms>"
