"""The source text of whatever a reader may ask for, and where it stands.

Leaves out objects made at run time from no text of their own, such as a `functools.partial` of a
built-in: those are refused with a word on what would do.
"""

import ast
import functools
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

Defined = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of source, with the file it is from and the name of what it defines."""

    text: str
    file: str
    """Relative to the folder that holds the package; never a path of this machine."""

    name: str


def find(target: object) -> Excerpt:
    """Find the source of a function, class, method, property or module.

    Args:
        target: The object, or its dotted name, which is how to name a constant.

    Returns:
        Its source, without the indentation of what it stands in.

    Raises:
        ValueError: It has no source, or the name leads nowhere.
    """
    if isinstance(target, str):
        return _by_name(target)
    plain = _unwrap(target)
    try:
        text = textwrap.dedent(inspect.getsource(plain))
    except (OSError, TypeError):
        kind = type(target).__name__
        hint = "pass a function, a class, a module, or a dotted name such as 'wsdemo.errors'"
        raise ValueError(f"no source to be found for this {kind}: {hint}") from None
    name = "" if isinstance(plain, ModuleType) else plain.__qualname__.rpartition("<locals>.")[2]
    module = inspect.getmodule(plain)
    return Excerpt(text.rstrip() + "\n", _file(module), name)


def _unwrap(target: object) -> Any:
    """Take away what wraps a function: a property, a class method, a decorator."""
    if isinstance(target, property):
        target = target.fget
    elif isinstance(target, functools.cached_property | functools.partial):
        target = target.func
    elif isinstance(target, staticmethod | classmethod):
        target = target.__func__
    return inspect.unwrap(target) if callable(target) else target


def _file(module: ModuleType | None) -> str:
    """Name a module's file from its package down."""
    if module is None or module.__name__ == "__main__":
        return "this notebook"
    path = Path(getattr(module, "__file__", None) or module.__name__)
    package = sys.modules.get(module.__name__.partition(".")[0])
    roots = [Path(root).parent for root in getattr(package, "__path__", ())]
    inside = (path.relative_to(root) for root in roots if path.is_relative_to(root))
    return next(inside, Path(path.name)).as_posix()


def _by_name(dotted: str) -> Excerpt:
    module, rest = _import(dotted)
    target: object = module
    for name in rest:
        if not hasattr(target, name):
            raise ValueError(f"{dotted!r}: {module.__name__} has no {'.'.join(rest)}")
        target = inspect.getattr_static(target, name)
    # A constant is an object like any other: only its module knows where it was written.
    written = _assignment(module, rest[0]) if len(rest) == 1 else ""
    return Excerpt(written, _file(module), rest[0]) if written else find(target)


def _import(dotted: str) -> tuple[ModuleType, list[str]]:
    """Import as much of a dotted name as is modules."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        try:
            return importlib.import_module(name), parts[size:]
        except ModuleNotFoundError as error:
            # What is missing may also be something that an existing module imports.
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise
    raise ValueError(f"{dotted!r} is no module, and nothing in one")


def _assignment(module: ModuleType, name: str) -> str:
    """Find the lines that give a name its value, with the comment right above them."""
    text = inspect.getsource(module)
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if name in _targets(node):
            start = node.lineno - 1
            while start and lines[start - 1].startswith("#"):
                start -= 1
            return "\n".join(lines[start : node.end_lineno]) + "\n"
    return ""


def _targets(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    else:
        targets = []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def without_docstrings(text: str) -> str:
    """Leave out docstrings, and the empty line after each; one that is a whole body stays."""
    gone: set[int] = set()
    lines = text.splitlines()
    for doc in _docstrings(ast.parse(text)):
        assert doc.end_lineno is not None
        end = doc.end_lineno
        gone.update(range(doc.lineno, end + 1))
        if end < len(lines) and not lines[end].strip():
            gone.add(end + 1)
    return "".join(f"{line}\n" for number, line in enumerate(lines, 1) if number not in gone)


def _docstrings(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, Defined) and len(node.body) > 1 and ast.get_docstring(node) is not None:
            yield node.body[0]
