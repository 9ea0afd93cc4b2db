"""The flow of a check, on an exercise that doubles a number."""

import asyncio
import dataclasses
from typing import Any

import pytest

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Bench, Case, Exercise, Verdict

STUB = 'UNIT = 1\n\n\ndef double(x):\n    """Return twice x."""\n    ...\n'


def _case(number: int) -> Case:
    def examine(answer: Any) -> Verdict:
        outcome = answers.call(answer, number)
        wrong = outcome.fault or ("" if outcome.value == 2 * number else "That is not twice x.")
        return Verdict(outcome.came_back, wrong)

    return Case(str(number), str(number), str(2 * number), examine)


async def _examine_awaiting(answer: Any) -> Verdict:
    value = await answer(1)
    if value is ...:
        raise answers.Unwritten("it returns ...")
    return Verdict(str(value), "" if value == 2 else "That is not twice x.")


DOUBLE = Exercise(
    name="double_it",
    notebook="99_double",
    subject="double",
    rules="\nDouble it.\n",
    stub=STUB,
    hint_text="\nThink\nof two.\n\nUse `*`.\n",
    explanation="Twice is times two.",
    solution_parts=["def double(x):\n    return 2 * x * UNIT\n"],
    make_cases=lambda: [_case(1), _case(2), _case(3)],
    time_limit=30,
)


async def test_a_right_answer_passes() -> None:
    """One row a case."""
    report = await DOUBLE.check(lambda x: x + x)
    assert report.passed
    assert [row.case for row in report.rows] == ["1", "2", "3"]


async def test_a_wrong_answer_is_tried_to_the_end() -> None:
    """How many cases fail tells something, too."""
    report = await DOUBLE.check(lambda x: x * x)
    assert [row.ok for row in report.rows] == [False, True, False]
    assert report.failing is not None
    assert report.failing.fault == "That is not twice x."


@pytest.mark.parametrize("body", ["...", "pass", "return ...", "raise NotImplementedError"])
async def test_a_blank_is_not_done_yet(body: str) -> None:
    """Whatever stands in for an answer."""
    source = STUB.replace("    ...", f"    {body}")
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    report = await DOUBLE.check(namespace["double"])
    assert repr(report).startswith("not done yet: ")


async def test_a_half_written_answer_is_told_what_is_missing() -> None:
    """From the second case on it is no blank any more."""
    report = await DOUBLE.check(lambda x: 2 if x == 1 else ...)
    assert report.done
    assert report.rows[1].fault == "This case is not written yet: it returns ...."


async def test_a_wrong_form_is_told_before_any_case() -> None:
    """A call instead of the function, for one."""
    report = await DOUBLE.check(4)
    assert "takes the function itself" in repr(report)
    assert "expected   def double(x)" in repr(report)


async def test_the_form_of_a_class_is_a_class() -> None:
    """It has no arguments of its own to show."""
    stub = "class Double:\n    def of(self, x):\n        ...\n"
    doubled = dataclasses.replace(DOUBLE, subject="Double", stub=stub)
    assert "expected   class Double\n" in repr(await doubled.check(4))


async def test_an_exception_fails_its_case_only() -> None:
    """The others are tried."""
    report = await DOUBLE.check(lambda x: 2 * x if x < 3 else x / 0)
    assert [row.ok for row in report.rows] == [True, True, False]
    assert "ZeroDivisionError" in report.rows[2].came_back


def _hang(x: int) -> int:
    while x == 2:
        pass
    return 2 * x


async def test_a_loop_without_end_is_stopped() -> None:
    """The case it hangs in is told, and how many were left."""
    report = await dataclasses.replace(DOUBLE, time_limit=0.3).check(_hang)
    assert [row.ok for row in report.rows] == [True, False]
    assert "Stopped after 0.3 s. A loop that never ends?" in repr(report)
    assert report.remark == "; 1 more not tried"


def test_what_cannot_be_stopped_is_told() -> None:
    """The kernel has to be restarted."""
    bench = Bench([_case(1)])
    bench.give_up(1, stopped=False)
    assert "restart the kernel" in bench.rows[0].fault
    assert bench.remark == "; the time was up"


def test_a_check_that_ends_with_its_time_has_ended() -> None:
    """There is no case left to be given up."""
    bench = Bench([_case(1)])
    bench.examine(lambda x: 2 * x)
    bench.give_up(1, stopped=True)
    assert [row.ok for row in bench.rows] == [True]
    assert not bench.remark


ASYNC = dataclasses.replace(
    DOUBLE,
    stub="async def double(x):\n    return ...\n",
    make_cases=lambda: [Case("1", "1", "2", _examine_awaiting, hung="It never came.")] * 2,
)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (2, "double_it: all 2 cases pass"),
        (3, "double_it: 0 of 2 cases pass"),
        (..., "not done yet: double: it returns ..."),
    ],
)
async def test_an_asynchronous_exercise_is_checked_alike(value: object, outcome: str) -> None:
    """Right, wrong and blank."""

    async def double(x: int) -> object:
        await asyncio.sleep(0)
        return value

    assert repr(await ASYNC.check(double)).startswith(outcome)


async def test_an_asynchronous_answer_that_waits_for_ever_is_stopped() -> None:
    """What that means in this case is the case's to say."""

    async def double(x: int) -> None:
        await asyncio.get_running_loop().create_future()

    report = await dataclasses.replace(ASYNC, time_limit=0.1).check(double)
    assert "Stopped after 0.1 s. It never came." in repr(report)
    assert report.remark == "; 1 more not tried"


async def test_only_coroutine_functions_answer_an_asynchronous_exercise() -> None:
    """And the other way round."""
    assert "`async def`" in repr(await ASYNC.check(abs))


def test_prints_of_an_answer_are_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """Learners look at what they do; it comes out where prints come out."""

    def double(x: int) -> int:
        print("doubling", x)
        return 2 * x

    async def check() -> bool:
        return (await DOUBLE.check(double)).passed

    assert asyncio.run(check())
    assert capsys.readouterr().out.splitlines() == ["doubling 1", "doubling 2", "doubling 3"]


async def test_a_stub_is_a_blank_however_it_was_compiled() -> None:
    """A notebook compiles a cell by statements, which gives calls of modules other bytecode."""
    stub = "import json\n\n\ndef double(x):\n    return json.loads(json.dumps(x))\n"
    exercise = dataclasses.replace(DOUBLE, stub=stub)
    for given in (exercise.given(), exercise.given_in_a_cell()):
        assert "still as it was given" in repr(await exercise.check(given))


def test_hints_step_and_begin_again() -> None:
    """One at a time; after the last one it is said that it was."""
    exercise = dataclasses.replace(DOUBLE)
    assert [repr(exercise.hint()) for _ in range(4)] == [
        "Hint 1 of 2: Think of two.",
        "Hint 2 of 2: Use `*`.",
        "That was the last hint. `.solution()` shows one way to do it.",
        "Hint 1 of 2: Think of two.",
    ]


def test_the_answer_stands_in_the_place_of_the_stub() -> None:
    """With what the stub begins with, and nothing else."""
    assert DOUBLE.answer == "UNIT = 1\n\n\ndef double(x):\n    return 2 * x * UNIT\n"
    assert DOUBLE.cell_id == "exercise-double-it"


def test_task_and_name_are_readable() -> None:
    """What a learner sees who types the bare name."""
    assert repr(DOUBLE.task) == "Double it."
    assert repr(DOUBLE).startswith("exercise double_it of notebook 99_double: .task")
