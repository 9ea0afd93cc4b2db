"""Notebooks are run in a clean kernel, and a second run changes nothing that need not change."""

import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tests import course
from tests.conftest import MakeNotebook


def _outputs(path: Path) -> dict[str, str]:
    cells = nbformat.read(path, as_version=4).cells
    return {cell.id: str(cell.outputs) for cell in cells if cell.cell_type == "code"}


def test_a_second_run_changes_no_byte(make_notebook: MakeNotebook) -> None:
    """What nbval calls equal, an address say, keeps its committed output."""
    path = make_notebook(("md-title", "# Try"), ("address", "object()"), ("sum", "1 + 1"))
    course.main([str(path)])
    first = path.read_bytes()
    course.main([str(path)])
    assert path.read_bytes() == first
    assert course.main(["--check", str(path)]) == 0


def test_a_measured_cell_keeps_its_committed_output(make_notebook: MakeNotebook) -> None:
    """A number that differs every time is no reason for a commit, unless the cell was edited."""
    clock = "import time\ntime.perf_counter_ns()"
    path = make_notebook(
        ("kept", clock, "nbval-ignore-output"), ("edited", clock, "nbval-ignore-output")
    )
    course.main([str(path)])
    _commit(path)
    first = _outputs(path)
    path.write_text(path.read_text().replace("_ns()", "_ns() + 1").replace("_ns() + 1", "_ns()", 1))
    course.main([str(path)])
    second = _outputs(path)
    assert second["kept"] == first["kept"]
    assert second["edited"] != first["edited"]


def _commit(path: Path) -> None:
    who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "Try"]):
        subprocess.run(["git", *command], cwd=path.parent, check=True)


def test_fresh_takes_every_output_anew(make_notebook: MakeNotebook) -> None:
    """With `--fresh`, even an address is the one of this run."""
    path = make_notebook(("address", "object()"))
    path.write_text(course.run(path))
    kept, fresh = course.run(path), course.run(path, fresh=True)
    assert kept == path.read_text() != fresh


def test_check_says_which_cells_would_change(
    make_notebook: MakeNotebook, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` writes nothing and names the cell."""
    path = make_notebook(("md-title", "# Try"), ("sum", "1 + 1"))
    before = path.read_bytes()
    assert course.main(["--check", str(path)]) == 1
    assert "would change in sum" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_an_error_is_reported_and_nothing_written(
    make_notebook: MakeNotebook, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cell that raises ends the run with the error, and the file stays as it was."""
    path = make_notebook(("ratio", "1 / 0"))
    before = path.read_bytes()
    assert course.main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.parametrize("source", ["1 / 0", "raise ExceptionGroup('two', [ValueError()])"])
def test_errors_raise_unless_they_are_on_purpose(make_notebook: MakeNotebook, source: str) -> None:
    """The tag `raises-exception` decides, and it has to be right."""
    untagged = nbformat.read(make_notebook(("wrong", source)), as_version=4)
    with pytest.raises(CellExecutionError):
        course.execute(untagged, Path.cwd())
    tagged = nbformat.read(make_notebook(("wrong", source, "raises-exception")), as_version=4)
    course.execute(tagged, Path.cwd())


def test_a_promised_error_must_come(make_notebook: MakeNotebook) -> None:
    """A cell tagged `raises-exception` that raises nothing fails the run, by name."""
    path = make_notebook(("fine", "1 / 1", "raises-exception"))
    with pytest.raises(ValueError, match="raised nothing: fine"):
        course.execute(nbformat.read(path, as_version=4), path.parent)


def test_the_kernel_runs_in_the_notebooks_folder_and_away_from_the_learner(
    make_notebook: MakeNotebook,
) -> None:
    """Neither the shell nor the learner's own files shape what a cell prints."""
    source = "import os, pathlib\nassert pathlib.Path('02_shake_hands.ipynb').exists()\n"
    source += "assert 'WSDEMO_HOME' in os.environ and 'COLUMNS' not in os.environ"
    path = make_notebook(("where", source))
    course.execute(nbformat.read(path, as_version=4), path.parent)


def test_exercises_are_filled_by_name(make_notebook: MakeNotebook) -> None:
    """A cell tagged `exercise` gets the solution that its id names; others stay as they are."""
    path = make_notebook(("exercise-sum", "...", "exercise"), ("exercise-like", "1"))
    done = course.filled(nbformat.read(path, as_version=4), lambda name: f"# {name}")
    assert [cell.source for cell in done.cells] == ["# sum", "1"]
