"""A report for whoever reads it: in a terminal, in a notebook, in the README.

All show the same sheets (`wsdemo.lab.bench.tables`). The README gets those with a column for each
peer, because a page is wide and a full run has many workloads.

Leaves out JSON (`wsdemo.lab.bench.stored`) and pictures (`wsdemo.lab.bench.plots`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from wsdemo.lab.bench.results import Report
from wsdemo.lab.bench.tables import (
    BASES,
    RATES,
    Line,
    Sheet,
    goals,
    overview,
    rates,
    sheets,
    workloads,
)
from wsdemo.lab.bench.workloads import Kind
from wsdemo.lab.show.table import SIGNS, Mark, Table
from wsdemo.lab.show.text import pad, width

__all__ = ["for_markdown", "for_notebook", "for_terminal"]

STYLES: dict[Mark | None, str] = {"ok": "green", "bad": "red", "warn": "yellow", None: "dim"}
OURS = "scratch"  # what every peer's name begins with that is wsdemo's own


def for_notebook(report: Report) -> list[Table]:
    """Make the tables of a report, each of which a notebook displays."""
    return [_table(sheet) for sheet in sheets(report)]


def _table(sheet: Sheet) -> Table:
    columns = len(sheet.headers)
    rows = [[*line.cells, *[""] * (columns - len(line.cells))] for line in sheet.lines]
    marks = {at: line.mark for at, line in enumerate(sheet.lines) if line.mark}
    align = "l" + "r" * (columns - 1)
    title = "\n".join(filter(None, (sheet.title, sheet.note)))
    return Table(sheet.headers, rows, title, marks, align)


def for_terminal(report: Report) -> Group:
    """Make what `rich` prints of a report, without cropping: the tables take 80 columns."""
    lines: list[Text] = []
    for sheet in sheets(report):
        lines += [Text(sheet.title, "bold"), *_lines(sheet)]
        lines += [Text(sheet.note, STYLES["warn"])] if sheet.note else []
        lines.append(Text())
    tables = Text("\n", no_wrap=True, overflow="ignore").join(lines)
    notes = (Text(note, "dim") for note in (f"{report.machine}, {report.date}", *report.notes))
    return Group(tables, *notes)


def _lines(sheet: Sheet) -> Iterator[Text]:
    """Lay out a sheet; what stands over a group of rows widens no column."""
    rows = [line.cells for line in sheet.lines if not line.heading]
    heads = [name.split("\n") for name in sheet.headers]
    tall = max(map(len, heads))
    above = list(zip(*([""] * (tall - len(head)) + head for head in heads), strict=True))
    sizes = [max(map(width, column)) for column in zip(*above, *rows, strict=True)]
    sides = "l" + "r" * (len(sizes) - 1)

    def laid(cells: Sequence[str]) -> str:
        return " ".join(map(pad, cells, sizes, sides)).rstrip()

    yield from (Text(f"  {laid(cells)}", "dim") for cells in above)
    for line in sheet.lines:
        if line.heading:
            yield Text(line.cells[0], "underline")
            continue
        ours = "bold" if line.cells[0].startswith(OURS) else ""
        yield Text.assemble((_sign(line) or "  ", STYLES[line.mark]), (laid(line.cells), ours))


def _sign(line: Line) -> str:
    return f"{SIGNS[line.mark]} " if line.mark else ""


def for_markdown(report: Report) -> str:
    """Write a report as the README has it: where and when, the goals, the costs, the rates."""
    head = (
        f"Measured on {report.date}: {report.machine}. All figures are medians; those in brackets "
        f"are ratios to `{BASES[0]}` in the same run."
    )
    parts = [
        head,
        *_markdown_sheets(report),
        _folded("Notes", "\n".join(f"- {note}" for note in report.notes)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _markdown_sheets(report: Report) -> Iterator[str]:
    kinds = [kind for kind in Kind if workloads(report, kind)]
    yield from map(_markdown, goals(report))
    yield from (_markdown(overview(report, kind)) for kind in kinds)
    paced = [kind for kind in kinds if kind in RATES]
    if paced:
        inside = "\n\n".join(_markdown(rates(report, kind)) for kind in paced)
        yield _folded("How much that is in a second", inside)


def _folded(summary: str, inside: str) -> str:
    return inside and f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _markdown(sheet: Sheet) -> str:
    columns = len(sheet.headers)
    headers = [name.replace("\n", " ") for name in sheet.headers]
    rows = [headers, ["---", *["---:"] * (columns - 1)]]
    for line in sheet.lines:
        empty = [""] * (columns - len(line.cells))
        first = f"**{line.cells[0]}**" if line.heading else f"{_sign(line)}{line.cells[0]}"
        rows.append([first, *line.cells[1:], *empty])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return "\n\n".join(filter(None, (f"**{sheet.title}**", table, sheet.note)))
