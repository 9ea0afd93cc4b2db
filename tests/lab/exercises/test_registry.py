"""What holds for every exercise, whichever it is."""

import dataclasses
import inspect

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo import lab
from wsdemo.lab.exercises import exercise, names

every_function = pytest.mark.parametrize(
    "name", [name for name in names() if callable(exercise(name).given())]
)
every_exercise = pytest.mark.parametrize("name", names())


def test_exercises_come_in_the_order_of_the_course() -> None:
    """Found by their modules, without a list."""
    assert names() == (
        "cooperative_handler",
        "break_even",
        "choose_a_way",
        "accept_key",
        "parse_request",
        "frame_parser",
        "name_the_fault",
        "drain",
        "survive",
        "repair_the_benchmark",
        "exactly_once",
        "keep_them_current",
        "interpolate",
        "reconcile",
        "fast_reader",
    )


def test_an_exercise_is_one_object() -> None:
    """It remembers the next hint, however it is spelled."""
    assert lab.exercise("accept_key") is exercise("accept_key") is exercise("accept-key")


@pytest.mark.parametrize("name", ["accept", "core", "os", "", "accept_key.build", "../core"])
def test_an_unknown_name_is_told_with_the_known_ones(name: str) -> None:
    """Modules that help are no exercises."""
    with pytest.raises(ValueError, match=f"no exercise '{name}'; there are .*accept_key"):
        exercise(name)


@every_exercise
async def test_the_solution_passes(name: str) -> None:
    """As the text of a cell, which is what a notebook is filled with."""
    report = await check(name, defined(name, exercise(name).answer))
    assert report.passed, repr(report)


@every_exercise
async def test_the_stub_is_not_done_yet(name: str) -> None:
    """It compiles, it is blank, and nothing is tried."""
    report = await check(name, defined(name, exercise(name).stub))
    assert repr(report).startswith("not done yet: ")
    assert not report.rows


@every_exercise
@pytest.mark.parametrize("answer", [None, ..., NotImplemented])
async def test_nothing_at_all_is_not_done_yet(name: str, answer: object) -> None:
    """A learner may delete the cell."""
    assert repr(await check(name, answer)).startswith("not done yet: ")


@every_function
@pytest.mark.parametrize("body", ["...", "pass", "return ...", "raise NotImplementedError"])
async def test_an_empty_body_is_not_done_yet(name: str, body: str) -> None:
    """However it is left empty."""
    source = f"{_head(name)} {body}"
    assert repr(await check(name, defined(name, source))).startswith("not done yet: ")


def _head(name: str) -> str:
    made = exercise(name)
    kind = "async def" if inspect.iscoroutinefunction(made.given()) else "def"
    return f"{kind} {made.subject}(*args):"


@every_exercise
async def test_what_is_no_answer_is_told_so(name: str) -> None:
    """A number, a text: nothing crashes."""
    for answer in (4, "text", object()):
        report = await check(name, answer)
        assert report.failing is not None
        assert report.failing.case == "its form"


@every_function
async def test_raising_answers_are_survived(name: str) -> None:
    """The exception stands in the row, and every case is tried."""
    report = await check(name, defined(name, f"{_head(name)} return [][7]"))
    assert len(report.rows) == len(exercise(name).make_cases())
    assert "IndexError: list index out of range\nline 1" in report.rows[0].came_back


@every_exercise
async def test_a_report_is_the_same_every_time(name: str) -> None:
    """Plain and in a notebook: nbval compares it."""
    made = exercise(name)
    reports = [await check(name, defined(name, made.answer)) for _ in range(2)]
    assert repr(reports[0]) == repr(reports[1])
    assert reports[0]._repr_html_() == reports[1]._repr_html_()


@every_exercise
def test_hints_lead_in_three_to_five_steps(name: str) -> None:
    """Then it is said that there are no more."""
    made = dataclasses.replace(exercise(name))
    hints = [repr(made.hint()) for _ in range(len(made.hints) + 1)]
    assert 3 <= len(made.hints) <= 5
    assert hints[-1].startswith("That was the last hint.")
    assert len(set(hints)) == len(hints)


@every_exercise
def test_the_solution_shows_its_source(name: str) -> None:
    """With a line of explanation above."""
    made = exercise(name)
    shown = repr(made.solution())
    assert shown.startswith(made.explanation)
    assert made.subject in shown.removeprefix(made.explanation)


@every_exercise
def test_the_task_names_what_to_write(name: str) -> None:
    """In Markdown, which a notebook renders."""
    made = exercise(name)
    assert made.subject in repr(made.task)
    assert made.task._repr_markdown_() == repr(made.task)


@every_exercise
def test_the_stub_fits_a_cell(name: str) -> None:
    """Twenty lines are the most that the style of the notebooks allows."""
    lines = exercise(name).stub.splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 100
