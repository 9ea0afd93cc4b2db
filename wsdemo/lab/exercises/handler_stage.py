"""A stage on which a learner's handler serves clients: a server in a thread of its own.

A handler that blocks freezes the loop it runs on. Here that is not the notebook's loop, which goes
on, sees what is missing, and says so. Leaves out what the handler should do (each exercise).
"""

import asyncio
import concurrent.futures
import logging
import threading
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
        self._port: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._worker = Worker(lambda: asyncio.run(self._serve()))

    async def __aenter__(self) -> Self:
        self._worker.start()
        started = [asyncio.wrap_future(self._port), asyncio.wrap_future(self._worker.result)]
        await asyncio.wait(started, return_when=asyncio.FIRST_COMPLETED)
        if not self._port.done():
            self._worker.result.result()  # raises what kept the server from starting
        self.uri = f"ws://{HOST}:{self._port.result()}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        try:
            await asyncio.wait([asyncio.wrap_future(self._worker.result)], timeout=CLOSING_TIME)
        finally:
            await self._worker.stop()
            for client in self._clients:
                client.transport.abort()
                await client.wait_closed()

    async def client(self) -> ClientConnection:
        """Connect one more client."""
        client = await connect(self.uri, ping_interval=None, logger=_silent, proxy=None)
        self._clients.append(client)
        return client

    async def _serve(self) -> None:
        """Serve until the stage is left; runs in the worker's thread."""
        self.thread = threading.get_ident()
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
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
            await connection.close(1011)
        finally:
            self._tasks.discard(task)
