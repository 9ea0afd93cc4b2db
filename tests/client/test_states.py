"""States, and those who follow them."""

import asyncio
import gc
import weakref

from wsdemo.client.states import Phase, State, States

CONNECTING = State(Phase.CONNECTING, 1)
OPEN = State(Phase.OPEN, 1)
WAITING = State(Phase.WAITING, 2, "lost", delay=0.5)
CLOSED = State(Phase.CLOSED, 2, "the client is closed")


async def test_a_follower_sees_every_change_to_the_end() -> None:
    """However many there are before it looks: a slow one misses nothing."""
    states = States()
    following = states.follow()
    for state in (CONNECTING, OPEN, WAITING, CLOSED):
        states.change(state)
    assert [state async for state in following] == [CONNECTING, OPEN, WAITING, CLOSED]


async def test_a_late_follower_begins_with_the_present() -> None:
    """Even if that is the end."""
    states = States()
    for state in (CONNECTING, OPEN):
        states.change(state)
    late = states.follow()
    states.change(CLOSED)
    assert [state async for state in late] == [OPEN, CLOSED]
    assert [state async for state in states.follow()] == [CLOSED]


async def test_followers_wait_each_for_itself() -> None:
    """One change wakes all."""
    states = States()
    followers = [states.follow() for _ in range(3)]
    waiting = [asyncio.ensure_future(anext(each)) for each in followers]
    await asyncio.sleep(0)
    states.change(CONNECTING)
    assert await asyncio.gather(*waiting) == [CONNECTING] * 3


async def test_a_follower_may_be_cancelled_and_go_on() -> None:
    """It misses nothing by that."""
    states = States()
    following = states.follow()
    waiting = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    states.change(CONNECTING)
    assert await anext(following) is CONNECTING


async def test_what_nobody_follows_is_forgotten() -> None:
    """A client that reconnects for years keeps one state."""
    states = States()
    states.change(CONNECTING)
    first = weakref.ref(states._last.followed)
    states.change(OPEN)
    gc.collect()
    assert first() is None


def test_the_present_is_known_without_following() -> None:
    """Before the first change, too; but nobody is told of that."""
    states = States()
    assert (states.now.phase, states.now.attempt) == (Phase.CONNECTING, 0)
    states.change(OPEN)
    assert states.now is OPEN


def test_a_state_reads_like_prose() -> None:
    """For a log, or a notebook."""
    assert str(OPEN) == "OPEN"
    assert str(State(Phase.OPEN, 3)) == "OPEN (attempt 3)"
    assert str(WAITING) == "WAITING 0.50 s before attempt 2: lost"
    assert WAITING.phase == "WAITING"
