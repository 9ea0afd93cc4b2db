"""What one coroutine awaits, and what lets it go on at once.

A future tells its task through the loop: ``set_result`` puts the task's next step into the queue,
the loop looks at all its sockets again, and only then the coroutine goes on. For an echo on a
quick machine that detour is a quarter of all work. Here the step is taken where the news is: in
the middle of ``data_received``, before the call that brought the message returns.

A task accepts anything in place of a future that has ``_asyncio_future_blocking`` (the agreement
is in asyncio/futures.py, and the C code keeps it, too): it leaves us a callback, and wants it
called when there is something to go on with. Nothing forbids that to be right now, with one
exception. A task can't be entered while another one runs; then the loop gets the callback after
all, as with a future.

Left out: results. Whoever awaits it is told that it is time to look.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Generator
from contextvars import Context
from typing import Any, Self

from wsdemo.errors import StateError


class ConcurrencyError(StateError):
    """Two coroutines did at once what only one can do."""


def already_awaited() -> ConcurrencyError:
    """Return the error for a second coroutine."""
    return ConcurrencyError("cannot call recv while another coroutine is already running recv")


class Waiter:
    """May be awaited by one coroutine at a time, again and again.

    Args:
        loop: on which the coroutine runs.

    Attributes:
        is_awaited: whether a coroutine waits, or was told and has not gone on yet.
    """

    __slots__ = (
        "_asyncio_future_blocking",
        "_callback",
        "_context",
        "_loop",
        "is_awaited",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._asyncio_future_blocking = False
        self._callback: Callable[[Any], object] | None = None
        self._context: Context | None = None
        self.is_awaited = False

    def wake(self) -> None:
        """Let the coroutine go on, if one waits: at once, unless a task is running."""
        callback, context = self._callback, self._context
        if callback is None or context is None:
            return
        self._callback = self._context = None
        try:
            context.run(callback, self)
        except RuntimeError:
            # To enter a task is the first thing that its step does, and nothing has happened when
            # that fails; what the coroutine raises stays in the task. To ask beforehand whether a
            # task is running would take as long as all the rest.
            self._loop.call_soon(callback, self, context=context)

    def wake_soon(self) -> None:
        """Let the coroutine go on, if one waits, as a future would: in the loop's next turn."""
        if self._callback is not None:
            self._loop.call_soon(self._callback, self, context=self._context)
            self._callback = self._context = None

    @types.coroutine
    def wait(self) -> Generator[Self, None, None]:
        """Wait until somebody calls ``wake``."""
        # The least there is to suspend a coroutine: a generator, which is resumed by C code.
        paused = self.pause()
        try:
            yield paused
        finally:
            self.is_awaited = False

    def pause(self) -> Self:
        """Get ready to be yielded to a task, by a generator that does what ``wait`` does itself.

        Raises:
            ConcurrencyError: another coroutine is already waiting.
        """
        if self.is_awaited:
            raise already_awaited()
        self.is_awaited = self._asyncio_future_blocking = True
        return self

    # What a task asks of a future; and it looks at `_loop`, which has to be its own.

    def add_done_callback(
        self, callback: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        """Keep what makes the task go on."""
        self._callback, self._context = callback, context

    def cancel(self, msg: Any = None) -> bool:  # noqa: ARG002 - the task keeps it
        """Let the task go on, which is to find that it was cancelled."""
        self.wake_soon()
        return False

    def result(self) -> None:
        """Tell the task to go on; that it was cancelled, if it was, it knows by itself."""
