"""Run the notebooks as a learner would, and write them in one normal form.

    python -m tests.course notebooks/*.ipynb            # run, normalise, write (`make notebooks`)
    python -m tests.course --check notebooks/*.ipynb    # the same, but only say what would change

Outputs are committed, so a run must change as little as the code did. Of every cell the outputs
on disk are kept when the new ones say the same: for an exact cell, when nbval would find them
equal; for a measured one (tag `nbval-ignore-output`), when its source is the one that was
committed. `--fresh` takes all outputs anew.

Leaves out the normal form (`tests.normal_form`) and the style rules (`tests.notebook_style`).
"""

import argparse
import copy
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager

from tests import normal_form

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
CELL_TIMEOUT = 60  # seconds, as in the options of nbval
MEASURED = "nbval-ignore-output"

# What a shell may say that changes what a cell prints.
_UNWANTED = (
    "PYTHON",
    "JUPYTER",
    "JPY_",
    "IPYTHON",
    "MPL",
    "WSDEMO_",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which a notebook's outputs do not depend on the machine.

    Args:
        folder: An empty folder for what the kernel would write to the learner's own.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    return env | {
        "IPYTHONDIR": str(folder / "ipython"),
        "WSDEMO_HOME": str(folder / "wsdemo"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def execute(notebook: Any, folder: Path) -> Any:
    """Run every cell in a fresh kernel and return a copy of the notebook with the new outputs.

    The kernel is the one nbval starts, from this very Python, whatever the learner has installed.

    Args:
        notebook: What nbformat read.
        folder: Where the kernel runs: a notebook's own folder.

    Raises:
        CellExecutionError: A cell without the tag `raises-exception` raised.
        ValueError: A cell with that tag did not.
    """
    done = copy.deepcopy(notebook)
    for cell in done.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    manager = AsyncKernelManager(
        kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
    )
    silent: list[str] = []

    def note(cell: Any, cell_index: int, execute_reply: Any) -> None:
        raised = execute_reply["content"]["status"] == "error"
        if normal_form.has_tag(cell, "raises-exception") and not raised:
            silent.append(cell.id)

    client = NotebookClient(
        done,
        km=manager,
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        on_cell_executed=note,
        resources={"metadata": {"path": str(folder)}},
    )
    with tempfile.TemporaryDirectory() as scratch:
        # The manager is ours, so ending the kernel has to be asked for; its log is no output.
        client.execute(cleanup_kc=True, env=environment(Path(scratch)), stderr=subprocess.DEVNULL)
    if silent:
        raise ValueError(f"tagged raises-exception, but raised nothing: {', '.join(silent)}")
    return done


def refreshed(old: Any, new: Any, committed: Any | None, same: Callable[[Any, Any], bool]) -> Any:
    """Return the new notebook, with the old outputs wherever they still say the same.

    Args:
        old: The notebook on disk, normalised.
        new: The same cells after a run, normalised.
        committed: The notebook as last committed, or None if it never was.
        same: Whether the outputs of two exact cells are equal.
    """
    result = copy.deepcopy(new)
    sources = {cell.id: cell.source for cell in committed.cells} if committed else {}
    for before, after in zip(old.cells, result.cells, strict=True):
        if after.cell_type != "code" or before.execution_count is None:
            continue
        if normal_form.has_tag(after, MEASURED):
            keep = sources.get(after.id) == after.source
        else:
            keep = same(before, after)
        if keep:
            after.outputs = before.outputs
    return result


def committed(path: Path) -> Any | None:
    """Return the notebook as last committed, or None if it never was."""
    command = ["git", "show", f"HEAD:./{path.name}"]
    shown = subprocess.run(command, cwd=path.parent, capture_output=True, check=False)
    if shown.returncode:
        return None
    return nbformat.reads(shown.stdout.decode(), as_version=4)


def run(path: Path, *, fresh: bool = False) -> str:
    """Run a notebook and return the text that its file should have.

    Args:
        path: The notebook.
        fresh: Take all outputs anew, measured ones and such as differ in a port only.
    """
    old = normal_form.normalise(nbformat.read(path, as_version=4), path)
    new = normal_form.normalise(execute(old, path.parent), path)
    if not fresh:
        new = refreshed(old, new, committed(path), normal_form.same_outputs)
    return normal_form.text(new)


def filled(notebook: Any, solution: Callable[[str], str]) -> Any:
    """Return a copy in which every blank exercise is solved.

    Args:
        notebook: What nbformat read.
        solution: From the name of an exercise to the source of its solution.
    """
    done = copy.deepcopy(notebook)
    for cell in done.cells:
        if cell.cell_type == "code" and normal_form.has_tag(cell, "exercise"):
            cell.source = solution(cell.id.removeprefix("exercise-"))
    return done


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the notebooks named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.course", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the course")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; 1 if a file would change"
    )
    parser.add_argument("--fresh", action="store_true", help="take all outputs anew")
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    return max(
        [_update(path, check=options.check, fresh=options.fresh) for path in paths], default=0
    )


def _update(path: Path, *, check: bool, fresh: bool) -> int:
    before = path.read_text(encoding="utf-8")
    try:
        after = run(path, fresh=fresh)
    except (CellExecutionError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    if before == after:
        print(f"{path}: unchanged")
        return 0
    if check:
        print(f"{path}: would change in {', '.join(normal_form.differing(before, after))}")
        return 1
    # Not through a half-written file: JupyterLab may have it open.
    fresh_file = path.with_name(f".{path.name}.new")
    fresh_file.write_text(after, encoding="utf-8", newline="\n")
    fresh_file.replace(path)
    print(f"{path}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
