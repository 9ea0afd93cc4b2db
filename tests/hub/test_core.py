"""A hub closes in time, with everything sent that can be, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from tests.hub.members import Party, Peer, balanced, turns
from wsdemo.errors import StateError
from wsdemo.hub import Disconnect, DropOldest, Hub


async def test_a_hub_that_closes_sends_what_waits_first() -> None:
    """Then comes the close, to each when its own outbox is empty."""
    async with Party(DropOldest()) as party:
        slow, fast = Peer(permits=0), Peer()
        await party.crowd("lobby", [slow, fast])
        for message in "abc":
            party.hub.room("lobby").publish(message)
        closing = asyncio.create_task(party.hub.close(1012, "back soon", None))
        await turns()
        assert (fast.received, fast.closes) == (["a", "b", "c"], [(1012, "back soon")])
        assert (slow.received, slow.closes) == ([], [])
        slow.read()
        await closing
        assert (slow.received, slow.closes) == (["a", "b", "c"], [(1012, "back soon")])


async def test_whoever_is_late_is_told_without_delay() -> None:
    """And what still waits is discarded and counted."""
    async with Party(DropOldest()) as party:
        stalled = Peer(permits=0)
        stalled.closing = asyncio.Event()
        before = asyncio.all_tasks()
        await party.come(stalled, "lobby")
        for message in "abc":
            party.hub.room("lobby").publish(message)
        await turns()
        await party.hub.close(1001, "bye", within=0)
        assert stalled.closes == [(1001, "bye")]
        assert asyncio.all_tasks() == before
        seen = party.hub.snapshot()
        assert (seen.unfinished, seen.discarded, seen.waiting, seen.members) == (1, 2, 0, 0)


async def test_those_who_were_disconnected_before_are_waited_for_and_then_given_up() -> None:
    """They have a time of their own, but none beyond the hub's."""
    hub, peer = Hub(Disconnect(), close_timeout=None), Peer()
    peer.closing = asyncio.Event()
    async with hub.client(peer) as client:
        client.disconnect()
    before = asyncio.all_tasks()
    await hub.close(within=0)
    assert len(before) == 2
    assert len(asyncio.all_tasks()) == 1


async def test_a_closed_hub_takes_nobody_in_and_publishes_to_nobody() -> None:
    """Handlers that are about to end may still say so."""
    async with Party(DropOldest()) as party:
        peer = Peer(permits=0)
        client = await party.come(peer, "lobby")
        client.post("bye")
        closing = asyncio.create_task(party.hub.close(within=None))
        await turns()
        assert party.hub.room("lobby").publish("late") == 0
        assert len(client.join("lobby")) == 0
        with pytest.raises(StateError, match="closed"):
            await party.hub.client(Peer()).__aenter__()
        peer.read()
        await closing
        assert (peer.received, party.hub.closed) == (["bye"], True)


async def test_to_close_twice_is_to_wait() -> None:
    """Everybody is closed once."""
    async with Party(DropOldest()) as party:
        peer = Peer(permits=0)
        client = await party.come(peer)
        client.post("a")
        both = asyncio.gather(party.hub.close(1001), party.hub.close(1012))
        await turns()
        assert not both.done()
        peer.read()
        await both
        assert peer.closes == [(1001, "")]


async def test_a_close_that_is_cancelled_gives_up_and_leaves_nothing() -> None:
    """Whether it waits for an outbox or for a closing handshake."""
    hub = Hub(DropOldest())
    peers = [Peer(permits=0), Peer(), Peer()]
    before = asyncio.all_tasks()
    clients = [hub.client(peer) for peer in peers]
    for client, peer in zip(clients, peers, strict=True):
        peer.closing = asyncio.Event()
        await client.__aenter__()
        client.post("a")
    clients[2].disconnect()
    closing = asyncio.create_task(hub.close(within=None))
    await turns()
    closing.cancel()
    await turns()
    assert closing.cancelled()
    assert asyncio.all_tasks() == before
    assert balanced(hub.snapshot())


async def test_a_member_whose_close_fails_keeps_no_other_from_being_closed() -> None:
    """Whatever it raises."""
    async with Party(DropOldest()) as party:
        broken, fine = Peer(), Peer()
        broken.closing = RuntimeError("broken")
        await party.crowd("lobby", [broken, fine])
        await party.hub.close(within=None)
        assert fine.closes == [(1001, "")]


async def test_a_close_that_cannot_be_sent_closes_nothing() -> None:
    """The error comes first."""
    async with Party(DropOldest()) as party:
        with pytest.raises(ValueError, match="1005"):
            await party.hub.close(1005)
        assert not party.hub.closed


async def test_a_hub_closes_at_the_end_of_its_block() -> None:
    """Those who are still here, with 1001."""
    peer = Peer()
    async with Hub(DropOldest()) as hub:
        client = await hub.client(peer).__aenter__()
    assert client.gone
    assert peer.closes == [(1001, "")]


async def test_a_client_comes_once() -> None:
    """A new connection is a new client."""
    async with Party(DropOldest()) as party:
        client = await party.come(Peer())
        with pytest.raises(StateError, match="twice"):
            await client.__aenter__()


async def test_a_client_that_never_came_is_in_no_room() -> None:
    """It has no writer, and nothing waits for it."""
    hub = Hub(DropOldest())
    client = hub.client(Peer())
    client.post("x")
    assert len(client.join("lobby")) == 0
    assert hub.rooms == {}
    assert (hub.snapshot().discarded, hub.snapshot().waiting) == (1, 0)


async def test_a_policy_is_checked_where_it_is_given() -> None:
    """For all, and for one."""
    with pytest.raises(TypeError, match="not a policy"):
        Hub("drop")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not a policy"):
        Hub(DropOldest()).client(Peer(), policy=Disconnect)  # type: ignore[arg-type]


async def test_a_room_that_nobody_keeps_costs_nothing() -> None:
    """Its numbers stay in the hub's."""
    async with Party(DropOldest()) as party:
        client = await party.come(Peer(), "lobby")
        client.rooms["lobby"].publish("x")
        room = weakref.ref(client.rooms["lobby"])
        await turns()
        client.leave("lobby")
        gc.collect()
        assert room() is None
        assert party.hub.snapshot().delivered == 1
