"""What the tests share: an option for pictures, and small notebooks made up on the spot."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

MakeNotebook = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--screenshots=DIR`, for whoever wants to see what the browser saw."""
    parser.addoption("--screenshots", metavar="DIR", help="keep the browser tests' pictures here")


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """Write a notebook from `(id, source, *tags)` for each cell; the id `md-…` means prose."""

    def make(*cells: Sequence[str], name: str = "02_shake_hands.ipynb") -> Path:
        path = tmp_path / name
        notebook = new_notebook(cells=[_cell(*cell) for cell in cells])
        nbformat.write(notebook, path)
        return path

    return make


def _cell(cell_id: str, source: str, *tags: str) -> Any:
    kind: Any = new_markdown_cell if cell_id.startswith("md-") else new_code_cell
    cell = kind(source, id=cell_id)
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell
