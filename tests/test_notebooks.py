"""The notebooks of the course, as committed: style, form, exercises.

That they run, and show what they showed, is nbval's to test (`pytest notebooks`).
"""

from pathlib import Path

import nbformat
import pytest

from tests import normal_form
from tests.course import NOTEBOOKS
from tests.notebook_page import Page
from tests.notebook_style import faults

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
