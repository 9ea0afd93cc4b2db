"""The writer sends in order, at its member's pace, and loses and doubles nothing it has counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.hub.members import Peer, QuickPeer, balanced, turns
from wsdemo.hub import Disconnect, DropNewest, Policy, Snapshot
from wsdemo.hub.hangups import HangUps
from wsdemo.hub.terms import Terms
from wsdemo.hub.writer import Writer


class Desk:
    """A writer, and the books of its hub."""

    def __init__(self, member: Peer, policy: Policy | None = None, messages: int = 3) -> None:
        hangups = HangUps(None)
        self.terms = Terms(policy or Disconnect(), messages, 100, None, hangups)
        self.writer = Writer(member, self.terms)

    async def offer(self, *messages: str) -> None:
        """Offer them all at the same moment, and let the writer work."""
        for message in messages:
            self.offer_one(message)
        await turns()

    def offer_one(self, message: str) -> None:
        """Offer one, and let nobody work."""
        post = self.terms.post(message, counts=None)
        post.copied(1)
        self.writer.offer(post)

    async def __aenter__(self) -> Desk:
        self.writer.start()
        await turns()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.writer.end()
        await self.writer.ended()
        await self.terms.hangups.finish(None)
        assert balanced(self.seen)
        assert self.seen.waiting == 0

    @property
    def seen(self) -> Snapshot:
        """The numbers."""
        return self.terms.counts.snapshot()


@pytest.fixture(params=[Peer, QuickPeer])
def make(request: pytest.FixtureRequest) -> Callable[..., Peer]:
    """Return each kind of member."""
    kind: Callable[..., Peer] = request.param
    return kind


async def test_messages_come_in_order(make: Callable[..., Peer]) -> None:
    """Those that wait together, too."""
    peer = make()
    async with Desk(peer) as desk:
        await desk.offer("a", "b", "c")
        await desk.offer("d")
        assert peer.received == ["a", "b", "c", "d"]
        assert desk.seen.delivered == 4


async def test_a_member_that_takes_messages_at_once_needs_no_task() -> None:
    """What it took is delivered before ``offer`` returns, and nothing ever waits."""
    peer = QuickPeer()
    async with Desk(peer) as desk:
        desk.offer_one("a")
        assert (peer.received, peer.begun) == (["a"], [])
        assert (desk.seen.delivered, desk.seen.peak) == (1, 0)


async def test_a_member_that_cannot_take_a_message_at_once_gets_it_later() -> None:
    """As one that is being sent a message in pieces: no reason to part with it."""

    class Busy(QuickPeer):
        def send_nowait(self, message: str | bytes) -> None:
            raise RuntimeError("in the middle of another")

    peer = Busy()
    async with Desk(peer) as desk:
        await desk.offer("a")
        assert (peer.received, desk.seen.delivered, desk.seen.lost) == (["a"], 1, 0)


async def test_a_stalled_member_gets_the_rest_later_and_in_order(
    make: Callable[..., Peer],
) -> None:
    """What comes when it is quick again stands behind what waits."""
    peer = make(permits=1)
    async with Desk(peer) as desk:
        await desk.offer("a", "b", "c")
        assert (peer.received, peer.begun[-1], desk.seen.waiting) == (["a"], "b", 2)
        peer.read()
        await desk.offer("d")
        assert peer.received == ["a", "b", "c", "d"]


async def test_what_is_being_sent_takes_no_place() -> None:
    """The bound is for what waits behind it."""
    peer = Peer(permits=0)
    async with Desk(peer, DropNewest(), messages=2) as desk:
        await desk.offer("a")
        await desk.offer("b", "c", "d")
        assert desk.writer.waiting == 2
        peer.read()
        await turns()
        assert peer.received == ["a", "b", "c"]
        assert desk.seen.dropped_newest == 1


async def test_a_slow_consumer_is_disconnected(make: Callable[..., Peer]) -> None:
    """At once, with code and reason; whoever offers has nothing to do with it."""
    peer = make(permits=0)
    async with Desk(peer, Disconnect(1013, "too slow"), messages=2) as desk:
        await desk.offer("a")
        await desk.offer("b", "c", "d", "e")
        assert desk.writer.gone
        assert peer.closes == [(1013, "too slow")]
        assert (desk.seen.discarded, desk.seen.unfinished) == (4, 1)
        assert desk.seen.disconnects == {1013: 1}


@pytest.mark.parametrize("error", [ConnectionError("gone"), TypeError("what?")])
async def test_a_member_that_raises_is_parted_with(
    make: Callable[..., Peer], error: Exception
) -> None:
    """Its connection is closed, in case it was not; the message may have arrived or not."""
    peer = make()
    async with Desk(peer) as desk:
        peer.error = error
        await desk.offer("a")
        await desk.offer("b")
        assert desk.writer.gone
        assert peer.closes == [(1011, "can't be sent to")]
        assert (desk.seen.unfinished, desk.seen.lost, desk.seen.discarded) == (1, 1, 1)


async def test_a_cancelled_send_is_not_counted_as_delivered() -> None:
    """Nor is it ever sent again."""
    peer = Peer(permits=1)
    async with Desk(peer) as desk:
        await desk.offer("a", "b", "c")
        desk.writer.end()
        peer.read()
        await turns()
        assert (peer.received, peer.begun) == (["a"], ["a", "b"])
        assert (desk.seen.delivered, desk.seen.unfinished, desk.seen.discarded) == (1, 1, 1)


async def test_whoever_cancels_the_writer_makes_the_client_leave() -> None:
    """As a loop that ends does; even when the writer has not begun."""
    desk = Desk(Peer(permits=0))
    before = asyncio.all_tasks()
    desk.writer.start()
    (task,) = asyncio.all_tasks() - before
    desk.offer_one("a")
    task.cancel()
    await turns()
    assert desk.writer.gone
    assert (desk.seen.discarded, desk.seen.waiting) == (1, 0)


async def test_a_writer_that_was_just_cancelled_takes_a_message_without_complaint() -> None:
    """Whoever publishes in that very moment has nothing to do with it."""
    desk = Desk(Peer())
    before = asyncio.all_tasks()
    desk.writer.start()
    (task,) = asyncio.all_tasks() - before
    await turns()
    task.cancel()
    await desk.offer("a")
    assert (desk.writer.gone, desk.seen.discarded) == (True, 1)


async def test_a_send_that_was_cancelled_by_itself_ends_the_writer() -> None:
    """And nobody waits for a writer that is no more."""
    peer = Peer()
    async with Desk(peer) as desk:
        peer.error = asyncio.CancelledError()
        await desk.offer("a")
        assert desk.writer.gone
        await desk.writer.drain()
        assert desk.seen.unfinished == 1


async def test_to_drain_is_to_send_what_waits_and_take_nothing_more() -> None:
    """Then the writer ends."""
    peer = Peer(permits=0)
    async with Desk(peer) as desk:
        await desk.offer("a", "b")
        draining = asyncio.create_task(desk.writer.drain())
        await turns()
        await desk.offer("c")
        assert not draining.done()
        peer.read()
        await draining
        assert peer.received == ["a", "b"]
        await turns()
        assert desk.writer.gone


async def test_to_drain_takes_no_longer_than_it_may() -> None:
    """What still waits can still be sent, until the client leaves."""
    peer = Peer(permits=0)
    async with Desk(peer) as desk:
        await desk.offer("a")
        await desk.writer.drain(within=0)
        assert not desk.writer.gone
        peer.read()
        await desk.writer.drain()
        assert peer.received == ["a"]


async def test_a_client_can_be_sent_away() -> None:
    """Once; by default with 1008, for it is not because it is slow."""
    peer = Peer()
    async with Desk(peer) as desk:
        desk.writer.disconnect(reason="be nice")
        desk.writer.disconnect(1000)
        await turns()
        assert peer.closes == [(1008, "be nice")]
        assert desk.seen.disconnects == {}


async def test_a_close_that_cannot_be_sent_sends_nobody_away() -> None:
    """The client is still here when the error is told."""
    async with Desk(Peer()) as desk:
        with pytest.raises(ValueError, match="1006"):
            desk.writer.disconnect(1006)
        assert not desk.writer.gone
