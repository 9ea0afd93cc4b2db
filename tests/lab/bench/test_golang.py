"""The peer in Go: what is missing is said, and what is there is built and measured."""

import os
from pathlib import Path

import pytest

from tests.lab.bench.fakes import SHORT
from tests.test_go import require_go
from wsdemo.errors import LocalError
from wsdemo.lab.bench import golang
from wsdemo.lab.bench.generator import Generator
from wsdemo.lab.bench.job import Job
from wsdemo.lab.bench.processes import ServerProcess
from wsdemo.lab.bench.workloads import Workload


def _go_on(path: Path) -> dict[str, str]:
    """Put something by the name of go on a PATH that has nothing else."""
    program = path / ("go.exe" if os.name == "nt" else "go")
    program.write_text("#!/bin/sh\necho no such luck >&2\nexit 1\n", "ascii")
    program.chmod(0o755)
    return {"PATH": str(path)}


def test_a_machine_without_go_says_so(tmp_path: Path) -> None:
    """And what to do."""
    env = {"PATH": str(tmp_path)}
    assert str(golang.missing(env)).startswith("no Go on PATH; on Debian, apt install golang-go")
    with pytest.raises(LocalError, match="no Go on PATH"):
        golang.build(tmp_path, env)


def test_a_machine_without_gorilla_says_so(tmp_path: Path) -> None:
    """And where it was looked for."""
    env = _go_on(tmp_path) | {"WSDEMO_GOPATH": str(tmp_path / "nowhere")}
    assert f"no gorilla/websocket in {tmp_path / 'nowhere'}" in str(golang.missing(env))


@pytest.mark.skipif(os.name == "nt", reason="its go is a shell script")
def test_what_go_says_to_a_failure_is_told(tmp_path: Path) -> None:
    """On one line."""
    (tmp_path / golang.PACKAGE).mkdir(parents=True)
    env = _go_on(tmp_path) | {"WSDEMO_GOPATH": str(tmp_path)}
    with pytest.raises(LocalError, match="Go can't build it: no such luck"):
        golang.build(tmp_path, env)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server, built once."""
    require_go()
    return golang.build(tmp_path_factory.mktemp("gorilla"))


@pytest.mark.parametrize("workload", SHORT)
def test_it_does_every_job(program: Path, workload: Workload) -> None:
    """And every answer is right."""
    with ServerProcess([str(program), *Job.of(workload).words]) as server:
        sample = Generator().measure(server.pid, server.port, workload, 0.0, False)
        assert sample.rate > 0
        assert server.memory() > 0
