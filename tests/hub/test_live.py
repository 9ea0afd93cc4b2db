"""On both engines, with connections of their own: one stands still, and the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.scratch.raw import until
from wsdemo import engines
from wsdemo.hub import Conflate, Disconnect, DropNewest, DropOldest, Hub, Policy, Snapshot

BIG = 64 * 1024  # octets; the kernel's buffers for one connection take a hundred of these, or more
BOUND = 8
FAST = 3
# Nothing is pinged or given up on here: what happens is what the hub does.
OPTIONS: dict[str, Any] = {"compression": None, "ping_interval": None}


@dataclass
class House:
    """A server whose handler is the hub's, and those who have come."""

    hub: Hub
    dial: Callable[[], Awaitable[Any]]
    connections: list[Any] = field(default_factory=list)

    async def come(self, number: int) -> list[Any]:
        """Let so many clients connect, one after the other, and be in the room."""
        here = len(self.hub.room("lobby")) + number
        clients = [await self.dial() for _ in range(number)]
        await until(lambda: len(self.hub.room("lobby")) == here)
        return clients

    async def until_it_shows(self, fast: list[Any], shows: Callable[[Snapshot], bool]) -> list[str]:
        """Publish at the pace of the fast ones until the books show it; return what was sent."""
        sent: list[str] = []
        while not shows(self.hub.snapshot()):
            sent.append(str(len(sent)).ljust(BIG, "."))
            self.hub.room("lobby").publish(sent[-1], key="state")
            for client in fast:
                assert await client.recv() == sent[-1]
        return sent


@asynccontextmanager
async def house(engine: str, policy: Policy) -> AsyncIterator[House]:
    """Serve a hub, with a room called "lobby" that everybody is in; at the end, cut them off."""
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(Hub(policy, messages=BOUND))
        verbs = engines.get(engine)

        async def handler(connection: Any) -> None:
            made.connections.append(connection)
            async with hub.client(connection) as client:
                client.join("lobby")
                await connection.wait_closed()

        server = await stack.enter_async_context(verbs.serve(handler, "127.0.0.1", 0, **OPTIONS))
        port = server.sockets[0].getsockname()[1]

        async def dial() -> Any:
            uri = f"ws://127.0.0.1:{port}"
            connecting = verbs.connect(uri, proxy=None, max_queue=1, **OPTIONS)
            client = await stack.enter_async_context(connecting)
            stack.callback(client.transport.abort)
            return client

        made = House(hub, dial)
        yield made


async def everything(client: Any, closed: type[Any]) -> list[Any]:
    """Read until the connection is closed."""
    messages = []
    try:
        while True:
            messages.append(await client.recv())
    except closed:
        return messages


async def test_what_is_published_reaches_everybody(engine: str) -> None:
    """Text as text, bytes as bytes, in order."""
    async with house(engine, Disconnect()) as here:
        clients = await here.come(FAST)
        for message in ("Hello", b"\x00\xff", "bye"):
            assert here.hub.room("lobby").publish(message) == FAST
        for client in clients:
            assert [await client.recv() for _ in range(3)] == ["Hello", b"\x00\xff", "bye"]


async def test_one_that_stands_still_costs_what_it_may(engine: str) -> None:
    """The others get everything, and memory stays within the bounds of one outbox."""
    async with house(engine, DropOldest()) as here:
        _, *fast = await here.come(1 + FAST)
        await here.until_it_shows(fast, lambda seen: seen.dropped_oldest == 3 * BOUND)
        seen = here.hub.snapshot()
        assert seen.deepest == BOUND
        # One more is being sent, and one to each of the fast ones.
        assert seen.octets_peak <= (BOUND + 1 + FAST) * BIG
        # An engine's high-water mark is at most 64 KiB, and one message may go beyond it.
        buffered = here.connections[0].transport.get_write_buffer_size()
        assert buffered <= 64 * 1024 + 2 * BIG
        assert len(here.hub.clients) == 1 + FAST


async def test_one_that_reads_again_has_the_latest(engine: str) -> None:
    """After what was on its way already, there is a gap, and then there is none."""
    async with house(engine, DropOldest()) as here:
        stalled, *fast = await here.come(1 + FAST)
        sent = await here.until_it_shows(fast, lambda seen: seen.dropped_oldest == 2 * BOUND)
        missed = here.hub.snapshot().dropped_oldest
        received = [await stalled.recv() for _ in range(len(sent) - missed)]
        assert received == sent[: -BOUND - missed] + sent[-BOUND:]


async def test_one_for_whom_the_newest_are_dropped_has_the_earliest(engine: str) -> None:
    """Without a gap among them."""
    async with house(engine, DropNewest()) as here:
        stalled, *fast = await here.come(1 + FAST)
        sent = await here.until_it_shows(fast, lambda seen: seen.dropped_newest == 2 * BOUND)
        kept = len(sent) - here.hub.snapshot().dropped_newest
        assert [await stalled.recv() for _ in range(kept)] == sent[:kept]


async def test_one_for_whom_is_conflated_ends_with_the_newest(engine: str) -> None:
    """And has one message waiting, never more."""
    async with house(engine, Conflate()) as here:
        stalled, *fast = await here.come(1 + FAST)
        sent = await here.until_it_shows(fast, lambda seen: seen.conflated == 2 * BOUND)
        assert here.hub.snapshot().deepest == 1
        received = [await stalled.recv() for _ in range(len(sent) - 2 * BOUND)]
        assert received == [*sent[: len(received) - 1], sent[-1]]


async def test_one_that_is_disconnected_has_missed_nothing_before(engine: str) -> None:
    """It is told 1013 and why, behind all that was on its way; the others notice nothing."""
    async with house(engine, Disconnect(reason="too slow")) as here:
        stalled, *fast = await here.come(1 + FAST)
        sent = await here.until_it_shows(fast, lambda seen: bool(seen.disconnects))
        assert len(here.hub.room("lobby")) == FAST
        received = await everything(stalled, engines.get(engine).ConnectionClosed)
        assert received == sent[: len(received)]
        assert (stalled.close_code, stalled.close_reason) == (1013, "too slow")
        await here.until_it_shows(fast, lambda seen: seen.published == len(sent) + 3)


async def test_one_that_vanishes_is_in_no_room(engine: str) -> None:
    """With a reset, in the middle of a stall; what was for it is discarded."""
    async with house(engine, DropOldest()) as here:
        stalled, *fast = await here.come(1 + FAST)
        await here.until_it_shows(fast, lambda seen: seen.dropped_oldest > 0)
        stalled.transport.abort()
        await until(lambda: len(here.hub.clients) == FAST)
        assert here.hub.room("lobby").publish("x") == FAST
        await until(lambda: here.hub.snapshot().waiting == 0)


async def test_a_hub_that_closes_says_so_to_everybody(engine: str) -> None:
    """To one that stands still as well: it reads the close when it reads again."""
    async with house(engine, DropOldest()) as here:
        stalled, *fast = await here.come(1 + FAST)
        await here.until_it_shows(fast, lambda seen: seen.dropped_oldest > 0)
        here.hub.room("lobby").publish("last")
        closed = engines.get(engine).ConnectionClosed
        closing = asyncio.create_task(here.hub.close(1012, "back soon", within=0))
        for client in fast:
            await everything(client, closed)
        await closing
        await everything(stalled, closed)
        assert {client.close_code for client in (stalled, *fast)} == {1012}
        assert here.hub.snapshot().waiting == 0


async def test_a_hub_that_closes_sends_the_last_message_first(engine: str) -> None:
    """To whoever reads."""
    async with house(engine, Disconnect()) as here:
        clients = await here.come(FAST)
        here.hub.room("lobby").publish("last")
        closed = engines.get(engine).ConnectionClosed
        reading = asyncio.gather(*(everything(client, closed) for client in clients))
        await here.hub.close(within=None)
        assert await reading == [["last"]] * FAST
        assert here.hub.snapshot().delivered == FAST
