"""``serve()``: a WebSocket server on asyncio.

    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async with serve(echo, "127.0.0.1", 0) as server:
        print(server.uri)

Left out: routes, tokens, limits on the number of clients. They are the business of whoever
builds on it.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import socket
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self, TypeAlias, cast

from wsdemo.errors import ConnectionClosed, ConnectionClosedOK
from wsdemo.protocol import CloseCode, State
from wsdemo.protocol.http import Request
from wsdemo.scratch.counters import Counters
from wsdemo.scratch.opening import Opening, Rules
from wsdemo.scratch.options import Options
from wsdemo.scratch.server_connection import ServerConnection

Handler: TypeAlias = Callable[[ServerConnection], Awaitable[None]]
Listen: TypeAlias = Callable[[Callable[[], asyncio.BaseProtocol]], Awaitable[asyncio.Server]]

# One name for all tasks: each its own would be a string for each connection.
TASK = "wsdemo.scratch"
# An address that means "all of them" to a server means nothing to a client.
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Server:
    """A server, as ``serve()`` returns it.

    It is started by ``await`` or ``async with``, and closed by ``close()`` or at the end of
    ``async with``.

    Args:
        handler: called with each connection, once it is open; None if a function for messages
            does it all.
        listen: makes the server of asyncio, given a protocol factory.
        options: what all connections have in common.
        rules: how handshakes are answered.
        secure: whether it speaks TLS.
        create_connection: makes the connection of a client that has come, given the server.

    Attributes:
        counters: what has happened so far.
        logger: gets a line for everything that goes wrong.
        is_closing: whether ``close()`` was called.
    """

    def __init__(
        self,
        handler: Handler | None,
        listen: Listen,
        options: Options,
        rules: Rules,
        *,
        secure: bool,
        create_connection: Callable[[Server], ServerConnection] = ServerConnection,
    ) -> None:
        self.handler = handler
        self._is_plain = inspect.iscoroutinefunction(handler)  # a coroutine function, and no more
        self.options = options
        self.rules = rules
        self.counters = Counters()
        self.logger: logging.Logger | logging.LoggerAdapter[Any] = options.logger
        self._listen = listen
        self._create_connection = create_connection
        self._scheme = "wss" if secure else "ws"
        self._listener: asyncio.Server | None = None
        self._present: set[ServerConnection] = set()
        self._tasks: dict[asyncio.Task[None], ServerConnection] = {}
        # A method is made anew whenever it is named; these two are kept by every task.
        self._when_answered, self._when_handled = self._answered, self._handled
        self.is_closing = False
        self._finished = asyncio.Event()

    # Start

    async def _start(self) -> Self:
        if self.is_closing:
            raise RuntimeError("the server is closed")
        if self._listener is None:
            self.options = self.options.on(asyncio.get_running_loop())
            self._listener = await self._listen(lambda: self._create_connection(self))
        return self

    def __await__(self) -> Generator[Any, None, Self]:
        return self._start().__await__()

    async def __aenter__(self) -> Self:
        return await self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        await self.wait_closed()

    async def start_serving(self) -> None:
        """Begin to accept connections, after ``serve(..., start_serving=False)``."""
        await self._started().start_serving()

    async def serve_forever(self) -> None:
        """Serve until the server is closed, or until this is cancelled, which closes it."""
        if not self.is_serving() and not self.is_closing:
            await self.start_serving()
        try:
            await self.wait_closed()
        except asyncio.CancelledError:
            self.close()
            await self.wait_closed()
            raise

    # What there is to know

    @property
    def connections(self) -> set[ServerConnection]:
        """The connections that are open."""
        return {connection for connection in self._present if connection.state is State.OPEN}

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """The sockets on which the server listens; none after ``close()``."""
        return () if self._listener is None else tuple(self._listener.sockets)

    @property
    def uri(self) -> str:
        """An address at which a client on this machine reaches the server.

        Raises:
            RuntimeError: the server does not listen.
        """
        if not self.sockets:
            raise RuntimeError("the server does not listen, so it has no address")
        host, port, *_ = self.sockets[0].getsockname()
        host = ANYWHERE.get(host, host)
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def is_serving(self) -> bool:
        """Tell whether new connections are accepted."""
        return self._listener is not None and self._listener.is_serving()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the event loop on which the server runs."""
        return self._started().get_loop()

    def _started(self) -> asyncio.Server:
        if self._listener is None:
            raise RuntimeError("the server was not started; await it, or use async with")
        return self._listener

    # Close

    def close(
        self,
        close_connections: bool = True,
        code: int = CloseCode.GOING_AWAY,
        reason: str = "",
    ) -> None:
        """Accept no more connections, and begin to close those that there are.

        May be called again: after ``close(close_connections=False)``, which lets clients finish
        what they are at, a second call closes those that took too long.

        Args:
            close_connections: whether to close the open connections, and to refuse with 503
                the clients whose handshake is under way.
            code: the close code that the clients get.
            reason: the same for people.
        """
        self.is_closing = True
        if self._listener is not None:
            self._listener.close()
        if close_connections:
            for connection in list(self._present):
                connection.dismiss(code, reason)
        self._look_round()

    async def wait_closed(self) -> None:
        """Wait until the server is closed, all connections have ended, all handlers returned.

        A handler that never returns is waited for; one that awaits ``recv`` or ``wait_closed``
        returns by itself.
        """
        await self._finished.wait()

    def _look_round(self) -> None:
        if self.is_closing and not self._present and not self._tasks:
            self._finished.set()

    # What its connections call

    def arrived(self, connection: ServerConnection) -> None:
        """Enter a new connection in the books; one that comes too late is cut off."""
        self.counters.total += 1
        self.counters.now += 1
        self._present.add(connection)
        if self.is_closing:  # TLS had not finished when the server stopped listening
            connection.transport.abort()

    def departed(self, connection: ServerConnection) -> None:
        """Note the fate of a connection that has ended."""
        self.counters.now -= 1
        status, code = connection.endpoint.status, connection.close_code
        if status is None:
            self.counters.abandoned += 1
            connection.logger.info("left before the handshake was answered: %s", connection.fault)
        elif status != 101:
            self.counters.refused[status] += 1
        elif code is not None:
            self.counters.closed[code] += 1
            self._log_farewell(connection, connection.closed_error())
        self._present.discard(connection)
        self._look_round()

    def _log_farewell(self, connection: ServerConnection, error: ConnectionClosed) -> None:
        if isinstance(error, ConnectionClosedOK):
            connection.logger.debug("%s", error)
        elif error.sent is None:
            connection.logger.info("%s: %s", error, connection.fault)
        else:  # its reason says what the fault was
            connection.logger.info("%s", error)

    def attend(self, connection: ServerConnection, request: Request) -> asyncio.Task[None]:
        """Start the task that answers the request of a connection."""
        work = Opening(connection, self.rules).answer(request)
        return self._run(connection, work, self._when_answered)

    def _run(
        self,
        connection: ServerConnection,
        work: Coroutine[Any, Any, None],
        done: Callable[[asyncio.Task[None]], None],
    ) -> asyncio.Task[None]:
        # For what follows, too: a handler sees the variables that process_request has set.
        context = copy_context()
        task = asyncio.get_running_loop().create_task(work, name=TASK, context=context)
        self._tasks[task] = connection
        task.add_done_callback(done, context=context)
        return task

    def _answered(self, task: asyncio.Task[None]) -> None:
        """Run the handler of a connection that is open now."""
        connection = self._tasks.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.logger.error("the opening handshake failed", exc_info=error)
        if connection.endpoint.status == 101 and self.handler is not None:
            # A task of its own: the one before had the request in its hands.
            work = self._work(self.handler, connection)
            connection.task = self._run(connection, work, self._when_handled)
        self._look_round()

    def _work(self, handler: Handler, connection: ServerConnection) -> Coroutine[Any, Any, None]:
        """Return the coroutine of a handler, with one more around it only where it takes one."""
        if self._is_plain:
            # One that takes other arguments has to fail in its task, as all handlers do.
            with suppress(TypeError):
                return cast(Coroutine[Any, Any, None], handler(connection))
        return _awaited(handler, connection)

    def _handled(self, task: asyncio.Task[None]) -> None:
        """Close a connection whose handler is done with it."""
        connection = self._tasks.pop(task)
        code = CloseCode.NORMAL_CLOSURE
        if task.cancelled():
            code = CloseCode.GOING_AWAY
        elif (error := task.exception()) is not None:
            code = CloseCode.INTERNAL_ERROR
            self._report(connection, error)
        connection.start_close(code)
        self._look_round()

    def _report(self, connection: ServerConnection, error: BaseException) -> None:
        """Tell of a handler's exception, unless it only says that the client has left."""
        if isinstance(error, ConnectionClosed) and connection.state is not State.OPEN:
            return
        self.counters.handler_errors += 1
        connection.logger.error("the handler failed", exc_info=error)


async def _awaited(handler: Handler, connection: ServerConnection) -> None:
    await handler(connection)
