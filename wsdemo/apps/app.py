"""An application, and a server for it: what `wsdemo serve` and the notebooks do with all of them.

    async with serving(Chat(), port=0) as server:
        print(server.url)                  # http://127.0.0.1:41234, the page
        print(server.uri)                  # ws://127.0.0.1:41234/ws

The server ends before the application: it lets nobody in any more, closes every connection and
waits for the handlers; then the application closes its log and stops its tasks.

Leaves out what an application is about.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from wsdemo import pages as files
from wsdemo.server import Connection, Server, serve

__all__ = ["PATH", "App", "serving"]

PATH = "/ws"


class App(Protocol):
    """An application."""

    @property
    def name(self) -> str:
        """What it is called, such as "chat"; its page is called the same."""

    @property
    def subprotocols(self) -> tuple[str, ...]:
        """Those it speaks, the best first; none if it asks for none."""

    @property
    def compression(self) -> bool:
        """Whether permessage-deflate is worth its price here, unless somebody says otherwise."""

    async def __aenter__(self) -> Self:
        """Open what it needs."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of it; leave no task behind."""

    async def handle(self, connection: Connection) -> None:
        """Serve one client, from its first message to its last."""


@asynccontextmanager
async def serving(
    app: App, host: str = "127.0.0.1", port: int = 0, *, pages: bool = True, **options: Any
) -> AsyncIterator[Server]:
    """Run an application and its server, for the length of a block.

    Args:
        app: the application, not yet entered.
        host: the address to listen on.
        port: the TCP port; 0 for a free one.
        pages: whether to serve its page, too.
        options: for `wsdemo.server.serve`, such as ``engine``, ``origins``, ``max_connections``.

    Yields:
        The server, which listens.

    Raises:
        OSError: the address can't be listened on.
        ValueError: an option makes no sense.
    """
    server = serve(
        {PATH: app.handle},
        host,
        port,
        subprotocols=app.subprotocols,
        pages=files.of(app.name) if pages else None,
        **{"compression": app.compression, **options},
    )
    async with app, server:
        yield server
