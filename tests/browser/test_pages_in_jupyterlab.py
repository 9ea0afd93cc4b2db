"""The pages of the applications in a real JupyterLab: under their cells, in their frames, alive.

Leaves out what a page does, which its own tests tell.
"""

from pathlib import Path

from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser import jupyterlab, pages
from tests.conftest import MakeNotebook

pytestmark = pages.MARKS

NAME = "97_open_pages.ipynb"
CELLS = (
    ("imports", "from wsdemo import lab\nfrom wsdemo.apps.chat import Chat"),
    ("more-imports", "from wsdemo.apps.feed import Feed\nfrom wsdemo.apps.game import Game"),
    ("feed", "feed = await lab.app(Feed)\nlab.page(feed, query='?pattern=A*')"),
    ("chat", "chat = await lab.app(Chat)\nlab.page(chat)"),
    ("game", "game = await lab.app(Game)\nlab.page(game)"),
)
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def test_pages_live_under_their_cells(
    make_notebook: MakeNotebook, browser: Browser, lab: str, course: Path, screenshots: Path
) -> None:
    """All three in one notebook: each connects to its own server, and is of use."""
    code = jupyterlab.copy_unrun(make_notebook(*CELLS, name=NAME), course / NAME)
    page = await browser.new_page(viewport={"width": 1280, "height": 1000})
    try:
        cells = await jupyterlab.run_all(page, lab, NAME, len(code))
        for app, use in (("Feed", _follow_prices), ("Chat", _say_something), ("Game", _play)):
            frame = page.frame_locator(f"iframe[title='the page of {app}']")
            await use(frame)
            await _photograph(page, frame, screenshots, f"97_open_pages-{app.lower()}")
        await jupyterlab.shut_down(page)
    finally:
        await page.close()
    assert not any(cell["errors"] for cell in cells)


async def _photograph(page: Page, frame: FrameLocator, folder: Path, name: str) -> None:
    """Take a picture once the frame is drawn: out of sight a browser doesn't draw it."""
    await frame.owner.scroll_into_view_if_needed()
    await frame.locator("body").evaluate(DRAWN)
    await pages.shoot(page, folder, name)


async def _follow_prices(frame: FrameLocator) -> None:
    await expect(frame.get_by_role("status").first).to_have_text("Live")
    await frame.get_by_label("Symbols").fill("B*")
    await frame.get_by_role("button", name="Subscribe", exact=True).click()
    await expect(frame.get_by_role("button", name="Unsubscribe B*")).to_be_visible()
    first = await frame.locator("[data-fact=seq]").inner_text()
    await expect(frame.locator("[data-fact=seq]")).not_to_have_text(first)


async def _say_something(frame: FrameLocator) -> None:
    await frame.get_by_label("Nickname").first.fill("ada")
    await frame.get_by_role("button", name="Enter").click()
    await frame.get_by_label("Message").fill("from under a cell")
    await frame.get_by_role("button", name="Send").click()
    await expect(frame.get_by_role("log")).to_contain_text("from under a cell")


async def _play(frame: FrameLocator) -> None:
    await frame.get_by_label("Your name").fill("ada")
    await frame.get_by_role("button", name="Play").click()
    await expect(frame.get_by_role("rowheader", name="ada")).to_be_visible()
