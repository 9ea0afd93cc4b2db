"""What a program does with a client once it has one: send, receive, request.

Leaves out how a client begins and ends; see ``client``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Self, TypeVar

from wsdemo.client.conversation import Desk
from wsdemo.client.errors import ClientClosed
from wsdemo.client.keeper import Keeper
from wsdemo.client.outbox import Item, Message
from wsdemo.client.requests import Id, Reply, Request
from wsdemo.client.settings import Settings
from wsdemo.client.states import States
from wsdemo.client.timing import within
from wsdemo.errors import WsdemoError

__all__ = ["Talking"]

T = TypeVar("T")


class Talking:
    """The talking half of a client.

    Args:
        settings: the client's.
        desk: what outlives a connection.
        ids: for requests.
    """

    def __init__(self, settings: Settings, desk: Desk, ids: Iterator[Id]) -> None:
        self._settings = settings
        self._desk = desk
        self._ids = ids
        self._states = States()
        self._keeper = Keeper(settings, desk, self._states)
        # Whether somebody has heard of the error that the client has ended of.
        self._told = False

    async def send(self, message: str | bytes | bytearray | memoryview) -> None:
        """Put a message into the outbox, from where it is sent as soon as it is its turn.

        Messages arrive in the order in which they were put there. That this returns says nothing
        about whether it arrived: what is sent just before a connection is lost may be lost, or
        arrive, or arrive twice (see ``outbox``).

        Raises:
            OutboxFull: there is no room, and ``when_full="raise"``.
            DeadlineExceeded: there was no room for too long.
            ClientClosed: the client is closed, or closing.
            WsdemoError: the client has ended, of this.
            TypeError: it is neither text nor bytes.
        """
        await self._put(Item(message))

    async def recv(self, timeout: float | None = None) -> Message:
        """Wait for the next message that is no reply. To cancel this loses nothing.

        Args:
            timeout: seconds; None to wait as long as it takes.

        Raises:
            DeadlineExceeded: none came in time.
            ClientClosed: none will come, for the client, or the server for good, has closed.
            WsdemoError: none will come, for the client has ended, of this.
        """
        return await self._received(timeout)

    async def request(
        self, body: Mapping[str, Any], *, resend: bool = False, timeout: float | None = None
    ) -> Reply:
        """Send a request, and wait for its reply. To cancel this withdraws it, if it is not sent.

        Args:
            body: what to ask; JSON, with an id added.
            resend: False: it is sent at most once. True: it is sent again on every new connection
                until there is a reply, and the server may get it several times.
            timeout: seconds for all of it; by default ``deadlines.reply``.

        Returns:
            The reply, its id included.

        Raises:
            RequestLost: the connection was lost before the reply; it may have been carried out.
            DeadlineExceeded: there was no reply in time.
            OutboxFull: there is no room, and ``when_full="raise"``.
            WsdemoError: the client has ended, of this.
        """
        limit = self._settings.deadlines.reply if timeout is None else timeout
        request = Request(next(self._ids), body, resend=resend)
        self._desk.requests.add(request)
        try:
            async with self._within(limit, "reply", f"the reply to request {request.id!r}"):
                await self._put(request)
                return await self._heard(request.reply)
        finally:
            self._desk.requests.forget(request)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        try:
            return await self._received(None)
        except ClientClosed:
            raise StopAsyncIteration from None

    async def _put(self, item: Item) -> None:
        if self._keeper.closing and self._keeper.error is None:
            raise ClientClosed("the client is closing")
        outbox = self._desk.outbox
        what = f"waiting for room in the outbox ({outbox.size} messages)"
        async with self._within(self._settings.deadlines.send, "send", what):
            await self._heard(outbox.put(item))

    async def _received(self, timeout: float | None) -> Message:
        async with self._within(timeout, "receive", "the next message"):
            return await self._heard(self._desk.inbox.get())

    async def _heard(self, work: Awaitable[T]) -> T:
        """Await something, and take note if the caller hears of the client's end by it."""
        try:
            return await work
        except WsdemoError as error:
            self._told = self._told or error is self._keeper.error
            raise

    def _within(
        self, seconds: float | None, deadline: str, what: str
    ) -> AbstractAsyncContextManager[None]:
        """Limit the time for something; what took too long is told with where we were."""

        def words() -> str:
            full = " with a full inbox" if self._desk.inbox.full else ""
            return f"{what} ({self._states.now.phase}{full})"

        return within(self._settings.timekeeper(), seconds, deadline, words)
