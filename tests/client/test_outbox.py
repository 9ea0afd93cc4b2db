"""The outbox: bounded, in order, and nothing taken off that was not sent."""

import asyncio
from typing import Any

import pytest

from wsdemo.client.errors import OutboxFull
from wsdemo.client.outbox import Item, Outbox


def filled(*messages: str, size: int = 3, **options: Any) -> Outbox:
    """Make an outbox with messages in it."""
    outbox = Outbox(size, **options)
    outbox.again(map(Item, messages))
    return outbox


def messages(outbox: Outbox) -> list[str | bytes]:
    """Return what is in it."""
    return [item.message for item in outbox]


async def turns(count: int = 5) -> None:
    """Let others run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_the_head_stays_until_it_is_done() -> None:
    """So that it can be sent again."""
    outbox = filled("a", "b")
    head = await outbox.head()
    assert await outbox.head() is head
    outbox.done(head)
    assert messages(outbox) == ["b"]
    outbox.done(head)  # a second time is nothing
    assert messages(outbox) == ["b"]


async def test_the_head_is_waited_for() -> None:
    """And is not one that was withdrawn in the same moment."""
    outbox = filled()
    waiting = asyncio.create_task(outbox.head())
    await turns()
    withdrawn = Item("withdrawn")
    await outbox.put(withdrawn)
    outbox.done(withdrawn)
    await turns()
    assert not waiting.done()
    await outbox.put(Item("b"))
    assert (await waiting).message == "b"


async def test_who_waits_for_room_gets_it_in_the_order_of_the_calls() -> None:
    """One who comes at the moment when there is room doesn't jump the queue."""
    outbox = filled("a", size=1)
    waiting = [asyncio.create_task(outbox.put(Item(name))) for name in "bc"]
    await turns()
    seen = []
    for name in "de":
        outbox.done(await outbox.head())
        waiting.append(asyncio.create_task(outbox.put(Item(name))))
        await turns()
        seen += messages(outbox)
    while len(seen) < 4:
        outbox.done(await outbox.head())
        await turns()
        seen += messages(outbox)
    assert seen == ["b", "c", "d", "e"]
    await asyncio.gather(*waiting)


async def test_to_stop_waiting_for_room_adds_nothing() -> None:
    """And holds up nobody behind."""
    outbox = filled("a", size=1)
    first, second = (asyncio.create_task(outbox.put(Item(name))) for name in "bc")
    await turns()
    first.cancel()
    await turns()
    outbox.done(await outbox.head())
    await second
    assert messages(outbox) == ["c"]


async def test_a_full_one_may_raise_instead() -> None:
    """With how many there are."""
    outbox = filled("a", "b", "c", when_full="raise")
    with pytest.raises(OutboxFull, match="3 messages wait"):
        await outbox.put(Item("d"))
    outbox.done(await outbox.head())
    await outbox.put(Item("d"))
    assert messages(outbox) == ["b", "c", "d"]


async def test_what_is_sent_again_goes_first_in_its_order() -> None:
    """Even above the size: it had its place once."""
    outbox = filled("c", "d", size=2)
    outbox.again([Item("a"), Item("b")])
    assert messages(outbox) == ["a", "b", "c", "d"]
    assert len(outbox) == 4


async def test_drained_means_sent() -> None:
    """The last one's send has returned."""
    outbox = filled("a")
    waiting = asyncio.create_task(outbox.drained())
    head = await outbox.head()
    await turns()
    assert not waiting.done()
    outbox.done(head)
    await waiting


async def test_the_end_is_told_to_those_who_wait_and_who_come() -> None:
    """And what was not sent can be looked at."""
    outbox = filled("a", size=1)
    waiting = asyncio.create_task(outbox.put(Item("b")))
    await turns()
    outbox.end(KeyError("over"))
    with pytest.raises(KeyError, match="over"):
        await waiting
    outbox.done(await outbox.head())
    with pytest.raises(KeyError, match="over"):
        await outbox.put(Item("c"))


def test_a_message_is_text_or_bytes() -> None:
    """Pieces can't be sent again, and half a character can't be sent at all."""
    with pytest.raises(TypeError, match="not list"):
        Item(["a", "b"])  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        Item("\ud800")
    assert (Item("€").octets, Item(b"123").octets) == (3, 3)


def test_bytes_are_as_they_were() -> None:
    """The caller may use its buffer again."""
    buffer = bytearray(b"abc")
    item = Item(buffer)
    buffer[:] = b"xyz"
    assert item.message == b"abc"


def test_nonsense_is_told() -> None:
    """No room at all, or a policy that there isn't."""
    with pytest.raises(ValueError, match="at least 1"):
        Outbox(0)
    with pytest.raises(ValueError, match="'drop'"):
        Outbox(1, "drop")  # type: ignore[arg-type]
