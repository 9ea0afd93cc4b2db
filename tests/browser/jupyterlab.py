"""A JupyterLab that knows nothing of the person whose machine it runs on, driven in a browser.

Leaves out saving: what a test wants to know is read from the page, as a learner would.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.async_api import Page

from tests.normal_form import METADATA

START_TIME = 60  # seconds
RUN_TIME = 120_000  # milliseconds: a notebook takes 15 s, on a busy machine thrice that

# No news, no dialog about them; and every cell attached to the page, not only the visible ones.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}

# The state of every code cell, in order: what its prompt says, and the errors among its outputs.
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code')
    .map(cell => ({
        prompt: cell.node.querySelector('.jp-InputPrompt').textContent,
        promised: (cell.model.getMetadata('tags') ?? []).includes('raises-exception'),
        errors: cell.model.outputs.toJSON().flatMap(output =>
            output.output_type === 'error' ? [output.traceback.join('\\n')] :
            /Exception Group Traceback/.test(output.text ?? '') ? [output.text] : []),
    }))"""
# Over when all have run, or an error that no tag promised has stopped the rest. (Between two cells
# the kernel is idle too, and nothing waits yet.)
DONE = f"""count => {{
    const cells = ({CELLS})();
    const ran = cells.filter(cell => /\\[\\d+\\]/.test(cell.prompt));
    const waiting = cells.some(cell => cell.prompt.includes('*'));
    const idle = document.querySelector('#jp-main-statusbar').textContent.includes('| Idle');
    const stopped = ran.some(cell => cell.errors.length > 0 && !cell.promised);
    return idle && !waiting && (ran.length === count || stopped);
}}"""


@contextmanager
def serving(folder: Path, home: Path) -> Iterator[str]:
    """Run JupyterLab on a folder for the length of a block; yield its address with the token.

    Args:
        folder: The notebooks.
        home: An empty folder for all that JupyterLab and the kernels would write to the user's.
    """
    words = ["--no-browser", "--port=0", "--allow-root", "--ServerApp.token=wsdemo"]
    words.append("--expose-app-in-browser")  # window.jupyterapp: the outputs as data, not as HTML
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *words],
        cwd=folder,
        env=_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    timer = threading.Timer(START_TIME, process.kill)
    timer.start()
    try:
        assert process.stderr is not None
        address = _address(process.stderr)
        timer.cancel()
        yield address
    finally:
        timer.cancel()
        process.terminate()
        process.communicate()


def _address(log: Any) -> str:
    """Return the address that the server prints when it is ready; go on reading, unheard."""
    said = []
    for line in log:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            threading.Thread(target=log.read, daemon=True).start()
            return found[0]
    raise RuntimeError(f"JupyterLab did not start:\n{''.join(said[-20:])}")


def _environment(home: Path) -> dict[str, str]:
    settings = home / "settings"
    for name, values in SETTINGS.items():
        (settings / name).parent.mkdir(parents=True, exist_ok=True)
        (settings / name).write_text(json.dumps(values))
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "WSDEMO_HOME": home / "wsdemo",
    }
    return os.environ | {name: str(folder) for name, folder in folders.items()}


def copy_unrun(source: Path, target: Path) -> list[Any]:
    """Copy a notebook without its outputs, so that a prompt tells whether a cell ran.

    Returns:
        The code cells.
    """
    notebook = nbformat.read(source, as_version=4)
    notebook.metadata = nbformat.from_dict(METADATA)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, target)
    return code


async def run_all(page: Page, address: str, name: str, count: int) -> list[Any]:
    """Open a notebook, choose Run → Run All Cells, and wait for the end.

    Args:
        page: A page of the browser.
        address: What `serving` yielded.
        name: The notebook, in the folder that is served.
        count: How many code cells it has.

    Returns:
        For each code cell its prompt and the errors it shows.
    """
    # A workspace of its own: in the common one, the notebooks of earlier tests are opened again.
    workspace = name.partition("_")[0]
    await page.goto(f"{address}/lab/workspaces/{workspace}/tree/{name}?token=wsdemo")
    await page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    await page.wait_for_function(
        "document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')"
    )
    await page.get_by_role("menuitem", name="Run", exact=True).click()
    await page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    await page.wait_for_function(DONE, arg=count, timeout=RUN_TIME)
    return list(await page.evaluate(CELLS))


async def photograph(page: Page, folder: Path, name: str) -> None:
    """Take pictures of the notebook, a screen at a time, from top to bottom."""
    folder.mkdir(parents=True, exist_ok=True)
    panel = page.locator(".jp-WindowedPanel-outer").first
    height, whole = await panel.evaluate("panel => [panel.clientHeight, panel.scrollHeight]")
    for number, top in enumerate(range(0, whole, height)):
        await panel.evaluate("(panel, top) => panel.scrollTo(0, top)", top)
        await page.screenshot(path=folder / f"{name}-{number:02}.png")


async def shut_down(page: Page) -> None:
    """End the notebook's kernel, and with it what the notebook left running."""
    await page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
