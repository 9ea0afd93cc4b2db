"""The engine of the course: a connection that counts.

Leaves out everything else, which is the engine's.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from wsdemo import scratch
from wsdemo.metrics import Metrics
from wsdemo.protocol import Event, Pong
from wsdemo.protocol.http import Request, Response
from wsdemo.server.gate import Gate
from wsdemo.server.register import Register, Visit
from wsdemo.server.settings import Attend, Listener, Settings

__all__ = ["Connection", "listen"]


class Connection(scratch.ServerConnection):
    """A connection of `wsdemo.scratch` that is in the books.

    Args:
        server: the engine's.
        register: the books.
    """

    def __init__(self, server: scratch.Server, *, register: Register) -> None:
        super().__init__(server)
        self.visit = Visit(self, register)

    @property
    def metrics(self) -> Metrics:
        """The server's metrics, for what only a handler knows."""
        return self.visit.metrics

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter the books."""
        super().connection_made(transport)
        self.visit.arrived()

    def data_received(self, data: bytes) -> None:
        """Count what came."""
        self.visit.came(data)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the books."""
        super().connection_lost(exc)
        self.visit.left(self.close_code)

    # What the engine calls

    def write(self, output: bytes) -> None:
        """Count what is written."""
        self.visit.goes(output, len(output))
        super().write(output)

    def handle(self, event: Event) -> None:
        """Observe the round trip that a pong tells."""
        awaited = isinstance(event, Pong) and event.data in self.pings
        super().handle(event)
        if awaited:
            self.metrics.observe(self.latency)

    # What a handler calls

    async def recv(self, decode: bool | None = None) -> Any:
        """Wait for the next message, and count it."""
        message = await super().recv(decode)
        self.visit.received(message)
        return message

    async def send(self, message: Any, *, text: bool | None = None) -> None:
        """Send a message, and count it."""
        await self.visit.sending(super().send, message, text)


async def listen(attend: Attend, gate: Gate, register: Register, settings: Settings) -> Listener:
    """Start the engine's server.

    Args:
        attend: what it calls with each connection.
        gate: answers the requests.
        register: the books.
        settings: everything else.
    """

    def process_request(connection: Any, request: Request) -> Response | None:
        return gate.answer(request, connection.visit)

    return await scratch.serve(
        attend,
        settings.host,
        settings.port,
        process_request=process_request,
        create_connection=partial(Connection, register=register),
        max_fragments=settings.max_fragments,
        clock=settings.clock,
        **settings.common(),
    )
