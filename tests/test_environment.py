"""Every way of setting up gives the same: pyproject.toml, environment.yml, the workflow."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = (ROOT / "environment.yml").read_text("utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _required(python: str) -> dict[str, SpecifierSet]:
    """Return what pyproject.toml requires under a version of Python."""
    requirements = map(Requirement, PROJECT["dependencies"])
    env = {"python_version": python, "python_full_version": f"{python}.0"}
    return {
        requirement.name: requirement.specifier
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(env)
    }


def _conda() -> list[str]:
    """Return what environment.yml lists for conda, a word each."""
    return re.findall(r"^  - ([^:\n]+)$", CONDA.split("dependencies:")[1], re.MULTILINE)


def test_binder_can_read_the_environment() -> None:
    """Binder takes an exact minor version only, and installs the package through pip."""
    (python,) = [word for word in _conda() if re.fullmatch(r"python=3\.\d+", word)]
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.partition("=")[2])
    assert '- pip:\n      - "-e ."\n' in CONDA
    assert "pip" in _conda()


def test_conda_has_what_pip_has() -> None:
    """What both list, both list with the same bounds."""
    (python,) = [word.partition("=")[2] for word in _conda() if word.startswith("python=")]
    required = _required(python)
    listed = [Requirement(word) for word in _conda() if not re.match(r"python=|pip$", word)]
    assert {r.name: r.specifier for r in listed}.items() <= required.items()
    assert {"jupyterlab", "nbval", "nest-asyncio", "pytest", "websockets"} <= {
        requirement.name for requirement in listed
    }


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_nest_asyncio_is_the_one_that_works(python: str) -> None:
    """Version 1.6.0 breaks websockets on Python 3.14; its successor does not."""
    assert "nest-asyncio" in _required(python)
    assert "nest-asyncio2" not in _required(python)


def test_nest_asyncio_is_replaced_where_it_breaks() -> None:
    """From 3.14 on the successor stands in, under the functions that learners meet."""
    assert "nest-asyncio2" in _required("3.14")
    assert "nest-asyncio" not in _required("3.14")


def test_every_dependency_has_a_lower_bound_and_no_upper() -> None:
    """The weekly run takes the newest of everything, and tells what broke."""
    for requirement in map(Requirement, PROJECT["dependencies"]):
        assert [specifier.operator for specifier in requirement.specifier] == [">="], requirement


def test_the_workflow_tests_every_python_that_is_promised() -> None:
    """The classifiers, the bound and the workflow name the same versions."""
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    tested = set(re.findall(r'"(3\.\d+)"', WORKFLOWS[0].read_text("utf-8")))
    assert set(promised) == tested
    assert PROJECT["requires-python"] == f">={promised[0]}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_no_more(path: Path) -> None:
    """Actions are pinned to a major version; a newer push ends the run of an older one."""
    text = path.read_text("utf-8")
    assert re.search(r"^permissions:\n  contents: read\n", text, re.MULTILINE)
    assert "cancel-in-progress: true" in text
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in used), used


def test_the_sanitize_file_is_ascii() -> None:
    """The locale decides in which encoding nbval reads it: ASCII is in all of them."""
    assert (ROOT / "tests" / "nbval_sanitize.cfg").read_bytes().isascii()
