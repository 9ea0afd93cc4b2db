"""An event loop in a thread of its own, beside the one that the caller may be on.

Leaves out processes: `wsdemo.lab.process_server` has those.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, Generic, TypeVar

from wsdemo.errors import LocalError

__all__ = ["Call", "LoopThread", "settled"]

T = TypeVar("T")

# How long a waiting thread sleeps before it looks whether Ctrl-C was pressed. Only Windows needs
# it, where waiting for a lock can't be interrupted; an answer itself arrives at once everywhere.
GLANCE = 0.2


async def settled(future: concurrent.futures.Future[Any], timeout: float | None = None) -> bool:
    """Wait for a future that is settled in another thread, without any say in it.

    `asyncio.wrap_future` would pass a cancellation of the waiter on to the future.

    Args:
        future: what to wait for.
        timeout: how long, in seconds; None for no limit.

    Returns:
        Whether it is settled.
    """
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def tell(_future: concurrent.futures.Future[Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop of the waiter has been closed
            loop.call_soon_threadsafe(told.set)

    future.add_done_callback(tell)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            await told.wait()
    return future.done()


class Call(Generic[T]):
    """One piece of work on another thread's loop: a future to wait for, a task to cancel."""

    def __init__(self, work: Callable[[], Awaitable[T]], loop: asyncio.AbstractEventLoop) -> None:
        self.future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._work = work
        self._loop = loop
        self._task: asyncio.Task[None] | None = None

    def start(self, context: Context | None) -> None:
        """Begin; called in the loop's thread."""
        self._task = self._loop.create_task(self._settle(), context=context)
        self._task.add_done_callback(self._settle_unstarted)

    def cancel(self) -> None:
        """Ask the work to stop; `future` is settled when it has. Safe from any thread."""
        # The loop runs what it is handed in order: start() comes first, and there is a task.
        with contextlib.suppress(RuntimeError):  # the loop is closed: the work is over
            self._loop.call_soon_threadsafe(lambda: self._task and self._task.cancel())

    def result(self) -> T:
        """Block until the work is over, and return or raise what it did.

        Raises:
            KeyboardInterrupt: after the work has been cancelled and is over; a second one
                during that time doesn't wait any longer.
        """
        try:
            self._wait()
        except KeyboardInterrupt:
            self.cancel()
            self._wait()
            raise
        return self.future.result()

    def _wait(self) -> None:
        while concurrent.futures.wait([self.future], timeout=GLANCE).not_done:
            pass

    async def _settle(self) -> None:
        # SystemExit and KeyboardInterrupt too: out of a task they would end the whole loop, and
        # they are meant for the one who called.
        try:
            self.future.set_result(await self._work())
        except BaseException as error:
            self.future.set_exception(error)

    def _settle_unstarted(self, _task: asyncio.Task[None]) -> None:
        # A task that is cancelled before its first step never enters its coroutine.
        if not self.future.done():
            self.future.set_exception(asyncio.CancelledError())


class LoopThread:
    """An event loop in a daemon thread: what is submitted runs there, and nowhere else.

    Args:
        name: of the thread, for whoever lists them.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self.ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)
        self._thread.start()

    def is_current(self) -> bool:
        """Tell whether the caller is in this very thread."""
        return threading.current_thread() is self._thread

    def submit(self, work: Callable[[], Awaitable[T]], context: Context | None = None) -> Call[T]:
        """Start `work()` on the loop, from any thread.

        Args:
            work: an asynchronous function without arguments.
            context: the context variables it sees; by default those of the loop's thread.

        Raises:
            LocalError: the loop has ended.
        """
        call = Call(work, self._loop)
        try:
            self._loop.call_soon_threadsafe(call.start, context)
        except RuntimeError:
            raise LocalError(f"the event loop of thread {self._thread.name!r} has ended") from None
        return call

    def close(self, timeout: float | None = 0) -> bool:
        """Cancel what still runs and end the loop; calling it twice does nothing more.

        Args:
            timeout: how long to wait for the end, in seconds; None: as long as it takes.

        Returns:
            Whether it has ended. A loop that is blocked can't be ended from outside.
        """
        with contextlib.suppress(RuntimeError):  # closed already
            self._loop.call_soon_threadsafe(self._stop.set)
        if concurrent.futures.wait([self.ended], timeout).not_done:
            return False
        self._thread.join()  # it has nothing left to do but go
        return True

    def where(self) -> str:
        """Name the line that the thread is at, for the message that it is stuck there."""
        # In spite of its underscore, this one is in the documentation of `sys`.
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001
        lines = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=1)
        return "".join(lines.format()).strip() if frame else "nowhere"

    def _main(self) -> None:
        # The runner cancels the tasks that are left over, as asyncio.run does.
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._until_stopped())
        finally:
            self.ended.set_result(None)

    async def _until_stopped(self) -> None:
        await self._stop.wait()
        # A client that never sent its handshake is in no task's hands. Closing the loop would
        # leave its socket open until the garbage collector finds it. There is no public list of
        # a loop's transports, and not every loop has this one.
        for transport in [*getattr(self._loop, "_transports", {}).values()]:
            transport.abort()
        await asyncio.sleep(0)  # let them call connection_lost()
