"""A report as sheets of words: a sheet for each kind of workload, then one for the goals.

A sheet is what a terminal, a notebook and the README show of the same report, each in its way
(`wsdemo.lab.bench.faces`). Cells are text already, because a cost wants three digits everywhere.

Leaves out colours and widths, and the pictures: see `wsdemo.lab.bench.plots`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from wsdemo.lab.bench.notes import BUSY
from wsdemo.lab.bench.results import Goal, Report, Row, Verdict
from wsdemo.lab.bench.workloads import Kind, Workload
from wsdemo.lab.show.table import Mark

__all__ = [
    "BASES",
    "Line",
    "Sheet",
    "by_workload",
    "digits",
    "goals",
    "held_back",
    "measured",
    "overview",
    "rates",
    "sheets",
    "wanted",
    "workloads",
]

# Whom everybody is compared with: the library that the course uses, and the one it comes from.
BASES = ("websockets", "gorilla")

TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ECHO: "Echo: µs of the server's CPU time for each message",
        Kind.FAN_OUT: "Fan-out: µs of the server's CPU time for each delivery",
        Kind.IDLE: "Memory: KiB for each idle connection",
        Kind.CONNECT: "Connections: µs of the server's CPU time for each",
    }
)
RATES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ECHO: "messages",
        Kind.FAN_OUT: "deliveries",
        Kind.CONNECT: "connections",
    }
)
MARKED = "! waited for the load generator or a busy machine: its rate could be higher"
MISSING = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet.

    Attributes:
        cells: one for each column; one alone is a heading over the rows below it.
        mark: whether the row is good news or bad, or to be read with care.
    """

    cells: tuple[str, ...]
    mark: Mark | None = None

    @property
    def heading(self) -> bool:
        """Whether it stands over the rows below it."""
        return len(self.cells) == 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of words.

    Attributes:
        title: what stands above it.
        headers: the names of the columns, in one line or two; all but the first hold figures.
        lines: its rows.
        note: what stands below.
    """

    title: str
    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""


def workloads(report: Report, kind: Kind | None = None) -> tuple[Workload, ...]:
    """Return the workloads that were measured, of one kind or of all, each once."""
    found = (row.workload for row in report.rows if kind in (None, row.workload.kind))
    return tuple(dict.fromkeys(found))


def peers(report: Report, workload: Workload) -> tuple[Row, ...]:
    """Return the rows of a workload, in the order in which the peers were named."""
    return tuple(row for row in report.rows if row.workload == workload)


def sheets(report: Report) -> Iterator[Sheet]:
    """Yield a sheet for each kind of workload that was measured, and at the end the goals.

    They are left out if nothing was measured that could tell of any.
    """
    yield from (_figures(report, kind) for kind in Kind if workloads(report, kind))
    yield from goals(report)


def _figures(report: Report, kind: Kind) -> Sheet:
    """Make a kind's sheet: under each workload a row for each peer, the cheapest first."""
    lines: list[Line] = []
    for workload in workloads(report, kind):
        rows = sorted(peers(report, workload), key=lambda row: row.cost)
        lines += [Line((workload.name,)), *(_line(report, row) for row in rows)]
    marked = any(line.mark for line in lines)
    headers = (
        "peer",
        kind.unit.partition("/")[0],
        "±",
        *(f"×\n{name}" for name in BASES),
        *((f"{RATES[kind]}\n/s", "server\nbusy", "load\nbusy") if kind in RATES else ()),
    )
    return Sheet(TITLES[kind], headers, tuple(lines), note=MARKED if marked else "")


def _line(report: Report, row: Row) -> Line:
    name = row.workload.name
    paced = (f"{row.rate:,.0f}", f"{row.server_busy:.0%}", f"{row.load_busy:.0%}")
    cells = (
        row.peer,
        digits(row.cost),
        _give(row),
        *(_ratio(report.ratio(name, row.peer, to)) for to in BASES),
        *(paced if row.workload.kind in RATES else ()),
    )
    return Line(cells, "warn" if held_back(row) else None)


def _give(row: Row) -> str:
    """Write how far the rounds lie apart, if there are several: half of that, of the median."""
    if len(row.samples) < 2 or not row.cost:
        return MISSING
    low, high = row.spread
    return f"{(high - low) / 2 / row.cost:.0%}"


def held_back(row: Row) -> bool:
    """Whether the server had time left: something else was the bottleneck then."""
    return row.workload.kind in RATES and row.server_busy < BUSY


def goals(report: Report) -> Iterator[Sheet]:
    """Yield the sheet of the goals, if any could be measured: what was wanted, and what came."""
    verdicts = by_workload(report.goals)
    known = [verdict for verdict in verdicts if verdict.met is not None]
    if not known:
        return
    lines: list[Line] = []
    for workload, found in groupby(verdicts, lambda verdict: verdict.goal.workload):
        lines += [Line((workload,)), *map(_goal, found)]
    title = f"Goals: {sum(verdict.met is True for verdict in known)} of {len(known)} met"
    if len(known) < len(verdicts):
        title += f", {len(verdicts) - len(known)} not measured"
    yield Sheet(title, ("peer", "at most", "measured", "verdict"), tuple(lines))


def by_workload(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Bring the verdicts of each workload together, in the order in which these come first."""
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.goal.workload, []).append(verdict)
    return [verdict for group in found.values() for verdict in group]


def _goal(verdict: Verdict) -> Line:
    word, mark = _WORDS[verdict.met]
    return Line((verdict.goal.peer, wanted(verdict.goal), measured(verdict), word), mark)


def wanted(goal: Goal) -> str:
    """Write what a goal allows, with its unit."""
    return f"{goal.at_most:g} {'KiB' if goal.to is None else f'× {goal.to}'}"


def measured(verdict: Verdict) -> str:
    """Write a figure with two decimals, or with as many as show why the verdict is what it is."""
    if verdict.figure is None:
        return MISSING
    for places in (2, 3, 4):
        text = f"{verdict.figure:.{places}f}"
        if (float(text) <= verdict.goal.at_most) == verdict.met:
            break
    return text


_WORDS: Mapping[bool | None, tuple[str, Mark | None]] = MappingProxyType(
    {True: ("met", "ok"), False: ("missed", "bad"), None: ("not measured", None)}
)


def overview(report: Report, kind: Kind) -> Sheet:
    """Make a sheet with a column for each peer: a cost, and in brackets that of `websockets` in it.

    It is what fits a page when there are many workloads.
    """
    named = _all_peers(report, kind)
    lines = tuple(
        Line((workload.name, *(_both(report, workload, peer) for peer in named)))
        for workload in workloads(report, kind)
    )
    return Sheet(TITLES[kind], ("", *named), lines)


def rates(report: Report, kind: Kind) -> Sheet:
    """Make a sheet with a column for each peer: how much it did in a second."""
    named = _all_peers(report, kind)
    lines = tuple(
        Line((workload.name, *(_rate(report.row(workload.name, peer)) for peer in named)))
        for workload in workloads(report, kind)
    )
    marked = any(held_back(row) for row in report.rows if row.workload.kind is kind)
    title = f"{RATES[kind].capitalize()} per second"
    return Sheet(title, ("", *named), lines, note=MARKED if marked else "")


def _all_peers(report: Report, kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.peer for row in report.rows if row.workload.kind is kind))


def _both(report: Report, workload: Workload, peer: str) -> str:
    row = report.row(workload.name, peer)
    if row is None:
        return MISSING
    ratio = report.ratio(workload.name, peer, BASES[0])
    return digits(row.cost) if ratio is None else f"{digits(row.cost)} ({ratio:.2f})"


def _rate(row: Row | None) -> str:
    if row is None:
        return MISSING
    return f"{row.rate:,.0f}" + (" !" if held_back(row) else "")


def _ratio(ratio: float | None) -> str:
    return MISSING if ratio is None else f"{ratio:.2f}"


def digits(value: float) -> str:
    """Write a figure with three digits, and with all of them before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
