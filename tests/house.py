"""The rules of the house: who may import whom, how long code may be, what no file may name.

Each function takes what it judges as arguments and returns a list of faults, so that the tests can
show it good and bad examples.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "wsdemo"

# From the ground up. A module may import from its own layer and from those below.
LAYERS = (
    {"errors"},
    {"protocol"},
    {"scratch"},
    {"engines"},
    {"limits", "security", "metrics"},
    {"hub"},
    {"client", "server"},
    {"log"},
    {"pages"},
    {"apps"},
    {"lab"},
    {"cli"},
)
# Bytes in, events out: what does no I/O can be tested without any, and shown in a notebook.
PURE = {"errors", "protocol"}
IMPURE_MODULES = {"asyncio", "socket", "selectors", "ssl", "subprocess", "threading"}

MODULE_LINES = 300
FUNCTION_LINES = 40
ONE_IN = 10  # functions may be longer

# Folders that are somebody's own, and what stands for nobody's.
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:home|Users)/[\w.-]+/|(?<![\w.])/[r]oot/|[A-Za-z]:\\+Users\\+[\w.-]+"
)
NOBODY = re.compile(r"/(?:home|Users)/(?:jovyan|runner|you)/")


def layer(part: str) -> int:
    """Return how high above the ground a part of the package lies."""
    for height, parts in enumerate(LAYERS):
        if part in parts:
            return height
    raise ValueError(f"wsdemo.{part} is in no layer; add it to LAYERS in tests/house.py")


def imports(source: str, package: str) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, inside functions too.

    Args:
        source: The module's code.
        package: The dotted name of its package, for relative imports.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from wsdemo import lab` imports a module, `from wsdemo.errors import X` a name.
            yield from (f"{base}.{alias.name}" for alias in node.names)


def upward_imports(part: str, source: str, package: str) -> list[str]:
    """Return the imports by which a module reaches above its own layer."""
    found = []
    for name in imports(source, package):
        top, _, rest = name.partition(".")
        target = rest.split(".")[0]
        # `import wsdemo` and its `__version__` lie in no layer: the root imports nothing.
        inner = top == "wsdemo" and target and not target.startswith("__")
        if inner and layer(target) > layer(part):
            found.append(name)
    return found


def impure_imports(source: str, package: str) -> list[str]:
    """Return the imports that a pure module may not have: I/O, and what others wrote."""
    found = []
    for name in imports(source, package):
        top = name.split(".")[0]
        if top in IMPURE_MODULES or (top != "wsdemo" and top not in sys.stdlib_module_names):
            found.append(name)
    return found


def function_lengths(source: str) -> dict[str, int]:
    """Return the lines of each function, docstring included, by name and line."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        f"{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, kinds)
    }


def too_long(sources: Mapping[str, str]) -> list[str]:
    """Return the modules that are too long, and the functions when too many of them are.

    Args:
        sources: The code of every module, by name.
    """
    faults = [
        f"{name}: {lines} lines, {MODULE_LINES} at most"
        for name, source in sources.items()
        if (lines := len(source.splitlines())) > MODULE_LINES
    ]
    lengths = {
        f"{name}:{function}": lines
        for name, source in sources.items()
        for function, lines in function_lengths(source).items()
    }
    long = {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES}
    if len(long) * ONE_IN > len(lengths):
        faults.append(f"more than one function in {ONE_IN} over {FUNCTION_LINES} lines: {long}")
    return faults


def machine_paths(text: str) -> list[str]:
    """Return the paths in a text that lie in somebody's own folder."""
    return [found[0] for found in MACHINE_PATHS.finditer(text) if not NOBODY.match(found[0])]


def tests_of(module: Path) -> Path:
    """Return where the tests of a module are: `wsdemo/a/b.py` → `tests/a/test_b.py`."""
    inside = module.relative_to("wsdemo")
    return Path("tests") / inside.with_name(f"test_{inside.name}")
