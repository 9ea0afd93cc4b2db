"""The same bad minute for every design: some clients read, and one stops.

Each design gets a server, a few clients that read, and one more that doesn't; it comes in the
middle, so that some were there before it and some after. Then a stream begins, with a message
every so often. What is compared runs side by side, on one event loop and in the same seconds, so
that a busy moment of the machine hits all of them.

The one that stalls has a socket with small buffers, and nobody calls its ``recv``. A wire that
stalls (`wsdemo.lab.wire`) looks the same to the server, but the kernel takes one or two megabytes
on the way there, and not as many the next time (`dialing`).

A message is due when the stream has it, and late from then on, whenever the server gets round to
it: a server that is held up would look punctual otherwise (notebook 07).

Leaves out CPU time (`wsdemo.lab.bench`) and other engines: one of the designs is `websockets`' own.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from wsdemo.lab.broadcasts.designs import Design, Hubbed
from wsdemo.lab.broadcasts.dialing import dial
from wsdemo.lab.broadcasts.tapped import TappedConnection
from wsdemo.lab.running import running
from wsdemo.lab.server import Server

__all__ = ["Outcome", "Stream", "measure"]

# Seconds in which nothing at all happens, until a design counts as standing still.
PATIENCE = 0.4
# Seconds for all that has to happen in the end, on a machine that is very busy.
MERCY = 30.0


@dataclass(frozen=True, slots=True)
class Stream:
    """What is published, and to whom.

    Attributes:
        good: how many clients read all the time.
        rate: messages a second.
        messages: how many in all.
        size: octets of each.
        keys: of how many things the messages tell, in turn.
    """

    good: int = 4
    rate: float = 120.0
    messages: int = 72
    size: int = 16_384
    keys: int = 8

    def message(self, number: int) -> bytes:
        """Return a message: its key, its number, and something to fill it up."""
        head = bytes((number % self.keys,)) + number.to_bytes(3, "big")
        return head.ljust(self.size, b"\0")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one design did while a client had stalled.

    Attributes:
        name: of the design.
        published: messages of which the broadcast had returned.
        deliveries: messages that good clients got, taken together.
        per_second: the same, for each second of the stall.
        p99: seconds by which 99 % of what the good ones got, in the end, were late at most.
        held: octets that the server held for the one that had stalled.
        code: the close code that this one got, if it was disconnected.
    """

    name: str
    published: int
    deliveries: int
    per_second: float
    p99: float
    held: int
    code: int | None


async def measure(
    stream: Stream | None = None, **designs: Callable[[], Design]
) -> dict[str, Outcome]:
    """Give each design the same bad minute, all of them side by side.

    Args:
        stream: what is published.
        designs: what makes each, by name; underscores become spaces.

    Returns:
        What came of each, by name.
    """
    trials = [
        _Trial(name.replace("_", " "), make(), stream or Stream()) for name, make in designs.items()
    ]
    outcomes = await asyncio.gather(*(trial.run() for trial in trials))
    return {outcome.name: outcome for outcome in outcomes}


class _Trial:
    """One design, its server and its clients."""

    def __init__(self, name: str, design: Design, stream: Stream) -> None:
        self._name = name
        self._design = design
        self._stream = stream
        self._came: asyncio.Queue[TappedConnection] = asyncio.Queue()
        self._published = 0
        self._late: list[float] = []
        self._begun = 0.0

    async def run(self) -> Outcome:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(
                running(
                    self._handle,
                    where="loop",
                    name=self._name,
                    compression=None,
                    create_connection=TappedConnection,
                )
            )
            return await self._with(stack, server)

    async def _handle(self, connection: TappedConnection) -> None:
        self._came.put_nowait(connection)
        await self._design.handler(connection)

    async def _with(self, stack: AsyncExitStack, server: Server) -> Outcome:
        before = self._stream.good // 2
        good = [await self._enter(stack, server) for _ in range(before)]
        slow = await self._enter(stack, server, stalls=True)
        good += [await self._enter(stack, server) for _ in range(self._stream.good - before)]
        self._begun = asyncio.get_running_loop().time()
        publisher = _start(stack, self._publish())
        readers = [_start(stack, self._read(client)) for client, _ in good]
        await self._stand_still({publisher, *readers})
        seconds = asyncio.get_running_loop().time() - self._begun
        deliveries, published, held = len(self._late), self._published, self._held(slow[1])
        slow[0].transport.abort()  # now it is gone for good, and everybody can tell
        async with asyncio.timeout(MERCY):
            await asyncio.gather(publisher, *readers)
        p99 = sorted(self._late)[len(self._late) * 99 // 100]
        rate = deliveries / seconds
        return Outcome(self._name, published, deliveries, rate, p99, held, _code(slow[1]))

    async def _enter(
        self, stack: AsyncExitStack, server: Server, *, stalls: bool = False
    ) -> tuple[ClientConnection, TappedConnection]:
        """Connect a client, and wait until the server has it in its books."""
        made = await dial(server, stalls=stalls)
        queue = 1 if stalls else None  # messages, until the library stops reading, too
        client = await stack.enter_async_context(
            connect(server.uri, sock=made, compression=None, max_queue=queue, close_timeout=1)
        )
        return client, await self._came.get()

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        for number in range(self._stream.messages):
            due = self._begun + number / self._stream.rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            waiting = self._design.broadcast(self._stream.message(number))
            if inspect.isawaitable(waiting):
                await waiting
            self._published += 1

    async def _read(self, client: ClientConnection) -> None:
        loop = asyncio.get_running_loop()
        last = self._stream.messages - 1
        async for message in client:
            assert isinstance(message, bytes)  # as the stream made them
            number = int.from_bytes(message[1:4], "big")
            self._late.append(loop.time() - self._begun - number / self._stream.rate)
            if number == last:
                return

    async def _stand_still(self, tasks: set[asyncio.Task[None]]) -> None:
        """Wait until all has been published and read, or nothing happens any more."""
        at_least = self._stream.messages / self._stream.rate
        _, left = await asyncio.wait(tasks, timeout=at_least)
        while left:
            before = self._published, len(self._late)
            _, left = await asyncio.wait(left, timeout=PATIENCE)
            if before == (self._published, len(self._late)):
                return

    def _held(self, slow: TappedConnection) -> int:
        size = self._stream.size
        if isinstance(self._design, Hubbed):
            return self._design.waiting(slow) * size + slow.buffered
        # A frame is the message and a header, which is short beside it.
        return (self._published - slow.written // size) * size + slow.buffered


def _code(slow: TappedConnection) -> int | None:
    """Return the close code that was sent to it, whether it has read so far or not."""
    sent = slow.protocol.close_sent
    return None if sent is None else sent.code


def _start(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task that ends with the stack."""
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)
    return task
