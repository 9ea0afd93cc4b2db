"""The source of anything that has one, named by its file from the package down."""

import functools
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from wsdemo.lab.show.source_text import find, without_docstrings
from wsdemo.protocol import closing
from wsdemo.protocol.closing import Close, CloseCode
from wsdemo.protocol.frames import Opcode

MODULE = '''
import functools

# How many.
# At most.
LIMIT: int = 3
PAIR = (
    1,
    2,
)


def plain():
    """Say nothing."""
    return 1


@functools.cache
def decorated(): return plain()


class Thing:
    """A thing."""

    """Not a docstring."""

    @property
    def whole(self):
        """Say it."""

        return 2

    @functools.cached_property
    def kept(self): return 3

    @staticmethod
    def loose(): return 4

    @classmethod
    def made(cls): return cls()

    def empty(self):
        """Do nothing."""
'''


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Import a module of a package that lies somewhere on this machine."""
    folder = tmp_path_factory.mktemp("somewhere")
    package = folder / "samples"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "sample.py").write_text(MODULE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield importlib.import_module("samples.sample")
    for name in ("samples", "samples.sample"):
        del sys.modules[name]


@pytest.mark.parametrize(
    ("target", "name", "start"),
    [
        (closing.may_be_sent, "may_be_sent", "def may_be_sent("),
        (Close, "Close", "@dataclass(frozen=True"),
        (Close.parse, "Close.parse", "@classmethod\ndef parse("),
        (Close().serialize, "Close.serialize", "def serialize("),
        ("wsdemo.protocol.closing.Close.check", "Close.check", "def check("),
        ("wsdemo.protocol.closing.MAX_REASON", "MAX_REASON", "# RFC 6455, 5.5:"),
        (closing, "", '"""Close codes'),
    ],
)
def test_whatever_wsdemo_defines_has_a_source(target: object, name: str, start: str) -> None:
    """Functions, classes, methods, constants by name, and modules, without indentation."""
    found = find(target)
    assert (found.file, found.name) == ("wsdemo/protocol/closing.py", name)
    assert found.text.startswith(start)
    assert found.text.endswith("\n")


@pytest.mark.parametrize("name", ["whole", "kept", "loose", "made"])
def test_what_wraps_a_function_is_taken_away(sample: ModuleType, name: str) -> None:
    """Properties, cached or not, static and class methods."""
    found = find(f"samples.sample.Thing.{name}")
    assert found.name == f"Thing.{name}"
    assert f"def {name}(" in found.text


def test_a_decorated_function_is_itself(sample: ModuleType) -> None:
    """Decorators are shown with it, and so is what a partial calls."""
    assert find(sample.decorated).text == "@functools.cache\ndef decorated(): return plain()\n"
    assert find(functools.partial(sample.plain)).name == "plain"


def test_a_constant_comes_with_its_comment(sample: ModuleType) -> None:
    """And with all its lines."""
    assert find("samples.sample.LIMIT").text == "# How many.\n# At most.\nLIMIT: int = 3\n"
    assert find("samples.sample.PAIR").text == "PAIR = (\n    1,\n    2,\n)\n"


def test_no_path_of_this_machine_is_shown(sample: ModuleType) -> None:
    """Only what lies inside the package."""
    assert find(sample.plain).file == "samples/sample.py"
    assert find(json.dumps).file == "json/__init__.py"


def test_what_a_notebook_defines_is_of_this_notebook() -> None:
    """Its module has no file that means anything."""
    code = (
        "import __main__; from wsdemo.lab.show import source_text;"
        "print(source_text._file(__main__))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "this notebook\n"


@pytest.mark.parametrize(
    "target", [3, len, CloseCode.NORMAL_CLOSURE, Opcode.TEXT.is_control], ids=str
)
def test_what_has_no_source_is_refused(target: object) -> None:
    """With a word on what would do."""
    with pytest.raises(ValueError, match="pass a function"):
        find(target)


@pytest.mark.parametrize("name", ["wsdemo.nothing", "nowhere.at.all", "wsdemo.errors.X.y"])
def test_a_name_that_leads_nowhere_is_named(name: str) -> None:
    """In the error."""
    with pytest.raises(ValueError, match=name.split(".")[-2]):
        find(name)


def test_docstrings_can_be_left_out(sample: ModuleType) -> None:
    """With the empty line after each; other strings stay, and so does one that is all there is."""
    short = without_docstrings(find(sample).text)
    assert '"""Say' not in short
    assert '"""A thing' not in short
    assert '"""Not a docstring."""' in short
    assert '"""Do nothing."""' in short
    assert "def whole(self):\n        return 2" in short
    compile(short, "short", "exec")
