"""Messages that wait to be read, and the valve they shut."""

from __future__ import annotations

import asyncio

import pytest

from wsdemo.scratch.inbox import ConcurrencyError, Hold, Inbox, InboxEnded, Valve
from wsdemo.scratch.options import Marks


class Tap:
    """A transport of which only the tap is used."""

    def __init__(self) -> None:
        self.turns: list[str] = []

    def pause_reading(self) -> None:
        """Note it."""
        self.turns.append("pause")

    def resume_reading(self) -> None:
        """Note it."""
        self.turns.append("resume")


def make(high: int | None, low: int | None) -> tuple[Tap, Valve, Inbox]:
    """Return an inbox and what it turns."""
    tap = Tap()
    valve = Valve(tap)
    return tap, valve, Inbox(Marks(high, low), valve)


def test_a_valve_is_turned_once_for_two_reasons() -> None:
    """It shuts at the first hold and opens when the last is released."""
    tap = Tap()
    valve = Valve(tap)
    valve.hold(Hold.INBOX)
    valve.hold(Hold.OUTPUT)
    valve.release(Hold.INBOX)
    assert tap.turns == ["pause"]
    valve.release(Hold.OUTPUT)
    valve.release(Hold.OUTPUT)
    assert tap.turns == ["pause", "resume"]


async def test_messages_come_out_in_order() -> None:
    """First in, first out, text and binary alike."""
    _, _, inbox = make(16, 4)
    inbox.put("one")
    inbox.put(b"two")
    assert [await inbox.get(), await inbox.get()] == ["one", b"two"]


async def test_get_waits_for_a_message() -> None:
    """A reader who comes first is woken."""
    _, _, inbox = make(16, 4)
    reader = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.put("late")
    assert await reader == "late"


async def test_the_valve_shuts_above_the_high_mark_and_opens_at_the_low_one() -> None:
    """Two messages may lie; the third stops reading; it goes on when one is left."""
    tap, _, inbox = make(2, 1)
    for message in "abc":
        inbox.put(message)
        assert tap.turns == (["pause"] if message == "c" else [])
    await inbox.get()
    assert tap.turns == ["pause"]
    await inbox.get()
    assert tap.turns == ["pause", "resume"]


async def test_without_marks_the_valve_stays_open() -> None:
    """None disables flow control."""
    tap, _, inbox = make(None, None)
    for _ in range(100):
        inbox.put("x")
    assert tap.turns == []
    assert len(inbox) == 100


async def test_two_readers_are_one_too_many() -> None:
    """The second is told, and the first gets the message."""
    _, _, inbox = make(16, 4)
    first = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    with pytest.raises(ConcurrencyError):
        await inbox.get()
    inbox.put("mine")
    with pytest.raises(ConcurrencyError):
        await inbox.get()
    assert await first == "mine"


async def test_a_cancelled_reader_loses_nothing() -> None:
    """A message that came in the same turn of the loop stays for the next reader."""
    _, _, inbox = make(16, 4)
    reader = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.put("still here")
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert await inbox.get() == "still here"


async def test_the_end_wakes_a_waiting_reader() -> None:
    """A reader does not wait for what cannot come."""
    _, _, inbox = make(16, 4)
    reader = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.end()
    with pytest.raises(InboxEnded):
        await reader


async def test_what_came_before_the_end_can_be_read_after_it() -> None:
    """The end is behind the last message."""
    _, _, inbox = make(16, 4)
    inbox.put("last")
    inbox.end()
    assert await inbox.get() == "last"
    with pytest.raises(InboxEnded):
        await inbox.get()


async def test_an_overflowing_inbox_drops_messages_and_lets_bytes_through() -> None:
    """While closing, memory stays bounded and reading goes on."""
    tap, _, inbox = make(1, 0)
    for message in ("a", "b"):
        inbox.put(message)
    inbox.overflow()
    for message in ("c", "d"):
        inbox.put(message)
    assert tap.turns == ["pause", "resume"]
    assert [await inbox.get(), await inbox.get()] == ["a", "b"]
    assert len(inbox) == 0
