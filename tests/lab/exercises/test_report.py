"""A report says what happened, the same in every run."""

from wsdemo.lab.exercises.report import Report, Row

GOOD = Row("easy", "1", "2", "2")
BAD = Row("hard", "2\n3", "<b>", "4", "You forgot to add.")


def test_all_good() -> None:
    """One line, and true."""
    report = Report("sum", (GOOD, GOOD))
    assert repr(report) == "sum: all 2 cases pass"
    assert report
    assert report.passed
    assert report.done


def test_the_first_failing_case_is_told_in_words() -> None:
    """What was sent, what came back, what was expected, and what is likely wrong."""
    report = Report("sum", (GOOD, BAD, Row("x", "", "", "", "Another.")))
    assert repr(report).splitlines() == [
        "sum: 1 of 3 cases pass",
        "first failing case: hard",
        "  sent       2",
        "             3",
        "  came back  <b>",
        "  expected   4",
        "  You forgot to add.",
    ]
    assert not report
    assert report.done


def test_a_blank_is_not_done_and_not_passed() -> None:
    """It is no failure either: one line."""
    report = Report("sum", blank="sum is still as it was given")
    assert repr(report) == "not done yet: sum is still as it was given"
    assert (report.done, report.passed, bool(report)) == (False, False, False)
    assert "not done yet" in report._repr_html_()


def test_cases_that_were_not_tried_are_not_passed() -> None:
    """A time limit leaves the rest open."""
    report = Report("sum", (GOOD,), remark="; 3 more not tried")
    assert not report.passed
    assert repr(report) == "sum: 1 of 1 cases pass; 3 more not tried"


def test_in_html_all_rows_are_there_and_folded() -> None:
    """What a learner's code returns is text, whatever it looks like."""
    shown = Report("sum", (GOOD, BAD))._repr_html_()
    assert "<summary>all 2 cases</summary>" in shown
    assert "You forgot to add." in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_in_html_a_pass_has_no_failing_case() -> None:
    """The rows are there to be looked at."""
    shown = Report("sum", (GOOD,))._repr_html_()
    assert "First failing case" not in shown
    assert "all 1 cases pass" in shown
