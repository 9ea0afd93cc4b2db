"""The exercise `choose_a_way` wants a way and its number, and tells neither."""

from typing import Any

import pytest

from tests.lab.exercises.wrong import check
from wsdemo.lab.exercises.choose_a_way import SCENARIOS
from wsdemo.lab.exercises.report import Row
from wsdemo.lab.news import Way

NAME = "choose_a_way"
RIGHT: dict[str, Any] = {"A": ("polling", 1986), "B": ("WebSocket", 2_952_000)}


async def _row(letter: str, answer: object) -> Row:
    report = await check(NAME, RIGHT | {letter: answer})
    assert [row.case for row in report.rows if not row.ok] == [letter]
    return next(row for row in report.rows if row.case == letter)


async def test_all_right() -> None:
    """Each row says why, now that it is found out; a little off is right as well."""
    report = await check(NAME, RIGHT)
    assert report.passed
    assert report.rows[0].came_back == "('polling', 1986): 6 polls an hour, and nothing in between"
    assert (await check(NAME, {"A": [Way.POLLING, 2000], "B": ("WebSocket", 2.95e6)})).passed


def test_the_right_way_of_the_sign_is_the_cheapest() -> None:
    """By the sizes that the task gives."""
    polls, holds = 6 * 331, 120 * 300 + 6 * 31
    comments, pings = 240 * 8 + 6 * 53, 180 * 16 + 6 * 33
    assert SCENARIOS[0].octets == polls == min(polls, holds, comments, pings)


@pytest.mark.parametrize(
    ("letter", "answer", "fault"),
    [
        ("A", ("WebSocket", 3078), "Count what its silence costs"),
        ("A", ("server-sent events", 2238), "count the comments"),
        ("A", ("long polling", 36186), "repeated 120 times an hour"),
        ("A", ("polling", 1800), "brings the payload too"),
        ("A", ("polling", 186), "has its heads too"),
        ("A", ("polling", 3310), "6 times an hour, not 10 times"),
        ("A", ("polling", 331), "That is one poll"),
        ("A", ("polling", 3972), "every 5 minutes is more than"),
        ("A", ("polling", 5), "its octets are too few"),
        ("B", ("polling", 1), "ten polls a second"),
        ("B", ("long polling", 1), "a request and a response of its own"),
        ("B", ("server-sent events", 1), "Events go one way"),
        ("B", ("WebSocket", 2_880_000), "A client masks"),
        ("B", ("WebSocket", 3_240_000), "A server doesn't mask"),
        ("B", ("WebSocket", 2_304_000), "The client draws too"),
        ("B", ("WebSocket", 2_700_000), "has a frame around it"),
        ("B", ("WebSocket", 820), "That is per second"),
        ("B", ("WebSocket", 49_200), "That is per minute"),
        ("B", ("WebSocket", 9e9), "its octets are too many"),
    ],
)
async def test_a_wrong_answer_gets_a_nudge(letter: str, answer: object, fault: str) -> None:
    """Towards what was not counted."""
    row = await _row(letter, answer)
    assert fault in row.fault
    scenario = next(each for each in SCENARIOS if each.letter == letter)
    assert scenario.because not in row.came_back
    assert f"{scenario.octets}" not in row.fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (..., "no answer yet"),
        ((..., ...), "no answer yet"),
        (("polling", ...), "One half"),
        ("polling", "a pair"),
        (("polling", 1, 2), "a pair"),
        (("websockets", 1986), "one of 'polling', 'long polling', 'server-sent events', 'WebS"),
        ((1986, "polling"), "The first half is one of"),
        (("polling", "1986"), "The second half is a number"),
        (("polling", True), "The second half is a number"),
    ],
)
async def test_an_answer_of_another_form_is_told_so(answer: object, fault: str) -> None:
    """And the other one is judged."""
    assert fault in (await _row("A", answer)).fault


async def test_a_missing_letter_is_no_crash() -> None:
    """Half an attempt is an attempt."""
    report = await check(NAME, {"B": RIGHT["B"]})
    assert [row.ok for row in report.rows] == [False, True]
