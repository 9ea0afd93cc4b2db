"""A server for a lab on the event loop of whoever starts it.

This is how a server runs in a product, and the shortest to read. In a notebook it stands still
whenever a cell does: a cell that computes or sleeps for three seconds holds every answer back
for three seconds, and clients give up once it is longer than their ping timeout.

Leaves out the end of the interpreter: at a kernel restart its clients see 1006, because the
loop ends before anybody could say goodbye.
"""

from __future__ import annotations

import asyncio

from wsdemo.lab.host import Job, keep_in
from wsdemo.lab.loop_thread import settled

__all__ = ["LoopServer"]


class LoopServer:
    """A `Host` on the running loop.

    Args:
        job: what to serve.
        failures: where to put what the handler ends in.

    Attributes:
        host: what serves it.
    """

    where = "on the caller's loop"

    def __init__(self, job: Job, failures: list[BaseException]) -> None:
        self.host = job.hosted(keep_in(failures))
        self._loop = asyncio.get_running_loop()

    async def start(self) -> int:
        """Listen, and return the port."""
        return await self.host.start()

    async def stop(self) -> None:
        """Close, on the loop of the server, wherever the caller is."""
        if self._loop is asyncio.get_running_loop():
            await self.host.stop()
        elif self._loop.is_running():
            stopping = asyncio.run_coroutine_threadsafe(self.host.stop(), self._loop)
            await settled(stopping)
            stopping.result()
        # Else its loop has ended, and the server with it.
