"""Five ways to tell everybody: the designs that the documentation of `websockets` compares.

https://websockets.readthedocs.io/en/stable/topics/broadcast.html names them, in about this order;
the code is ours. A design has a ``handler`` for each connection and a ``broadcast``, which is a
coroutine function in the first one and a plain function in all others. Each fails in its own way
when one client out of many stops reading:

===========  ================================================================
design       with one client that stalls
===========  ================================================================
Naive        everybody waits for that one
Concurrent   a task waits for every message, and nothing promises their order
Queues       one queue grows
PubSub       one list grows, and nobody can tell whose fault that is
Builtin      one write buffer grows
===========  ================================================================

Leaves out a bound, and what to do at it: that is `wsdemo.hub`, which `Hubbed` puts into the same
form.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from typing import Any, Protocol, TypeAlias

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

from wsdemo.hub import Client, Hub, Policy

__all__ = [
    "FIVE",
    "Builtin",
    "Concurrent",
    "Design",
    "Hubbed",
    "Naive",
    "PubSub",
    "Queues",
    "Registered",
    "relay",
]

Future: TypeAlias = "asyncio.Future[tuple[str | bytes, Future]]"


class Design(Protocol):
    """A way to tell everybody."""

    async def handler(self, connection: Any) -> None:
        """Keep one client informed, from its first moment to its last."""

    def broadcast(self, message: str | bytes) -> Awaitable[None] | None:
        """Tell everybody; to be awaited if it is to be awaited."""


class Registered:
    """Knows who is here, in the order of their coming."""

    def __init__(self) -> None:
        self.clients: dict[Any, None] = {}

    async def handler(self, connection: Any) -> None:
        """Keep a client in the books while it is here."""
        self.clients[connection] = None
        try:
            await connection.wait_closed()
        finally:
            del self.clients[connection]


class Naive(Registered):
    """Send to one after the other."""

    async def broadcast(self, message: str | bytes) -> None:
        """Return when everybody has taken the message."""
        for connection in list(self.clients):  # a copy: somebody may come or go meanwhile
            with contextlib.suppress(ConnectionClosed):
                await connection.send(message)


class Concurrent(Registered):
    """Make a task for every message to every client."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: set[asyncio.Task[None]] = set()  # the loop itself holds tasks only weakly

    def broadcast(self, message: str | bytes) -> None:
        """Return at once."""
        for connection in self.clients:
            task = asyncio.create_task(self._send(connection, message))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _send(self, connection: Any, message: str | bytes) -> None:
        with contextlib.suppress(ConnectionClosed):
            await connection.send(message)


class Queues:
    """Give each client a queue, and a task that sends from it."""

    def __init__(self) -> None:
        self.queues: dict[Any, asyncio.Queue[str | bytes]] = {}

    async def handler(self, connection: Any) -> None:
        """Send what comes into this client's queue."""
        queue = self.queues[connection] = asyncio.Queue()
        try:
            await relay(_items(queue), connection)
        finally:
            del self.queues[connection]

    def broadcast(self, message: str | bytes) -> None:
        """Return at once."""
        for queue in self.queues.values():
            queue.put_nowait(message)


class PubSub:
    """Publish into a stream that each client reads at its own pace: a linked list of futures."""

    def __init__(self) -> None:
        self.next: Future = asyncio.Future()

    async def handler(self, connection: Any) -> None:
        """Send what is published from now on."""
        await relay(self.subscribe(), connection)

    def broadcast(self, message: str | bytes) -> None:
        """Return at once."""
        this, self.next = self.next, asyncio.Future()
        this.set_result((message, self.next))

    async def subscribe(self) -> AsyncIterator[str | bytes]:
        """Yield what is published from now on; what nobody has yet to read is forgotten."""
        following = self.next
        while True:
            # Who is cancelled cancels what he awaits, and this is everybody's: hence the shield.
            message, following = await asyncio.shield(following)
            yield message


class Builtin(Registered):
    """Write to every connection, and wait for none: what `websockets` brings along."""

    def broadcast(self, message: str | bytes) -> None:
        """Return at once."""
        broadcast(self.clients, message)


class Hubbed:
    """A hub: an outbox for each client, bounded, and a policy for when it is full.

    Args:
        policy: of the hub.
        messages: how many may wait for one client.
    """

    def __init__(self, policy: Policy, messages: int = 16) -> None:
        self.hub = Hub(policy, messages=messages)
        self.room = self.hub.room("everybody")
        self.clients: dict[Any, Client] = {}

    async def handler(self, connection: Any) -> None:
        """Keep a client in the room while it is here."""
        async with self.hub.client(connection) as client:
            self.clients[connection] = client
            client.join(self.room.name)
            await connection.wait_closed()
        del self.clients[connection]

    def broadcast(self, message: str | bytes) -> None:
        """Return at once. The first octet of a message is its key: what it is the newest of."""
        self.room.publish(message, key=message[:1])

    def waiting(self, connection: Any) -> int:
        """Return how many messages wait for a client; none, if it was sent away."""
        client = self.clients.get(connection)
        return 0 if client is None else client.waiting


FIVE = (Naive, Concurrent, Queues, PubSub, Builtin)


async def relay(messages: AsyncIterable[str | bytes], connection: Any) -> None:
    """Send what comes, one after the other, until the connection is closed."""

    async def send() -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in messages:
                await connection.send(message)

    task = asyncio.create_task(send())
    try:
        await connection.wait_closed()
    finally:
        task.cancel()


async def _items(queue: asyncio.Queue[str | bytes]) -> AsyncIterator[str | bytes]:
    while True:
        yield await queue.get()
