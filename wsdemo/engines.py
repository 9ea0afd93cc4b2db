"""The two engines that carry a WebSocket connection, behind one door.

An engine is what turns a TCP connection into messages: `websockets`, the library, or
`wsdemo.scratch`, the one this course builds. They have the same verbs, so that whatever stands
above takes an engine by its name and never asks which one it has got::

    engine = engines.get("scratch")
    async with engine.serve(handler, "127.0.0.1", 0) as server: ...

Leaves out what only one of them can do: import that engine itself for it. An engine is imported
when it is first asked for, so that one that is missing doesn't take the other with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

__all__ = ["DEFAULT", "NAMES", "Engine", "get"]

DEFAULT = "websockets"


@dataclass(frozen=True, slots=True, repr=False)
class Engine:
    """What the layers above need of an engine.

    Attributes:
        name: what to give `get` for it.
        serve: ``serve(handler, host, port, **options)``, to be awaited or entered; its server
            has ``sockets``, ``close()`` and ``wait_closed()``.
        connect: ``connect(uri, **options)``, to be awaited or entered; a connection has
            ``recv``, ``send``, ``ping``, ``close``, ``close_code`` and ``async for``.
        ConnectionClosed: what ``recv`` and ``send`` raise once the connection is closed; it has
            ``rcvd`` and ``sent``, the two close frames.
    """

    name: str
    serve: Callable[..., Any]
    connect: Callable[..., Any]
    # Any, because the two classes have no ancestor in common that knows `rcvd` and `sent`.
    ConnectionClosed: type[Any]

    def __repr__(self) -> str:
        return f"<engine {self.name}>"


def get(name: str = DEFAULT) -> Engine:
    """Return the engine of this name.

    Args:
        name: "websockets" or "scratch".

    Raises:
        ValueError: there is no engine of this name.
    """
    try:
        load = _LOADERS[name]
    except (KeyError, TypeError):  # TypeError: something that is no name at all, such as a list
        known = ", ".join(map(repr, NAMES))
        raise ValueError(f"unknown engine {name!r}; the known ones are {known}") from None
    return load()


def _websockets() -> Engine:
    from websockets.asyncio.client import connect
    from websockets.asyncio.server import serve
    from websockets.exceptions import ConnectionClosed

    return Engine("websockets", serve, connect, ConnectionClosed)


def _scratch() -> Engine:
    from wsdemo import scratch
    from wsdemo.errors import ConnectionClosed

    return Engine("scratch", scratch.serve, scratch.connect, ConnectionClosed)


_LOADERS: Mapping[str, Callable[[], Engine]] = MappingProxyType(
    {"websockets": _websockets, "scratch": _scratch}
)
NAMES = tuple(_LOADERS)
