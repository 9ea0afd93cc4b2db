"""The signals that ask a program to end: SIGINT (Ctrl-C), SIGTERM, and SIGBREAK on Windows.

Leaves out SIGHUP and everything else that a process manager may want.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

__all__ = ["ASKING", "on_signals"]

# SIGBREAK is what Ctrl-Break sends, and all that a parent on Windows can send to a child.
ASKING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
)


@contextlib.contextmanager
def on_signals(callback: Callable[[], object]) -> Iterator[None]:
    """Call back on the running loop whenever a signal asks the program to end.

    Whatever was set up for these signals before is so again afterwards. A program that was
    started with Ctrl-C ignored, as a shell does with what it runs in the background, listens to
    it all the same: whoever sends it a SIGINT on purpose means it.

    Args:
        callback: called once for each signal.

    Raises:
        RuntimeError: not in the main thread, the only one that Python tells of signals.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("only the main thread gets signals; elsewhere, call shutdown() yourself")
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as stack:
        for number in ASKING:
            stack.callback(_install(loop, number, callback))
        yield


def _install(
    loop: asyncio.AbstractEventLoop, number: int, callback: Callable[[], object]
) -> Callable[[], object]:
    """Set up one signal, and return what undoes it."""
    former = signal.getsignal(number)
    if former is None:  # set up by something else than Python, which can't set it up again
        former = signal.SIG_DFL
    try:
        loop.add_signal_handler(number, callback)
    except NotImplementedError:
        # The loops of Windows. Python's own handler runs between two instructions of whatever is
        # under way, so it only leaves word with the loop.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(callback))
        return lambda: signal.signal(number, former)

    def undo() -> None:
        loop.remove_signal_handler(number)
        signal.signal(number, former)

    return undo
