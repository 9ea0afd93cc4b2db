"""A server for a lab in a thread with an event loop of its own.

It goes on serving while a cell blocks the kernel's loop, shares the notebook's objects, and
says goodbye (1001) when the interpreter ends, as it does when a kernel is restarted.

Leaves out parallelism: it shares the interpreter lock, so what it does still costs the notebook
time, and the other way round. A measurement wants a process.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures

from wsdemo.errors import LocalError
from wsdemo.lab.host import GRACE, Host, Job, keep_in
from wsdemo.lab.loop_thread import LoopThread

__all__ = ["ThreadServer"]


class ThreadServer:
    """A `Host` on a `LoopThread`.

    Args:
        job: what to serve.
        failures: where to put what the handler ends in.
    """

    where = "in a thread"

    def __init__(self, job: Job, failures: list[BaseException]) -> None:
        self._job = job
        self._failures = failures
        self._host = Host(job, keep_in(failures))
        self._thread = LoopThread(f"wsdemo server {job.name}")

    async def start(self) -> int:
        """Listen, and return the port."""
        try:
            port = await asyncio.wrap_future(self._thread.submit(self._host.start).future)
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
        ended = asyncio.wrap_future(self._thread.ended)
        # Interrupted here, the caller leaves and the thread ends all the same: asyncio.wait
        # doesn't cancel what it waits for.
        await asyncio.wait([ended], timeout=self._patience())
        if ended.done():
            stopping.future.result()
        else:
            self._failures.append(LocalError(self._complaint()))

    def close_at_exit(self) -> None:
        """Close, blocking: at the interpreter's exit there is no loop left to await on."""
        self._thread.submit(self._shut_down)
        concurrent.futures.wait([self._thread.ended], self._patience())

    async def _shut_down(self) -> None:
        try:
            await self._host.stop()
        finally:
            self._thread.close()

    def _patience(self) -> float | None:
        """How long the host's two rounds of waiting may take, and a bit, in seconds."""
        patience = self._job.patience
        return None if patience is None else 2 * patience + GRACE

    def _complaint(self) -> str:
        return (
            f"handler {self._job.name!r} blocks the event loop of its server, which could not be "
            f"stopped and goes on in the background. It is at: {self._thread.where()}"
        )
