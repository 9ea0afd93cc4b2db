"""A server's connection: what a handler is given.

Left out: what all connections have in common (``connection``), and the handshake's rules
(``opening``).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wsdemo.errors import HandshakeError, ProtocolError
from wsdemo.protocol import CloseCode, Event, Failed, RequestReceived, State
from wsdemo.protocol.handshake import reject_response
from wsdemo.protocol.http import Response
from wsdemo.protocol.server_endpoint import ServerEndpoint
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.inbox import Hold
from wsdemo.scratch.masking import apply_mask
from wsdemo.scratch.opening import SHUTTING_DOWN
from wsdemo.scratch.options import Timer

if TYPE_CHECKING:
    from wsdemo.scratch.server import Server

TOO_SLOW = "The request did not come in time.\n"
OUT_OF_TIME = "The server did not find an answer in time.\n"


class ServerConnection(Connection):
    """The connection of one client.

    Args:
        server: where it has arrived.

    Attributes:
        server: where it has arrived.
        task: runs the opening handshake and the handler, once the request has come.
    """

    __slots__ = ("_opening", "server", "task")

    endpoint: ServerEndpoint

    def __init__(self, server: Server) -> None:
        endpoint = ServerEndpoint(
            limits=server.options.limits,
            date=server.rules.date,
            apply_mask=apply_mask,
        )
        super().__init__(endpoint, server.options)
        self.server = server
        self.task: asyncio.Task[None] | None = None
        self._opening: Timer | None = None

    def respond(self, status: int, text: str) -> Response:
        """Make a response for ``process_request`` or ``process_response`` to return.

        Args:
            status: any HTTP status but 101.
            text: for the person at the other end.
        """
        return reject_response(status, text)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set the clock for the opening handshake."""
        super().connection_made(transport)
        if self.options.open_timeout is not None:
            self._opening = self.clock.call_later(self.options.open_timeout, self._expire_opening)
        self.server.arrived(self)

    def handle(self, event: Event) -> None:
        """Act on an event of the endpoint, those of the opening handshake included."""
        match event:
            case RequestReceived(request):
                # Until it is answered, what follows would only lie about in memory.
                self.valve.hold(Hold.OPENING)
                self.task = self.server.attend(self, request)
            case Failed(HandshakeError() as error):
                self.fault = error
                if self.response is not None:
                    self.answered(str(error))
            case Failed(ProtocolError() as error) if error.code != CloseCode.ABNORMAL_CLOSURE:
                self.server.counters.protocol_errors[error.code] += 1
                self.logger.info("failed with %d: %s", error.code, error)
                super().handle(event)
            case _:
                super().handle(event)

    def answered(self, reason: str) -> None:
        """Go on after the opening handshake, one way or the other.

        Args:
            reason: why the request was refused, if it was.
        """
        self._stop_opening()
        if self.state is State.OPEN:
            self.server.counters.accepted += 1
            self.endpoint.fold()
            self.keepalive.start()
            self.valve.release(Hold.OPENING)
            # The 101 leaves in one write with the answer to whatever came after the request.
            self.deliver(self.endpoint.receive(b""))
        elif self.response is not None:
            # A page, or a health check, is answered; nobody was refused anything.
            verb = "refused" if self.response.status >= 400 else "answered"
            self.logger.info("%s with %d: %s", verb, self.response.status, reason)
            self.flush()

    def dismiss(self, code: int, reason: str) -> None:
        """Close the connection because the server is closing."""
        if self.state is State.CONNECTING:
            self.refuse(503, SHUTTING_DOWN, "the server is closing")
        else:
            self.start_close(code, reason)

    def refuse(self, status: int, body: str, reason: str) -> None:
        """Refuse a handshake that has not been answered."""
        if self.state is State.CONNECTING:
            self.endpoint.reject(status, body)
            self.answered(reason)

    def on_message_failed(self, error: Exception) -> None:
        """Count it, too."""
        self.server.counters.handler_errors += 1
        super().on_message_failed(error)

    def give_up(self) -> None:
        """Count it, too."""
        self.server.counters.keepalive_timeouts += 1
        super().give_up()

    def _expire_opening(self) -> None:
        if self.task is None:
            # RFC 9110, 15.5.9: "The 408 (Request Timeout) status code indicates that the server
            # did not receive a complete request message within the time that it was prepared to
            # wait."
            self.refuse(408, TOO_SLOW, f"no request within {self.options.open_timeout} s")
        else:
            self.refuse(503, OUT_OF_TIME, f"no answer within {self.options.open_timeout} s")
            self.task.cancel()

    def _stop_opening(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Close the books on this connection."""
        self._stop_opening()
        super().connection_lost(exc)
        self.server.departed(self)
