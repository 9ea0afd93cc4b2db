"""A server for a lab in a thread with an event loop of its own.

It goes on serving while a cell blocks the kernel's loop, shares the notebook's objects, and
says goodbye (1001) when the interpreter ends, as it does when a kernel is restarted.

Leaves out parallelism: it shares the interpreter lock, so what it does still costs the notebook
time, and the other way round. A measurement wants a process.
"""

from __future__ import annotations

import atexit
import concurrent.futures

from wsdemo.errors import LocalError
from wsdemo.lab.host import Job, keep_in
from wsdemo.lab.loop_thread import LoopThread, settled

__all__ = ["ThreadServer"]


class ThreadServer:
    """A `Host` on a `LoopThread`.

    Args:
        job: what to serve.
        failures: where to put what the handler ends in.

    Attributes:
        host: what serves it.
    """

    where = "in a thread"

    def __init__(self, job: Job, failures: list[BaseException]) -> None:
        self._job = job
        self._failures = failures
        self.host = job.hosted(keep_in(failures))
        self._thread = LoopThread(f"wsdemo server {job.name}")

    async def start(self) -> int:
        """Listen, and return the port."""
        starting = self._thread.submit(self.host.start).future
        try:
            await settled(starting)
            port = starting.result()
        except BaseException:
            self._thread.close()
            raise
        atexit.register(self.close_at_exit)
        return port

    async def stop(self) -> None:
        """Close and end the thread; awaits all the while, so the caller's loop goes on.

        A join would do in a script. In a cell it would deadlock: a client on the kernel's loop
        has to answer the closing handshake, and couldn't.
        """
        atexit.unregister(self.close_at_exit)
        stopping = self._thread.submit(self._shut_down)
        # Interrupted here, the caller leaves, and the thread ends all the same.
        if await settled(self._thread.ended, self._job.deadline):
            self._thread.close()
            stopping.future.result()
        else:
            self._failures.append(LocalError(self._complaint()))

    def close_at_exit(self) -> None:
        """Close, blocking: at the interpreter's exit there is no loop left to await on."""
        self._thread.submit(self._shut_down)
        concurrent.futures.wait([self._thread.ended], self._job.deadline)

    async def _shut_down(self) -> None:
        try:
            await self.host.stop()
        finally:
            self._thread.close()

    def _complaint(self) -> str:
        return (
            f"handler {self._job.name!r} blocks the event loop of its server, which could not be "
            f"stopped and goes on in the background. It is at: {self._thread.where()}"
        )
