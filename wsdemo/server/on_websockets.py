"""The engine `websockets`: a connection that counts, and two limits that the library lacks.

``websockets`` has a limit for the number of fragments, but one for the whole process, which is
read from the environment when it is imported (``WEBSOCKETS_MAX_FRAGMENTS``, 4096 by default); ours
is for each server, and that one holds besides. And it gives a connection that it has failed, for a
message too big for example, no deadline of its own: a client that neither answers nor leaves is
cut off by the next keepalive, or never without one.

Leaves out everything else, which is the library's.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.frames import DATA_OPCODES, CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import Event
from websockets.server import ServerProtocol

from wsdemo.metrics import Metrics
from wsdemo.protocol import http
from wsdemo.protocol.headers import Headers as OurHeaders
from wsdemo.protocol.responses import reject_response
from wsdemo.server.gate import Gate
from wsdemo.server.register import Register, Visit
from wsdemo.server.settings import Attend, Listener, Settings

__all__ = ["Connection", "listen"]


class Connection(ServerConnection):
    """A connection of `websockets` that is in the books.

    Args:
        protocol: the library's.
        server: the library's.
        register: the books.
        max_fragments: frames of a message; None for any number.
        **options: the library's.
    """

    def __init__(
        self,
        protocol: ServerProtocol,
        server: Any,
        *,
        register: Register,
        max_fragments: int | None,
        **options: Any,
    ) -> None:
        super().__init__(protocol, server, **options)
        self.visit = Visit(self, register)
        self._max_fragments = max_fragments
        self._fragments = 0
        self._cutoff: asyncio.TimerHandle | None = None

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
        """Count what came, and see to it that a closing connection ends."""
        self.visit.came(data)
        super().data_received(data)
        self._watch_the_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the books."""
        super().connection_lost(exc)
        if self._cutoff is not None:
            self._cutoff.cancel()
        self.visit.left(self.close_code)

    # What the library calls

    def send_data(self) -> None:
        """Count what is written."""
        writes = self.protocol.writes
        if (size := sum(map(len, writes))) and not self.transport.is_closing():
            self.visit.goes(writes[0], size)
        super().send_data()

    def process_event(self, event: Event) -> None:
        """Count the fragments of a message."""
        if isinstance(event, Frame) and event.opcode in DATA_OPCODES:
            self._fragments = self._fragments + 1 if event.opcode is Opcode.CONT else 1
            if self._max_fragments is not None and self._fragments > self._max_fragments:
                self._fail(f"more than {self._max_fragments} fragments")
                return
        super().process_event(event)

    def acknowledge_pings(self, data: bytes) -> None:
        """Observe the round trip that a pong tells."""
        awaited = data in self.pending_pings
        super().acknowledge_pings(data)
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

    def _fail(self, reason: str) -> None:
        # What follows in the same read comes here as well; only the first has anything to say.
        if self.visit.is_open:
            self.protocol.fail(CloseCode.MESSAGE_TOO_BIG, reason)
            self.send_data()

    def _watch_the_end(self) -> None:
        closing = self._cutoff is None and self.close_timeout is not None
        if closing and self.visit.status == 101 and self.protocol.close_expected():
            self._cutoff = self.loop.call_later(self.close_timeout or 0, self.transport.abort)


async def listen(attend: Attend, gate: Gate, register: Register, settings: Settings) -> Listener:
    """Start the library's server.

    Args:
        attend: what it calls with each connection.
        gate: answers the requests.
        register: the books.
        settings: everything else.
    """
    create: Any = partial(Connection, register=register, max_fragments=settings.max_fragments)
    return await serve(
        attend,
        settings.host,
        settings.port,
        process_request=partial(_process_request, gate),
        create_connection=create,
        **settings.common(),
    )


def _process_request(gate: Gate, connection: Any, request: Request) -> Response | None:
    """Put the library's request before our gate, and its answer into the library's words."""
    try:
        headers = OurHeaders(request.headers.raw_items())
    except ValueError as error:
        answer = reject_response(400, f"{error}\n")
    else:
        asked = http.Request(request.path, headers, request.method, request.protocol)
        given = gate.answer(asked, connection.visit)
        if given is None:
            return None
        answer = given
    return Response(answer.status, answer.reason, Headers(answer.headers.items()), answer.body)
