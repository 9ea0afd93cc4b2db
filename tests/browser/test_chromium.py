"""Without a browser the tests are skipped, with a reason; where all must run, they fail."""

import shutil

import pytest

from tests.browser import chromium


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any Chromium."""
    monkeypatch.delenv("WSDEMO_CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_is_found_by_any_of_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of the names on the PATH."""
    monkeypatch.delenv("WSDEMO_CHROMIUM", raising=False)
    found = {"google-chrome": "/opt/google-chrome"}
    monkeypatch.setattr(shutil, "which", found.get)
    assert chromium.find() == "/opt/google-chrome"


@pytest.mark.usefixtures("nowhere")
def test_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """WSDEMO_CHROMIUM stands above the PATH."""
    monkeypatch.setenv("WSDEMO_CHROMIUM", "/opt/chromium")
    assert chromium.require() == "/opt/chromium"


@pytest.mark.usefixtures("nowhere")
def test_its_lack_skips_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contributor without a browser can work on everything else."""
    monkeypatch.delenv("WSDEMO_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser: none of chromium"):
        chromium.require()


@pytest.mark.usefixtures("nowhere")
def test_its_lack_fails_where_all_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CI is not to be green because it skipped."""
    monkeypatch.setenv("WSDEMO_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        chromium.require()
