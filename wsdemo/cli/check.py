"""`wsdemo check`: the conformance suite from a terminal.

A progress bar on standard error, the report on standard output, and an exit code that a script can
read. Leaves out the suite, which is `wsdemo.lab.conformance`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from wsdemo.errors import LocalError
from wsdemo.lab import conformance
from wsdemo.lab.conformance.case import Case, Role, Severity
from wsdemo.lab.conformance.cases import CHAPTERS
from wsdemo.lab.conformance.picture import draw
from wsdemo.lab.conformance.result import Result

__all__ = ["Setup", "main"]

USAGE = 2  # the exit code of every command line that is wrong
STYLES = {Severity.MUST: "red", Severity.SHOULD: "yellow", Severity.MAY: "dim"}


class BadFile(LocalError):
    """A file that an option names is not what it should be."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What to check, and how to tell.

    `target` is a URL, or with `client` a command. `cases` chooses, `ladders` is how many exchanges
    to draw. `strict` lets a "should" decide the exit code, too.
    """

    target: str
    client: bool = False
    cases: str = ""
    jobs: int = 8
    patience: float = 5.0
    tls: ssl.SSLContext | None = None
    fields: tuple[str, ...] = ()
    as_json: bool = False
    ladders: int = 0
    strict: bool = False
    quiet: bool = False


def main(setup: Setup, *, listing: bool, explain: str, ca: Path | None, insecure: bool) -> int:
    """Do what the command line says, and return the exit code.

    What keeps the suite from running is one line on standard error.
    """
    try:
        if explain:
            print(_explained(conformance.find(explain)))
            return 0
        if listing:
            Console(highlight=False).print(_listing(conformance.select(setup.cases)))
            return 0
        if not setup.target:
            raise conformance.UnknownCase("name a URL, or with --client a command")
        return _run(replace(setup, tls=_context(ca, insecure=insecure)))
    except conformance.CheckError as error:
        return _complain(error, error.exit_code)
    except (conformance.UnknownCase, BadFile) as error:
        return _complain(error, USAGE)


def _complain(error: Exception, code: int) -> int:
    print(f"wsdemo: {error}", file=sys.stderr)
    return code


def _run(setup: Setup) -> int:
    """Run the suite and print what came of it.

    Returns:
        The exit code: 0 if every "must" holds, 1 if not.

    Raises:
        CheckError: The suite cannot run; it has the exit code.
        UnknownCase: There are no such cases.
    """
    role = Role.CLIENT if setup.client else Role.SERVER
    cases = conformance.select(setup.cases, role)
    report = asyncio.run(_checked(setup, cases))
    if setup.as_json:
        print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        _print(report, setup)
    shoulds = setup.strict and report.failures(Severity.SHOULD)
    return 0 if report.conforms and not shoulds else 1


async def _checked(setup: Setup, cases: Sequence[Case]) -> conformance.Report:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    still = setup.quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=still) as progress:
        task = progress.add_task("checking", total=len(cases))
        failed = 0

        def told(result: Result) -> None:
            nonlocal failed
            failed += result.fatal
            words = f"{failed} failed" if failed else "checking"
            progress.update(task, advance=1, description=words)

        if setup.client:
            return await conformance.check_client(
                setup.target, cases, patience=setup.patience, told=told
            )
        return await conformance.check(
            setup.target,
            cases,
            jobs=setup.jobs,
            patience=setup.patience,
            tls=setup.tls,
            fields=setup.fields,
            told=told,
        )


def _print(report: conformance.Report, setup: Setup) -> None:
    console = Console(highlight=False)
    console.print(_chapters(report))
    if report.failed:
        console.print(_faults(report))
    drawn = [result for result in report.failed if result.pieces and result.fatal]
    for result in drawn[: setup.ladders]:
        console.print(f"\n[bold]{escape(str(result.case))}[/]: {escape(result.words)}")
        console.print(f"{result.case.why}\n", style="dim", markup=False)
        console.print(repr(draw(result)), markup=False, no_wrap=True, crop=False)
    if len(drawn) > setup.ladders:
        more = len(drawn) - setup.ladders
        plural = "" if more == 1 else "s"
        console.print(f"\n{more} more exchange{plural}: --ladders {len(drawn)}, or --cases NUMBER")
    good = report.conforms
    console.print(f"\n[{'green' if good else 'red'} bold]{escape(report.summary)}[/]")


def _chapters(report: conformance.Report) -> Table:
    made = report.chapters()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", *made.headers):
        table.add_column(name, justify="left" if name in ("", "chapter") else "right")
    for at, row in enumerate(made.rows):
        mark = made.marks.get(at, "ok")
        style = {"ok": "green", "warn": "yellow", "bad": "red"}[mark]
        sign = {"ok": "✓", "warn": "!", "bad": "✗"}[mark]
        table.add_row(f"[{style}]{sign}[/]", *("–" if cell is None else str(cell) for cell in row))
    return table


def _faults(report: conformance.Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", title_justify="left")
    for name in ("case", "", "about", "what was wrong"):
        table.add_column(name, overflow="fold")
    for result in report.failed:
        severity = result.case.severity
        words = (result.case.number, severity.value, result.case.name, result.words)
        table.add_row(*map(escape, words), style=STYLES[severity])
    return table


def _listing(cases: Sequence[Case]) -> Table:
    """Table cases: number, severity, for whom, what about, and where it is written."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("case", "", "for", "about", "source"):
        table.add_column(name)
    chapter = 0
    for case in cases:
        if case.order[0] != chapter:
            chapter = case.order[0]
            table.add_row(
                f"[bold]{chapter}[/]", "", "", f"[bold]{escape(CHAPTERS[chapter])}[/]", ""
            )
        who = "both" if len(case.roles) == 2 else next(iter(case.roles)).value
        words = (case.number, case.severity.value, who, case.name, case.why.section)
        table.add_row(*map(escape, words))
    return table


def _explained(case: Case) -> str:
    """Say all there is to say about a case."""
    who = "servers and clients" if len(case.roles) == 2 else f"{next(iter(case.roles)).value}s"
    lines = [
        f"{case.number}  {case.name}",
        f"a “{case.severity.value}”, for {who}",
        "",
        *_part("sent", [*case.opening(), *case.sent()]),
        *_part("wanted", [str(case.want)]),
        *_part("because", [str(case.why), case.why.url]),
        *_part("note", [case.note] if case.note else []),
    ]
    return "\n".join(lines).rstrip()


def _part(name: str, lines: Sequence[str]) -> list[str]:
    heads = [name, *[""] * len(lines)]
    return [f"{head:<8} {line}" for head, line in zip(heads, lines, strict=False) if line]


def _context(ca: Path | None, *, insecure: bool) -> ssl.SSLContext | None:
    """Make the context for TLS that the options ask for; None for the usual one.

    Raises:
        BadFile: The file with certificates can't be read, or has none in it.
    """
    if ca is None and not insecure:
        return None
    try:
        made = ssl.create_default_context(cafile=ca)
    except OSError as error:  # ssl.SSLError, for a file without certificates, is one
        raise BadFile(f"{ca}: {error.strerror or error}") from error
    if insecure:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made
