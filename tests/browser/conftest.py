"""What these tests share: where the browser is, a JupyterLab, and a folder for pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import chromium, jupyterlab


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium to drive; skips without one, or fails under WSDEMO_ALL=1."""
    return chromium.require()


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
