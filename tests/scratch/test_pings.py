"""Pings that await their pongs."""

from __future__ import annotations

import asyncio

import pytest

from tests.scratch.clock import HandClock
from wsdemo.scratch.pings import Pings
from wsdemo.scratch.waiter import ConcurrencyError


def make(*payloads: bytes) -> tuple[HandClock, Pings]:
    """Return pings whose random payloads are those, and their clock."""
    clock = HandClock()
    chance = iter(payloads)
    return clock, Pings(clock, lambda size: next(chance))


def waiter() -> asyncio.Future[float]:
    """Return something for a latency to be put in."""
    return asyncio.get_running_loop().create_future()


async def test_a_pong_tells_the_latency() -> None:
    """It is the time between the ping and its pong."""
    clock, pings = make()
    latency = waiter()
    pings.add(b"x", latency)
    clock.advance(0.25)
    pings.answer(b"x")
    assert await latency == pings.latency == 0.25


async def test_a_pong_answers_all_earlier_pings() -> None:
    """A peer may answer the latest ping alone; a later one still waits."""
    clock, pings = make()
    first, second, third = waiter(), waiter(), waiter()
    for payload, latency in ((b"1", first), (b"2", second), (b"3", third)):
        pings.add(payload, latency)
        clock.advance(1)
    pings.answer(b"2")
    assert (first.result(), second.result()) == (3.0, 2.0)
    assert not third.done()
    assert pings.latency == 2.0


def test_an_unsolicited_pong_is_ignored() -> None:
    """It may be a heartbeat of the peer's."""
    _, pings = make()
    pings.add(b"x")
    pings.answer(b"y")
    assert len(pings) == 1
    assert pings.latency == 0.0


def test_payloads_are_made_up_and_differ() -> None:
    """Chance may repeat itself; pending pings may not."""
    _, pings = make(b"same", b"same", b"else")
    assert [pings.add(None), pings.add(None)] == [b"same", b"else"]


def test_the_same_payload_twice_is_refused() -> None:
    """Nobody could tell which of the two a pong answers."""
    _, pings = make()
    pings.add(b"x")
    with pytest.raises(ConcurrencyError, match="same data"):
        pings.add(b"x")


async def test_the_end_is_told_to_all_who_wait() -> None:
    """They get the error; a future that was cancelled is left alone."""
    _, pings = make()
    waiting, cancelled = waiter(), waiter()
    pings.add(b"1", waiting)
    pings.add(b"2", cancelled)
    pings.add(b"3")
    cancelled.cancel()
    pings.end(OSError("gone"))
    with pytest.raises(OSError, match="gone"):
        await waiting
    assert len(pings) == 0


async def test_a_cancelled_waiter_is_left_alone_by_its_pong() -> None:
    """A program may lose interest."""
    _, pings = make()
    latency = waiter()
    pings.add(b"x", latency)
    latency.cancel()
    pings.answer(b"x")
    assert latency.cancelled()


def test_a_forgotten_ping_has_no_pong() -> None:
    """Its pong would be like an unsolicited one."""
    _, pings = make()
    pings.add(b"x")
    pings.forget(b"x")
    pings.forget(b"never there")
    assert b"x" not in pings
