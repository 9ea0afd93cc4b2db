"""A chat under faults: a server that can be restarted, a wire in front of it, recorded clients."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from wsdemo import lab
from wsdemo.apps.app import serving
from wsdemo.apps.chat import EXACTLY_ONCE_IN_EFFECT, Chat, ChatClient, Guarantee
from wsdemo.client import Backoff, Deadlines
from wsdemo.lab.delivery import Report
from wsdemo.lab.wire import Wire
from wsdemo.server import Server


class Punctual(random.Random):
    """A source of chance by which everybody waits as long as they may."""

    def uniform(self, a: float, b: float) -> float:
        """Return the end."""
        return b


class Theatre:
    """A chat, its wire, and what happens.

    Args:
        engine: of both sides.
        guarantee: of both sides.
        file: of the log; None for memory.
        stack: ends what is begun.
        chat: to be served in place of one with the guarantee and the file.
        keepalive: of the server, in seconds.
    """

    def __init__(
        self,
        engine: str,
        guarantee: Guarantee,
        file: Path | None,
        stack: AsyncExitStack,
        *,
        chat: Chat | None,
        keepalive: float | None,
    ) -> None:
        self.record = lab.Delivery()
        self.engine = engine
        self.guarantee = guarantee
        self._file = file
        self._chat = chat
        self._keepalive = keepalive
        self._stack = stack
        self._running = AsyncExitStack()
        self._clients: list[ChatClient] = []
        self.server: Server
        self.wire: Wire

    async def open(self, port: int = 0) -> None:
        """Let the server listen."""
        chat = self._chat or Chat(self._file, guarantee=self.guarantee, rate=1e6, burst=1e6)
        self._running = AsyncExitStack()
        options: dict[str, Any] = {
            "drain": 0.05,
            "close_timeout": 0.2,
            "keepalive": self._keepalive,
        }
        options |= {"compression": False, "pages": False}  # so that the wire can be read
        self.server = await self._running.enter_async_context(
            serving(chat, port=port, engine=self.engine, **options)
        )

    async def close(self) -> None:
        """End the server, and whoever is connected to it."""
        await self._running.aclose()

    async def restart(self) -> None:
        """Begin again, on the same port and with the same file, after everybody was cut off.

        Nobody dials while the port is closed: asyncio may drop a connection that is accepted at
        that very moment without closing it.
        """
        while any(chat.state.phase != "WAITING" for chat in self._clients):
            self.wire.reset()
            await asyncio.sleep(0)
        await self.close()
        self.record.restarted("chat")
        await self.open(self.server.port)

    async def client(
        self, nick: str, *rooms: str, wired: bool = True, **options: Any
    ) -> ChatClient:
        """Return a client that is recorded, and reads in the background what it is sent."""
        settings: dict[str, Any] = {
            "engine": self.engine,
            "guarantee": self.guarantee,
            "record": self.record,
            "backoff": Backoff(first=0.05, most=0.05, rng=Punctual()),
            "deadlines": Deadlines(connect=0.5, close=1.0),
            "heartbeat": None,
        }
        uri = self.wire.uri if wired else self.server.uri
        chat = ChatClient(uri, nick, **{**settings, **options})
        await self._stack.enter_async_context(chat)
        self._clients.append(chat)
        self._stack.push_async_callback(_ended, asyncio.create_task(_read(chat)))
        for room in rooms:
            await chat.join(room)
        return chat

    def received(self, nick: str) -> list[str]:
        """Return what somebody's program has got, in order."""
        events = self.record.run.events
        return [each.body for each in events if each.kind == "received" and each.who == nick]

    def check(self) -> Report:
        """Judge what has happened."""
        return self.record.check()


async def _read(chat: ChatClient) -> None:
    async for _ in chat:
        pass


async def _ended(reader: asyncio.Task[None]) -> None:
    reader.cancel()
    await asyncio.wait([reader])


@asynccontextmanager
async def theatre(
    engine: str,
    guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT,
    file: Path | None = None,
    *,
    chat: Chat | None = None,
    keepalive: float | None = None,
) -> AsyncIterator[Theatre]:
    """Open a chat with a wire in front of it."""
    async with AsyncExitStack() as stack:
        made = Theatre(engine, guarantee, file, stack, chat=chat, keepalive=keepalive)
        await made.open()
        stack.push_async_callback(made.close)
        made.wire = await stack.enter_async_context(lab.wire(made.server.uri))
        stack.callback(made.wire.resume)
        yield made
