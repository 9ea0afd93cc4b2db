"""The notebooks of the course, as committed: style, form, and exercises blank and solved.

That they run, and show what they showed, is nbval's to test (`pytest notebooks`): the exercises
are blank there.
"""

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests import course, normal_form
from tests.course import NOTEBOOKS
from tests.notebook_page import Page
from tests.notebook_style import faults
from wsdemo import lab
from wsdemo.lab import exercises

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))

every_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem[:2] for path in PATHS])


@every_notebook
def test_follows_the_style(path: Path) -> None:
    """Structure, lengths, ids, navigation, pictures, executed cells: a sentence per fault."""
    found = faults(Page(path, nbformat.read(path, as_version=4)))
    assert not found, "\n".join(["", path.name, *(f"  - {fault}" for fault in found)])


@every_notebook
def test_is_in_normal_form(path: Path) -> None:
    """`make notebooks` writes it: no trace of a machine, a kernel or a moment."""
    text = path.read_text(encoding="utf-8")
    normal = normal_form.text(normal_form.normalise(nbformat.reads(text, as_version=4), path))
    assert text == normal, f"not normalised: {normal_form.differing(text, normal)}; make notebooks"


def _cells(notebook: Any) -> dict[str, Any]:
    return {cell.id: cell for cell in notebook.cells}


@every_notebook
def test_has_its_exercises_as_they_are_set(path: Path) -> None:
    """Every exercise of this notebook is in it, its stub to the letter, and is checked after it."""
    cells = _cells(nbformat.read(path, as_version=4))
    set_here = [lab.exercise(name) for name in exercises.names()]
    mine = {exercise.cell_id: exercise for exercise in set_here if exercise.notebook == path.stem}
    assert {cell_id for cell_id in cells if cell_id.startswith("exercise-")} == set(mine)
    for cell_id, exercise in mine.items():
        assert cells[cell_id].source == exercise.stub.strip("\n"), cell_id
        check = cells[f"check-{cell_id.removeprefix('exercise-')}"]
        assert f'lab.exercise("{exercise.name}").check({exercise.subject})' in check.source


@every_notebook
def test_runs_with_the_solutions_filled_in(path: Path) -> None:
    """What a learner has at the end runs from top to bottom, and every check passes."""
    blank = nbformat.read(path, as_version=4)
    solved = course.filled(blank, lambda name: str(lab.exercise(name).answer))
    shown = _cells(course.execute(solved, path.parent))
    for cell_id in (cell_id for cell_id in shown if cell_id.startswith("exercise-")):
        outputs = str(shown[cell_id.replace("exercise-", "check-")].outputs)
        assert ": all " in outputs, f"{cell_id} is solved, and its check says {outputs}"


@every_notebook
@pytest.mark.skipif(os.environ.get("WSDEMO_ALL") != "1", reason="takes two more runs; WSDEMO_ALL=1")
def test_two_runs_show_the_same(path: Path) -> None:
    """`make notebooks` run twice changes no byte of an exact cell: not its colours, not a pixel.

    Nbval compares with what is committed, which may come from another version of a library, and
    so leaves the looks out.
    """
    blank = nbformat.read(path, as_version=4)
    one, other = (normal_form.normalise(course.execute(blank, path.parent), path) for _ in range(2))
    pairs = zip(one.cells, other.cells, strict=True)
    exact = [
        pair
        for pair in pairs
        if pair[0].cell_type == "code" and not normal_form.has_tag(pair[0], course.MEASURED)
    ]
    assert not [before.id for before, after in exact if not normal_form.same_outputs(before, after)]
