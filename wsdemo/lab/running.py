"""`running()`: a server for a lab, for a block or until it is stopped.

Where it runs decides what a notebook can see, bend and measure:

- ``where="thread"``, the default: an event loop in a thread of its own. It goes on while a cell
  blocks, shares the notebook's objects, and says goodbye at a kernel restart.
- ``where="loop"``: the event loop of the caller, as in a product. In a notebook that is the
  kernel's own, and **a server on the kernel's loop freezes with every blocking cell**: nothing
  is answered while a cell computes or sleeps, and a client outside, which pings and gets no
  pong, gives up with 1011 once the cell takes longer than its ping timeout.
- ``where="process"``: a process of its own, for measurements. It works on **copies** of the
  notebook's objects.

Leaves out servers for the world, and load: a lab's server is here to be looked at.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from wsdemo import engines
from wsdemo.lab.host import Handler, Job
from wsdemo.lab.server import PLACES, Server

__all__ = ["Running", "Server", "Where", "check_place", "name_of", "running"]

Where: TypeAlias = Literal["thread", "loop", "process"]
S = TypeVar("S", bound=Server)


def running(
    handler: Handler,
    *,
    engine: str = engines.DEFAULT,
    where: Where = "thread",
    name: str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    **serve_options: Any,
) -> Running[Server]:
    """Serve a handler, and re-raise at the end what went wrong in it.

    For the length of a block::

        async with lab.running(echo) as server:
            async with connect(server.uri) as connection: ...

    or over several cells. Running this cell again stops the former server of the same name,
    wherever it ran, and starts a new one::

        server = await lab.running(echo)
        ...
        await server.stop()

    Args:
        handler: an asynchronous function, called with each connection.
        engine: "websockets" or "scratch".
        where: "thread", "loop" or "process"; the module's docstring compares them.
        name: what to call the server; by default the handler's name. Give two servers of one
            handler a name each if they are to be awaited side by side.
        host: the address to listen on.
        port: the port to listen on; 0 for a free one, which ``server.port`` tells.
        serve_options: for the engine's ``serve``. A peer that doesn't answer the closing
            handshake is given up after ``close_timeout`` = 1 s here, not 10.

    Returns:
        What to await or to enter for the `Server`.

    Raises:
        ValueError: no such engine or place.
        TypeError: the handler can't be called, or can't be sent to a process.
    """
    check_place(where)
    if not callable(handler):
        raise TypeError(f"the handler must be an asynchronous function, not {handler!r}")
    chosen = engines.get(engine)
    job = Job(handler, name or name_of(handler), chosen.name, host, port, serve_options)
    return Running(job.name, lambda: Server(job, where))


def check_place(where: str) -> None:
    """Check that a server can run there.

    Raises:
        ValueError: no such place.
    """
    if where not in PLACES:
        known = ", ".join(map(repr, PLACES))
        raise ValueError(f"unknown place {where!r}; the known ones are {known}")


class Running(Generic[S]):
    """A server to be awaited, or entered with ``async with``.

    Args:
        name: what it is called; awaiting it stops another one of that name.
        make: makes the server, which then has to be started.
    """

    def __init__(self, name: str, make: Callable[[], S]) -> None:
        self._name = name
        self._make = make
        self._server: S | None = None

    def __await__(self) -> Generator[Any, None, S]:
        return self._replace().__await__()

    async def __aenter__(self) -> S:
        self._server = self._make()
        await self._server.start()
        return self._server

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        failure = await self._server.end()
        if failure is None:
            return
        if error is not None and not isinstance(error, Exception):
            # Cancelled or interrupted: whoever did it waits for this very exception.
            error.add_note(f"meanwhile in server {self._name!r}: {failure!r}")
            return
        # What went wrong in the block is most often a consequence; it stays as the context.
        raise failure

    async def _replace(self) -> S:
        """Start a server under its name; whichever had that name before is stopped."""
        name = self._name
        await _retire(_named().pop(name, None))  # first: it may listen on the very same port
        server = self._make()
        await server.start()
        faster = _named().pop(name, None)  # while we were starting
        _named()[name] = server
        await _retire(faster)
        return server

    def __repr__(self) -> str:
        return f"<server {self._name}, not started: await it, or enter it with `async with`>"


async def _retire(former: Server | None) -> None:
    failure = await former.end() if former else None
    if former and failure:
        # The cell is being run again, most likely with the handler mended: don't stop it.
        warnings.warn(f"the former server {former.name!r} had failed: {failure!r}", stacklevel=2)


@functools.cache
def _named() -> dict[str, Server]:
    """Return the awaited servers by name: what has to be found when a cell is run again."""
    return {}


def name_of(handler: object) -> str:
    """Find a name for a handler: of a function, a partial, a bound method or an object."""
    if isinstance(handler, functools.partial):
        return name_of(handler.func)
    name: str = getattr(handler, "__name__", type(handler).__name__)
    return "lambda" if name == "<lambda>" else name
