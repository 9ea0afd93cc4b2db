"""The commands, run as a person would, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from wsdemo import __version__
from wsdemo.cli import main


def _wsdemo(*words: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wsdemo.cli", *words],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "100"} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_prints_its_version(tmp_path: Path) -> None:
    """One line, for a bug report."""
    assert _wsdemo("--version", folder=tmp_path).stdout == f"wsdemo {__version__}\n"


def test_lab_copies_the_course_and_prints_the_command(tmp_path: Path) -> None:
    """The default folder is made; with --print-only nothing is started."""
    done = _wsdemo("lab", "--print-only", "--no-browser", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    first = tmp_path / "wsdemo-course" / "00_run_a_server_in_a_notebook.ipynb"
    assert first.exists()
    assert "-m jupyterlab" in done.stdout
    assert "--no-browser" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lab", "taken"], "wsdemo: taken is a file; name a folder for the course\n"),
        (["lab", "taken/below"], "wsdemo: [Errno "),
    ],
)
def test_a_fault_is_one_line(tmp_path: Path, words: list[str], message: str) -> None:
    """No traceback for what the person at the terminal can mend."""
    (tmp_path / "taken").touch()
    done = _wsdemo(*words, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


def test_an_unknown_option_is_a_usage_error(tmp_path: Path) -> None:
    """Exit code 2, as everywhere."""
    assert _wsdemo("lab", "--prot", "1", folder=tmp_path).returncode == 2


def test_doctor_finds_this_installation_healthy(tmp_path: Path) -> None:
    """Everything essential is here, a kernel that imports wsdemo included; a line for each."""
    done = _wsdemo("doctor", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "kernel: starts, and imports wsdemo" in done.stdout
    assert "MISSING" not in done.stdout


def test_doctor_tells_by_its_exit_code(tmp_path: Path) -> None:
    """Something essential is missing: here a kernel, which a broken package keeps from starting."""
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").write_text("raise ImportError('broken')")
    done = _wsdemo("doctor", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "MISSING kernel: " in done.stdout


def test_ctrl_c_while_it_starts_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The imports take a moment, and whoever interrupts them gets a shell's exit code."""

    class Interrupted(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "wsdemo.cli.commands", Interrupted("commands"))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
