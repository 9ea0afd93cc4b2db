"""`wsdemo.scratch`, with a coroutine handler, and with a callback.

Leaves out fan-out by callback: the way to the sockets is the same.
"""

from __future__ import annotations

from wsdemo import scratch
from wsdemo.lab.bench.job import HOST, Job
from wsdemo.lab.bench.servers.handlers import handler

__all__ = ["start", "start_callback"]


async def start(job: Job) -> tuple[scratch.Server, int]:
    """Start the server with a coroutine for each connection."""
    attend = handler(scratch.broadcast, job.copies)
    server = await scratch.serve(attend, HOST, 0, compression=_compression(job))
    return server, server.sockets[0].getsockname()[1]


async def start_callback(job: Job) -> tuple[scratch.Server, int]:
    """Start the server with a function that is called for each message."""
    server = await scratch.serve(
        None, HOST, 0, on_message=_send_back, compression=_compression(job)
    )
    return server, server.sockets[0].getsockname()[1]


def _send_back(connection: scratch.ServerConnection, message: str | bytes) -> None:
    connection.send_nowait(message)


def _compression(job: Job) -> str | None:
    return "deflate" if job.deflate else None
