"""The stage for `keep_them_current`: a server, two clients that read, and one that doesn't.

Every client has an outbox of the kind that is tried, and a task that sends from it. An update is
published when the two who read have the one before it, so that they keep up by themselves on the
slowest machine, and nothing depends on the time. Meanwhile the third one's connection is full, and
when all has been published it reads on. A connection ends when its outbox is empty.

Leaves out judging.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from wsdemo.lab.broadcasts.dialing import dial
from wsdemo.lab.broadcasts.tapped import TappedConnection
from wsdemo.lab.running import running
from wsdemo.lab.server import Server

__all__ = ["PATIENCE", "SYMBOLS", "Heard", "Outboxed", "perform"]

SYMBOLS = ("A", "B", "C", "D")
UPDATES = 60
SIZE = 16_384  # octets of each: nine of them fill the connection
PATIENCE = 3.0  # seconds for each update to come; what is right takes a thousandth of one


class Outbox(Protocol):
    """What an answer is."""

    def put(self, symbol: str, update: str) -> None:
        """Take an update."""

    def take(self) -> str | None:
        """Return the next one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the clients got.

    Attributes:
        missed: updates that one of those who read did not get when it was published.
        current: whether the slow one ended with the newest update of every symbol.
        fewer: whether it got fewer than were published.
    """

    missed: int
    current: bool
    fewer: bool


class Outboxed:
    """A broadcast with an outbox for each client.

    Args:
        make: makes an outbox.
    """

    def __init__(self, make: Callable[[], Outbox]) -> None:
        self._make = make
        self._boxes: dict[Any, tuple[Outbox, asyncio.Event]] = {}
        self._over = False
        self.arrivals: asyncio.Queue[None] = asyncio.Queue()

    async def handler(self, connection: Any) -> None:
        """Send from this client's outbox, until it is empty and all is over."""
        box, wake = self._boxes[connection] = self._make(), asyncio.Event()
        self.arrivals.put_nowait(None)
        try:
            with contextlib.suppress(ConnectionClosed):
                while not self._over:
                    await wake.wait()
                    wake.clear()
                    while (update := box.take()) is not None:
                        await connection.send(update)
        finally:
            del self._boxes[connection]

    def end(self) -> None:
        """Nothing more will be published."""
        self._over = True
        for _, wake in self._boxes.values():
            wake.set()

    def broadcast(self, symbol: str, update: str) -> None:
        """Put an update into every outbox, and wait for nobody."""
        for box, wake in self._boxes.values():
            box.put(symbol, update)
            wake.set()


async def perform(make: Callable[[], Outbox]) -> Heard:
    """Publish updates to three, one of whom doesn't read until the end.

    Args:
        make: makes an outbox.

    Raises:
        TimeoutError: what was published never came to one who reads.
        Exception: what an outbox raises.
    """
    design = Outboxed(make)
    async with AsyncExitStack() as stack:
        options: dict[str, Any] = {"create_connection": TappedConnection, "compression": None}
        server = await stack.enter_async_context(
            running(design.handler, where="loop", name="outbox", **options)
        )
        slow, *good = [await _enter(stack, design, server, stalls=at == 0) for at in range(3)]
        missed, newest = 0, {}
        for number in range(UPDATES):
            symbol = SYMBOLS[number % len(SYMBOLS)]
            newest[symbol] = update = f"{symbol}{number}".ljust(SIZE)
            design.broadcast(symbol, update)
            missed += sum([await _next(client) != update for client in good])
        design.end()
        return await _read_on(slow, missed, newest)


async def _next(client: ClientConnection) -> str:
    async with asyncio.timeout(PATIENCE):
        return str(await client.recv())


async def _enter(
    stack: AsyncExitStack, design: Outboxed, server: Server, *, stalls: bool
) -> ClientConnection:
    made = await dial(server, stalls=stalls)
    client = await stack.enter_async_context(
        connect(server.uri, sock=made, compression=None, max_queue=1, close_timeout=1)
    )
    await design.arrivals.get()
    return client


async def _read_on(slow: ClientConnection, missed: int, newest: dict[str, str]) -> Heard:
    """Let the slow one read to the end, or twice as much as there was."""
    last: dict[str, str] = {}
    count = 0
    async for update in slow:
        count += 1
        last[str(update)[0]] = str(update)
        if count == 2 * UPDATES:
            break
    return Heard(missed, current=last == newest, fewer=count < UPDATES)
