"""What a handler is given, whichever engine carries it.

Leaves out what only one engine has, such as ``recv_streaming`` of ``websockets``: it is there, but
what is received by it is in no metric, and the handler is tied to that engine.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias

from wsdemo.metrics import Metrics
from wsdemo.protocol.messages import payload_size

__all__ = ["Connection", "Handler", "Sendable", "payload_size", "pieces"]

# A message, or the pieces of one; Any, because the two engines write the iterables differently.
Sendable: TypeAlias = Any


class Connection(Protocol):
    """A client, to the handler that serves it."""

    @property
    def id(self) -> uuid.UUID:
        """What tells it from all others; in the log, too."""

    @property
    def metrics(self) -> Metrics:
        """The server's, for what only a handler knows: ``metrics.observe(seconds)``."""

    @property
    def request(self) -> Any:
        """The request of the opening handshake, with ``path`` and ``headers``."""

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that both sides agreed on."""

    @property
    def remote_address(self) -> Any:
        """The client's host and port, or a proxy's."""

    @property
    def close_code(self) -> int | None:
        """The close code, once the connection is closed."""

    async def recv(self, decode: bool | None = None) -> str | bytes:
        """Wait for the next message."""

    async def send(self, message: Sendable, *, text: bool | None = None) -> None:
        """Send a message, at the client's pace."""

    async def ping(self, data: str | bytes | None = None) -> Awaitable[float]:
        """Send a ping; what is returned can be awaited for the round trip in seconds."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, and wait until it is closed."""

    async def wait_closed(self) -> None:
        """Wait until the connection is closed, by whichever side."""

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Yield messages until the connection is closed."""


# Any, so that a handler may be written for one engine's connection as well.
Handler: TypeAlias = Callable[[Any], Awaitable[None]]


class Counted:
    """The pieces of a message that is sent in pieces, counted as they go by.

    Attributes:
        size: octets of those that have gone by.
        begun: whether there was one.
    """

    def __init__(self) -> None:
        self.size = 0
        self.begun = False

    def note(self, piece: Any) -> Any:
        """Count a piece, and return it."""
        self.begun = True
        if isinstance(piece, (str, bytes, bytearray, memoryview)):  # else the engine will object
            self.size += payload_size(piece)
        return piece


def pieces(message: Sendable, counted: Counted) -> Sendable:
    """Return an iterable, asynchronous if the message is one, that counts what it yields.

    What is no iterable of pieces is returned as it is, for the engine to object to.
    """
    if isinstance(message, Mapping):
        return message
    if hasattr(message, "__aiter__"):
        return (counted.note(piece) async for piece in message)
    if hasattr(message, "__iter__"):
        return (counted.note(piece) for piece in message)
    return message
