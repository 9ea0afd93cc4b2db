"""The inbox: bounded, in order, and nothing dropped."""

import asyncio

import pytest

from wsdemo.client.inbox import Inbox


async def turns(count: int = 5) -> None:
    """Let others run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_messages_come_out_in_their_order() -> None:
    """Text and bytes as they came."""
    inbox = Inbox(3)
    await inbox.put("a")
    await inbox.put(b"b")
    assert [await inbox.get(), await inbox.get()] == ["a", b"b"]


async def test_a_full_one_makes_the_reader_wait() -> None:
    """The message that filled it is in; the next one is held back."""
    inbox = Inbox(2)
    await inbox.put("a")
    putting = asyncio.create_task(inbox.put("b"))
    await turns()
    assert inbox.full
    assert not putting.done()
    assert await inbox.get() == "a"
    await putting
    assert not inbox.full


async def test_a_reader_that_is_cancelled_loses_nothing() -> None:
    """What it had received can be read."""
    inbox = Inbox(1)
    putting = asyncio.create_task(inbox.put("a"))
    await turns()
    putting.cancel()
    await asyncio.wait([putting])
    assert await inbox.get() == "a"


async def test_a_program_that_is_cancelled_loses_nothing() -> None:
    """The message waits for the next one who asks."""
    inbox = Inbox(1)
    getting = asyncio.create_task(inbox.get())
    await turns()
    getting.cancel()
    await asyncio.wait([getting])
    inbox._size = 2
    await inbox.put("a")
    assert await inbox.get() == "a"


async def test_at_the_end_it_takes_everything() -> None:
    """The reader who waits goes on, and needs to wait no more."""
    inbox = Inbox(1)
    putting = asyncio.create_task(inbox.put("a"))
    await turns()
    inbox.overflow()
    await putting
    await inbox.put("b")
    assert [await inbox.get(), await inbox.get()] == ["a", "b"]


async def test_the_end_comes_after_the_last_message() -> None:
    """For everybody who asks, as often as they ask."""
    inbox = Inbox(3)
    await inbox.put("a")
    inbox.end(KeyError("over"))
    assert await inbox.get() == "a"
    for _ in range(2):
        with pytest.raises(KeyError, match="over"):
            await inbox.get()


async def test_the_end_is_told_to_all_who_wait() -> None:
    """Nobody waits for ever."""
    inbox = Inbox(3)
    waiting = [asyncio.create_task(inbox.get()) for _ in range(2)]
    await turns()
    inbox.end(KeyError("over"))
    for each in waiting:
        with pytest.raises(KeyError, match="over"):
            await each


def test_there_is_room_for_one_at_least() -> None:
    """Else nothing could ever come."""
    with pytest.raises(ValueError, match="at least 1"):
        Inbox(0)
