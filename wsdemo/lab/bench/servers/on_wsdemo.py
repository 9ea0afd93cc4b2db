"""`wsdemo.server` on the engine of the course: what the books, the door and the rest cost.

Leaves out fan-out: rooms are `wsdemo.hub`'s.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from wsdemo import server
from wsdemo.lab.bench.job import HOST, Job
from wsdemo.lab.bench.servers.handlers import echo

__all__ = ["start"]


async def start(job: Job) -> tuple[server.Server, int]:
    """Start the server."""
    started = await server.serve(echo, HOST, 0, engine="scratch", compression=job.deflate)
    port = urlsplit(started.uri).port
    assert port is not None
    return started, port
