"""The live panel in a real JupyterLab: it follows what a cell counts, and its button stops it."""

from pathlib import Path

import pytest

from tests.browser import chromium, jupyterlab
from tests.conftest import MakeNotebook

IMPORTS = "from wsdemo import lab\nfrom wsdemo.metrics import Metrics\nmetrics = Metrics()"
OBSERVE = "for latency in range(1, 1000): metrics.observe(latency / 1e5)"
CELLS = (
    ("start", IMPORTS),
    ("panel", "lab.panel(metrics, 0.1)"),
    ("plot", f"{OBSERVE}\nlab.histogram(metrics.snapshot())"),
    ("later", "metrics.opened()\nmetrics.closed(4321)"),
)


@pytest.mark.browser
async def test_it_follows_and_stops(
    make_notebook: MakeNotebook, chromium_path: str, lab: str, course: Path, screenshots: Path
) -> None:
    """What a later cell counts appears in the output of an earlier one."""
    name = "98_watch.ipynb"
    code = jupyterlab.copy_unrun(make_notebook(*CELLS, name=name), course / name)
    async with chromium.launched(chromium_path) as launched:
        page = await launched.new_page(viewport={"width": 1280, "height": 1600})
        shown = await jupyterlab.run_all(page, lab, name, len(code))
        await page.get_by_text("closed with 4321").wait_for()
        await page.get_by_text("messages per s:").wait_for()
        assert await page.locator(".jp-OutputArea img").count() == 1  # the plot, without pyplot
        await page.get_by_role("button", name="Stop", exact=True).click()
        await page.get_by_role("button", name="Stopped", exact=True).wait_for()
        await page.get_by_text("metrics: rates over all the time").wait_for()
        await jupyterlab.photograph(page, screenshots, "98_watch")
        await jupyterlab.shut_down(page)
    assert not any(state["errors"] for state in shown)
