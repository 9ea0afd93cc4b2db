"""make sets up once, with whichever Python is new enough, and says so when none is."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKE = shutil.which("make")

pytestmark = pytest.mark.skipif(
    MAKE is None or sys.platform == "win32", reason="no make; see the README for its equivalents"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What make reads of a clone, and an empty folder for programs."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "bin").mkdir()
    return tmp_path


def _program(clone: Path, name: str, script: str) -> None:
    path = clone / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _make(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run make where the only programs are those of the test."""
    return subprocess.run(
        [MAKE or "make", *words],
        cwd=clone,
        env={"PATH": str(clone / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", ["exit 1", "exit 127"])
def test_too_old_a_python_is_one_line(clone: Path, script: str) -> None:
    """Whether it is old or only a shim with nothing behind it, the line says what to do."""
    _program(clone, "python3", script)
    done = _make(clone, ".venv/bin/python")
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "wsdemo needs Python 3.11 or newer" in done.stderr
    assert "make lab PYTHON=/path/to/python3.12" in done.stderr


@pytest.mark.parametrize("name", ["python3", "python", "python3.12"])
def test_takes_the_first_python_that_is_new_enough(clone: Path, name: str) -> None:
    """Under any of its names; an older one that comes first is passed over."""
    _program(clone, "python3", "exit 1")
    _program(clone, name, "exit 0")
    assert f'"{name}" -m venv' in _make(clone, "-n", ".venv/bin/python").stdout


def test_takes_the_python_that_is_named(clone: Path) -> None:
    """PYTHON=... stands above all."""
    _program(clone, "python3", "exit 0")
    _program(clone, "other", "exit 0")
    assert '"other" -m venv' in _make(clone, "-n", ".venv/bin/python", "PYTHON=other").stdout


@pytest.mark.parametrize(
    ("target", "command"),
    [("lab", "wsdemo.cli lab"), ("test", "pytest"), ("bench", "wsdemo.cli bench")],
)
def test_sets_up_before_the_first_time_only(clone: Path, target: str, command: str) -> None:
    """The second time there is nothing between the command and its work."""
    _program(clone, "python3", "exit 0")
    assert "pip install" in _make(clone, "-n", target).stdout
    (clone / ".venv" / "bin").mkdir(parents=True)
    for name in ("bin/python", f".ready-{target}"):
        (clone / ".venv" / name).touch()
    start = time.perf_counter()
    again = _make(clone, "-n", target).stdout
    assert time.perf_counter() - start < 2
    assert "pip install" not in again
    assert command in again


def test_sets_up_again_when_the_dependencies_change(clone: Path) -> None:
    """A newer pyproject.toml is a reason; nothing else is."""
    _program(clone, "python3", "exit 0")
    (clone / ".venv" / "bin").mkdir(parents=True)
    for name in ("bin/python", ".ready-lab"):
        (clone / ".venv" / name).touch()
    os.utime(clone / "pyproject.toml", (2**31, 2**31))
    assert "pip install" in _make(clone, "-n", "lab").stdout
