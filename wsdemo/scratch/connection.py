"""A WebSocket connection, as a program sees it: receive, send, ping, close.

The verbs are those of ``websockets``, so that a handler runs on either engine unchanged. It is
built in layers, each in a module of its own::

    Connection   receives, pings, closes          connection
    Sending      sends                            sending
    Described    knows who and where it is        identity
    Link         moves bytes                      transport

Left out: the opening handshake, which is different for a server and a client, and
``recv_streaming``: our endpoint hands over whole messages, within its limits.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Generator
from types import TracebackType
from typing import Any, Literal, Self, overload

from wsdemo.errors import ConnectionClosedOK, StateError
from wsdemo.protocol import Binary, CloseCode, Event, Failed, Pong, Text
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.protocol.messages import payload_size
from wsdemo.scratch.fragments import DataLike, as_octets
from wsdemo.scratch.inbox import InboxEnded
from wsdemo.scratch.keepalive import Keepalive
from wsdemo.scratch.options import Options
from wsdemo.scratch.sending import Sending
from wsdemo.scratch.transport import OPEN


class Connection(Sending):
    """What a server's and a client's connection have in common.

    Args:
        endpoint: the protocol's side.
        options: what this connection has in common with others.
    """

    # "__dict__" is there for programs, which like to keep what they know of a peer with its
    # connection (``connection.user = ...``).
    __slots__ = ("__dict__", "__weakref__", "keepalive")

    def __init__(self, endpoint: Endpoint, options: Options) -> None:
        super().__init__(endpoint, options)
        self.keepalive = Keepalive(self)

    # Receive

    @overload
    async def recv(self, decode: Literal[True]) -> str: ...

    @overload
    async def recv(self, decode: Literal[False]) -> bytes: ...

    @overload
    async def recv(self, decode: bool | None = None) -> str | bytes: ...

    async def recv(self, decode: bool | None = None) -> str | bytes:
        """Wait for the next message. To cancel this loses nothing.

        Messages that came before the connection was closed can be read afterwards.

        Args:
            decode: True to get a string even of a binary message, False to get bytes even of
                a text message.

        Returns:
            A string for a text message, bytes for a binary one.

        Raises:
            ConnectionClosed: no more messages will come.
            ConcurrencyError: another coroutine is already waiting.
        """
        inbox = self.inbox
        while inbox.messages is None and not inbox.ended:
            await inbox.wait()
        try:
            message = inbox.take()
        except InboxEnded:
            raise await self.ended() from self.fault
        return message if decode is None else await self._decoded(message, decode)

    async def _decoded(self, message: str | bytes, decode: bool) -> str | bytes:
        if isinstance(message, str):
            return message if decode else message.encode()
        if not decode:
            return message
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            self.fault = error
            self.fail(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")
            raise await self.ended() from error

    def __aiter__(self) -> Self:
        """Iterate over the messages, until the connection is closed."""
        return self

    # Written as a generator, which is what a coroutine is underneath: one step between the task
    # and the inbox, and one frame in memory for each connection that waits for a message.
    @types.coroutine
    def __anext__(self) -> Generator[Any, None, str | bytes]:
        """Wait for the next message.

        Raises:
            ConnectionClosedError: the connection was not closed as it should be.
        """
        inbox = self.inbox
        while inbox.messages is None and not inbox.ended:
            paused = inbox.pause()
            try:
                yield paused
            finally:
                inbox.is_awaited = False
        try:
            message = inbox.take()
        except InboxEnded:
            error = yield from self.ended().__await__()
            if isinstance(error, ConnectionClosedOK):
                raise StopAsyncIteration from error
            raise error from self.fault
        return message

    # Ping

    async def ping(self, data: DataLike | None = None) -> Awaitable[float]:
        """Send a ping.

        Args:
            data: at most 125 bytes; None for four random ones.

        Returns:
            What can be awaited for the pong, and gives the latency in seconds.

        Raises:
            ConnectionClosed: the connection is closed, or closing.
            ConcurrencyError: a ping with the same data still awaits its pong.
            ValueError: the data are too long.
        """
        payload = None if data is None else as_octets(data)
        await self.writable()
        waiter: asyncio.Future[float] = self.loop.create_future()
        payload = self.pings.add(payload, waiter)
        try:
            self.send_ping(payload)
        except (ValueError, StateError):
            self.pings.forget(payload)
            raise
        return waiter

    async def pong(self, data: DataLike = b"") -> None:
        """Send a pong that nobody asked for: a heartbeat that wants no answer.

        Args:
            data: at most 125 bytes.

        Raises:
            ConnectionClosed: the connection is closed, or closing.
        """
        payload = as_octets(data)
        await self.writable()
        self.endpoint.pong(payload)
        self.flush()

    def send_ping(self, payload: bytes) -> None:
        """Send a ping now, whatever is in the buffers; for keepalive."""
        self.endpoint.ping(payload)
        self.flush()

    # Close

    async def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close the connection, and wait until it is closed; at most ``close_timeout``.

        When the connection is already closing this only waits.

        Args:
            code: a close code that may be sent.
            reason: at most 123 bytes in UTF-8.

        Raises:
            ValueError: the code or the reason can't be sent.
        """
        self.start_close(code, reason)
        await self.wait_closed()

    def give_up(self) -> None:
        """Fail the connection because the peer doesn't answer our keepalive pings."""
        self.fault = TimeoutError("keepalive ping timeout")
        self.logger.info("no pong came within %s s", self.options.ping_timeout)
        self.fail(CloseCode.INTERNAL_ERROR, "keepalive ping timeout")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        fine = exc_type is None or exc_type is GeneratorExit
        await self.close(CloseCode.NORMAL_CLOSURE if fine else CloseCode.INTERNAL_ERROR)

    # What the link calls

    def call_back(self, messages: list[str | bytes]) -> None:
        """Give messages to the program's function for them, while the connection is open."""
        on_message, endpoint = self.options.on_message, self.endpoint
        for message in messages:
            if on_message is None or endpoint.state is not OPEN:
                return
            try:
                on_message(self, message)
            except Exception as error:
                self.on_message_failed(error)

    def on_message_failed(self, error: Exception) -> None:
        """Close the connection, since the program's function for messages has failed."""
        self.logger.error("on_message failed", exc_info=error)
        self.start_close(CloseCode.INTERNAL_ERROR)

    def handle(self, event: Event) -> None:
        """Act on an event of the endpoint once the connection is open."""
        match event:
            case Text(message) | Binary(message):
                if (tally := self.options.tally) is not None:
                    tally.messages_in += 1
                    tally.payload_in += payload_size(message)
                if self.options.on_message is None:
                    self.inbox.put([message])
                else:
                    self.call_back([message])
            case Pong(payload):
                self.pings.answer(payload)
                self.keepalive.heard()
            case Failed(error):
                self.fault = self.fault or error

    def leave_open(self) -> None:
        """Ping no more: the closing handshake has a time limit of its own."""
        self.keepalive.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell those who wait for a pong, too."""
        super().connection_lost(exc)
        self.keepalive.stop()
        if self._pings:
            self._pings.end(self.closed_error())
