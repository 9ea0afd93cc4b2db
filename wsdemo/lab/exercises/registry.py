"""Find an exercise by its name.

A module of this package that has a function `build` is an exercise, and the module's name is the
exercise's: nothing has to be registered. Leaves out everything else about exercises.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

from wsdemo.lab.exercises.core import Exercise


@functools.cache  # one object a name, because an exercise remembers which hint comes next
def exercise(name: str) -> Exercise:
    """Give the exercise of that name.

    Args:
        name: Such as "accept_key"; "accept-key", as in the ids of cells, will do.

    Returns:
        The exercise, the same object every time.

    Raises:
        ValueError: There is none of that name.
    """
    module = name.replace("-", "_")
    build = _build(module) if module in _modules() else None
    if build is None:
        raise ValueError(f"no exercise {name!r}; there are {', '.join(names())}")
    # The cache of the two spellings is two, the object is one.
    return build() if name == module else exercise(module)


def names() -> tuple[str, ...]:
    """List all exercises, in the order of the notebooks."""
    builds = filter(None, map(_build, _modules()))
    return tuple(made.name for made in sorted(map(_made, builds), key=_place))


def _modules() -> set[str]:
    return {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}


def _build(module: str) -> Callable[[], Exercise] | None:
    return getattr(importlib.import_module(f"{__package__}.{module}"), "build", None)


def _made(build: Callable[[], Exercise]) -> Exercise:
    return build()


def _place(made: Exercise) -> tuple[str, str]:
    return made.notebook, made.name
