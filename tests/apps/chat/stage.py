"""A chat on a stage: a server, and peers that speak bare JSON and check nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from wsdemo.apps.app import serving
from wsdemo.apps.chat import Chat
from wsdemo.server import Server

PATIENCE = 10.0  # seconds for what must come


class Peer:
    """Somebody with a connection.

    Args:
        connection: to the chat.

    Attributes:
        heard: what came and was nobody's reply, in order.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[dict[str, Any]] = []
        self._ids = itertools.count(1)

    async def send(self, kind: str, **fields: Any) -> None:
        """Send a message."""
        await self.connection.send(json.dumps({"type": kind, **fields}))

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a request, and return the reply."""
        number = next(self._ids)
        await self.send(kind, id=number, **fields)
        while (message := await self._read()).get("re") != number:
            self.heard.append(message)
        return message

    async def hear(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Return the next news of a kind, with these fields; what came before it stays heard."""
        passed: list[dict[str, Any]] = []
        while True:
            message = self.heard.pop(0) if self.heard else await self._read()
            if message["type"] == kind and fields.items() <= message.items():
                self.heard[:0] = passed
                return message
            passed.append(message)

    async def hello(self, nick: str, **fields: Any) -> dict[str, Any]:
        """Say hello."""
        return await self.ask("hello", nick=nick, client="tab", **fields)

    async def until_closed(self) -> int:
        """Read until the connection is closed, and return the code."""
        with suppress(ConnectionClosed):
            while True:
                self.heard.append(await self._read())
        assert self.connection.close_code is not None
        return self.connection.close_code

    async def _read(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message


class Stage:
    """A chat that is served.

    Attributes:
        chat: the application.
        server: its server.
    """

    def __init__(self, chat: Chat, server: Server, stack: AsyncExitStack) -> None:
        self.chat = chat
        self.server = server
        self._stack = stack

    async def stranger(self, uri: str | None = None) -> Peer:
        """Connect somebody who says nothing by themselves."""
        connection = connect(uri or self.server.uri, compression=None, ping_interval=None)
        return Peer(await self._stack.enter_async_context(connection))

    async def peer(self, nick: str, *rooms: str, **fields: Any) -> Peer:
        """Connect somebody who has said hello, and is in these rooms."""
        peer = await self.stranger()
        await peer.hello(nick, **fields)
        for room in rooms:
            await peer.ask("join", room=room)
        return peer


@asynccontextmanager
async def staged(engine: str, chat: Chat | None = None, **options: Any) -> AsyncIterator[Stage]:
    """Serve a chat, and let everybody go at the end."""
    chat = chat or Chat()
    options = {"pages": False, "keepalive": None, "close_timeout": 1.0, **options}
    async with serving(chat, engine=engine, **options) as server, AsyncExitStack() as stack:
        yield Stage(chat, server, stack)
