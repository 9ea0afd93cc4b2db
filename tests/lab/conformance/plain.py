"""An echo server and an echo client that share nothing with what the suite is made of.

Only the standard library is below them, so that no error of ours can hide behind itself. They are
written for being read and for being broken: every decision is a method, and a subclass that
decides one thing otherwise is a peer with one fault.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_server import PlainServer

__all__ = ["PlainClient", "PlainServer", "run_client", "serve"]

AGENT = "plain"
SECONDS = 10.0  # that a client's connection may take

Client = TypeVar("Client", bound=PlainClient)


@contextlib.asynccontextmanager
async def serve(server_class: type[PlainServer]) -> AsyncIterator[str]:
    """Serve on a free port, and yield the URI; leaving ends all connections."""
    tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks[asyncio.create_task(server_class(reader, writer).run())] = writer

    listener = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        for task, writer in tasks.items():
            task.cancel()
            writer.transport.abort()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def run_client(
    base_url: str, client_class: type[PlainClient], *, compression: bool = True, jobs: int = 1
) -> None:
    """Let a client go through all cases of a fuzzing server, as Autobahn's clients do.

    Args:
        base_url: of the server.
        client_class: what is tried; the count and the end of the run are left to the correct one.
        compression: whether it offers permessage-deflate.
        jobs: how many cases at the same time.
    """
    counter = await _run(_Counter, f"{base_url}/getCaseCount")
    if counter.count is None:
        raise ConnectionError("the server doesn't say how many cases there are")
    cases = iter(range(1, counter.count + 1))

    async def work() -> None:
        for case in cases:
            uri = f"{base_url}/runCase?case={case}&agent={AGENT}"
            with contextlib.suppress(OSError):  # TimeoutError is one
                await _run(client_class, uri, compression=compression)

    async with asyncio.TaskGroup() as group:
        for _ in range(jobs):
            group.create_task(work())
    await _run(PlainClient, f"{base_url}/updateReports?agent={AGENT}")


class _Counter(PlainClient):
    """A client that is told a number.

    Attributes:
        count: what it was told, or None.
    """

    count: int | None = None

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Read the number."""
        self.count = int(data)


async def _run(client_class: type[Client], uri: str, *, compression: bool = False) -> Client:
    async with asyncio.timeout(SECONDS):
        client = await client_class.connect(uri, compression=compression)
        await client.run()
    return client
