"""Who imports whom: the suite uses none of what it tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import house

PACKAGE = "wsdemo.lab.conformance"
MODULES = sorted((house.PACKAGE / "lab" / "conformance").rglob("*.py"))
TESTED = ("wsdemo.protocol", "wsdemo.scratch", "wsdemo.engines", "websockets")
# The door, and what meets the rest of the course: it looks, or it is itself looked at.
DOORS = {"__init__.py", "echo_client.py", "picture.py", "plugin.py", "report.py"}

# From the octets up, as the package's docstring has it. A module knows what is before it.
ORDER = (
    *("frames", "opening", "deflate", "moves", "transcript", "wants", "handshake_wants", "case"),
    *("cases", "selection", "result", "stream", "exchange", "target", "report", "servers"),
    *("clients", "drive", "picture", "plugin"),
)


def imports(path: Path) -> list[str]:
    """Return the dotted names of what a module imports, inside functions too."""
    package = ".".join(path.parent.relative_to(house.ROOT).parts)
    return list(house.imports(path.read_text(encoding="utf-8"), package))


def within(name: str, *parents: str) -> bool:
    """Tell whether a dotted name is one of these, or inside one of them."""
    return any(f"{name}.".startswith(f"{parent}.") for parent in parents)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_of_what_is_tested_is_used(path: Path) -> None:
    """An error of ours must not hide behind itself."""
    found = [name for name in imports(path) if within(name, *TESTED)]
    assert not found or path.name in DOORS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_else_of_the_lab_is_used(path: Path) -> None:
    """Its instruments read with what is tested."""
    inside = [name for name in imports(path) if within(name, "wsdemo")]
    foreign = [name for name in inside if not within(name, PACKAGE, "wsdemo.errors")]
    assert not foreign or path.name in DOORS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_standard_library_is_needed(path: Path) -> None:
    """And pytest for the plugin, psutil to end what a command has started."""
    tops = {name.partition(".")[0] for name in imports(path)}
    foreign = tops - set(sys.stdlib_module_names) - {"wsdemo"}
    allowed = {"plugin.py": {"pytest"}, "drive.py": {"psutil"}}
    assert foreign <= allowed.get(path.name, set())


def test_the_package_reads_from_the_octets_up() -> None:
    """No module of it reaches for one that comes later."""
    for path in MODULES:
        parts = path.relative_to(house.PACKAGE / "lab" / "conformance").with_suffix("").parts
        if parts[0] not in ORDER or path.name in {"report.py", "__init__.py"}:
            continue
        mine = ORDER.index(parts[0])
        used = {name.split(".")[3] for name in imports(path) if within(name, PACKAGE)}
        late = {name for name in used if name in ORDER and ORDER.index(name) > mine}
        assert not late, f"{path.stem} reaches for {late}"


def test_a_server_is_checked_without_what_is_tested() -> None:
    """In an interpreter of its own, nothing of it is loaded by running cases."""
    code = (
        "import asyncio, sys\n"
        "from wsdemo.lab.conformance.servers import check\n"
        "from wsdemo.lab.conformance.target import CheckError\n"
        "try: asyncio.run(check('ws://127.0.0.1:9'))\n"
        "except CheckError: print(*sorted(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stdout.split()
    assert f"{PACKAGE}.exchange" in loaded
    assert [name for name in loaded if within(name, "wsdemo.scratch", "websockets")] == []
