"""`app()`: an application of `wsdemo.apps` for a lab, for a block or until it is stopped.

    async with lab.app(Chat) as server:
        lab.page(server)

It is to an application what `running` is to a handler: the same places, the same end, and what a
handler fails with is raised at the end. The application is made where it is to live, so that it
may hold what can't travel, such as a database.

Leaves out `wsdemo serve`, which runs an application for the world.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, cast

from wsdemo import engines
from wsdemo.apps.app import PATH, App, serving
from wsdemo.errors import LocalError
from wsdemo.lab.host import CLOSE_TIMEOUT, Host, Job, Report, silent_logger
from wsdemo.lab.loop_server import LoopServer
from wsdemo.lab.running import Running, Where, check_place, name_of
from wsdemo.lab.server import Server
from wsdemo.lab.thread_server import ThreadServer
from wsdemo.server import Connection

__all__ = ["AppHost", "AppJob", "AppServer", "app"]


def app(
    make: Callable[[], App],
    *,
    engine: str = engines.DEFAULT,
    where: Where = "thread",
    name: str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    **options: Any,
) -> Running[AppServer]:
    """Serve an application with its page, and re-raise at the end what went wrong in it.

    Args:
        make: makes the application, where it is to run: a class, a partial, a lambda.
        engine: "websockets" or "scratch".
        where: "thread", "loop" or "process", as for `running`.
        name: what to call the server; by default the name of what makes it.
        host: the address to listen on.
        port: the port to listen on; 0 for a free one, which ``server.port`` tells.
        options: for `wsdemo.server.serve`, such as ``origins`` or ``compression``.

    Returns:
        What to await or to enter for the `AppServer`.

    Raises:
        ValueError: no such engine or place.
        TypeError: what makes it can't be called, or can't be sent to a process.
    """
    check_place(where)
    if not callable(make):
        raise TypeError(f"what makes the application must be callable, not {make!r}")
    chosen = engines.get(engine)
    job = AppJob(_unused, name or name_of(make), chosen.name, host, port, options, make=make)
    return Running(job.name, lambda: AppServer(job, where))


async def _unused(connection: Any) -> None:
    raise AssertionError(f"an application handles its connections itself: {connection!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppJob(Job):
    """What to serve, and how: an application instead of a handler.

    Attributes:
        make: makes the application.
    """

    make: Callable[[], App]

    def hosted(self, report: Report) -> Host:
        """Return the host for this job."""
        return AppHost(self, report)


class AppHost(Host):
    """An application and its server, on the running loop.

    Args:
        job: what to serve.
        report: as for `Host`.

    Attributes:
        app: the application, once started.
    """

    def __init__(self, job: AppJob, report: Report) -> None:
        super().__init__(job, report)
        self._app_job = job
        self._stack = AsyncExitStack()
        self.app: App | None = None

    async def start(self) -> int:
        """Listen, and return the port; errors as for `Host.start`."""
        job = self._app_job
        self.app = job.make()
        options = {
            "close_timeout": CLOSE_TIMEOUT,
            "drain": CLOSE_TIMEOUT,
            "logger": silent_logger(),
            **job.options,
        }
        watched = _Watched(self.app, self._handle)
        server = await self._stack.enter_async_context(
            serving(watched, job.host, job.port, engine=job.engine, **options)
        )
        return server.port

    async def stop(self) -> None:
        """Close the connections with 1001, wait for the handlers, end the application."""
        self._closing = True
        await self._stack.aclose()

    async def _call(self, connection: Any) -> None:
        assert self.app is not None  # nobody is let in before the start
        await self.app.handle(connection)


class _Watched:
    """An application whose failures are kept: `Host` stands between it and its server."""

    def __init__(self, app: App, handle: Callable[[Any], Any]) -> None:
        self.name = app.name
        self.subprotocols = app.subprotocols
        self.compression = app.compression
        self._app = app
        self._handle = handle

    async def handle(self, connection: Connection) -> None:
        await self._handle(connection)

    async def __aenter__(self) -> Self:
        await self._app.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._app.__aexit__(kind, error, trace)


class AppServer(Server):
    """A running application."""

    @property
    def uri(self) -> str:
        """Where its clients connect: ``ws://127.0.0.1:41234/ws``."""
        return super().uri + PATH

    @property
    def url(self) -> str:
        """Where a browser finds its page: ``http://127.0.0.1:41234/``."""
        return f"http{super().uri.removeprefix('ws')}/"

    @property
    def app(self) -> Any:
        """The application itself, to look at; in a thread of its own, it belongs to that.

        Raises:
            LocalError: it lives in another process.
        """
        if not isinstance(self.place, (ThreadServer, LoopServer)):
            raise LocalError(f"the application of {self!r} is in another process")
        return cast("AppHost", self.place.host).app
