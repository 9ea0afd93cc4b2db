"""The exercise `survive`: what a client must get through, and what it is told when it does not."""

import pytest

from tests.lab.exercises.wrong import defined
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.core import Verdict
from wsdemo.lab.exercises.survive import ADVICE, examine_day, examine_pauses
from wsdemo.lab.trouble import SCRIPT, Trouble

RIGHT = exercise("survive").answer
TROUBLES = {trouble.name: trouble for trouble in SCRIPT}


async def _examine(text: str, *names: str) -> Verdict:
    script = tuple(TROUBLES.get(name, Trouble(name)) for name in names)
    return await examine_day(script, defined("survive", text))


async def test_the_solution_gets_through_all_of_it() -> None:
    """Every trouble alone, and all in a row."""
    report = await exercise("survive").check(defined("survive", RIGHT))
    assert report.passed, report


@pytest.mark.parametrize(
    ("right", "wrong", "trouble", "fault"),
    [
        ("OSError, TimeoutError, WebSocketException", "()", "a cut", "dial again, and ask again"),
        ("OSError, TimeoutError, WebSocketException", "()", "a server that fails", "with 1011"),
        ("OSError, ", "", "nobody listens", "connect raises OSError"),
        (
            "OSError, TimeoutError, WebSocketException",
            "OSError, TimeoutError, __import__('websockets').ConnectionClosed",
            "a server that is too busy",
            "answered with 503",
        ),
        (
            "async with asyncio.timeout(1):",
            "if True:",
            "a half-open peer",
            "nobody says so: give every answer a timeout",
        ),
        ("missing := [number for number in numbers if number not in squares]",
         "missing := [n for n in numbers if n > max(squares, default=-1) + bool(squares)]",
         "a cut", "1 has no square"),
        ("return squares", "return list(squares.values())", "a quiet day", "Return a dict"),
    ],
)  # fmt: skip
async def test_a_mistake_is_named(right: str, wrong: str, trouble: str, fault: str) -> None:
    """One change to a right answer, and the trouble that finds it."""
    assert right in RIGHT
    verdict = await _examine(RIGHT.replace(right, wrong), trouble)
    assert fault in verdict.fault, verdict


async def test_a_square_for_the_wrong_number_is_found_out() -> None:
    """The numbers are all there, and that is not enough."""
    text = RIGHT.replace('return reply["square"]', 'return reply["square"] + 1')
    verdict = await _examine(text, "a quiet day")
    assert "belongs to another number" in verdict.fault


async def test_a_client_that_does_not_pause_is_found_out() -> None:
    """It is refused many times in the time in which a patient one is refused a few."""
    pause = "await asyncio.sleep(random.uniform(0, top))"
    assert pause in RIGHT
    hasty = await examine_pauses(defined("survive", RIGHT.replace(pause, "pass")))
    assert "dials again at once" in hasty.fault
    patient = await examine_pauses(defined("survive", RIGHT))
    assert not patient.fault, patient


async def test_a_refusal_that_is_not_caught_is_named() -> None:
    """InvalidStatus is no OSError."""
    text = RIGHT.replace("LOST = OSError, TimeoutError, WebSocketException", "LOST = OSError")
    verdict = await examine_pauses(defined("survive", text))
    assert "InvalidStatus" in verdict.fault


def test_there_is_advice_for_every_trouble() -> None:
    """Whoever adds one says what to do about it."""
    assert set(ADVICE) == set(TROUBLES)
