"""A newsroom: one board, and the four servers that tell what is on it.

Leaves out another process, which is `elsewhere`: this one runs on the caller's loop, where a cell
can publish an item and await what comes of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from aiohttp import web
from websockets.asyncio.server import serve

from wsdemo.lab.news.board import Board, Item
from wsdemo.lab.news.clients import Way
from wsdemo.lab.news.servers import Servers

__all__ = ["Address", "Newsroom", "newsroom"]

HOST = "127.0.0.1"
# RFC 6202, 5.5: "experiments have shown that success is possible with timeouts as high as 120
# seconds, but generally 30 seconds is a safer value".
HOLD = 30.0
# HTML, 9.2.7: "authors can include a comment line (one starting with a ':' character) every 15
# seconds or so", against proxies that drop silent connections.
HEARTBEAT = 15.0
PING = 20.0  # what websockets does unless told otherwise

PATHS: Mapping[Way, str] = MappingProxyType(
    {
        Way.POLLING: "/news",
        Way.LONG_POLLING: "/wait",
        Way.EVENTS: "/events",
        Way.WEBSOCKET: "/news",
    }
)


class Address:
    """Where a newsroom can be read.

    Args:
        ports: The HTTP server's, and the WebSocket server's.
    """

    def __init__(self, ports: tuple[int, int]) -> None:
        self.ports = ports

    def uri(self, way: Way) -> str:
        """Return where to read all the news in this way."""
        if way is Way.WEBSOCKET:
            return f"ws://{HOST}:{self.ports[1]}{PATHS[way]}"
        return f"http://{HOST}:{self.ports[0]}{PATHS[way]}"

    @property
    def latest(self) -> str:
        """Where to ask for the newest item alone."""
        return f"{self.uri(Way.POLLING)}?only=last"


class Newsroom(Address):
    """A board, and where to read it.

    Args:
        board: What is published.
        ports: As of `Address`.
    """

    def __init__(self, board: Board, ports: tuple[int, int]) -> None:
        super().__init__(ports)
        self.board = board

    def publish(self, text: str) -> Item:
        """Put up an item; call it on the loop of the newsroom."""
        return self.board.publish(text)

    def __repr__(self) -> str:
        return f"<newsroom: {len(self.board.items)} item(s)>"


@asynccontextmanager
async def newsroom(*, pulse: float | None = None) -> AsyncIterator[Newsroom]:
    """Open a newsroom for the length of a block.

    Args:
        pulse: Seconds after which a silent connection gives a sign of life, whichever way; unless
            given, what is usual for each: 30 s for a long poll, 15 for an event stream, 20 for
            WebSocket.
    """
    board = Board()
    servers = Servers(board, hold=pulse or HOLD, heartbeat=pulse or HEARTBEAT)
    # A handler whose client has gone would wait for news for ever.
    runner = web.AppRunner(
        _application(servers), handler_cancellation=True, access_log=None, shutdown_timeout=0.1
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        async with serve(
            servers.websocket,
            HOST,
            0,
            compression=None,  # what crosses the wire is to be read
            ping_interval=pulse or PING,
            close_timeout=1,
        ) as websockets:
            http = runner.addresses[0][1]
            yield Newsroom(board, (http, websockets.sockets[0].getsockname()[1]))
    finally:
        await runner.cleanup()


def _application(servers: Servers) -> web.Application:
    application = web.Application()
    application.router.add_get(PATHS[Way.POLLING], servers.poll)
    application.router.add_get(PATHS[Way.LONG_POLLING], servers.long_poll)
    application.router.add_get(PATHS[Way.EVENTS], servers.events)
    application.router.add_post(PATHS[Way.POLLING], servers.publish)
    return application
