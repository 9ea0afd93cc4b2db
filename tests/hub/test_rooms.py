"""Rooms come and go with their members; what is published reaches those inside, without a wait."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.hub.members import Party, Peer, QuickPeer, turns
from wsdemo.hub import Conflate, Disconnect, DropOldest

PARTY = Disconnect()


async def test_a_room_is_there_from_the_first_join_to_the_last_leave() -> None:
    """And nothing of it stays."""
    async with Party(PARTY) as party:
        ann, bob = [await party.come(Peer()) for _ in range(2)]
        ann.join("lobby")
        bob.join("lobby")
        ann.leave("lobby")
        assert [*party.hub.rooms] == ["lobby"]
        bob.leave("lobby")
        assert party.hub.rooms == {}


async def test_it_is_known_who_is_in_a_room() -> None:
    """In the order of joining; and each client knows its rooms."""
    async with Party(PARTY) as party:
        ann, bob = await party.crowd("lobby", [Peer(), Peer()])
        lobby = ann.join("attic")
        assert [*ann.rooms] == ["lobby", "attic"]
        assert ([*lobby], [*party.hub.room("lobby")]) == ([ann], [ann, bob])
        assert ann in lobby
        assert bob not in lobby


async def test_to_join_and_to_leave_twice_is_fine() -> None:
    """A client is in a room or it isn't."""
    async with Party(PARTY) as party:
        peer = Peer()
        client = await party.come(peer, "lobby", "lobby")
        client.join("lobby").publish("once")
        client.leave("lobby")
        client.leave("lobby")
        await turns()
        assert peer.received == ["once"]


async def test_a_room_that_a_program_keeps_is_the_one_that_others_join() -> None:
    """However often it was empty in between; and its numbers go on."""
    async with Party(PARTY) as party:
        kept = party.hub.room("news")
        assert kept.publish("to nobody") == 0
        assert bool(kept) is True
        peer = Peer()
        for _ in range(2):
            client = await party.come(peer, "news")
            assert kept.publish("to one") == 1
            await turns()
            client.leave("news")
        assert peer.received == ["to one"] * 2
        assert (kept.snapshot().published, kept.snapshot().delivered) == (3, 2)


async def test_messages_of_all_rooms_come_in_one_order() -> None:
    """There is one outbox, and messages to the client alone are in it, too."""
    async with Party(PARTY) as party:
        peer = Peer(permits=0)
        client = await party.come(peer, "a", "b")
        for number in range(3):
            party.hub.room("a").publish(f"a{number}")
            client.post(f"me{number}")
            party.hub.room("b").publish(f"b{number}")
        peer.read()
        await turns()
        assert peer.received == [
            f"{room}{number}" for number in range(3) for room in ("a", "me", "b")
        ]


async def test_what_was_published_before_a_client_left_still_comes() -> None:
    """Between its join and its leave, and nothing else."""
    async with Party(PARTY) as party:
        peer = Peer(permits=0)
        room = party.hub.room("lobby")
        room.publish("before")
        client = await party.come(peer, "lobby")
        room.publish("while")
        client.leave("lobby")
        room.publish("after")
        peer.read()
        await turns()
        assert peer.received == ["while"]


async def test_some_can_be_left_out() -> None:
    """As the one from whom it comes; the number is that of the others."""
    async with Party(PARTY) as party:
        peers = [Peer(), Peer(), Peer()]
        ann, bob, _ = await party.crowd("lobby", peers)
        assert party.hub.room("lobby").publish("hi", exclude=[ann, bob]) == 1
        await turns()
        assert [peer.received for peer in peers] == [[], [], ["hi"]]


@pytest.mark.parametrize("members", [0, 1, 50])
async def test_a_message_is_serialised_once_for_everybody(members: int) -> None:
    """Not once for each; and all get the same object."""
    calls: list[Any] = []

    def serialize(message: Any) -> str:
        calls.append(message)
        return json.dumps(message)

    async with Party(PARTY, serialize=serialize) as party:
        peers = [Peer() for _ in range(members)]
        await party.crowd("lobby", peers)
        party.hub.room("lobby").publish({"n": 1})
        await turns()
        assert calls == [{"n": 1}]
        assert [peer.received for peer in peers] == [['{"n": 1}']] * members
        assert len({id(peer.received[0]) for peer in peers}) == min(members, 1)


async def test_a_serialiser_that_raises_is_the_publishers_own() -> None:
    """Nobody gets anything, and the next message is fine."""
    async with Party(PARTY, serialize=json.dumps) as party:
        peer = Peer()
        await party.come(peer, "lobby")
        room = party.hub.room("lobby")
        with pytest.raises(TypeError, match="not JSON serializable"):
            room.publish(object())
        room.publish(1)
        await turns()
        assert peer.received == ["1"]


@pytest.mark.parametrize("kind", [Peer, QuickPeer])
async def test_a_member_that_fails_touches_nobody_else(kind: type[Peer]) -> None:
    """Neither the others nor who publishes; it is in no room any more."""
    async with Party(PARTY) as party:
        peers = [kind(), kind(), kind()]
        peers[1].error = RuntimeError("broken")
        ann, bob, cid = await party.crowd("lobby", peers)
        room = party.hub.room("lobby")
        assert room.publish("one") == 3
        await turns()
        assert room.publish("two") == 2
        await turns()
        assert [peer.received for peer in peers] == [["one", "two"], [], ["one", "two"]]
        assert [*room] == [ann, cid]
        assert (bob.rooms, party.hub.snapshot().members) == ({}, 2)
        assert room.snapshot().lost == party.hub.snapshot().lost == 1


async def test_a_stalled_member_keeps_nobody_waiting() -> None:
    """Others have everything while it has nothing."""
    async with Party(DropOldest(), messages=5) as party:
        stalled, fast = Peer(permits=0), Peer()
        await party.crowd("lobby", [stalled, fast])
        for number in range(20):
            party.hub.room("lobby").publish(str(number))
            await turns(2)
        await turns()
        assert fast.received == [str(number) for number in range(20)]
        assert party.hub.snapshot().deepest == 5
        stalled.read()
        await turns()
        assert stalled.received == ["0", *map(str, range(15, 20))]


async def test_each_client_may_have_a_policy_of_its_own() -> None:
    """One wants every price, the other the last one."""
    async with Party(PARTY, messages=5) as party:
        every, last = Peer(permits=0), Peer(permits=0)
        await party.come(every, "feed")
        await party.come(last, "feed", policy=Conflate())
        for price in "123":
            party.hub.room("feed").publish(price, key="EURUSD")
            await turns()
        every.read()
        last.read()
        await turns()
        assert (every.received, last.received) == (["1", "2", "3"], ["1", "3"])


async def test_a_room_counts_for_itself_and_the_hub_for_all() -> None:
    """Messages to one client are in no room."""
    async with Party(PARTY) as party:
        client = await party.come(Peer(), "a", "b")
        party.hub.room("a").publish("x")
        party.hub.room("b").publish(b"yy")
        client.post("zzz")
        one, whole = client.rooms["a"].snapshot(), party.hub.snapshot()
        assert (one.copies, one.waiting, one.octets, one.members) == (1, 1, 1, 1)
        assert (whole.copies, whole.waiting, whole.octets, whole.members) == (3, 3, 6, 1)


async def test_a_snapshot_of_state_joins_without_a_gap() -> None:
    """Join and post are one step: what was before is in the one, what comes after follows."""
    async with Party(PARTY) as party:
        peer = QuickPeer()
        client = await party.come(peer)
        room = client.join("feed")
        client.post("state")
        room.publish("change")
        await turns()
        assert peer.received == ["state", "change"]


@pytest.mark.parametrize("end", [None, RuntimeError("crash"), asyncio.CancelledError()])
async def test_a_client_leaves_however_its_handler_ends(end: BaseException | None) -> None:
    """By a return, an exception, a cancellation: no room, no task, nothing that waits."""
    async with Party(PARTY) as party:
        client = party.hub.client(Peer(permits=0))
        before = asyncio.all_tasks()

        async def handler() -> None:
            async with client:
                client.join("lobby").publish("x")
                await turns()
                if end is not None:
                    raise end

        (result,) = await asyncio.gather(handler(), return_exceptions=True)
        assert type(result) is type(end)
        assert asyncio.all_tasks() == before
        assert (party.hub.rooms, party.hub.clients, client.gone) == ({}, frozenset(), True)
        assert party.hub.snapshot().waiting == 0


async def test_who_has_left_joins_nothing_and_gets_nothing() -> None:
    """It is no error: a slow client may be made to leave between two lines of its handler."""
    async with Party(PARTY) as party:
        peer = Peer()
        client = await party.come(peer)
        client.disconnect(1008, "out")
        room = client.join("lobby")
        client.post("x")
        await turns()
        assert (len(room), peer.received, party.hub.rooms) == (0, [], {})


async def test_who_drains_gets_what_was_for_it_and_is_in_no_room() -> None:
    """As at the end of a handler whose last word matters."""
    async with Party(PARTY) as party:
        peer = Peer()
        client = await party.come(peer, "lobby")
        client.post("bye")
        draining = asyncio.create_task(client.drain())
        await turns(1)
        assert party.hub.room("lobby").publish("late") == 0
        await draining
        assert peer.received == ["bye"]


async def test_an_offer_may_change_the_room() -> None:
    """Slow clients leave while a message is published, and everybody after them still gets it."""
    async with Party(PARTY, messages=1) as party:
        peers = [Peer(permits=0), Peer(), Peer(permits=0), Peer()]
        await party.crowd("lobby", peers)
        room = party.hub.room("lobby")
        for number in range(4):
            room.publish(str(number))
            await turns()
        assert [len(peer.received) for peer in peers] == [0, 4, 0, 4]
        assert len(room) == 2
        assert room.snapshot().disconnects == {1013: 2}


async def test_rooms_and_clients_show_what_they_are() -> None:
    """Without an address: a notebook compares what a cell shows."""
    async with Party(PARTY) as party:
        client = await party.come(Peer(permits=0), "lobby")
        client.post("x")
        assert repr(client) == "<client in 1 rooms, 1 waiting>"
        assert repr(client.rooms["lobby"]) == "<room 'lobby': 1 in it>"
        assert repr(party.hub) == "<hub: 1 clients in 1 rooms>"
        client.end()
        assert repr(client) == "<client in 0 rooms, gone>"
