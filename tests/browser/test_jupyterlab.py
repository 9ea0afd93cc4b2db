"""Every notebook runs from top to bottom in a real JupyterLab in a real browser."""

from pathlib import Path

import pytest

from tests.browser import chromium, jupyterlab
from tests.conftest import MakeNotebook
from tests.course import NOTEBOOKS
from tests.normal_form import has_tag

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


async def _run(path: Path, browser: str, lab: str, course: Path, pictures: Path) -> dict[str, str]:
    """Run a notebook in the browser; return what is wrong, by the id of the cell."""
    code = jupyterlab.copy_unrun(path, course / path.name)
    async with chromium.launched(browser) as launched:
        page = await launched.new_page(viewport={"width": 1280, "height": 1600})
        shown = await jupyterlab.run_all(page, lab, path.name, len(code))
        await jupyterlab.photograph(page, pictures, path.stem)
        await jupyterlab.shut_down(page)
    faults = {}
    for cell, state in zip(code, shown, strict=True):
        if "[ ]" in state["prompt"]:
            faults[cell.id] = "was not run"
        elif bool(state["errors"]) != has_tag(cell, "raises-exception"):
            faults[cell.id] = "\n".join(state["errors"]) or "shows no error, but promised one"
    return faults


@pytest.mark.browser
@pytest.mark.parametrize("path", PATHS, ids=[path.stem[:2] for path in PATHS])
async def test_run_all_cells(
    path: Path, chromium_path: str, lab: str, course: Path, screenshots: Path
) -> None:
    """All cells run; only those that promise an error show one."""
    assert not await _run(path, chromium_path, lab, course, screenshots)


@pytest.mark.browser
async def test_faults_are_found(
    make_notebook: MakeNotebook, chromium_path: str, lab: str, course: Path, screenshots: Path
) -> None:
    """The test above would notice: a promised error that stays away, one that nobody promised."""
    path = make_notebook(
        ("fine", "1 + 1"),
        ("promised", "raise ExceptionGroup('two', [ValueError()])", "raises-exception"),
        ("broken-promise", "1 / 1", "raises-exception"),
        ("error", "1 / 0"),
        ("after-the-error", "1 + 1"),
        name="99_try_faults.ipynb",
    )
    found = await _run(path, chromium_path, lab, course, screenshots)
    assert list(found) == ["broken-promise", "error", "after-the-error"]
    assert "ZeroDivisionError" in found["error"]
