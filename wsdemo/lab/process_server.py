"""A server for a lab in a process of its own: the parent's side.

The one to measure: it has an interpreter, and if there are two a core, to itself, and its CPU
time and memory can be told from the notebook's. The handler travels there by `cloudpickle`, with
a **copy** of every variable it uses: what it appends to a list of the notebook's is lost.

Leaves out pools and restarts: one process, one server, and its end is told, not mended.
"""

from __future__ import annotations

import atexit
import concurrent.futures
import contextlib
import subprocess
import sys
import threading
from typing import Any

import cloudpickle
import psutil

from wsdemo.errors import LocalError
from wsdemo.lab import pipe
from wsdemo.lab.host import Job
from wsdemo.lab.loop_thread import settled

__all__ = ["ProcessServer"]

# A new interpreter listens within 0.3 s on a quiet machine; this is for one that is very busy.
START_TIMEOUT = 60.0

# An interpreter that has nothing left to do ends within 0.1 s on a quiet machine.
EXIT = 1.0

# The child finds modules where we do, also those beside a script or a notebook.
_BOOT = "import sys; sys.path[:] = {path!r}; from wsdemo.lab.process_child import main; main()"


class ProcessServer:
    """A child process with a `Host` in it.

    Args:
        job: what to serve; its handler and options must pickle.
        failures: where to put what the handler ends in.

    Raises:
        TypeError: the job does not pickle.
    """

    where = "in a process"

    def __init__(self, job: Job, failures: list[BaseException]) -> None:
        self._job = job
        self._failures = failures
        self._payload = _pickle(job)
        self._closing = self._killed = False
        self._stdin_lock = threading.Lock()
        self._started: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._ended: concurrent.futures.Future[None] = concurrent.futures.Future()

    async def start(self) -> int:
        """Start the process and return the port that it listens on.

        Raises:
            LocalError: the process ended.
            TimeoutError: it said nothing for a minute.
            Exception: whatever the engine's ``serve`` raised there.
        """
        self._process = _spawn()
        threading.Thread(target=self._attend, name=f"wsdemo {self._job.name}", daemon=True).start()
        try:
            if not await settled(self._started, START_TIMEOUT):
                words = f"the process of server {self._job.name!r} does not listen"
                raise TimeoutError(f"{words} after {START_TIMEOUT:.0f} s")
            port = self._started.result()
        except BaseException:
            self._kill()
            raise
        atexit.register(self.close_at_exit)
        return port

    async def stop(self) -> None:
        """Let the child close its connections and end; kill it when it takes too long."""
        atexit.unregister(self.close_at_exit)
        self._hang_up()
        if not await settled(self._ended, self._patience()):
            self._kill()
            await settled(self._ended, self._patience())
            words = f"handler {self._job.name!r} blocked the event loop of its process"
            self._failures.append(LocalError(f"{words}, which had to be killed"))

    def close_at_exit(self) -> None:
        """Close, blocking: at the interpreter's exit there is no loop left to await on."""
        self._hang_up()
        if concurrent.futures.wait([self._ended], self._patience()).not_done:
            self._kill()

    @property
    def process(self) -> psutil.Process:
        """The child, to be measured."""
        return psutil.Process(self._process.pid)

    def _patience(self) -> float | None:
        return None if self._job.deadline is None else self._job.deadline + EXIT

    def _hang_up(self) -> None:
        self._closing = True
        assert self._process.stdin is not None
        with self._stdin_lock:
            self._process.stdin.close()

    def _kill(self) -> None:
        self._killed = True
        self._process.kill()

    def _attend(self) -> None:
        """Deal with everything that blocks, in a thread: the child's pipes, then its end.

        A thread, because the kernel's loop can't watch a subprocess on Windows, and because a
        blocking cell must not keep a failure from being noted.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._process.stdout as stdout, contextlib.suppress(OSError, EOFError):
            pipe.send(self._process.stdin.fileno(), self._payload)
            while True:
                self._take(*pipe.receive(stdout.fileno()))
        status = self._process.wait()
        # A child that was asked to close says so by its status, however close a crash came.
        expected = self._killed or (self._closing and status == 0)
        self._hang_up()
        if not expected:
            self._mourn(status)
        self._ended.set_result(None)

    def _take(self, kind: str, content: Any) -> None:
        """Take one report of the child's."""
        match kind:
            case "port":
                self._started.set_result(content)
            case "refused":
                self._started.set_exception(pipe.unpack(content))
            case "failure":
                self._failures.append(pipe.unpack(content))
                self._say_noted()

    def _say_noted(self) -> None:
        assert self._process.stdin is not None
        with self._stdin_lock:
            if not self._process.stdin.closed:
                pipe.send(self._process.stdin.fileno(), "noted")

    def _mourn(self, status: int) -> None:
        """Tell that the child has ended though nobody asked it to."""
        error = LocalError(f"the process of server {self._job.name!r} ended with status {status}")
        if self._started.done():
            self._failures.append(error)
        else:
            self._started.set_exception(error)


def _pickle(job: Job) -> bytes:
    try:
        pickled: bytes = cloudpickle.dumps(job)
    except Exception as error:  # TypeError, PicklingError, RecursionError, or a __reduce__'s own
        raise TypeError(
            f"server {job.name!r} can't be sent to a process of its own: {error}. Make what it "
            f"needs inside the handler, or let it run in a thread"
        ) from error
    return pickled


def _spawn() -> subprocess.Popen[bytes]:
    """Start a child that gets none of the signals meant for us.

    A kernel is interrupted, and killed, together with its process group.
    """
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, "-c", _BOOT.format(path=sys.path)],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **apart,
    )
