"""JupyterLab is started from this very Python, on the first notebook."""

import os
import sys
from pathlib import Path

import pytest

from wsdemo.cli import jupyter
from wsdemo.errors import LocalError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A learner's folder with three files."""
    for name in ("02_shake.ipynb", "00_run.ipynb", "a.ipynb"):
        (tmp_path / name).touch()
    return tmp_path


def test_opens_the_first_notebook(folder: Path) -> None:
    """The one with the lowest number, in its folder, with the Python that has wsdemo."""
    words = jupyter.command(folder)
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert words[3:5] == [
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab/tree/00_run.ipynb",
    ]


def test_opens_a_folder_without_notebooks(tmp_path: Path) -> None:
    """A folder is better than a message about a missing file."""
    assert "--LabApp.default_url=/lab" in jupyter.command(tmp_path)


def test_passes_on_what_was_asked_for(folder: Path) -> None:
    """A port and no browser."""
    words = jupyter.command(folder, browser=False, port=9999)
    assert {"--no-browser", "--port=9999"} <= set(words)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root on Windows")
@pytest.mark.parametrize("user", [0, 1000])
def test_says_so_when_it_is_root(folder: Path, user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab refuses to run as root unless told that it is meant."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in jupyter.command(folder)) == (user == 0)


def test_a_missing_jupyterlab_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says how to get it."""
    monkeypatch.setattr(jupyter, "find_spec", lambda name: None)
    with pytest.raises(LocalError, match="-m pip install jupyterlab"):
        jupyter.command(folder)


def test_prints_a_command_that_can_be_pasted() -> None:
    """A folder with a space in its name is quoted."""
    assert jupyter.shell(["jupyter", "my course"]) in ("jupyter 'my course'", 'jupyter "my course"')


def test_start_becomes_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its exit code is ours, whether it takes our place or runs below us."""
    taken: list[str] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "execv", lambda path, words: taken.extend(words))
    jupyter.start([sys.executable, "-c", ""])
    assert taken == [sys.executable, "-c", ""]
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit) as stop:
        jupyter.start([sys.executable, "-c", "raise SystemExit(3)"])
    assert stop.value.code == 3
