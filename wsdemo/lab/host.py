"""A handler served on the event loop at hand, with its failures kept.

This is the part that a server for a lab has in common wherever it runs: `thread_server` and
`process_server` put it on a loop of its own, `running` puts it on the caller's.

Leaves out what a server for the world needs (routes, limits, metrics): a lab's server has one
handler, a few clients, and a life of seconds.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from wsdemo import engines
from wsdemo.errors import LocalError, PeerError

__all__ = ["CLOSE_TIMEOUT", "GRACE", "Handler", "Host", "Job", "Report", "keep_in", "silent_logger"]

Handler: TypeAlias = Callable[[Any], Awaitable[object]]
Report: TypeAlias = Callable[[BaseException], Awaitable[None]]

# websockets waits 10 s for a peer that doesn't answer the closing handshake. In a lab such peers
# are there on purpose, and the learner waits at the end of the cell.
CLOSE_TIMEOUT = 1.0
# Enough for a handler's own clean-up, and short for the one who waits.
GRACE = 0.5


# What else of the learner's runs for a connection: an engine answers 500 when it fails.
HOOKS = frozenset({"process_request", "process_response"})


@dataclass(frozen=True, slots=True)
class Job:
    """What to serve, and how.

    Attributes:
        handler: called with each connection.
        name: what to call the server in messages.
        engine: the name of an engine, see `wsdemo.engines`.
        host: the address to listen on.
        port: to listen on; 0 for a free one.
        options: further keyword arguments for the engine's ``serve``.
        grace: what a handler gets to return once its connection is closed, and again once it
            is cancelled, in seconds.
    """

    handler: Handler
    name: str
    engine: str
    host: str
    port: int
    options: Mapping[str, Any]
    grace: float = GRACE

    def hosted(self, report: Report) -> Host:
        """Return the host for this job."""
        return Host(self, report)

    @property
    def patience(self) -> float | None:
        """Seconds that each round of closing may take: asking, cancelling. None: no limit."""
        timeout: float | None = self.options.get("close_timeout", CLOSE_TIMEOUT)
        return None if timeout is None else timeout + self.grace

    @property
    def deadline(self) -> float | None:
        """Seconds after which a host that was asked to stop must be on a blocked loop."""
        return None if self.patience is None else 2 * self.patience + GRACE


class Host:
    """One server on the running loop.

    Args:
        job: what to serve.
        report: awaited with each exception that a handler ends in, before the peer is told:
            who sees close code 1011 may look for the failure and find it.
    """

    def __init__(self, job: Job, report: Report) -> None:
        self._job = job
        self._report = report
        self._engine = engines.get(job.engine)
        self._server: Any = None
        self._closing = False
        self._count = 0
        self._handlers: set[asyncio.Task[Any]] = set()

    async def start(self) -> int:
        """Listen, and return the port.

        Raises:
            OSError: the address is taken, or is none of ours.
            TypeError: the engine knows no such option.
        """
        job = self._job
        options = {"close_timeout": CLOSE_TIMEOUT, "logger": silent_logger(), **job.options}
        for name in HOOKS:
            if hook := options.get(name):
                options[name] = self._watch(name, hook)
        self._server = await self._engine.serve(self._handle, job.host, job.port, **options)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close the connections with 1001 and wait for the handlers; cancel the late ones."""
        self._closing = True
        self._server.close()
        closed = asyncio.ensure_future(self._server.wait_closed())
        await asyncio.wait([closed], timeout=self._job.patience)
        if self._handlers:
            for task in self._handlers:
                task.cancel()
            await asyncio.wait([closed], timeout=self._job.patience)
        # Not closed yet? Then some client never sent its handshake. The engine will drop it.
        closed.cancel()
        if self._handlers:
            late = f"handler {self._job.name!r} went on after it was cancelled"
            await self._report(LocalError(f"{late}, for {len(self._handlers)} connection(s)"))

    async def _handle(self, connection: Any) -> None:
        """Run the handler; remember what it ends in."""
        self._count += 1
        where = f"in handler {self._job.name!r}, on connection {self._count}"
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            await self._call(connection)
        # CancelledError passes: somebody wants the handler to stop. KeyboardInterrupt too: it is
        # meant for the loop, whichever task happens to run when Ctrl-C is pressed.
        except (Exception, SystemExit) as failure:
            if not self._is_an_end(failure, connection):
                failure.add_note(where)
                await self._report(failure)
                # What either engine does when a handler fails; but it would log it as well.
                await connection.close(1011)
        finally:
            self._handlers.discard(task)

    async def _call(self, connection: Any) -> None:
        returned = self._job.handler(connection)
        if not inspect.isawaitable(returned):
            words = f"handler {self._job.name!r} returned {returned!r}, and nothing to await"
            raise TypeError(f"{words}: define it with `async def`")
        await returned

    def _watch(self, name: str, hook: Callable[..., Any]) -> Callable[..., Any]:
        """Put something around a hook of the opening handshake that keeps what it ends in."""

        async def watched(*args: Any) -> Any:
            try:
                answer = hook(*args)
                return await answer if inspect.isawaitable(answer) else answer
            except PeerError:
                raise  # its way to refuse a request
            except Exception as failure:
                failure.add_note(f"in {name} of server {self._job.name!r}")
                await self._report(failure)
                raise

        return watched

    def _is_an_end(self, failure: BaseException, connection: Any) -> bool:
        """Tell a connection that ended under its handler from a handler that failed."""
        if isinstance(failure, BaseExceptionGroup):  # of the reader and writer in a TaskGroup
            return all(self._is_an_end(each, connection) for each in failure.exceptions)
        closed = isinstance(failure, self._engine.ConnectionClosed)
        # If this connection is open, it was another one, such as the next member of a room, and
        # the exception takes an innocent connection down. While we close them all, that's normal.
        return closed and (self._closing or connection.close_code is not None)


def keep_in(failures: list[BaseException]) -> Report:
    """Return a report that appends to a list, for a host in the same process as the list."""

    async def keep(failure: BaseException) -> None:
        failures.append(failure)

    return keep


def silent_logger() -> logging.Logger:
    """Return a logger that is silent unless logging is configured.

    Python prints warnings of a logger without handlers to stderr. In a notebook that lands in
    whichever cell runs at that moment.
    """
    logger = logging.getLogger("wsdemo.lab.server")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger
