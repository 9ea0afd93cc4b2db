"""The rules of the house hold for every file, and each rule finds what breaks it."""

import subprocess
from pathlib import Path

import pytest

from tests import house

MODULES = sorted(path.relative_to(house.ROOT) for path in house.PACKAGE.rglob("*.py"))
SOURCES = {path.as_posix(): (house.ROOT / path).read_text(encoding="utf-8") for path in MODULES}


def _package(module: Path) -> str:
    return ".".join(module.parent.parts)


def _part(module: Path) -> str:
    return module.with_suffix("").parts[1]


def _source(module: Path) -> str:
    return SOURCES[module.as_posix()]


def test_imports_run_downward() -> None:
    """What is below can be understood, tested and used without what is above."""
    inner = [module for module in MODULES if module != Path("wsdemo/__init__.py")]
    upward = {
        str(module): house.upward_imports(_part(module), _source(module), _package(module))
        for module in inner
    }
    assert not {module: names for module, names in upward.items() if names}


def test_importing_the_package_imports_no_part_of_it() -> None:
    """`import wsdemo` is free; the door itself reaches for nothing."""
    assert not list(house.imports(SOURCES["wsdemo/__init__.py"], "wsdemo"))


def test_pure_modules_do_no_io() -> None:
    """No loop, no socket, no thread, no library: only the standard library's tools for bytes."""
    pure = [module for module in MODULES if _part(module) in house.PURE]
    impure = {
        str(module): house.impure_imports(_source(module), _package(module)) for module in pure
    }
    assert not {module: names for module, names in impure.items() if names}


def test_every_module_has_its_tests() -> None:
    """A module's tests are found by its name."""
    tested = [module for module in MODULES if not module.name.startswith("__")]
    expected = [house.tests_of(module) for module in tested]
    missing = [path.as_posix() for path in expected if not (house.ROOT / path).exists()]
    assert not missing, f"modules without tests; expected {missing}"


def test_code_is_short() -> None:
    """A module fits into an evening, a function onto a screen."""
    assert not house.too_long(SOURCES)


def _committed_texts() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=house.ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    texts = {}
    for name in filter(None, listed.split("\0")):
        file = house.ROOT / name
        if file.is_file() and b"\0" not in (data := file.read_bytes()):
            texts[name] = data.decode()
    return texts


def test_no_file_names_a_machine_or_a_user() -> None:
    """Paths are relative, or belong to nobody."""
    # The one file that lists them on purpose is this rule's own test.
    texts = {
        name: text for name, text in _committed_texts().items() if name != "tests/test_house.py"
    }
    found = {name: paths for name, text in texts.items() if (paths := house.machine_paths(text))}
    assert not found


@pytest.mark.parametrize(
    ("part", "source", "package", "found"),
    [
        ("protocol", "from wsdemo.errors import PeerError", "wsdemo.protocol", []),
        ("protocol", "from wsdemo.protocol import frames", "wsdemo.protocol", []),
        ("protocol", "import wsdemo.scratch.server", "wsdemo.protocol", ["wsdemo.scratch.server"]),
        ("scratch", "from wsdemo import lab", "wsdemo.scratch", ["wsdemo.lab"]),
        ("scratch", "from .. import lab", "wsdemo.scratch", ["wsdemo.lab"]),
        ("scratch", "from ..lab.wire import wire", "wsdemo.scratch", ["wsdemo.lab.wire.wire"]),
        ("engines", "def f():\n    from wsdemo import cli", "wsdemo", ["wsdemo.cli"]),
        ("lab", "from wsdemo import __version__", "wsdemo.lab", []),
    ],
)
def test_an_upward_import_is_found(part: str, source: str, package: str, found: list[str]) -> None:
    """However it is written, and wherever it hides."""
    assert house.upward_imports(part, source, package) == found


def test_a_part_in_no_layer_is_refused() -> None:
    """A new part of the package has to be given its place."""
    with pytest.raises(ValueError, match="LAYERS"):
        house.upward_imports("lab", "import wsdemo.attic", "wsdemo.lab")


@pytest.mark.parametrize("name", ["asyncio", "socket", "ssl", "websockets.frames", "IPython"])
def test_an_impure_import_is_found(name: str) -> None:
    """I/O and other people's libraries stay out of pure modules; `struct` may come in."""
    source = f"import struct\nimport {name}\nfrom wsdemo.errors import PeerError"
    assert house.impure_imports(source, "wsdemo.protocol") == [name]


def test_long_code_is_found() -> None:
    """A module of 301 lines; a package with one function in two too long."""
    long = "def f():\n" + "    a = 1\n" * 40
    assert house.too_long({"m": "a = 1\n" * 301}) == ["m: 301 lines, 300 at most"]
    assert "m:f:1" in house.too_long({"m": long + "def g():\n    pass\n"})[0]
    assert not house.too_long({"m": long + "def g():\n    pass\n" * 9})


@pytest.mark.parametrize(
    "path", ["/home/ada/wsdemo/", "/Users/ada/", "/root/.cache", r"C:\Users\ada", r"C:\\Users\\ada"]
)
def test_a_path_of_somebodys_own_is_found(path: str) -> None:
    """In prose, in an output, in JSON."""
    assert house.machine_paths(f"see {path} there")


@pytest.mark.parametrize(
    "path", ["/home/jovyan/work/", "/chat/home/ada/", "tests/root/", "GET /home"]
)
def test_a_path_of_nobodys_may_be_named(path: str) -> None:
    """Binder's user is the same for everybody, and a URL's path is no folder."""
    assert not house.machine_paths(f"see {path} there")
