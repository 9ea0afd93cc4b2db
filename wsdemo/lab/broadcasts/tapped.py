"""A connection of `websockets` that tells how much was written to it, and how much still waits.

What a server holds for a slow client lies in one of two places: where the design keeps it, or in
the write buffer of the connection. The second one asyncio tells; the first is what was published
and not yet written.

Leaves out what the kernel holds: it is bounded, and not the program's memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

from websockets.asyncio.server import ServerConnection

from wsdemo.lab.broadcasts.dialing import SOCKET_BUFFER

__all__ = ["TappedConnection"]


class _Tap:
    """A transport that counts what is written to it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.octets = 0

    def write(self, data: Any) -> None:
        self.octets += len(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class TappedConnection(ServerConnection):
    """A server's connection; for ``create_connection``."""

    def connection_made(self, transport: Any) -> None:
        """Begin, with a small send buffer in the kernel."""
        made = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # a wish, which a system may refuse
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
        self._tap = _Tap(transport)
        super().connection_made(self._tap)  # type: ignore[arg-type]

    @property
    def written(self) -> int:
        """Octets handed to the transport so far, the handshake's among them."""
        return self._tap.octets

    @property
    def buffered(self) -> int:
        """Octets in the write buffer."""
        size: int = self.transport.get_write_buffer_size()
        return size
