"""The server's side of the four ways to get the news, a function each.

The three HTTP ones are handlers of aiohttp, and the fourth is one of websockets. All of them read
one `Board`; they differ in when they answer, and in what they wrap around an item.

Leaves out everything that a server for the world needs beside: limits, origins, a past that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from aiohttp import web
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from wsdemo.lab.news.board import Board, Item

__all__ = ["Servers"]

# `no`: nginx would keep the stream back until it has a buffer full (proxy_buffering).
EVENT_STREAM = (
    ("Content-Type", "text/event-stream"),
    ("Cache-Control", "no-cache"),
    ("X-Accel-Buffering", "no"),
)


@dataclass(frozen=True)
class Servers:
    """Four ways to read a board.

    `hold` is how long a long poll may stay unanswered, and `heartbeat` how long an event stream may
    stay silent, both in seconds.
    """

    board: Board
    hold: float
    heartbeat: float

    async def poll(self, request: web.Request) -> web.Response:
        """Answer at once with what is newer than `after`, often nothing; or with the last item."""
        if request.query.get("only") == "last":
            return _answer(self.board.items[-1:])
        return _answer(self.board.after(_seen(request)))

    async def long_poll(self, request: web.Request) -> web.Response:
        """Answer as soon as something is newer than `after`, or with nothing when time is up."""
        return _answer(await self.board.wait(_seen(request), self.hold))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Begin an answer and never end it: every item is one event more (HTML, 9.2)."""
        # HTML, 9.2.4: "The `Last-Event-ID` HTTP request header reports an EventSource object's
        # last event ID string to the server when the user agent is to reestablish the connection."
        seen = int(request.headers.get("Last-Event-ID", self.board.last))
        response = web.StreamResponse(headers=EVENT_STREAM)
        await response.prepare(request)
        while True:
            items = await self.board.wait(seen, self.heartbeat)
            for item in items:
                await response.write(f"id: {item.id}\ndata: {item.to_json()}\n\n".encode())
                seen = item.id
            if not items:
                await response.write(b":\n\n")  # a comment: "I am still here"

    async def websocket(self, connection: ServerConnection) -> None:
        """Send every item as a message, and publish whatever the client says."""
        assert connection.request is not None
        seen = int(connection.request.path.partition("after=")[2] or self.board.last)
        sending = asyncio.create_task(self._send(connection, seen))
        with contextlib.suppress(ConnectionClosed):
            async for message in connection:
                self.board.publish(str(message))
        sending.cancel()  # the client has gone, and nobody else would tell

    async def _send(self, connection: ServerConnection, seen: int) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                for item in await self.board.wait(seen):
                    await connection.send(item.to_json())
                    seen = item.id

    async def publish(self, request: web.Request) -> web.Response:
        """Publish the body of a POST: the way back, which HTTP needs a request for."""
        self.board.publish(await request.text())
        return web.Response(status=204)


def _seen(request: web.Request) -> int:
    return int(request.query["after"])


def _answer(items: list[Item]) -> web.Response:
    text = ",".join(item.to_json() for item in items)
    return web.Response(text=f"[{text}]", content_type="application/json")
