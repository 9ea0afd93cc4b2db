"""The exercise `name_the_fault` nudges, and does not tell."""

from typing import Any

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.report import Row
from wsdemo.lab.exercises.traces import TRACES

NAME = "name_the_fault"
RIGHT: dict[str, Any] = {trace.letter: (trace.code, trace.who) for trace in TRACES.values()}


async def _row(letter: str, answer: object) -> Row:
    report = await check(NAME, RIGHT | {letter: answer})
    assert [row.case for row in report.rows if not row.ok] == [letter]
    return next(row for row in report.rows if row.case == letter)


async def test_all_right() -> None:
    """Each row says why it is right, now that it is found out."""
    report = await check(NAME, RIGHT)
    assert report.passed
    assert report.rows[0].came_back == "(1002, 'client'): a client must mask every frame"


@pytest.mark.parametrize(
    ("letter", "answer", "fault"),
    [
        ("A", (1007, "client"), "the fault is in the header of the frame"),
        ("A", (1002, "server"), "Which side sent the frame that broke the rule"),
        ("B", (1002, "server"), "the fault is in what it carries"),
        ("B", (1003, "server"), "this says that it is text. Is it?"),
        ("C", (1000, "nobody"), "Is there one?"),
        ("C", (1006, "server"), "look at whose FIN it is"),
        ("D", (1000, "nobody"), "how many octets the close frames carry"),
        ("D", (1002, "client"), "A control frame may come between the fragments"),
        ("D", (1005, "client"), "Which rule was broken, if any?"),
        ("E", (1006, "server"), "here there are two"),
        ("E", (1011, "client"), "any message: whose did not"),
        ("F", (1009, "client"), "got too much: from whom?"),
        ("F", (4000, "client"), "Read the close frames."),
    ],
)
async def test_a_wrong_answer_gets_a_nudge(letter: str, answer: object, fault: str) -> None:
    """Towards what is to be seen."""
    row = await _row(letter, answer)
    assert fault in row.fault
    assert str(TRACES[letter].because) not in row.came_back


@pytest.mark.parametrize("letter", TRACES)
async def test_no_wrong_answer_gets_the_right_one_told(letter: str) -> None:
    """Whatever is tried, the row holds neither the right code nor the right side."""
    trace = TRACES[letter]
    for code in (1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011):
        if code == trace.code:
            continue
        row = await _row(letter, (code, "nobody"))
        if trace.code != 1005:
            assert str(trace.code) not in row.fault
        assert repr(trace.who) not in row.fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (..., "no answer yet"),
        (None, "no answer yet"),
        ((..., ...), "no answer yet"),
        ((1002, ...), "One half"),
        ((..., "client"), "One half"),
        (1002, "a pair"),
        ((1002, "client", "x"), "a pair"),
        ("1002", "a pair"),
        (("1002", "client"), "an int"),
        (("client", 1002), "an int"),
        ((1002, "Client"), "one of 'client', 'server', 'network', 'nobody'"),
        ((1002, ["client"]), "one of"),
    ],
)
async def test_an_answer_of_another_form_is_told_so(answer: object, fault: str) -> None:
    """And the other five are judged."""
    assert fault in (await _row("A", answer)).fault


async def test_a_missing_letter_is_no_crash() -> None:
    """Nor is one too many."""
    report = await check(NAME, {"A": (1002, "client"), "Z": 1})
    assert [row.ok for row in report.rows] == [True, False, False, False, False, False]


async def test_the_first_answer_makes_it_an_attempt() -> None:
    """Five of six blank is not blank."""
    stub = defined(NAME, exercise(NAME).stub)
    assert not (await check(NAME, stub)).done
    assert (await check(NAME, stub | {"C": (1006, "network")})).done


def test_the_traces_are_the_material() -> None:
    """As the task says."""
    assert exercise(NAME).material is TRACES
