"""A client's connection: what ``connect`` gives.

Left out: what all connections have in common (``connection``), and dialling (``client``).
"""

from __future__ import annotations

import asyncio

from wsdemo.errors import PeerError
from wsdemo.protocol import Accepted, Event, Failed, Rejected, State
from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.options import Options


class ClientConnection(Connection):
    """A connection to a server.

    Args:
        endpoint: the protocol's side, with the request.
        options: limits, times, clock and chance.
    """

    __slots__ = ("_opened",)

    def __init__(self, endpoint: ClientEndpoint, options: Options) -> None:
        super().__init__(endpoint, options)
        self._opened: asyncio.Future[None] = self.loop.create_future()

    async def opened(self) -> None:
        """Wait until the server has agreed.

        Raises:
            HandshakeError: it hasn't; the cause is an EOFError or OSError if it has left.
        """
        await self._opened

    def handle(self, event: Event) -> None:
        """Act on an event of the endpoint, those of the opening handshake included."""
        if self._opened.done():
            super().handle(event)
            return
        match event:
            case Accepted():
                self._opened.set_result(None)
                self.endpoint.fold()
                self.keepalive.start()
            case Rejected(_, error) | Failed(error):
                self._refused(error)

    def _refused(self, error: PeerError) -> None:
        if self.state is State.CLOSED:
            # Not a wrong answer but none, which may be different the next time.
            error.__cause__ = self.fault or EOFError("the server closed the connection")
        self.fault = error
        self._opened.set_exception(error)
        # Looked at once, so that asyncio does not complain when nobody else looks: the dialling
        # may have been cancelled a moment before.
        self._opened.exception()
