"""The two engines, with the few names in which they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import websockets
import websockets.asyncio.client
import websockets.asyncio.server

from wsdemo import scratch


@dataclass(frozen=True)
class Engine:
    """What the scenarios need of an engine."""

    name: str
    serve: Callable[..., Any]
    connect: Callable[..., Any]
    Closed: type[Any]
    ClosedOK: type[Any]
    ClosedError: type[Any]
    Refused: type[Any]
    Concurrency: type[Any]


SCRATCH = Engine(
    "scratch",
    scratch.serve,
    scratch.connect,
    scratch.ConnectionClosed,
    scratch.ConnectionClosedOK,
    scratch.ConnectionClosedError,
    scratch.BadResponse,
    scratch.ConcurrencyError,
)

WEBSOCKETS = Engine(
    "websockets",
    websockets.asyncio.server.serve,
    websockets.asyncio.client.connect,
    websockets.ConnectionClosed,
    websockets.ConnectionClosedOK,
    websockets.ConnectionClosedError,
    websockets.InvalidStatus,
    websockets.ConcurrencyError,
)


@dataclass(frozen=True)
class Pair:
    """An engine for the server and one for the client."""

    server: Engine
    client: Engine

    def serve(self, handler: Callable[[Any], Any], **options: Any) -> Any:
        """Start a server on a free port."""
        return self.server.serve(handler, "127.0.0.1", 0, **options)

    def connect(self, server: Any, path: str = "/", **options: Any) -> Any:
        """Connect to that server."""
        host, port = server.sockets[0].getsockname()
        scheme = "wss" if "ssl" in options else "ws"
        return self.client.connect(f"{scheme}://{host}:{port}{path}", proxy=None, **options)

    def __str__(self) -> str:
        return f"{self.client.name} to {self.server.name}"


PAIRS = [
    Pair(server, client) for server in (SCRATCH, WEBSOCKETS) for client in (SCRATCH, WEBSOCKETS)
]
