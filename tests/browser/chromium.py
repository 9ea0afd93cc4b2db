"""Find and start the Chromium that the browser tests drive.

The system's own, not one that playwright downloads: it is the one that people have, it comes from
the system's packages, and it is there without a network.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

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
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def require() -> str:
    """Return the path of a Chromium; without one skip the test, or fail it under WSDEMO_ALL=1."""
    found = find()
    if found is None:
        reason = f"no browser: none of {', '.join(NAMES)} on PATH, and WSDEMO_CHROMIUM is not set"
        if os.environ.get("WSDEMO_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def options(path: str) -> dict[str, object]:
    """Return what playwright is told to launch."""
    # The sandbox needs a user namespace, which root in a container does not get.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = [*OFFLINE, *(["--no-sandbox"] if is_root else [])]
    return {"executable_path": path, "args": args}


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """Run a headless Chromium for the length of a block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options(path))  # type: ignore[arg-type]
        try:
            yield browser
        finally:
            browser.close()
