"""What a server was asked for, in words that both engines understand.

Leaves out what is the gate's (paths, origins, subprotocols) and the register's (slots).
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from wsdemo import __version__
from wsdemo.scratch.options import Clock
from wsdemo.server.gate import Gate
from wsdemo.server.register import Register

__all__ = ["Attend", "Listen", "Listener", "Settings"]

# The value of ``Server``: not which Python, and not which version of which engine.
SOFTWARE = f"wsdemo/{__version__}"

# How many may wait to be accepted. A server that comes back finds all of its clients at the door
# at once, and those for whom there is no room try again after a second, then two, then four.
BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of ``serve``; None is no limit.

    Attributes:
        host: address or name to listen on.
        port: TCP port; 0 for a free one.
        logger: gets a line for everything that goes wrong.
        subprotocols: ours, the best first.
        max_size: octets of a message.
        max_fragments: frames of a message.
        compression: whether to agree to permessage-deflate.
        keepalive: seconds between pings, and for their pongs.
        open_timeout: seconds for the opening handshake.
        close_timeout: seconds for the closing handshake.
        tls: the context for wss.
        clock: tells the time and sets timers; None for the event loop's.
    """

    host: str
    port: int
    logger: logging.Logger
    subprotocols: Sequence[str] = ()
    max_size: int | None = 2**20
    max_fragments: int | None = 1024
    compression: bool = True
    keepalive: float | None = 20.0
    open_timeout: float | None = 10.0
    close_timeout: float | None = 10.0
    tls: ssl.SSLContext | None = None
    clock: Clock | None = None

    def common(self) -> dict[str, Any]:
        """Return the arguments that the two engines' ``serve`` have in common."""
        return {
            "subprotocols": list(self.subprotocols) or None,
            "compression": "deflate" if self.compression else None,
            "server_header": SOFTWARE,
            "open_timeout": self.open_timeout,
            "close_timeout": self.close_timeout,
            "ping_interval": self.keepalive,
            "ping_timeout": self.keepalive,
            "max_size": self.max_size,
            "logger": self.logger,
            "ssl": self.tls,
            "backlog": BACKLOG,
        }


class Listener(Protocol):
    """An engine's server, as far as ours needs it."""

    @property
    def sockets(self) -> Sequence[Any]:
        """Those on which it listens."""

    def close(self) -> None:
        """Listen no more, and close what is open."""

    async def wait_closed(self) -> None:
        """Wait for the end of every connection and handler."""


Attend: TypeAlias = Callable[[Any], Awaitable[None]]
Listen: TypeAlias = Callable[[Attend, Gate, Register, Settings], Awaitable[Listener]]
