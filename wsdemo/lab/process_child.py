"""The child process of `wsdemo.lab.process_server`: a `Host` that reports over its pipes.

Down stdin comes the job, then a word for every failure that the parent has noted. Up stdout go
the port and the failures. The end of stdin is the order to close. It also comes when the
parent is killed, so no child outlives its notebook.

Leaves out every other way to end: Ctrl-C and the notebook's stop button are for the parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import threading
import time
from collections import deque

from wsdemo.lab import pipe
from wsdemo.lab.host import Job

__all__ = ["main"]

STDIN, STDOUT, STDERR = 0, 1, 2
# What a blocked loop gets on top of its host's deadline, before the child ends the hard way. A
# parent that lives is faster.
LAST_RESORT = 2.0


def main() -> None:
    """Serve the job that comes down stdin, until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reports = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)  # what a handler prints must not end up between the reports
    try:
        job = pickle.loads(pipe.receive(STDIN))
    except EOFError:
        return  # the parent is gone
    except Exception as error:  # the job names something that can't be imported here
        pipe.send(reports, ("refused", pipe.pack(error)))
    else:
        asyncio.run(_Child(job, reports).serve())


class _Child:
    """What the child does on its loop.

    Args:
        job: what to serve.
        reports: the descriptor for the reports.
    """

    def __init__(self, job: Job, reports: int) -> None:
        self._job = job
        self._reports = reports
        self._host = job.hosted(self._report)
        self._closing = asyncio.Event()
        self._unnoted: deque[asyncio.Future[None]] = deque()

    async def serve(self) -> None:
        """Serve until the parent has had enough."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(loop,), daemon=True).start()
        try:
            port = await self._host.start()
        except Exception as error:
            self._send("refused", pipe.pack(error))
            return
        self._send("port", port)
        await self._closing.wait()
        await self._host.stop()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the parent's words, in a thread: on Windows a loop can't watch a pipe."""
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            with contextlib.suppress(OSError, EOFError):
                while pipe.receive(STDIN):
                    loop.call_soon_threadsafe(self._note)
            loop.call_soon_threadsafe(self._close)
        if self._job.deadline is not None:
            time.sleep(self._job.deadline + LAST_RESORT)
            os._exit(1)

    def _close(self) -> None:
        self._closing.set()
        while self._unnoted:
            self._note()

    def _note(self) -> None:
        noted = self._unnoted.popleft()
        if not noted.done():  # its handler may have been cancelled
            noted.set_result(None)

    async def _report(self, failure: BaseException) -> None:
        """Send a failure up, and wait until the parent has it: see `Host`."""
        self._send("failure", pipe.pack(failure))
        if not self._closing.is_set():
            noted = asyncio.get_running_loop().create_future()
            self._unnoted.append(noted)
            await noted

    def _send(self, kind: str, content: object) -> None:
        with contextlib.suppress(OSError):  # the parent is gone
            pipe.send(self._reports, (kind, content))
