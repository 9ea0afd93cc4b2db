"""`wsdemo bench`: what servers cost under the same load, from a terminal.

A progress bar on standard error, the report on standard output: as tables, as Markdown, or as
JSON, which can be read again. Leaves out the bench, which is `wsdemo.lab.bench`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from wsdemo.errors import LocalError
from wsdemo.lab.bench import golang
from wsdemo.lab.bench.faces import for_markdown, for_terminal
from wsdemo.lab.bench.measuring import measure
from wsdemo.lab.bench.peers import GORILLA, PEERS, Peer
from wsdemo.lab.bench.results import Report
from wsdemo.lab.bench.selection import UnknownName, choose_peers, choose_workloads
from wsdemo.lab.bench.stored import BadReport, from_json, to_json
from wsdemo.lab.bench.workloads import Workload, workloads

__all__ = ["Setup", "main"]

NOTHING, USAGE = 1, 2  # exit codes

# Rounds and seconds of each: what fits into two minutes, and what makes medians steady.
QUICK, FULL = (3, 0.3), (5, 1.0)


class BadUsage(LocalError):
    """The options make no sense together, or name a file that is not what it should be."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What to measure, and how to tell.

    `workload` and `peer` choose by name; `rounds` and `seconds` are None for the usual. `read`
    names a report to show instead of measuring. `plot` is a folder for pictures.
    """

    quick: bool = False
    workload: str = ""
    peer: str = ""
    rounds: int | None = None
    seconds: float | None = None
    read: Path | None = None
    as_json: bool = False
    markdown: bool = False
    plot: Path | None = None
    quiet: bool = False


def main(setup: Setup, *, listing: bool) -> int:
    """Do what the command line says, and return the exit code.

    What keeps the bench from running is one line on standard error.
    """
    try:
        if setup.as_json and setup.markdown:
            raise BadUsage("choose one of --json and --markdown")
        chosen = choose_workloads(setup.workload, workloads(setup.quick))
        peers = choose_peers(setup.peer)
        if listing:
            Console(highlight=False).print(_listed_workloads(chosen), "", _listed_peers(peers))
            return 0
        _make_folder(setup.plot)  # what can't be written is better known before it is measured
        report = _read(setup.read) if setup.read else _measured(setup, chosen, peers)
    except (UnknownName, BadReport, BadUsage) as error:
        return _complain(error, USAGE)
    if not report.rows:
        return _complain(LocalError(f"nothing was measured. {' '.join(report.notes)}"), NOTHING)
    _tell(report, setup)
    return 0


def _complain(error: Exception, code: int) -> int:
    print(f"wsdemo: {error}", file=sys.stderr)
    return code


def _make_folder(folder: Path | None) -> None:
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadUsage(f"--plot: {error.strerror or error}: {folder}") from error


def _read(file: Path) -> Report:
    try:
        return from_json(json.loads(file.read_bytes()))
    except OSError as error:
        raise BadUsage(f"--read: {error.strerror or error}: {file}") from error
    except (ValueError, BadReport) as error:
        raise BadUsage(f"--read: {file} is no report of wsdemo bench --json ({error})") from error


def _measured(setup: Setup, chosen: tuple[Workload, ...], peers: tuple[Peer, ...]) -> Report:
    rounds, seconds = QUICK if setup.quick else FULL
    columns = (
        BarColumn(30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    still = setup.quiet or not console.is_terminal
    # A bar that draws itself anew all the time takes that time from what is measured.
    with Progress(
        *columns, console=console, transient=True, disable=still, auto_refresh=False
    ) as progress:
        task = progress.add_task("starting", total=None)
        progress.refresh()

        def told(done: int, total: int, words: str) -> None:
            progress.update(task, completed=done, total=total, description=escape(words))
            progress.refresh()

        return measure(
            chosen,
            [peer.name for peer in peers],
            rounds=setup.rounds or rounds,
            seconds=setup.seconds or seconds,
            progress=told,
        )


def _tell(report: Report, setup: Setup) -> None:
    if setup.as_json:
        print(json.dumps(to_json(report), indent=2, ensure_ascii=False))
    elif setup.markdown:
        print(for_markdown(report), end="")
    else:
        Console(highlight=False).print(for_terminal(report), crop=False)
    if setup.plot is not None:
        from wsdemo.lab.bench.plots import save  # matplotlib takes a moment

        files = save(report, setup.plot)
        if not setup.quiet:
            print(f"wsdemo: {len(files)} pictures in {setup.plot}", file=sys.stderr)


def _listed_workloads(chosen: tuple[Workload, ...]) -> Table:
    table = _table("workload", "cost", "connections")
    for workload in chosen:
        table.add_row(*map(escape, (workload.name, workload.unit, f"{workload.connections:,}")))
    return table


def _listed_peers(peers: tuple[Peer, ...]) -> Table:
    """Table the peers, with what keeps one from running here."""
    table = _table("peer", "workloads", "here")
    for peer in peers:
        kinds = "all" if peer.kinds == PEERS[0].kinds else ", ".join(sorted(peer.kinds))
        missing = golang.missing() if peer.name == GORILLA else peer.missing()
        table.add_row(*map(escape, (peer.name, kinds, missing or "yes")))
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(
            name, overflow="fold", justify="right" if name == "connections" else "left"
        )
    return table
