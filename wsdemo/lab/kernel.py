"""`begin()`: what the first cell of every notebook calls.

Leaves out everything that a learner would have to know to understand the next cell: it patches
nothing, prints nothing, starts nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Session", "begin", "in_kernel", "session"]


@dataclass(slots=True)
class Session:
    """What `begin` remembers for the rest of the kernel's life.

    Attributes:
        notebook: its name, without a suffix; empty before `begin`.
        folder: where it lies, even if a cell changes the working directory later.
    """

    notebook: str = ""
    folder: Path | None = None


@functools.cache
def session() -> Session:
    """Return the session of this process; there is one notebook to a kernel."""
    return Session()


def begin(notebook: str) -> None:
    """Name the notebook, and make the stop button stop a cell that awaits.

    Without the second, a stop during ``await asyncio.sleep(60)`` is noticed after a minute: the
    kernel's handler for SIGINT cancels the cell from inside the interpreter, and the event
    loop, asleep in the operating system, isn't told. A loop that has a signal handler of its
    own, for whatever signal, is woken by all of them; so it gets one that does nothing. The
    cell then ends in `asyncio.CancelledError`. Outside a kernel, and on Windows, where event
    loops have no signal handlers, nothing happens. Calling it again does no harm.

    Args:
        notebook: the name of the file without its suffix, such as "02_shake_hands_by_hand";
            claims and predictions are kept under it.

    Raises:
        ValueError: the name is empty.
    """
    name = notebook.removesuffix(".ipynb")
    if not name:
        raise ValueError(f"a notebook needs a name, not {notebook!r}")
    session().notebook = name
    session().folder = Path.cwd()
    if in_kernel():
        _wake_for_signals()


def in_kernel() -> bool:
    """Tell whether this code runs in a Jupyter kernel, rather than in a script or a terminal."""
    # Without importing IPython: where nobody has, there is no kernel.
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_ipython is not None and getattr(get_ipython(), "kernel", None) is not None


def _wake_for_signals() -> None:
    # RuntimeError: no loop is running here, or it is one that knows no signals, or this is the
    # thread of a subshell, where they don't arrive (ValueError, in some versions).
    with contextlib.suppress(RuntimeError, ValueError):
        loop = asyncio.get_running_loop()
        if sys.platform != "win32" and signal.getsignal(signal.SIGUSR2) is signal.SIG_DFL:
            loop.add_signal_handler(signal.SIGUSR2, _do_nothing)


def _do_nothing() -> None:
    pass
