"""The bench as a whole, with few connections and hardly any time."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.bench.fakes import few
from wsdemo.lab.bench import golang
from wsdemo.lab.bench.machine import described
from wsdemo.lab.bench.measuring import fitting, measure
from wsdemo.lab.bench.results import Report
from wsdemo.lab.bench.workloads import Kind, Workload, idle

SECONDS = 0.001
Steps = list[tuple[int, int, str]]
Replace = Callable[[str], None]

# Servers that do not do what they should.
LISTEN = "import socket, sys; s = socket.create_server(('127.0.0.1', 0)); "
TELL = "print(s.getsockname()[1], flush=True); c, _ = s.accept(); c.recv(4096); "
NO_START = "raise SystemExit('no such luck')"
DIES = LISTEN + TELL + "sys.exit('out of breath')"
LIES = LISTEN + TELL + "c.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n'); sys.stdin.read()"


def _measured(*peers: str, workload: Workload, rounds: int = 1) -> tuple[Report, Steps]:
    steps: Steps = []

    def progress(done: int, total: int, what: str) -> None:
        steps.append((done, total, what))

    report = measure([workload], peers, rounds=rounds, seconds=SECONDS, progress=progress)
    return report, steps


def test_every_round_goes_through_all_peers() -> None:
    """What disturbs the machine for a while disturbs all of them."""
    report, steps = _measured("tcp", "websockets", workload=few(), rounds=2)
    names = ["few: websockets", "few: tcp"] * 2
    assert steps == [(n, 4, name) for n, name in enumerate([*names, "done"])]
    assert [(row.peer, len(row.samples)) for row in report.rows] == [("websockets", 2), ("tcp", 2)]
    assert report.machine == described()


def test_memory_is_measured_once() -> None:
    """It is no matter of time."""
    report, steps = _measured("tcp", workload=few(Kind.IDLE), rounds=3)
    assert len(steps) == 2
    (row,) = report.rows
    assert len(row.samples) == 1
    assert row.rate == 0


def test_a_peer_that_cannot_do_it_is_not_asked() -> None:
    """It has no row, and the others do."""
    report, steps = _measured("sendall", "tcp", workload=few())
    assert [row.peer for row in report.rows] == ["tcp"]
    assert len(steps) == 2


def test_a_crowd_is_no_larger_than_may_be() -> None:
    """There must be some descriptors left for the rest."""
    assert fitting(idle(10_000), None) == idle(10_000)
    assert fitting(idle(10_000), 20_000) == idle(10_000)
    assert fitting(idle(10_000), 1024).connections == 924
    assert fitting(idle(10_000), 1024).name == idle(10_000).name


def test_nothing_is_measured_in_no_time() -> None:
    """Nor is anybody whom nobody knows."""
    with pytest.raises(ValueError, match="measure nothing"):
        _measured("tcp", workload=few(), rounds=0)
    with pytest.raises(ValueError, match="no peer nobody"):
        _measured("nobody", workload=few())


def test_a_machine_without_go_does_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a line that says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    report, _ = _measured("gorilla", "tcp", workload=few())
    assert [row.peer for row in report.rows] == ["tcp"]
    assert any(note.startswith("gorilla was left out: no Go on PATH") for note in report.notes)


@pytest.fixture
def instead_of_gorilla(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Replace:
    """Put a "go" on the PATH that builds whatever a test wants."""
    (tmp_path / golang.PACKAGE).mkdir(parents=True)
    monkeypatch.setenv("WSDEMO_GOPATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    def write(code: str) -> None:
        built, go = tmp_path / "built", tmp_path / "go"
        built.write_text(f"#!{sys.executable}\n{code}\n", "utf-8")
        built.chmod(0o755)
        go.write_text(f'#!/bin/sh\ncp "{built}" "$3"\n', "utf-8")  # go build -o PROGRAM
        go.chmod(0o755)

    return write


@pytest.mark.skipif(os.name == "nt", reason="its go is a shell script")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        (NO_START, "its process ended (no such luck)"),
        (DIES, "(out of breath)"),
        (LIES, "the opening handshake was answered with b'HTTP/1.1 200 OK"),
    ],
)
def test_a_peer_that_fails_is_named_and_the_others_go_on(
    instead_of_gorilla: Replace, code: str, words: str
) -> None:
    """Whether it does not start, dies, or answers wrongly: it has no figures."""
    instead_of_gorilla(code)
    report, steps = _measured("gorilla", "tcp", workload=few(), rounds=2)
    assert [(row.peer, len(row.samples)) for row in report.rows] == [("tcp", 2)]
    (note,) = [note for note in report.notes if note.startswith("few: gorilla was left out: ")]
    assert words in note
    assert steps[-1] == (4, 4, "done")
