"""Find and start the Chromium that the browser tests drive.

The system's own, not one that playwright downloads: it is the one that people have, it comes from
the system's packages, and it is there without a network.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# A test machine has no network, and a browser that looks for updates waits for it.
OFFLINE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str | None:
    """Return the path of a Chromium, from WSDEMO_CHROMIUM or PATH."""
    named = os.environ.get("WSDEMO_CHROMIUM")
    return named or next(filter(None, (shutil.which(name) for name in NAMES)), None)


def require() -> str:
    """Return the path of a Chromium; without one skip the test, or fail it under WSDEMO_ALL=1."""
    found = find()
    if found is None:
        reason = f"no browser: none of {', '.join(NAMES)} on PATH, and WSDEMO_CHROMIUM is not set"
        if os.environ.get("WSDEMO_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def launched(path: str) -> AsyncIterator[Browser]:
    """Run a headless Chromium for the length of a block.

    For a block, not for a whole run of the tests: playwright belongs to one event loop, and every
    asynchronous test has its own.

    Args:
        path: What `find` or `require` returned.
    """
    # The sandbox needs a user namespace, which root in a container does not get.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = [*OFFLINE, *(["--no-sandbox"] if is_root else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=args)
        try:
            yield browser
        finally:
            await browser.close()
