"""The engine of the course: a connection that is in the books.

What passes is counted by the engine itself, once for each read and each write, into the server's
metrics; so a message that came counts when it comes, and not when the handler takes it.

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

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the books."""
        super().connection_lost(exc)
        self.visit.left(self.close_code)

    # What the engine calls

    def answered(self, reason: str) -> None:
        """Count the answer to the opening handshake."""
        if self.response is not None:
            self.visit.answered(self.response.status)
        super().answered(reason)

    def handle(self, event: Event) -> None:
        """Observe the round trip that a pong tells."""
        awaited = isinstance(event, Pong) and event.data in self.pings
        super().handle(event)
        if awaited:
            self.metrics.observe(self.latency)


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
        tally=register.metrics,
        clock=settings.clock,
        **settings.common(),
    )
