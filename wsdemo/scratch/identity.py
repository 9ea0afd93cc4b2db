"""What there is to know about a connection: who, where, in which state, agreed on what.

Left out: everything that moves bytes.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import MutableMapping
from typing import Any

from wsdemo.protocol import State
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.protocol.http import Request, Response
from wsdemo.scratch.options import Options
from wsdemo.scratch.pings import Pings
from wsdemo.scratch.transport import Link


class ConnectionLogger(logging.LoggerAdapter[Any]):
    """Puts the id of the connection before every line."""

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[Any, MutableMapping[str, Any]]:
        """Add the id."""
        return f"connection {self.extra['connection'] if self.extra else '?'}: {msg}", kwargs


class Described(Link):
    """A link with a name, an address and a history.

    Args:
        endpoint: the protocol's side.
        options: what this connection has in common with others.
    """

    __slots__ = ("_id", "_pings")

    def __init__(self, endpoint: Endpoint, options: Options) -> None:
        super().__init__(endpoint, options)
        self._pings: Pings | None = None
        self._id: uuid.UUID | None = None

    @property
    def pings(self) -> Pings:
        """The pings that await their pongs; made when the first is sent."""
        if self._pings is None:
            self._pings = Pings(self.clock, self.options.randbytes)
        return self._pings

    @property
    def id(self) -> uuid.UUID:
        """What tells this connection from all others, in logs for example."""
        if self._id is None:
            self._id = uuid.UUID(bytes=self.options.randbytes(16), version=4)
        return self._id

    @property
    def logger(self) -> logging.LoggerAdapter[Any]:
        """A logger whose lines begin with the connection's id."""
        return ConnectionLogger(self.options.logger, {"connection": self.id})

    @property
    def local_address(self) -> Any:
        """Our end of TCP: (host, port), and more for IPv6."""
        return self.transport.get_extra_info("sockname")

    @property
    def remote_address(self) -> Any:
        """The peer's end of TCP, which may be a proxy's."""
        return self.transport.get_extra_info("peername")

    @property
    def state(self) -> State:
        """Where the connection stands."""
        return self.endpoint.state

    @property
    def request(self) -> Request | None:
        """The request of the opening handshake."""
        return self.endpoint.request

    @property
    def response(self) -> Response | None:
        """The response of the opening handshake."""
        return self.endpoint.response

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that both sides agreed on, if any."""
        return self.endpoint.subprotocol

    @property
    def latency(self) -> float:
        """The latest round trip in seconds; 0.0 before the first."""
        return 0.0 if self._pings is None else self._pings.latency

    @property
    def close_code(self) -> int | None:
        """The close code, 1005 and 1006 included; None before the connection is closed."""
        return self.endpoint.close_code if self.state is State.CLOSED else None

    @property
    def close_reason(self) -> str | None:
        """The close reason; None before the connection is closed."""
        return self.endpoint.close_reason if self.state is State.CLOSED else None
