"""A plain TCP echo on asyncio: the limit for every server that asyncio reads the sockets of.

By `BufferedProtocol`, into one buffer for all connections: an `asyncio.Protocol` gets 256 KiB of
fresh memory for every read, and where the kernel has to map them that costs more than the echo.

Leaves out flow control: the load generator reads.
"""

from __future__ import annotations

import asyncio

from wsdemo.lab.bench.job import HOST, Job

__all__ = ["start"]

BUFFER = 2**16


async def start(_job: Job) -> tuple[asyncio.Server, int]:
    """Start the server."""
    buffer = memoryview(bytearray(BUFFER))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Echo(buffer), HOST, 0)
    return server, server.sockets[0].getsockname()[1]


class _Echo(asyncio.BufferedProtocol):
    __slots__ = ("_buffer", "_transport")

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, _sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        # A copy: what the kernel doesn't take now must outlast the next read.
        self._transport.write(bytes(self._buffer[:nbytes]))
