"""The sheets say what the report says, and mark what is to be read with care."""

from dataclasses import replace

import pytest

from tests.lab.bench.reports import ECHO, FAN, MEMORY, report, row
from wsdemo.lab.bench.tables import (
    Line,
    Sheet,
    by_workload,
    digits,
    goals,
    held_back,
    measured,
    overview,
    rates,
    sheets,
    workloads,
)
from wsdemo.lab.bench.workloads import Kind, Workload


def first(sheet: Sheet, peer: str) -> Line:
    """Return the first line of a peer."""
    return next(line for line in sheet.lines if line.cells[0] == peer)


def test_there_is_a_sheet_for_each_kind_and_one_for_the_goals() -> None:
    """Of those that were measured."""
    titles = [sheet.title.partition(":")[0] for sheet in sheets(report())]
    assert titles == ["Echo", "Fan-out", "Memory", "Goals"]
    assert workloads(report()) == (ECHO, FAN, MEMORY)


def test_a_line_has_cost_spread_ratios_rate_and_who_was_busy() -> None:
    """Ratios to websockets and to gorilla."""
    sheet = next(sheets(report()))
    heads = [name.replace("\n", " ") for name in sheet.headers]
    assert dict(zip(heads, first(sheet, "scratch").cells, strict=True)) == {
        "peer": "scratch",
        "µs": "10.0",
        "±": "15%",
        "× websockets": "0.25",
        "× gorilla": "1.25",
        "messages /s": "100,000",
        "server busy": "100%",
        "load busy": "50%",
    }


def test_what_has_cost_nothing_has_no_spread() -> None:
    """Nor a ratio: a clock that is coarse says 0."""
    sheet = next(sheets(report(row(ECHO, "tcp", 0.0), row(ECHO, "websockets", 0.0))))
    assert first(sheet, "tcp").cells[1:5] == ("0.00", "–", "–", "–")


def test_a_single_round_has_no_spread() -> None:
    """It would be said to be exact."""
    one = replace(row(ECHO, "tcp", 5.0), samples=row(ECHO, "tcp", 5.0).samples[:1])
    assert first(next(sheets(report(one))), "tcp").cells[1:3] == ("5.00", "–")


def test_the_cheapest_comes_first_under_its_workload() -> None:
    """The name of the workload stands above."""
    sheet = next(sheets(report()))
    cells = [line.cells[0] for line in sheet.lines]
    assert cells == [ECHO.name, "tcp", "gorilla", "scratch", "websockets"]
    assert [line.heading for line in sheet.lines] == [True, False, False, False, False]


def test_memory_has_no_rate() -> None:
    """Nothing happens there."""
    memory = next(sheet for sheet in sheets(report()) if sheet.title.startswith("Memory"))
    assert memory.headers[1:] == ("KiB", "±", "×\nwebsockets", "×\ngorilla")
    assert first(memory, "scratch").cells == ("scratch", "4.00", "15%", "0.25", "–")


def test_where_the_generator_was_the_bottleneck_there_is_a_mark() -> None:
    """And below, what it means; a sheet without a mark says nothing of it."""
    echo, fan, *_ = sheets(report())
    assert (first(echo, "tcp").mark, first(echo, "scratch").mark) == ("warn", None)
    assert "load generator" in echo.note
    assert not fan.note


@pytest.mark.parametrize(
    ("workload", "server", "held"),
    [(ECHO, 0.6, True), (FAN, 0.89, True), (ECHO, 0.9, False), (MEMORY, 0.0, False)],
)
def test_a_server_with_time_left_was_held_back(
    workload: Workload, server: float, held: bool
) -> None:
    """But not where it has nothing to do."""
    assert held_back(row(workload, "tcp", 5.0, server=server)) is held


def test_goals_are_met_missed_or_not_measured() -> None:
    """By what was measured: 10/40 and 10/8 of the echo, and no callback."""
    (sheet,) = goals(
        report(*(row(ECHO, peer, cost) for peer, cost in (("websockets", 15.0), ("scratch", 10.0))))
    )
    assert sheet.title == "Goals: 0 of 1 met, 4 not measured"
    assert sheet.lines[0] == Line((ECHO.name,))
    assert sheet.lines[1] == Line(("scratch", "0.5 × websockets", "0.67", "missed"), "bad")
    assert sheet.lines[2] == Line(("scratch", "1.3 × gorilla", "–", "not measured"))
    assert first(next(goals(report())), "scratch").cells[2:] == ("0.25", "met")


def test_where_no_goal_was_measured_there_is_no_sheet_of_them() -> None:
    """A list of dashes would help nobody."""
    assert len(list(sheets(report(row(ECHO, "tcp", 5.0))))) == 1


def test_a_goal_in_kib_says_so() -> None:
    """It is compared with nobody."""
    (sheet,) = goals(report(row(MEMORY, "scratch", 4.0)))
    assert sheet.lines[1].cells == ("scratch", "4 KiB", "4.00", "met")


@pytest.mark.parametrize(
    ("cost", "told"), [(4.0, "4.00"), (4.004, "4.004"), (3.996, "4.00"), (4.1, "4.10")]
)
def test_a_miss_by_a_hair_is_told_with_more_digits(cost: float, told: str) -> None:
    """So that a figure that looks like the goal explains its verdict."""
    (verdict,) = report(row(MEMORY, "scratch", cost)).goals
    assert measured(verdict) == told


def test_the_goals_of_a_workload_stand_together() -> None:
    """Although that of the metrics comes last in the list."""
    names = [verdict.goal.workload for verdict in by_workload(report().goals)]
    assert names == [ECHO.name] * 5 + [FAN.name] * 3 + [MEMORY.name]


def test_the_overview_has_a_column_for_each_peer() -> None:
    """Its cost, and the ratio to websockets; a dash for what was not measured."""
    rows = [row(ECHO, "websockets", 40.0), row(ECHO, "scratch", 10.0), row(FAN, "sendall", 10.0)]
    sheet = overview(report(*rows), Kind.ECHO)
    assert sheet.headers == ("", "websockets", "scratch")
    assert sheet.lines == (Line((ECHO.name, "40.0 (1.00)", "10.0 (0.25)")),)
    assert overview(report(*rows), Kind.FAN_OUT).lines == (Line((FAN.name, "10.0")),)


def test_rates_are_marked_one_by_one() -> None:
    """Where the generator set the pace."""
    sheet = rates(report(), Kind.ECHO)
    assert sheet.lines[0].cells == (ECHO.name, "25,000", "100,000", "125,000", "200,000 !")
    assert sheet.title == "Messages per second"
    assert sheet.note


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0, "0.00"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (12345.6, "12,346")],
)
def test_a_figure_has_three_digits(value: float, told: str) -> None:
    """And before the point as many as it needs."""
    assert digits(value) == told
