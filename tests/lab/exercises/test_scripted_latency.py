"""Servers whose latency is known."""

from itertools import chain, combinations

import pytest

from wsdemo.lab.exercises.scripted_latency import (
    SCRIPTS,
    TOTAL,
    Fault,
    Server,
    outcome,
    percentile,
)

EVEN, COLD, CLOCK, TAILED, STALL = SCRIPTS


def test_the_truth_is_the_percentile_of_the_script() -> None:
    """2 ms mostly; what the slow fiftieth takes; and of the stall, what the 990th waited."""
    truths = [round(outcome(script), 6) for script in SCRIPTS]
    assert truths == [0.002, 0.002, 0.002, 0.08, 0.902]


@pytest.mark.parametrize(
    ("script", "fault", "told"),
    [
        (COLD, Fault.WARM_UP, 0.05),
        (CLOCK, Fault.CLOCK, 0.032),
        (TAILED, Fault.MEAN, 0.00358),
        (STALL, Fault.CLOSED_LOOP, 0.002),
    ],
)
def test_each_fault_shows_in_the_script_that_is_there_for_it(
    script: object, fault: Fault, told: float
) -> None:
    """By a number that is far from the truth."""
    assert isinstance(script, type(EVEN))
    assert outcome(script, [fault]) == pytest.approx(told)
    assert not 0.5 < outcome(script, [fault]) / outcome(script) < 2


def test_the_even_server_shows_no_fault() -> None:
    """It is there to see whether anything comes out at all."""
    for faults in chain.from_iterable(combinations(Fault, size) for size in range(5)):
        assert outcome(EVEN, faults) == pytest.approx(0.002)


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_two_explanations_of_one_size_look_the_same(script: object) -> None:
    """Where one fault shows, no other single fault gives its number."""
    assert isinstance(script, type(EVEN))
    wrong = [outcome(script, [fault]) for fault in Fault]
    seen = [value for value in wrong if value != pytest.approx(outcome(script), rel=0.05)]
    assert len({round(value, 5) for value in seen}) == len(seen)


def test_a_stall_holds_everybody() -> None:
    """Whoever comes during it is answered after it."""
    server = Server(STALL)
    for number in range(420):
        server.answer(number * 0.01)
    assert server.answer(4.2) == pytest.approx(5.202)
    assert server.answer(4.7) == pytest.approx(5.202)
    assert server.answer(5.3) == pytest.approx(5.302)


def test_the_clock_is_set_fifty_times_or_so() -> None:
    """More than a hundredth, so that the percentile shows it."""
    server = Server(CLOCK)
    for number in range(TOTAL):
        server.answer(number * 0.01)
    assert server.wall == pytest.approx(51 * 0.03)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.99, 4), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    """The nearest rank's."""
    assert percentile([3, 1, 4, 2], share) == value
