"""`websockets`, as it comes.

Leaves out its legacy and its threading implementation.
"""

from __future__ import annotations

from websockets.asyncio.server import Server, broadcast, serve

from wsdemo.lab.bench.job import HOST, Job
from wsdemo.lab.bench.servers.handlers import handler

__all__ = ["start"]


async def start(job: Job) -> tuple[Server, int]:
    """Start the server."""
    compression = "deflate" if job.deflate else None
    server = await serve(handler(broadcast, job.copies), HOST, 0, compression=compression)
    return server, next(iter(server.sockets)).getsockname()[1]
