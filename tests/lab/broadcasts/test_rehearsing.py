"""A rehearsal counts the same on every machine."""

import asyncio

import pytest

from wsdemo.hub import Disconnect, DropNewest, DropOldest
from wsdemo.lab.broadcasts import Concurrent, Hubbed, Naive, Peer, PubSub, Queues, rehearse, settle
from wsdemo.lab.broadcasts.rehearsing import MESSAGES, ROOM


async def test_the_naive_loop_stops_for_everybody() -> None:
    """Who comes before the one that stalls is a message ahead of who comes after."""
    seen = await rehearse(Naive)
    assert (seen.returned, seen.first, seen.stalled, seen.last) == (ROOM - 1, ROOM, ROOM, ROOM - 1)
    assert seen.later == MESSAGES


async def test_a_task_for_each_message_waits() -> None:
    """And its message lies in the buffer already."""
    seen = await rehearse(Concurrent)
    assert (seen.first, seen.last, seen.tasks) == (12, 12, 12 - (ROOM - 1))


@pytest.mark.parametrize("make", [Queues, PubSub])
async def test_who_stalls_keeps_nobody_waiting(make: type[Queues]) -> None:
    """One sender for each, in order."""
    seen = await rehearse(make)
    assert (seen.first, seen.stalled, seen.last, seen.tasks) == (12, ROOM, 12, 0)
    assert seen.later == MESSAGES


async def test_a_policy_decides_what_is_known_in_the_end() -> None:
    """Four were taken and two could wait."""
    oldest = await rehearse(lambda: Hubbed(DropOldest(), messages=2))
    newest = await rehearse(lambda: Hubbed(DropNewest(), messages=2))
    assert oldest.later == (*MESSAGES[:ROOM], *MESSAGES[-2:])
    assert newest.later == MESSAGES[: ROOM + 2]


async def test_who_is_sent_away_is_told_why() -> None:
    """The code is there, and what had been taken."""
    seen = await rehearse(lambda: Hubbed(Disconnect(), messages=2))
    assert (seen.code, seen.later, seen.last) == (1013, MESSAGES[:ROOM], 12)


async def test_a_peer_takes_as_much_as_it_has_room_for() -> None:
    """The last that it takes is the first that makes its sender wait."""
    peer = Peer(room=2)
    await peer.send("a")
    peer.read_on()
    await peer.send("b")
    await peer.send("c")
    assert peer.got == ["a", "b", "c"]


async def test_a_peer_is_closed_once() -> None:
    """The first code counts."""
    peer = Peer()
    await peer.close(1013, "too slow")
    await peer.close()
    await peer.wait_closed()
    await settle()
    assert peer.closed == (1013, "too slow")


async def test_tasks_of_others_are_not_counted() -> None:
    """A kernel has some of its own, which come and go."""

    async def bystander() -> None:
        while True:
            others.append(asyncio.create_task(asyncio.sleep(0)))
            await asyncio.sleep(0)

    others: list[asyncio.Task[None]] = []
    by = asyncio.create_task(bystander())
    assert (await rehearse(Naive)).tasks == 0
    by.cancel()
    await asyncio.gather(*others)
