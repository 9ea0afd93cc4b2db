"""A newsroom in a process of its own, which publishes by a timetable: the one to measure.

A server on the notebook's loop waits while a cell computes, and its delays are the cell's. This one
has an interpreter to itself. When an item was to be published is known on both sides, because
`time.monotonic` is one clock for all processes of a machine.

Leaves out the news from outside: what is published, and when, is said before it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from wsdemo.lab import pipe
from wsdemo.lab.news.newsroom import Address, Newsroom, newsroom

__all__ = ["Elsewhere", "elsewhere", "main"]

STDIN, STDOUT, STDERR = 0, 1, 2
BEGIN = "begin"
PATIENCE = 10.0  # seconds that a child may take to end; it takes a tenth of one
# The child finds modules where we do, also those beside a script or a notebook.
_BOOT = "import sys; sys.path[:] = {path!r}; from wsdemo.lab.news.elsewhere import main; main()"

Timetable = Sequence[tuple[float, str]]


class Elsewhere(Address):
    """What is known of a newsroom in another process.

    Args:
        process: The child.
        ports: As of `Address`.
    """

    def __init__(self, process: subprocess.Popen[bytes], ports: tuple[int, int]) -> None:
        super().__init__(ports)
        self._process = process

    async def begin(self) -> float:
        """Let the timetable begin.

        Returns:
            When it began, on the clock `time.monotonic`.
        """
        assert self._process.stdin is not None
        pipe.send(self._process.stdin.fileno(), BEGIN)
        begun: float = await _hear(self._process)
        return begun


@asynccontextmanager
async def elsewhere(timetable: Timetable) -> AsyncIterator[Elsewhere]:
    """Open a newsroom in a process of its own for the length of a block.

    Args:
        timetable: What to publish, and how many seconds after `Elsewhere.begin`.

    Raises:
        EOFError: The process ended before it listened; its error is on stderr.
    """
    process = await asyncio.to_thread(_spawn)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        pipe.send(process.stdin.fileno(), list(timetable))
        yield Elsewhere(process, await _hear(process))
    finally:
        process.stdin.close()  # the order to end
        try:
            await asyncio.to_thread(process.wait, PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
        process.stdout.close()


async def _hear(process: subprocess.Popen[bytes]) -> Any:
    # In a thread: the kernel's loop can't watch a subprocess on Windows.
    assert process.stdout is not None
    return await asyncio.to_thread(pipe.receive, process.stdout.fileno())


def _spawn() -> subprocess.Popen[bytes]:
    """Start a child in a group of its own: the stop button is meant for the kernel."""
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


# --- in the child ----------------------------------------------------------------------------


def main() -> None:
    """Serve the timetable that comes down stdin, until stdin ends."""
    reports = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)  # a stray print must not end up between the reports
    with contextlib.suppress(EOFError):  # the parent is gone
        asyncio.run(_serve(pipe.receive(STDIN), reports))


async def _serve(timetable: Timetable, reports: int) -> None:
    loop = asyncio.get_running_loop()
    begin, end = asyncio.Event(), asyncio.Event()
    async with newsroom() as room:
        threading.Thread(target=_listen, args=(loop, begin, end), daemon=True).start()
        pipe.send(reports, room.ports)
        publishing = asyncio.create_task(_publish(room, timetable, begin, reports))
        await end.wait()
        publishing.cancel()


def _listen(loop: asyncio.AbstractEventLoop, begin: asyncio.Event, end: asyncio.Event) -> None:
    """Hear the parent's word, and then the end of its pipe, in a thread: see `_hear`."""
    with contextlib.suppress(OSError, EOFError):
        while pipe.receive(STDIN) == BEGIN:
            loop.call_soon_threadsafe(begin.set)
    loop.call_soon_threadsafe(end.set)


async def _publish(
    room: Newsroom, timetable: Timetable, begin: asyncio.Event, reports: int
) -> None:
    """Publish each item when its time has come; one that is late makes no other one late."""
    await begin.wait()
    begun = time.monotonic()
    pipe.send(reports, begun)
    for at, text in timetable:
        await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
        room.publish(text)
