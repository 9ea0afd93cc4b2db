"""The exercise `break_even` knows the usual mistakes by their values."""

import math

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises.break_even import SOLUTION, VECTORS, right

RIGHT = f"import math\n\n{SOLUTION}"


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ((300, 31, 1), 331 / 33),
        ((666, 125, 2), 791 / (2 * 127)),
        ((666, 126, 2), 792 / (2 * 130)),
        ((666, 65_536, 0.5), 66_202 / (0.5 * 65_546)),
        ((300, 31, 0), math.inf),
    ],
)
def test_the_right_value_is_the_formulas(given: tuple[int, int, float], seconds: float) -> None:
    """With frames as the engine writes them."""
    assert right(*given) == pytest.approx(seconds)
    assert len({vector for _, vector in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize(
    ("correct", "wrong", "fault"),
    [
        ("rate * frame", "rate * payload", "The frame has a header too"),
        ("2 + length + payload", "2 + payload", "2 octets up to a payload of 125, 4 up to"),
        ("else 8", "else 2", "and 10 above"),
        ("< 126", "<= 126", "2 octets up to a payload of 125"),
        ("2 + length + payload", "6 + length + payload", "You add a masking key"),
        ("(heads + payload) / (", "heads / (", "A poll brings the payload too"),
        ("rate * frame", "rate * (frame - payload)", "A frame carries the payload too"),
        ("(heads + payload) / (rate * frame)", "rate * frame / (heads + payload)", "upside down"),
        ("/ (rate * frame)", "* rate / frame", "The rate is on the wrong side"),
        ("rate * frame", "frame", "The rate is missing"),
        ("(heads + payload) /", "1000 * (heads + payload) /", "in milliseconds"),
        ("(heads + payload) /", "(heads + frame) /", "there is no frame around its payload"),
        ("return (heads", "return 331 / 33 or (heads", "for the first example"),
        ("return (heads", "return 7 or (heads", "not the interval at which"),
        ("return math.inf", "return 0", "wins at any interval: math.inf"),
        ("rate == 0", "rate == -1", "ZeroDivisionError. Without updates WebSocket wins"),
        ("return (heads", "interval = (heads", "is a `return` missing"),
        ("return (heads", "return 'ten' or (heads", "a number of seconds"),
    ],
)
async def test_a_mistake_is_named(correct: str, wrong: str, fault: str) -> None:
    """The message says which part of the sum went wrong."""
    assert correct in RIGHT
    report = await check("break_even", defined("break_even", RIGHT.replace(correct, wrong)))
    assert not report.passed
    assert fault in repr(report)
