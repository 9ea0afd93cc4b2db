"""`Server`: from the first listening socket to the last connection's end.

How it ends, in this order:

1. Nobody is let in any more. The socket still listens: a handshake gets 503 and ``Retry-After``,
   and ``/healthz`` says 503, so that a load balancer looks elsewhere. A closed port could tell it
   nothing, and is what a crash looks like.
2. Every client gets a close frame with 1001, all at once.
3. The server waits for their close frames, the end of TCP and the end of their handlers, at most
   as long as the deadline says.
4. Connections that are left are aborted, handlers that are left are cancelled. The socket listens
   no more.

Leaves out handing the listening socket to a successor.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Any, Self
from urllib.parse import quote

from wsdemo.metrics import Metrics
from wsdemo.protocol import CloseCode
from wsdemo.protocol.closing import Close
from wsdemo.scratch.options import Clock, LoopClock
from wsdemo.server.attending import Attending
from wsdemo.server.gate import Gate
from wsdemo.server.register import Register
from wsdemo.server.settings import Listen, Listener, Settings
from wsdemo.server.signals import on_signals

__all__ = ["Server"]

# An address that means "all of them" to a server means nothing to a client.
ANYWHERE = MappingProxyType({"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"})

# Seconds for what is cancelled to end. A handler that goes on even so is left to itself.
STUBBORN = 1.0


class Server:
    """A server, as `serve` returns it: await it, enter it, or `run` it.

    Args:
        listen: starts the engine.
        attending: runs the handlers.
        gate: answers the requests.
        register: the books.
        settings: the rest.
        drain: seconds that `shutdown` waits unless it is told otherwise.

    Attributes:
        drain: the same.
        logger: gets a line for everything that goes wrong.
    """

    def __init__(
        self,
        listen: Listen,
        attending: Attending,
        gate: Gate,
        register: Register,
        *,
        settings: Settings,
        drain: float,
    ) -> None:
        self.drain = drain
        self.logger: logging.Logger = settings.logger
        self._listen = listen
        self._attending = attending
        self._gate = gate
        self._register = register
        self._settings = settings
        self._listener: Listener | None = None
        self._port: int | None = None
        self._ending: asyncio.Task[None] | None = None

    # Start

    async def start(self) -> Self:
        """Listen, unless that is so already.

        Raises:
            OSError: the address can't be listened on.
            RuntimeError: it was shut down before.
        """
        if self._ending is not None:
            raise RuntimeError("the server was shut down; make another one")
        if self._listener is None:
            self._listener = await self._listening(self._settings)
            self._port = next(iter(_ports(self._listener)))
        return self

    async def _listening(self, settings: Settings) -> Listener:
        """Start the engine, on one port, however many addresses the host has.

        A name may have several addresses, such as 127.0.0.1 and ::1, and "any port" would be
        another one for each: whoever is told of one of them would find nobody at the other.
        """
        listener = await self._listen(self._attending.attend, self._gate, self._register, settings)
        ports = _ports(listener)
        if len(ports) == 1:
            return listener
        listener.close()
        await listener.wait_closed()
        return await self._listening(replace(settings, port=ports.pop()))

    def __await__(self) -> Generator[Any, None, Self]:
        return self.start().__await__()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.shutdown()

    async def run(self, ready: Callable[[Self], object] | None = None) -> None:
        """Serve until SIGINT or SIGTERM, and drain; a second signal cuts that short.

        Args:
            ready: called once it listens, and once signals are seen to.

        Raises:
            OSError: the address can't be listened on.
            RuntimeError: not in the main thread.
        """
        asked = asyncio.Event()

        def ask() -> None:
            if asked.is_set():
                self.abort()
            asked.set()

        with on_signals(ask):
            async with self:
                if ready is not None:
                    ready(self)
                await asked.wait()

    # What there is to know

    @property
    def metrics(self) -> Metrics:
        """What it has counted."""
        return self._register.metrics

    @property
    def connections(self) -> frozenset[Any]:
        """The connections that are open."""
        return frozenset(visit.connection for visit in self._register.open if visit.is_open)

    @property
    def port(self) -> int:
        """The port it listens on, or has listened on.

        Raises:
            RuntimeError: it was not started.
        """
        if self._port is None:
            raise RuntimeError("the server was not started; await it, or use async with")
        return self._port

    @property
    def uri(self) -> str:
        """Where a client on this machine finds its first route: ``ws://127.0.0.1:8080/ws``."""
        path = next(iter(self._gate.routes))
        return f"{'ws' if self._settings.tls is None else 'wss'}://{self._authority}{quote(path)}"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it: ``http://127.0.0.1:8080``."""
        return f"{'http' if self._settings.tls is None else 'https'}://{self._authority}"

    @property
    def _authority(self) -> str:
        host = ANYWHERE.get(self._settings.host, self._settings.host)
        return f"{f'[{host}]' if ':' in host else host}:{self.port}"

    # Stop

    async def shutdown(
        self,
        code: int = CloseCode.GOING_AWAY,
        reason: str = "",
        within: float | None = None,
    ) -> None:
        """Let nobody in any more, close every connection, and stop.

        To call it again waits for the same end. To cancel it stops nothing.

        Args:
            code: the close code for the clients.
            reason: the same for people.
            within: seconds after which connections are aborted and handlers cancelled; by
                default ``drain``.

        Raises:
            ValueError: the code or the reason can't be sent.
        """
        Close(code, reason).serialize()
        if self._ending is None:
            within = self.drain if within is None else within
            self._ending = asyncio.create_task(self._end(code, reason, within))
        await asyncio.shield(self._ending)

    def abort(self) -> None:
        """Wait no longer: cut off whoever is still here, once the server is shutting down."""
        self._register.quiet.set()

    async def _end(self, code: int, reason: str, within: float) -> None:
        if self._listener is None:
            return
        self._register.drain()
        closing = [
            asyncio.create_task(visit.connection.close(code, reason))
            for visit in self._register.open
        ]
        clock: Clock = self._settings.clock or LoopClock(asyncio.get_running_loop())
        deadline = clock.call_later(within, self.abort)
        await self._register.quiet.wait()
        deadline.cancel()
        self._cut_off()
        await asyncio.gather(*closing, return_exceptions=True)
        await self._close(self._listener)

    def _cut_off(self) -> None:
        """Abort what is still connected, and cancel what still runs."""
        tasks = self._register.tasks
        if self._register.open or tasks:
            self.logger.warning(
                "out of time: aborting %d connections, cancelling %d handlers",
                len(self._register.open),
                len(tasks),
            )
        for visit in list(self._register.present):
            visit.connection.transport.abort()
        for task in list(tasks):
            task.cancel()

    async def _close(self, listener: Listener) -> None:
        listener.close()
        closed = asyncio.ensure_future(listener.wait_closed())
        await asyncio.wait([closed], timeout=STUBBORN)
        if not closed.done():
            closed.cancel()
            self.logger.error("%d handlers go on although cancelled", len(self._register.tasks))


def _ports(listener: Listener) -> set[int]:
    return {sock.getsockname()[1] for sock in listener.sockets}
