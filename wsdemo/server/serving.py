"""What `serve` takes, and what it makes of it.

Leaves out everything that happens afterwards; see ``core``.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from wsdemo import engines
from wsdemo.limits import Slots
from wsdemo.metrics import Metrics
from wsdemo.scratch.options import Clock
from wsdemo.security import SAME_HOST, Origins, OriginsLike
from wsdemo.server.attending import Attending
from wsdemo.server.connection import Handler
from wsdemo.server.core import Server
from wsdemo.server.gate import Gate
from wsdemo.server.pages import Pages, PagesLike
from wsdemo.server.register import Register
from wsdemo.server.settings import Listen, Settings

__all__ = ["serve"]

logger = logging.getLogger("wsdemo.server")


def serve(
    handler: Handler | Mapping[str, Handler],
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    path: str = "/ws",
    engine: str = engines.DEFAULT,
    origins: OriginsLike = SAME_HOST,
    subprotocols: Sequence[str] = (),
    max_connections: int | None = None,
    max_size: int | None = 2**20,
    max_fragments: int | None = 1024,
    compression: bool = True,
    keepalive: float | None = 20.0,
    open_timeout: float | None = 10.0,
    close_timeout: float | None = 10.0,
    tls: ssl.SSLContext | None = None,
    pages: PagesLike | None = None,
    metrics: Metrics | None = None,
    drain: float = 10.0,
    logger: logging.Logger = logger,
    clock: Clock | None = None,
) -> Server:
    """Make a WebSocket server: await it, enter it with ``async with``, or ``run()`` it.

    ``/healthz`` answers 200, or 503 while the server drains, and ``/metrics`` what Prometheus
    reads. Both are for everybody who reaches the server: a proxy before it can keep them inside.

    Args:
        handler: an asynchronous function, called with each `Connection`; or one for each path.
            When it returns, the connection is closed with 1000; when it raises, with 1011.
        host: the address or name to listen on; ``0.0.0.0`` or ``::`` for everybody to reach.
        port: the TCP port; 0 for a free one.
        path: where the handler is, if there is only one; every other path is 404.
        engine: "websockets" or "scratch".
        origins: which pages may connect. By default those from the host that they connect to,
            and clients that send no ``Origin``, which browsers always do; a list of origins
            instead, with None in it for clients without one; or "*" for every page on the web.
        subprotocols: ours, the best first; a client that offers none of them is refused.
        max_connections: how many may be open at a time; others get 503 and ``Retry-After``.
            None for any number.
        max_size: octets of a message, after decompression; above, 1009. None for any number.
        max_fragments: frames of a message; above, 1009. None for any number, which is 4096 on
            ``websockets`` unless its environment variable says otherwise.
        compression: whether to agree to permessage-deflate.
        keepalive: seconds between pings, and for their pongs; None for no pings.
        open_timeout: seconds for the opening handshake; None for ever.
        close_timeout: seconds for the closing handshake and the end of TCP; None for ever.
        tls: a context with a certificate, for ``wss``.
        pages: for browsers: a folder, or for each path text, octets or a file.
        metrics: what counts; by default new ones.
        drain: seconds that clients and handlers get to end when the server stops.
        logger: gets a line for everything that goes wrong.
        clock: tells the time of the drain's deadline, and of the engine that lets us.

    Raises:
        ValueError: an argument makes no sense; the message holds it.
        TypeError: the same, for its type.
    """
    routes = _routes(handler, path)
    if isinstance(subprotocols, str):
        raise TypeError(f"subprotocols are a list, such as [{subprotocols!r}]")
    chosen = engines.get(engine)
    register = Register(Metrics() if metrics is None else metrics, Slots(max_connections))
    gate = Gate(
        routes=routes,
        register=register,
        origins=Origins.parse(origins),
        subprotocols=tuple(subprotocols),
        pages=None if pages is None else Pages(pages),
    )
    settings = Settings(
        host=host,
        port=port,
        subprotocols=tuple(subprotocols),
        max_size=max_size,
        max_fragments=max_fragments,
        compression=compression,
        keepalive=keepalive,
        open_timeout=open_timeout,
        close_timeout=close_timeout,
        tls=tls,
        logger=logger,
        clock=clock,
    )
    attending = Attending(register, chosen.ConnectionClosed, logger)
    return Server(_LISTEN[chosen.name](), attending, gate, register, settings=settings, drain=drain)


def _routes(handler: Handler | Mapping[str, Handler], path: str) -> Mapping[str, Handler]:
    routes = dict(handler) if isinstance(handler, Mapping) else {path: handler}
    if not routes:
        raise ValueError("there is no route, and a server without one serves nobody")
    for route, function in routes.items():
        if not route.startswith("/") or "?" in route or "#" in route:
            raise ValueError(f"{route!r} is no path: it begins with /, without a query")
        if not callable(function):
            raise TypeError(f"the handler for {route} must be a function, not {function!r}")
    return MappingProxyType(routes)


def _on_websockets() -> Listen:
    from wsdemo.server.on_websockets import listen

    return listen


def _on_scratch() -> Listen:
    from wsdemo.server.on_scratch import listen

    return listen


# Imported when it is chosen, as the engines themselves are.
_LISTEN: Mapping[str, Callable[[], Listen]] = MappingProxyType(
    {"websockets": _on_websockets, "scratch": _on_scratch}
)
