"""The line of a client: requests and their replies, on one connection after another.

`wsdemo.client.Client` keeps the connection. On each, the first thing said is hello: what an earlier
connection has left in that client's outbox comes before it, and so the server refuses it. Nothing
takes effect behind the back of whoever was told that it is lost.

Leaves out asking again, and what the news mean: see `client`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from wsdemo.apps.chat.messages import Request
from wsdemo.apps.chat.news import FromServer
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.door import JSON, Error
from wsdemo.client import Client, ClientClosed, Phase
from wsdemo.errors import WsdemoError

__all__ = ["Line", "Lost"]

FEW = 5
"""Messages that may wait to be sent when one is told that may get lost."""


class Lost(WsdemoError):
    """The connection was lost before the answer: what was asked may have been done, or not."""


class Line:
    """Asks and hears.

    Args:
        client: keeps the connection.
        hear: is given all that comes, in order, before whoever waits for it.
        changed: is told whether there is a connection on which hello was said.

    Attributes:
        number: of the present connection, or the one before: 1, 2, and so on.
    """

    def __init__(
        self,
        client: Client,
        hear: Callable[[FromServer], Awaitable[None]],
        changed: Callable[[bool], object],
    ) -> None:
        self.number = 0
        self._client = client
        self._hear = hear
        self._changed = changed
        self._decode = JSON.decoder(FromServer)
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._open = asyncio.Event()  # there is a connection
        self._up = asyncio.Event()  # there is one, and we have said hello
        self._down: asyncio.Future[bool] | None = None  # done when the connection is lost
        self._error: BaseException | None = None

    @property
    def is_up(self) -> bool:
        """Whether there is a connection on which hello was said."""
        return self._up.is_set() and self._error is None

    # Asking

    async def ask(self, request: Request) -> Any:
        """Send a request, once, as soon as there is a connection, and return the reply.

        Args:
            request: whatever its ``id``.

        Raises:
            Lost: the connection went before the reply came.
            Refused: the reply is an error.
            WsdemoError: there is no connection any more, and will be none.
        """
        await self._up.wait()
        return await self._ask(request)

    async def ask_now(self, request: Request, number: int) -> Any:
        """Ask on the connection of this number, or not at all; the rest as for `ask`."""
        self.check()
        if not self.is_up or self.number != number:
            raise Lost("the connection was lost before the request")
        return await self._ask(request)

    async def greet(self, hello: Request) -> Any:
        """Send the request that comes before all others; the rest as for `ask`."""
        await self._open.wait()
        reply = await self._ask(hello)
        if self._open.is_set():
            self._up.set()
            self._changed(True)
        return reply

    async def greeted(self) -> None:
        """Wait until hello was answered; raises as `ask`, but not Lost."""
        await self._up.wait()
        self.check()

    async def _ask(self, request: Request) -> Any:
        self.check()
        assert self._down is not None
        down, number = self._down, next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            message = msgspec.structs.replace(request, id=number)
            await self._client.send(JSON.encode(message))
            await asyncio.wait({answer, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._waiting[number]
        self.check()
        if not answer.done():
            raise Lost("the connection was lost before the answer")
        reply = answer.result()
        if isinstance(reply, Error):
            raise Refused(reply.code, reply.reason, reply.field, reply.retry_after)
        return reply

    async def tell(self, message: Any) -> None:
        """Send what has no reply, if it can go out now; else it is not sent at all."""
        if self.is_up and len(self._client.unsent) < FEW:
            await self._client.send(JSON.encode(message))

    async def until(self, event: asyncio.Event) -> None:
        """Wait for an event.

        Raises:
            Lost: the connection went first.
        """
        assert self._down is not None
        waiting = asyncio.create_task(event.wait())
        ways: list[asyncio.Future[Any]] = [waiting, self._down]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not event.is_set():
            raise Lost("the connection was lost")

    def check(self) -> None:
        """Raise what it has ended of, if it has."""
        if self._error is not None:
            raise self._error

    # Hearing

    async def follow(self) -> None:
        """Follow the client from connection to connection, to its end."""
        async for state in self._client.states():
            if state.phase is Phase.OPEN:
                self.number += 1
                self._down = asyncio.get_running_loop().create_future()
                self._open.set()
            else:
                self._hang_up()

    async def read(self) -> None:
        """Hear what comes, to the client's end.

        Raises:
            WsdemoError: it has ended, of this.
        """
        async for message in self._client:
            news = self._decode(message)
            await self._hear(news)
            number = getattr(news, "re", None)
            waiting = None if number is None else self._waiting.get(number)
            if waiting is not None and not waiting.done():
                waiting.set_result(news)

    def end(self, error: BaseException | None = None) -> None:
        """Tell all who wait, and whoever asks later, that nothing more will come."""
        self._hang_up()
        self._error = error or ClientClosed("the chat is closed")
        self._open.set()
        self._up.set()

    def _hang_up(self) -> None:
        if self._error is not None:
            return  # the events are set for ever, so that nobody waits
        self._open.clear()
        if self._up.is_set():
            self._up.clear()
            self._changed(False)
        if self._down is not None and not self._down.done():
            self._down.set_result(True)
