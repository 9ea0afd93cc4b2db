"""Run a stranger's function with a time limit, and stop it when the time is up.

A learner's `while True` must neither freeze the notebook nor burn a core for the rest of the day.
So the function runs in a thread of its own while the event loop goes on, and is stopped by an
exception that CPython raises inside that thread (`PyThreadState_SetAsyncExc`).

Why this way and not another:

- a signal (`signal.alarm`) reaches the main thread only, where the kernel's loop runs, and Windows
  has none;
- `sys.settrace` slows every line of every call, right answers included, and fights with debuggers;
- a process must be sent a function out of a notebook, and takes a second to start.

What it cannot do is interrupt one long call into C, such as `time.sleep(60)`: the exception waits
until that call returns, and `Overrun.stopped` says that the thread is still there. The threads are
daemons, so that none of them keeps a process alive.
"""

import asyncio
import concurrent.futures
import contextvars
import ctypes
import threading
from collections.abc import Callable
from typing import Any

# An interpreter that is not stuck in C raises the exception within milliseconds; a busy machine
# gets its time.
STOPPING_TIME = 1.0
# One try is not enough, because a bare `except:` inside the loop swallows it; but what the first
# one has set in motion, such as a server that closes, is not disturbed for a while.
FIRST_PAUSE, PAUSE = 0.2, 0.02


class TimeIsUp(BaseException):
    """Raised inside a function that ran out of time; no `except Exception` catches it."""


class Overrun(Exception):
    """A function was still running when its time was up.

    Args:
        seconds: The time it had.
        stopped: Whether its thread has ended since.
    """

    def __init__(self, seconds: float, stopped: bool) -> None:
        super().__init__(f"still running after {seconds:g} s")
        self.stopped = stopped


class Worker(threading.Thread):
    """A daemon thread that runs one function, keeps its result, and can be stopped.

    Args:
        function: What to run. What it prints goes to the notebook cell that made the worker.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__(name="exercise", daemon=True)
        self.result: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self._over: concurrent.futures.Future[None] = concurrent.futures.Future()
        # A future that runs cannot be cancelled by whoever stops waiting for it.
        self._over.set_running_or_notify_cancel()
        self._function = function
        self._context = contextvars.copy_context()
        self._lock = threading.Lock()
        self._finished = False

    def run(self) -> None:
        """Run the function, then mark the thread as one in which nothing is raised any more."""
        try:
            try:
                self._run()
            finally:
                self._finished = True
        except TimeIsUp:  # outermost: a late one ends here and not in `threading.excepthook`
            pass
        self._over.set_result(None)

    def _run(self) -> None:
        try:
            value = self._context.run(self._function)
        except TimeIsUp:
            raise
        except BaseException as error:  # SystemExit too, which must not pass for a success
            self._finish()
            self.result.set_exception(error)
        else:
            self._finish()
            self.result.set_result(value)

    def _finish(self) -> None:
        with self._lock:
            self._finished = True

    def interrupt(self) -> None:
        """Raise `TimeIsUp` inside the thread, unless its function has already returned."""
        with self._lock:
            if not self._finished and self.ident is not None and hasattr(ctypes, "pythonapi"):
                raise_in_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc
                raise_in_thread(ctypes.c_ulong(self.ident), ctypes.py_object(TimeIsUp))

    async def ended(self, seconds: float) -> bool:
        """Wait until the thread has ended, and return whether it has.

        Args:
            seconds: How long to wait.
        """
        waiting = asyncio.wrap_future(self._over)
        await asyncio.wait([waiting], timeout=seconds)
        waiting.cancel()  # a thread that ends after its loop is closed has nobody to tell
        return self._over.done()

    async def stop(self) -> bool:
        """Interrupt the thread until it ends, for `STOPPING_TIME` at most.

        Returns:
            Whether it has ended.
        """
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + STOPPING_TIME, FIRST_PAUSE
        while not self._over.done() and loop.time() < end:
            self.interrupt()
            await self.ended(pause)
            pause = PAUSE
        return self._over.done()


async def run(function: Callable[[], Any], seconds: float) -> Any:
    """Run a function in a thread while the event loop goes on.

    Args:
        function: What to run.
        seconds: The time it may take.

    Returns:
        What it returned; what it raised is raised here.

    Raises:
        Overrun: The time was up; the function has been stopped as far as that can be done.
    """
    worker = Worker(function)
    worker.start()
    try:
        in_time = await worker.ended(seconds)
    finally:  # the stop button, too, ends the learner's code and not only the waiting for it
        stopped = await worker.stop()
    if not in_time:
        raise Overrun(seconds, stopped)
    return worker.result.result()
