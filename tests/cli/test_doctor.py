"""The doctor's findings are one line each, and say what is essential."""

import socket
import webbrowser
from importlib import metadata
from typing import Any

import pytest

from wsdemo import engines
from wsdemo.cli import copying, doctor
from wsdemo.cli.doctor import Finding


def _found(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare most tests the second that a kernel takes."""
    monkeypatch.setattr(doctor, "_kernel", lambda: "not started")


def test_examines_everything_in_order() -> None:
    """Python first, then what is installed, then what must work."""
    names = [finding.name for finding in doctor.examine()]
    assert names[:2] == ["Python", "wsdemo"]
    assert {"websockets", "jupyterlab", "nbval", "pytest", "free port"} <= set(names)
    assert {f"echo with {name}" for name in engines.NAMES} <= set(names)


def test_echoes_over_every_engine() -> None:
    """A real round trip on loopback, in milliseconds."""
    found = _found(list(doctor.examine()))
    for name in engines.NAMES:
        assert found[f"echo with {name}"].detail.endswith(" ms"), found


def test_a_broken_engine_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error and its message, and no traceback."""

    def broken(name: str) -> Any:
        raise RuntimeError("no wire\nand more lines")

    monkeypatch.setattr(engines, "get", broken)
    finding = _found(list(doctor.examine()))["echo with scratch"]
    assert finding.fatal
    assert finding.detail == "RuntimeError: no wire"


def test_a_missing_package_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line can be pasted into a terminal."""
    monkeypatch.setattr(metadata, "requires", lambda name: ["no-such-package>=2"])
    finding = _found(list(doctor.examine()))["no-such-package"]
    assert finding.fatal
    assert finding.detail.endswith('-m pip install "no-such-package>=2"')


def test_an_old_package_is_named_with_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there and what is needed."""
    monkeypatch.setattr(metadata, "requires", lambda name: ["websockets>=999"])
    finding = _found(list(doctor.examine()))["websockets"]
    assert finding.fatal
    assert ">=999 is needed" in finding.detail


def test_a_requirement_of_another_python_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Markers and extras decide what this Python needs."""
    lines = ['x>=1; python_version < "3"', 'y>=1; extra == "test"']
    monkeypatch.setattr(metadata, "requires", lambda name: lines)
    assert not {"x", "y"} & set(_found(list(doctor.examine())))


def test_no_port_and_no_notebooks_are_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is said in its own line."""

    def denied(*_: Any, **__: Any) -> Any:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "create_server", denied)
    monkeypatch.setattr(copying, "course", denied)
    found = _found(list(doctor.examine()))
    assert found["free port"].fatal
    assert found["notebooks"].fatal


def test_the_course_does_without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser here is what a server has; the address can be copied."""

    def none() -> Any:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    monkeypatch.setattr("shutil.which", lambda name: None)
    found = _found(list(doctor.examine()))
    assert not found["browser"].ok
    assert not found["browser"].fatal
    assert not found["Chromium for the browser tests"].fatal


@pytest.mark.parametrize(
    ("finding", "mark"),
    [
        (Finding("a", "1"), "ok"),
        (Finding("a", "1", ok=False), "MISSING"),
        (Finding("a", "1", ok=False, essential=False), "without"),
    ],
)
def test_a_line_begins_with_its_verdict(finding: Finding, mark: str) -> None:
    """Readable without colours."""
    assert mark in finding.line()
    assert finding.line().endswith("a: 1")


def test_brackets_in_a_detail_are_no_marks() -> None:
    """An error may hold a list, or the name of an extra."""
    assert r"\[red]" in Finding("a", "[red]").line()
