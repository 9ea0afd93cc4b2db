"""Samples become rows, and rows a report."""

from tests.lab.bench.fakes import row
from wsdemo.lab.bench.results import Report, Row, Sample
from wsdemo.lab.bench.workloads import echo, idle

ECHO = echo()


def _report(*rows: Row) -> Report:
    return Report("a machine", "2025-01-31", rows)


def test_a_row_tells_medians_and_the_spread_of_costs() -> None:
    """One slow round moves neither cost nor rate."""
    samples = (Sample(1, 10, 0.1, 0.7), Sample(90, 1, 0.2, 0.8), Sample(2, 5, 0.3, 0.9))
    one = Row(ECHO, "scratch", samples)
    assert (one.cost, one.rate, one.server_busy, one.load_busy) == (2, 5, 0.2, 0.8)
    assert one.spread == (1, 90)


def test_rows_are_found_by_workload_and_peer() -> None:
    """And what was not measured isn't."""
    one, other = row(ECHO, "scratch", 1.0), row(ECHO, "tcp", 2.0)
    report = _report(one, other)
    assert report.row(ECHO.name, "tcp") is other
    assert report.row(ECHO.name, "gorilla") is None
    assert report.row(idle(10).name, "tcp") is None


def test_a_ratio_is_of_medians() -> None:
    """In costs of the other peer."""
    report = _report(row(ECHO, "scratch", 4.0, 5.0, 90.0), row(ECHO, "tcp", 2.0))
    assert report.ratio(ECHO.name, "scratch", "tcp") == 2.5


def test_there_is_no_ratio_to_what_was_not_measured() -> None:
    """Nor to what a coarse clock says cost nothing."""
    report = _report(row(ECHO, "scratch", 4.0), row(ECHO, "tcp", 0.0))
    assert report.ratio(ECHO.name, "scratch", "gorilla") is None
    assert report.ratio(ECHO.name, "gorilla", "scratch") is None
    assert report.ratio(ECHO.name, "scratch", "tcp") is None


def test_goals_are_judged_where_their_workload_was_measured() -> None:
    """A peer that is missing leaves its goal open."""
    report = _report(row(ECHO, "scratch", 4.0), row(ECHO, "websockets", 10.0))
    verdicts = {(one.goal.peer, one.goal.to): one for one in report.goals}
    assert {one.goal.workload for one in report.goals} == {ECHO.name}
    assert verdicts["scratch", "websockets"].figure == 0.4
    assert verdicts["scratch", "websockets"].met
    assert verdicts["scratch", "gorilla"].met is None


def test_memory_is_judged_by_itself() -> None:
    """Its goal names no other peer."""
    (verdict,) = _report(row(idle(2000), "scratch", 5.0)).goals
    assert (verdict.figure, verdict.met) == (5.0, False)


def test_memory_that_was_not_measured_leaves_its_goal_open() -> None:
    """There is no figure for it."""
    (verdict,) = _report(row(idle(2000), "tcp", 5.0)).goals
    assert (verdict.figure, verdict.met) == (None, None)
