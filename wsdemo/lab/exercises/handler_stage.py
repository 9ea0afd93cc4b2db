"""A stage on which a learner's handler serves clients: a server in a thread of its own.

A handler that blocks freezes the loop it runs on. Here that is not the notebook's loop, which goes
on, sees what is missing, and says so. Leaves out what the handler should do (each exercise).
"""

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
import traceback
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from wsdemo.lab.exercises.deadline import Worker

Handler = Callable[[Any], Awaitable[None]]

HOST = "127.0.0.1"
# What a server in good order needs to end; a frozen one is interrupted after it.
CLOSING_TIME = 1.0

# What goes wrong in a handler is the report's to tell.
_silent = logging.getLogger("wsdemo.lab.exercises")
_silent.disabled = True


class Stage:
    """A server for one handler: `async with Stage(handler) as stage`, then `stage.client()`.

    `thread` is the identifier of the thread in which the server's loop runs. `error` is what the
    handler raised, if anything. All clients are closed at the end, and the handlers cancelled.

    Args:
        handler: Serves one connection.
    """

    def __init__(self, handler: Handler) -> None:
        self.error: BaseException | None = None
        self.thread = 0
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._clients: list[ClientConnection] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving = threading.Event()
        self._port: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._port.set_running_or_notify_cancel()  # whoever stops waiting does not cancel it
        self._worker = Worker(self._run)

    async def __aenter__(self) -> Self:
        self._worker.start()
        try:
            await asyncio.wait([asyncio.wrap_future(self._port)])
        except asyncio.CancelledError:
            await self._leave()
            raise
        if not self._port.result():
            self._worker.result.result()  # raises what kept the server from starting
        self.uri = f"ws://{HOST}:{self._port.result()}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._leave()

    async def client(self) -> ClientConnection:
        """Connect one more client."""
        client = await connect(self.uri, ping_interval=None, logger=_silent, proxy=None)
        self._clients.append(client)
        return client

    async def _leave(self) -> None:
        """End the server, by force if it is frozen."""
        self._leaving.set()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended by itself
                self._loop.call_soon_threadsafe(self._over.set)
        try:
            await self._worker.ended(CLOSING_TIME)
        finally:
            await self._worker.stop()
            for client in self._clients:
                client.transport.abort()
                await client.wait_closed()

    def _run(self) -> None:
        """Be the worker's thread."""
        try:
            asyncio.run(self._serve())
        finally:
            if not self._port.done():
                self._port.set_result(0)

    async def _serve(self) -> None:
        self.thread = threading.get_ident()
        self._over = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if self._leaving.is_set():  # before there was a loop to be told
            return
        options: dict[str, Any] = {"ping_interval": None, "close_timeout": 1, "logger": _silent}
        async with serve(self._handle, HOST, 0, **options) as server:
            self._port.set_result(next(iter(server.sockets)).getsockname()[1])
            await self._over.wait()
            for task in self._tasks:
                task.cancel()

    async def _handle(self, connection: ServerConnection) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._handler(connection)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # also `TimeIsUp`, which would be the server's end
            self.error = self.error or error
            _forget_locals(error)
            await connection.close(1011)
        finally:
            self._tasks.discard(task)


def _forget_locals(error: BaseException) -> None:
    """Drop what the frames of a handler held when it raised.

    A coroutine that it forgot to await is among that: Python's warning about it then comes under
    this check, and not under a later cell. Our own frame, the outermost, is left alone: it goes on.
    """
    if error.__traceback__ is not None:
        traceback.clear_frames(error.__traceback__.tb_next)
