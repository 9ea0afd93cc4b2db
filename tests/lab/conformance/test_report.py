"""A report: counts, tables in words and in HTML, and endpoints side by side."""

from __future__ import annotations

import json

import pytest

from tests.lab.show.pages import Page
from wsdemo.lab.conformance.case import Case, Role, Severity, Why
from wsdemo.lab.conformance.report import Report, compare
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.wants import Echo

MUST, SHOULD, MAY = Severity.MUST, Severity.SHOULD, Severity.MAY


def _result(
    number: str, name: str, outcome: Outcome, words: str = "", severity: Severity = MUST
) -> Result:
    case = Case(number, name, (), Echo(), Why("RFC 6455, 5.4", ""), severity)
    return Result(case, outcome, words, seconds=float(len(number)))


PASSED = _result("1.1.1", "text", Outcome.PASSED)
MINE = Report(
    "mine",
    Role.SERVER,
    (
        PASSED,
        _result("1.1.2", "more <text>", Outcome.FAILED, "wanted a & b"),
        _result("5.3", "fragments", Outcome.FAILED, "nothing came", SHOULD),
        _result("7.1.1", "goodbye", Outcome.NOT_RUN, "it did not come", MAY),
        _result("12.1.1", "JSON", Outcome.MOOT, "no compression"),
        _result("12.1.2", "more JSON", Outcome.MOOT, "no compression"),
    ),
)
FINE = Report("fine", Role.CLIENT, (PASSED, _result("5.3", "fragments", Outcome.PASSED)))

PLAIN = """\
mine: 1 of 6 cases passed, 1 “must” failed, 1 “should” failed, 1 “may” failed, 2 do not apply

      chapter       passed  must  should  may  n/a
  ──  ────────────  ──────  ────  ──────  ───  ───
✗  1  framing       1 of 2     1       –    –    –
!  5  fragments     0 of 1     –       1    –    –
✓  7  close frames  0 of 1     –       –    1    –
✓ 12  compression   0 of 2     –       –    –    2

  case           about        what was wrong
  ─────  ──────  ───────────  ───────────────
✗ 1.1.2  must    more <text>  wanted a & b
! 5.3    should  fragments    nothing came
! 7.1.1  may     goodbye      it did not come"""

GOOD = """\
fine: 2 of 2 cases passed

     chapter    passed  must  should  may  n/a
  ─  ─────────  ──────  ────  ──────  ───  ───
✓ 1  framing    1 of 1     –       –    –    –
✓ 5  fragments  1 of 1     –       –    –    –"""

SIDE_BY_SIDE = """\
case           about         mine    fine    none
─────  ──────  ────────────  ──────  ──────  ──────
1.1.2  must    more <text>   ✗
5.3    should  fragments     ✗       ✓       –
7.1.1  may     goodbye       ✗
               cases passed  1 of 6  2 of 2  0 of 1"""


def test_in_words() -> None:
    """A line, the chapters, the failures."""
    assert repr(MINE) == PLAIN


def test_without_a_failure_there_is_no_table_of_them() -> None:
    """The chapters are enough."""
    assert repr(FINE) == GOOD
    assert len(list(FINE.tables())) == 1
    assert len(list(MINE.tables())) == 2


@pytest.mark.parametrize(("report", "plain"), [(MINE, PLAIN), (FINE, GOOD)])
def test_html_says_the_same(report: Report, plain: str) -> None:
    """The same words in the same order; what looks like markup is none."""
    markup = report._repr_html_()
    page = Page(markup)
    assert not page.faults
    words = "".join(plain.split()).replace("─", "")
    assert "".join(page.text.split()) == words
    assert "<text>" not in markup
    assert ("more &lt;text&gt;" in markup) == (report is MINE)


def test_times_are_left_out() -> None:
    """The same endpoint gives the same report."""
    slow = Report("mine", Role.SERVER, tuple(_slower(each) for each in MINE.results))
    assert repr(slow) == repr(MINE)
    assert slow._repr_html_() == MINE._repr_html_()


def _slower(result: Result) -> Result:
    return Result(result.case, result.outcome, result.words, seconds=60.0)


def test_outcomes_are_counted() -> None:
    """Each result has one."""
    counts = {outcome: MINE.count(outcome) for outcome in Outcome}
    assert counts == {
        Outcome.PASSED: 1,
        Outcome.FAILED: 2,
        Outcome.MOOT: 2,
        Outcome.NOT_RUN: 1,
    }


def test_failures_are_told_apart() -> None:
    """By how much they weigh; a case that never ran is one."""
    assert [each.case.number for each in MINE.failed] == ["1.1.2", "5.3", "7.1.1"]
    numbers = {
        severity: [each.case.number for each in MINE.failures(severity)] for severity in Severity
    }
    assert numbers == {MUST: ["1.1.2"], SHOULD: ["5.3"], MAY: ["7.1.1"]}
    assert FINE.failed == []


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_who_conforms(severity: Severity, outcome: Outcome) -> None:
    """Whoever fails no "must"; what does not apply is no failure."""
    report = Report("x", Role.SERVER, (PASSED, _result("5.3", "x", outcome, "", severity)))
    failed = outcome in (Outcome.FAILED, Outcome.NOT_RUN)
    assert report.conforms == (not (failed and severity is MUST))


def test_a_result_is_found_by_its_number() -> None:
    """And what was not run is named."""
    assert MINE["1.1.1"] is PASSED
    assert MINE["5.3"].words == "nothing came"
    with pytest.raises(KeyError, match=r"case 5\.4 was not run"):
        MINE["5.4"]


@pytest.mark.parametrize(
    ("results", "summary"),
    [
        ((), "x: 0 of 0 cases passed"),
        ((PASSED,), "x: 1 of 1 cases passed"),
        (
            (_result("9.1.1", "", Outcome.MOOT),),
            "x: 0 of 1 cases passed, 1 does not apply",
        ),
    ],
)
def test_a_line_of_summary(results: tuple[Result, ...], summary: str) -> None:
    """Nothing that is zero but the cases that passed."""
    assert Report("x", Role.SERVER, results).summary == summary


def test_kept_as_json() -> None:
    """With everything that was found, and all results."""
    kept = json.loads(json.dumps(MINE.to_json()))
    assert {key: kept[key] for key in ("name", "role", "conforms", "counts")} == {
        "name": "mine",
        "role": "server",
        "conforms": False,
        "counts": {"passed": 1, "failed": 2, "does not apply": 2, "not run": 1},
    }
    assert kept["cases"] == [each.to_json() for each in MINE.results]
    assert FINE.to_json()["conforms"]
    assert FINE.to_json()["role"] == "client"


def test_endpoints_side_by_side() -> None:
    """The cases in which one of them failed, and a blank for what was not run."""
    none = Report("none", Role.SERVER, (_result("5.3", "fragments", Outcome.MOOT, "no"),))
    assert repr(compare(MINE, FINE, none)) == SIDE_BY_SIDE


def test_side_by_side_in_the_order_of_the_numbers() -> None:
    """Whoever failed first."""
    late = Report("late", Role.SERVER, (_result("5.10", "x", Outcome.FAILED, "no"),))
    early = Report("early", Role.SERVER, (_result("5.9", "y", Outcome.FAILED, "no"),))
    assert [row[0] for row in compare(late, early).rows] == ["5.9", "5.10", ""]


def test_side_by_side_without_a_failure() -> None:
    """There is a last line, still."""
    assert compare(FINE).rows == [["", "", "cases passed", "2 of 2"]]
    with pytest.raises(ValueError, match="at least one report"):
        compare()


def test_a_case_is_drawn() -> None:
    """The ladder of its exchange; and of what was not run there is none."""
    assert repr(MINE.ladder("1.1.1")) == "nothing recorded"
    with pytest.raises(KeyError, match=r"case 5\.4"):
        MINE.ladder("5.4")
