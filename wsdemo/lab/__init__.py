"""The instruments of the notebooks, flat: ``from wsdemo import lab``, then ``lab.running(...)``.

Each name is imported when it is first used (PEP 562), so that opening a notebook does not wait
for matplotlib, and a server in a child process does not load what only a display needs.

Leaves out the instruments themselves: every one has a module of its own beside this file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsdemo.lab.claims import claim, claims, predict
    from wsdemo.lab.exercises import exercise
    from wsdemo.lab.kernel import begin
    from wsdemo.lab.loop import run
    from wsdemo.lab.running import running
    from wsdemo.lab.show import bits, hexdump, ladder, source, states
    from wsdemo.lab.wire import wire

__all__ = [
    "begin",
    "bits",
    "claim",
    "claims",
    "exercise",
    "hexdump",
    "ladder",
    "predict",
    "run",
    "running",
    "source",
    "states",
    "wire",
]

_HOME = {
    "begin": "kernel",
    "bits": "show",
    "claim": "claims",
    "claims": "claims",
    "exercise": "exercises",
    "hexdump": "show",
    "ladder": "show",
    "predict": "claims",
    "run": "loop",
    "running": "running",
    "source": "show",
    "states": "show",
    "wire": "wire",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    # The import has just set `lab.wire` to the module of that name: the function goes over it.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
