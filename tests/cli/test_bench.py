"""`wsdemo bench`, run as a person would: on reports that are there, and once for real."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.lab.bench.reports import ECHO, FAN, report
from wsdemo.cli.commands import app
from wsdemo.lab.bench.peers import PEERS
from wsdemo.lab.bench.stored import from_json, to_json

PLAIN = {"NO_COLOR": "1", "COLUMNS": "120"}


@dataclass(frozen=True)
class Done:
    """What the command has printed, and how it ended."""

    exit_code: int
    stdout: str
    stderr: str


def bench(*words: str | Path) -> Done:
    """Run the command here."""
    result = CliRunner(env=PLAIN).invoke(app, ["bench", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a report that nobody has measured."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(to_json(report())), "utf-8")
    return path


def test_it_measures_servers_in_processes_of_their_own() -> None:
    """A round of a tenth of a second tells that all of it works, and no more."""
    words = ("--workload", ECHO.name, "--peer", "tcp,scratch", "--rounds", "1", "--seconds", "0.1")
    done = bench(*words, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    made = from_json(json.loads(done.stdout))
    assert [(row.workload, row.peer) for row in made.rows] == [(ECHO, "scratch"), (ECHO, "tcp")]
    assert all(len(row.samples) == 1 and row.rate > 0 for row in made.rows)


def test_nothing_measured_is_a_failure() -> None:
    """The one peer has no answer to the one workload."""
    done = bench("--workload", ECHO.name, "--peer", "sendall", "--rounds", "1")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("wsdemo: nothing was measured. ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--workload", "shout"], "there is no workload 'shout'; see wsdemo bench --list"),
        (["--peer", "scratch,nginx"], "no peer nginx; there are scratch, "),
        (["--json", "--markdown"], "choose one of --json and --markdown"),
        (["--read", "missing.json"], "--read: No such file or directory: missing.json"),
        (["--read", __file__], "is no report of wsdemo bench --json"),
        (["--plot", __file__], "--plot: "),
    ],
)
def test_what_cannot_run_is_one_line(words: list[str], told: str) -> None:
    """Before anything is measured."""
    done = bench(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("wsdemo: ")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_json_that_is_no_report_is_refused(tmp_path: Path) -> None:
    """With the name of the file."""
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    done = bench("--read", other)
    assert done.exit_code == 2
    assert f"--read: {other} is no report" in done.stderr


def test_a_report_can_be_read_again(file: Path) -> None:
    """To the last digit."""
    assert from_json(json.loads(bench("--read", file, "--json").stdout)) == report()


def test_tables_are_the_usual_answer(file: Path) -> None:
    """And the goals at the end."""
    done = bench("--read", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Fan-out: µs of the server's CPU time for each delivery" in done.stdout
    words = " ".join(done.stdout.split())
    assert "✓ scratch 0.5 × websockets 0.25 met" in words


def test_markdown_is_for_the_readme(file: Path) -> None:
    """Nothing but that."""
    assert bench("--read", file, "--markdown").stdout.startswith("Measured on 2026-11-26: ")


def test_pictures_come_beside_the_tables(file: Path, tmp_path: Path) -> None:
    """How many is told on standard error, unless nobody wants to know."""
    folder = tmp_path / "plots"
    done = bench("--read", file, "--plot", folder)
    assert done.stderr == f"wsdemo: 4 pictures in {folder}\n"
    assert len(list(folder.glob("*.png"))) == 4
    assert bench("--read", file, "--plot", folder, "--quiet").stderr == ""


def test_workloads_and_peers_are_listed() -> None:
    """Those that are chosen, with what keeps a peer from running here."""
    lines = bench("--list", "--workload", "to 1,000", "--peer", "tcp,sendall").stdout.splitlines()
    assert [line.rpartition("µs")[0].strip() for line in lines[1:3]] == [
        FAN.name,
        "fan-out of 10 messages at once to 1,000",
    ]
    assert [line.split()[0] for line in lines[-2:]] == ["sendall", "tcp"]
    every = bench("--list").stdout
    assert all(peer.name in every for peer in PEERS)
