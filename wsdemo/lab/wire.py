"""`wire()`: a tap between any client and any server that records every byte, and can bend them.

The client connects to the wire, the wire to the server::

    async with lab.wire(server.uri) as wire, connect(wire.uri) as connection:
        wire.down.delay = 0.1
        await connection.send("Hello")
        await wire.wait_for("Hello")

It is a user-space proxy for TCP in a thread of its own: the endpoints may be on this event loop, in
other threads or processes, or in a browser, and may block. It needs no privileges and changes no
byte.

Leaves out packets: the wire sees two TCP connections, not their segments, acknowledgements and
retransmissions. It adds the kernel's buffers of two more sockets to every connection, some 0.1 ms
to every message, and its work to the load of this process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from types import MappingProxyType, TracebackType
from typing import Any
from urllib.parse import urlsplit

from wsdemo.lab.live_wire import Wire
from wsdemo.lab.proxy import Proxy
from wsdemo.lab.recording import MAX_BYTES, Recording

__all__ = ["Wire", "Wiring", "wire"]

PORTS = MappingProxyType({"ws": 80, "http": 80, "wss": 443, "https": 443})


def wire(
    server_uri: str,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 0,
    clock: Callable[[], float] = time.monotonic,
    max_bytes: int = MAX_BYTES,
) -> Wiring:
    """Put a wire in front of a server.

    For the length of a block::

        async with lab.wire(server.uri) as wire: ...

    or over several cells, until it is stopped or nobody has hold of it any more::

        wire = await lab.wire(server.uri)
        ...
        await wire.stop()

    Args:
        server_uri: The server's ws, wss, http or https URI, or any other with host and port.
        host: The address to listen on.
        port: The port to listen on; 0 for a free one.
        seed: Makes jitter repeatable, connection by connection.
        clock: Stamps the recording, in seconds. What is due when goes by the event loop's.
        max_bytes: Memory for the recording; from then on bytes are counted and not kept.

    Returns:
        What to enter or to await for the `Wire`.

    Raises:
        ValueError: The URI has no host, or no port that is known.
    """
    target = urlsplit(server_uri)
    if not target.hostname or (target.port is None and target.scheme not in PORTS):
        raise ValueError(f"{server_uri!r} does not say which host and port the server has")
    address = target.hostname, target.port or PORTS[target.scheme]

    def make() -> Wire:
        recording = Recording(max_bytes=max_bytes, clock=clock)
        return Wire(target, Proxy(address, recording, seed), recording)

    return Wiring(make, host, port)


class Wiring:
    """A wire to be awaited, or entered with ``async with``."""

    def __init__(self, make: Callable[[], Wire], host: str, port: int) -> None:
        self._make = make
        self._address = host, port
        self._wire: Wire | None = None

    def __await__(self) -> Generator[Any, None, Wire]:
        return self._start().__await__()

    async def __aenter__(self) -> Wire:
        self._wire = await self._start()
        return self._wire

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._wire is not None
        wire, self._wire = self._wire, None
        try:
            await wire.stop()
        except Exception as failure:
            if error is None or isinstance(error, Exception):
                raise
            # Cancelled or interrupted: whoever did it waits for this very exception.
            error.add_note(f"meanwhile in a wire: {failure!r}")

    async def _start(self) -> Wire:
        wire = self._make()
        try:
            await wire.start(*self._address)
        except BaseException:
            await wire.stop()
            raise
        return wire

    def __repr__(self) -> str:
        return "<wire, not started: await it, or enter it with `async with`>"
