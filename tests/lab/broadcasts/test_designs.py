"""Five designs and a hub, in memory: who is told, in which order, and who is let go."""

import asyncio

import pytest

from wsdemo.hub import Conflate, Disconnect, DropNewest
from wsdemo.lab.broadcasts import FIVE, Builtin, Hubbed, Naive, Peer, PubSub, Queues, settle
from wsdemo.lab.broadcasts.designs import Concurrent, Design, relay

IN_MEMORY = [make for make in FIVE if make is not Builtin]


async def _tell(design: Design, message: str) -> None:
    waiting = design.broadcast(message)
    if waiting is not None:
        await waiting
    await settle()


@pytest.mark.parametrize("make", [*IN_MEMORY, lambda: Hubbed(DropNewest())])
async def test_everybody_gets_everything_in_order(make: type[Naive]) -> None:
    """As long as everybody reads, one design is as good as another."""
    design, peers = make(), [Peer(), Peer(), Peer()]
    handlers = [asyncio.create_task(design.handler(peer)) for peer in peers]
    await settle()
    for message in "abc":
        await _tell(design, message)
    assert [peer.got for peer in peers] == [["a", "b", "c"]] * 3
    for peer in peers:
        await peer.close()
    await asyncio.gather(*handlers)


@pytest.mark.parametrize("make", [*IN_MEMORY, lambda: Hubbed(DropNewest())])
async def test_who_leaves_is_told_nothing_more(make: type[Naive]) -> None:
    """And the others are."""
    design, gone, here = make(), Peer(), Peer()
    handlers = [asyncio.create_task(design.handler(peer)) for peer in (gone, here)]
    await settle()
    await _tell(design, "before")
    await gone.close()
    await settle()
    await _tell(design, "after")
    assert (gone.got, here.got) == (["before"], ["before", "after"])
    await here.close()
    await asyncio.gather(*handlers)


async def test_who_comes_late_hears_what_comes_later() -> None:
    """A stream is joined where it is."""
    design, peer = PubSub(), Peer()
    await _tell(design, "before")
    handler = asyncio.create_task(design.handler(peer))
    await settle()
    await _tell(design, "after")
    await peer.close()
    await handler
    assert peer.got == ["after"]


async def test_a_queue_goes_with_its_client() -> None:
    """Nothing is kept for who has left."""
    design, peer = Queues(), Peer(room=1)
    handler = asyncio.create_task(design.handler(peer))
    await settle()
    for message in "abc":
        await _tell(design, message)
    assert [queue.qsize() for queue in design.queues.values()] == [2]
    await peer.close()
    await handler
    assert not design.queues


async def test_tasks_are_kept_while_they_run() -> None:
    """The loop holds them weakly, and a task that nobody holds may vanish."""
    design, peer = Concurrent(), Peer(room=1)
    handler = asyncio.create_task(design.handler(peer))
    await settle()
    for message in "ab":
        await _tell(design, message)
    assert len(design.tasks) == 2
    peer.read_on()
    await settle()
    assert not design.tasks
    await peer.close()
    await handler


async def test_a_hub_tells_how_much_waits() -> None:
    """Of each key the newest; a client that is not there has nothing waiting."""
    design, peer = Hubbed(Conflate()), Peer(room=1)
    handler = asyncio.create_task(design.handler(peer))
    await settle()
    for message in ("A1", "A2", "B1", "A3"):
        await _tell(design, message)
    assert (design.waiting(peer), design.waiting(None)) == (2, 0)
    peer.read_on()
    await settle()
    await peer.close()
    await handler
    assert peer.got == ["A1", "A3", "B1"]


async def test_a_hub_sends_away_who_is_full() -> None:
    """The policy is the hub's."""
    design, peer = Hubbed(Disconnect(), messages=1), Peer(room=1)
    handler = asyncio.create_task(design.handler(peer))
    await settle()
    for message in ("A1", "A2", "A3"):
        await _tell(design, message)
    await handler
    assert peer.closed == (1013, "too slow")


async def test_a_relay_ends_with_its_connection() -> None:
    """However much there is still to say."""
    peer = Peer(room=1)
    stream = PubSub()
    task = asyncio.create_task(relay(stream.subscribe(), peer))
    await settle()
    stream.broadcast("a")
    stream.broadcast("b")
    await settle()
    await peer.close()
    await task
    assert peer.got == ["a"]
