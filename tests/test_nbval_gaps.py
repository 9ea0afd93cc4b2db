"""What nbval lets pass, `notebooks/conftest.py` fails; what nbval fails, stays failed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent
GROUP = """\
import asyncio

async def fail():
    raise ValueError("lost")

async with asyncio.TaskGroup() as group:
    group.create_task(fail())"""

CELLS = {
    "fine": ("1 + 1", []),
    "failing-group": (GROUP, []),
    "failing-group-on-purpose": (GROUP, ["raises-exception"]),
    "error": ("1 / 0", []),
    "error-on-purpose": ("1 / 0", ["raises-exception"]),
    "no-error-after-all": ("1 / 1", ["raises-exception"]),
    "learner-folder": ("import os; assert 'learner' in os.environ['WSDEMO_HOME']", []),
    "shell": ("assert 'COLUMNS' not in os.environ", []),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outcome of each of CELLS in a real run of pytest with nbval."""
    folder = tmp_path_factory.mktemp("course")
    cells = [
        new_code_cell(source, id=cell_id, metadata={"tags": [*tags, "nbval-ignore-output"]})
        for cell_id, (source, tags) in CELLS.items()
    ]
    nbformat.write(new_notebook(cells=cells), folder / "00_try.ipynb")
    conftest = (ROOT / "notebooks" / "conftest.py").read_text(encoding="utf-8")
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n")
    shown = _pytest(folder)
    outcomes = re.findall(r"::Cell (\d+) (PASSED|FAILED)", shown)
    return {list(CELLS)[int(number)]: outcome for number, outcome in outcomes}


def _pytest(folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-v", "--nbval", "--nbval-current-env", "."]
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=100
    )
    return done.stdout


@pytest.mark.parametrize(
    "cell", ["fine", "failing-group-on-purpose", "error-on-purpose", "learner-folder", "shell"]
)
def test_passes_a_cell_that_does_what_it_says(verdicts: dict[str, str], cell: str) -> None:
    """Errors on purpose pass, and the kernel runs apart from the learner's folder and shell."""
    assert verdicts[cell] == "PASSED"


@pytest.mark.parametrize("cell", ["error", "failing-group", "no-error-after-all"])
def test_fails_a_cell_that_does_not(verdicts: dict[str, str], cell: str) -> None:
    """An error fails the cell even in a group, and so does the lack of one that was promised."""
    assert verdicts[cell] == "FAILED"
