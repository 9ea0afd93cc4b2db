"""What the tests of all pages share: a tab that is watched, one browser, and a page's faults.

    pytestmark = pages.MARKS
    async def test_it(browser):
        async with pages.tab(browser, server.url) as page: ...

The fixture `browser` is one Chromium for the whole run; it lives in the loop of the session, and so
do the tests with `MARKS`. Each tab is a person of its own: no storage is shared.

Leaves out starting Chromium, which is `chromium`, and what is in a page.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.policy import POLICY

MARKS = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Two cores, both busy: what takes a moment may take seconds, and what never comes fails all the
# same.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)

# What Chromium says by itself when a connection is refused or breaks; a page can't keep it back.
BROKEN = re.compile(r"WebSocket connection to '[^']*' failed|net::ERR_(CONNECTION|EMPTY|SOCKET)")

# In the page: whether a script that somebody got into the markup runs, a style, a far request.
INTRUDE = """async () => {
    const blocked = [];
    document.addEventListener('securitypolicyviolation',
                              event => blocked.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.intruded = true';
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.body.append(script, style);
    const far = await fetch('http://127.0.0.2:9/').then(() => 'fetched', () => 'refused');
    script.remove();
    style.remove();
    await new Promise(done => setTimeout(done));
    return {intruded: Boolean(window.intruded), far, blocked: blocked.sort()};
}"""
WIDER = """() => {
    const root = document.documentElement;
    const wide = [...document.querySelectorAll('body *')]
        .filter(node => node.getBoundingClientRect().right > root.clientWidth + 0.5)
        .filter(node => node.checkVisibility() && !node.closest('.scroll, .vh, .skip'))
        .map(node => node.outerHTML.slice(0, 80));
    return root.scrollWidth > root.clientWidth ? ['the page', ...wide] : wide;
}"""

COLOURS = """names => {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(names.map(name => [name, style.getPropertyValue(name).trim()]));
}"""


def url_of(uri: str) -> str:
    """Return the URL of the page beside a WebSocket, such as a wire's, whose server has one."""
    parts = urlsplit(uri)
    scheme = "https" if parts.scheme == "wss" else "http"
    return urlunsplit((scheme, parts.netloc, "/", "", ""))


@asynccontextmanager
async def tab(
    browser: Browser,
    url: str,
    *,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    breaks: bool = False,
    clock: bool = False,
    before: str = "",
    **options: Any,
) -> AsyncIterator[Page]:
    """Open a page in a tab of its own; in the end, nothing must have gone wrong in it.

    Args:
        browser: The browser.
        url: Where the page is.
        width: Of the window, in CSS pixels.
        height: Of the window, in CSS pixels.
        dark: Whether the person prefers dark colours.
        breaks: Whether the test breaks connections, which the browser complains of.
        clock: Whether the page's clock is playwright's, which can be set forward.
        before: JavaScript that runs before the page's own.
        options: For playwright's `new_context`.

    Yields:
        The page, loaded.
    """
    scheme: Any = "dark" if dark else "light"
    viewport: Any = {"width": width, "height": height}
    context = await browser.new_context(viewport=viewport, color_scheme=scheme, **options)
    context.set_default_timeout(PATIENCE)
    try:
        page = await context.new_page()
        faults = watch(page, breaks=breaks)
        if clock:
            await page.clock.install()
        await page.add_init_script(before)
        await page.goto(url)
        yield page
        assert not faults, faults
    finally:
        await context.close()


def watch(page: Page, *, breaks: bool = False) -> list[str]:
    """Return a list that gets everything that goes wrong in a page from now on.

    Args:
        page: The page.
        breaks: Whether to leave out what Chromium says of broken connections.
    """
    faults: list[str] = []

    def note(words: str) -> None:
        if not (breaks and BROKEN.search(words)):
            faults.append(words)

    page.on("pageerror", lambda error: note(str(error)))
    page.on("console", lambda line: note(line.text) if line.type in {"error", "warning"} else None)
    page.on(
        "response",
        lambda answer: note(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    return faults


async def until(
    true: Callable[[], Awaitable[bool]] | Callable[[], bool], *, timeout: float = PATIENCE / 1000
) -> None:
    """Wait until something is true.

    Args:
        true: Asked again and again.
        timeout: Seconds, after which this raises.

    Raises:
        TimeoutError: It hasn't become true.
    """
    async with asyncio.timeout(timeout):
        while True:
            answer = true()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.02)


async def wider(page: Page) -> list[str]:
    """Return what sticks out at the right of a page, so that it has to be scrolled sideways."""
    found: list[str] = await page.evaluate(WIDER)
    return found


async def assert_policy(page: Page) -> None:
    """Assert that a page has the strict policy of all pages, and that the browser enforces it.

    Not in a tab that is watched: what the browser blocks, it complains of.
    """
    meta = page.locator('meta[http-equiv="Content-Security-Policy"]')
    stated = (await meta.get_attribute("content")) or ""
    parts = (part.strip().partition(" ") for part in stated.split(";") if part.strip())
    assert {name: value for name, _, value in parts} == POLICY
    assert await page.evaluate(INTRUDE) == {
        "intruded": False,
        "far": "refused",
        "blocked": ["connect-src", "script-src-elem", "style-src-elem"],
    }


async def shoot(page: Page, folder: Path, name: str) -> None:
    """Take a picture of what is seen."""
    folder.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=folder / f"{name}.png")


async def colours(page: Page, names: list[str]) -> dict[str, str]:
    """Return the values that custom properties have in a page now, such as ``#f5f3ee``."""
    found: dict[str, str] = await page.evaluate(COLOURS, names)
    return found


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, by WCAG 2.2's definition."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    assert re.fullmatch("#[0-9a-f]{6}", colour)
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
