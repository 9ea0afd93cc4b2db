"""`run()`: asynchronous work for synchronous callers, on a loop in a thread of its own.

In a notebook the kernel's event loop is running already, so `asyncio.run` refuses to start
another one in its thread. Nobody said it had to be the same thread.

Leaves out any patch of asyncio: the loop of the caller is neither re-entered nor touched.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import inspect
import os
import threading
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any, TypeVar, overload

from wsdemo.errors import LocalError
from wsdemo.lab.loop_thread import LoopThread

__all__ = ["run"]

T = TypeVar("T")

# What the tasks left over at the interpreter's exit get to clean up.
LAST_ORDERS = 1.0

_starting = threading.Lock()


@overload
def run(work: Callable[..., Awaitable[T]], /, *args: object, timeout: float | None = None) -> T: ...
@overload
def run(work: Awaitable[T], /, *, timeout: float | None = None) -> T: ...
def run(work: Any, /, *args: object, timeout: float | None = None) -> Any:
    """Run asynchronous work from synchronous code, also where an event loop is running already.

    The work runs on one event loop in a daemon thread, the same for every call: a connection
    opened by one call can be used by the next. The caller's thread waits for the result. ::

        connection = lab.run(connect, server.uri)
        lab.run(connection.send("Hello"))

    `nest_asyncio` answers the same error by patching asyncio so that a running loop can be
    entered again from inside one of its own steps. That changes every task of the kernel, makes
    them slower, and lets other tasks run in the middle of what looks like a plain call. Here
    nothing is patched, and the price is in plain sight: the caller's thread stands still
    meanwhile. In a notebook that thread is the kernel's, so work that needs the kernel's loop to
    go on (a server with ``where="loop"``, a connection opened by a top-level ``await``) waits
    for ever, or until `timeout`. In a notebook prefer ``await`` at top level; use this from
    plain functions, callbacks and scripts.

    Args:
        work: an asynchronous function, called in the loop's thread with `args`; or a coroutine
            or another awaitable that is not bound to a loop yet.
        args: for the function.
        timeout: in seconds; None for no limit. At the limit the work is cancelled.

    Returns:
        What the work returns. It sees the caller's context variables; what it sets in them
        stays inside, as with ``asyncio.run``.

    Raises:
        LocalError: called from the loop's own thread, which can't wait for itself.
        TimeoutError: the work took longer than `timeout`.
        TypeError: there is nothing to await.
        KeyboardInterrupt: the caller was interrupted; the work has been cancelled and is over.
    """
    thread = _shared(os.getpid())
    if thread.is_current():
        _discard(work)
        raise LocalError(
            "run() was called from its own event loop's thread: await the work instead"
        )
    if args and not callable(work):
        _discard(work)
        raise TypeError(f"arguments {args!r} go with a function, not with {work!r}")
    return thread.submit(functools.partial(_conduct, work, args, timeout), copy_context()).result()


async def _conduct(work: Any, args: tuple[object, ...], timeout: float | None) -> Any:
    """Await `work` in the loop's thread; a function is called there, inside its loop."""
    awaitable = work if inspect.isawaitable(work) or not callable(work) else work(*args)
    if not inspect.isawaitable(awaitable):
        raise TypeError(f"nothing to await: {awaitable!r} from {work!r}")
    try:
        async with asyncio.timeout(timeout) as limit:
            return await awaitable
    except TimeoutError:
        if not limit.expired():
            raise  # the work's own
        raise TimeoutError(f"not done after {timeout} s, and cancelled") from None


def _discard(work: object) -> None:
    """Close a coroutine that will not run, so that Python doesn't warn of it as well."""
    if asyncio.iscoroutine(work):
        work.close()


@functools.cache
def _hold(_process: int) -> LoopThread:
    # Keyed by the process: after a fork the object is there, but its thread is not.
    thread = LoopThread("wsdemo run")
    atexit.register(thread.close, LAST_ORDERS)
    return thread


def _shared(process: int) -> LoopThread:
    """Return the loop of `run()` for this process, the same one for all its threads."""
    with _starting:
        return _hold(process)
