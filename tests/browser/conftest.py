"""What these tests share: a browser, a JupyterLab, and a folder for pictures."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import chromium, jupyterlab


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium to drive; skips without one, or fails under WSDEMO_ALL=1."""
    return chromium.require()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """One Chromium for all tests of pages, in the loop of the session; see `pages`."""
    async with chromium.launched(chromium_path) as launched:
        yield launched


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that JupyterLab serves."""
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="session")
def lab(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab."""
    with jupyterlab.serving(course, tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: `--screenshots=DIR`, or a folder of this run."""
    chosen: str | None = request.config.getoption("--screenshots")
    return Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots")
