"""`listening()`: a server of the learner's own on asyncio's streams, with its failures kept.

What `asyncio.start_server` does with a coroutine that fails is to log it, and in a notebook the log
ends up under whatever cell is running. Here failures are kept, for a cell in the foreground to
show; nothing is raised at the end, because a server made by hand fails on purpose, mostly.

Leaves out handlers of an engine, which are `running`'s: there is no WebSocket in here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Attend", "Listening", "listening"]

Attend: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]

GRACE = 1.0  # seconds for what is cancelled to end


@dataclass
class Listening:
    """A server that listens.

    Attributes:
        host: the address.
        port: the TCP port.
        failures: what the coroutine ended in, except that a client had left.
    """

    host: str
    port: int = 0
    failures: list[Exception] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """What to connect to."""
        return f"ws://{self.host}:{self.port}/"


@contextlib.asynccontextmanager
async def listening(
    attend: Attend, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Listening]:
    """Call a coroutine function for every TCP connection, for the length of a block.

    TCP is ended when the coroutine returns or fails. Those that are left at the end of the block
    are cancelled.

    Args:
        attend: takes a reader and a writer.
        host: the address to listen on.
        port: the port to listen on; 0 for a free one, which ``port`` tells.
    """
    listener = Listening(host)
    tasks: set[asyncio.Task[object]] = set()

    async def attended(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await attend(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has left
        except Exception as error:
            listener.failures.append(error)
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(attended, host, port)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
