"""Messages that wait to be read, and the valve they shut."""

from __future__ import annotations

import asyncio

import pytest

from tests.scratch.fakes import outside
from wsdemo.scratch.inbox import Hold, Inbox, InboxEnded, Valve
from wsdemo.scratch.options import Marks
from wsdemo.scratch.waiter import ConcurrencyError


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
    return tap, valve, Inbox(Marks(high, low), valve, asyncio.get_running_loop())


async def read(inbox: Inbox) -> str | bytes:
    """Wait for the next message and take it, as a connection does."""
    while inbox.messages is None and not inbox.ended:
        await inbox.wait()
    return inbox.take()


async def waiting(inbox: Inbox) -> asyncio.Task[str | bytes]:
    """Return a reader that waits."""
    reader = asyncio.create_task(read(inbox))
    while not inbox.is_awaited:  # noqa: ASYNC110 - it has no event, and needs none
        await asyncio.sleep(0)
    return reader


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
    """First in, first out, text and binary alike, however many came at once."""
    _, _, inbox = make(16, 4)
    inbox.put(["one", b"two"])
    inbox.put(["three"])
    inbox.put(["four", "five"])
    assert len(inbox) == 5
    taken = [inbox.take() for _ in range(5)]
    assert taken == ["one", b"two", "three", "four", "five"]
    assert (inbox.messages, len(inbox)) == (None, 0)


async def test_an_empty_message_is_one() -> None:
    """It is no sign that there is none."""
    _, _, inbox = make(16, 4)
    inbox.put(["", b""])
    assert [await read(inbox), await read(inbox)] == ["", b""]


async def test_a_reader_who_comes_first_goes_on_at_once() -> None:
    """Before those who put the message there; from within a task, as soon as it can."""
    _, _, inbox = make(16, 4)
    reader, seen = await waiting(inbox), list[bool]()
    await outside(lambda: inbox.put(["direct"]), lambda: seen.append(reader.done()))
    assert (seen, await reader) == ([True], "direct")
    reader = await waiting(inbox)
    inbox.put(["in a turn"])
    assert not reader.done()
    assert await reader == "in a turn"


async def test_a_reader_takes_one_message_and_leaves_the_others() -> None:
    """For itself, later, or for another one."""
    _, _, inbox = make(16, 4)
    reader = await waiting(inbox)
    await outside(lambda: inbox.put(["one", "two", "three"]))
    assert await reader == "one"
    assert [await read(inbox), await read(inbox)] == ["two", "three"]


async def test_the_valve_shuts_above_the_high_mark_and_opens_at_the_low_one() -> None:
    """Two messages may lie; the third stops reading; it goes on when one is left."""
    tap, _, inbox = make(2, 1)
    for message in "abc":
        inbox.put([message])
        assert tap.turns == (["pause"] if message == "c" else [])
    inbox.take()
    assert tap.turns == ["pause"]
    inbox.take()
    assert tap.turns == ["pause", "resume"]


async def test_the_valve_shuts_for_one_read_that_brings_too_much() -> None:
    """And once, however much too much it is."""
    tap, valve, inbox = make(2, 1)
    inbox.put(list("abcdefgh"))
    inbox.put(list("ij"))
    assert (tap.turns, valve.held) == (["pause"], Hold.INBOX)
    assert [inbox.take() for _ in range(9)] == list("abcdefghi")
    assert (tap.turns, valve.held) == (["pause", "resume"], Hold.NONE)


async def test_a_reader_that_keeps_up_leaves_the_valve_open() -> None:
    """It has taken all before anybody counts what is left."""
    tap, _, inbox = make(2, 1)

    async def drain() -> None:
        for _ in range(20):
            await read(inbox)

    reader = asyncio.create_task(drain())
    await asyncio.sleep(0)
    for _ in range(2):
        await outside(lambda: inbox.put(list("0123456789")))
    await reader
    assert tap.turns == []


async def test_without_marks_the_valve_stays_open() -> None:
    """None disables flow control."""
    tap, _, inbox = make(None, None)
    for _ in range(100):
        inbox.put(["x"])
    assert tap.turns == []
    assert len(inbox) == 100


async def test_two_readers_are_one_too_many() -> None:
    """The second is told, and the first gets the message."""
    _, _, inbox = make(16, 4)
    first = await waiting(inbox)
    with pytest.raises(ConcurrencyError, match="already running recv"):
        await read(inbox)
    inbox.put(["mine"])
    with pytest.raises(ConcurrencyError, match="already running recv"):
        await read(inbox)
    assert await first == "mine"


@pytest.mark.parametrize("cancel_first", [True, False])
async def test_a_cancelled_reader_loses_nothing(cancel_first: bool) -> None:
    """A message that came in the same turn of the loop stays for the next reader."""
    _, _, inbox = make(16, 4)
    reader = await waiting(inbox)
    if cancel_first:
        reader.cancel()
    inbox.put(["still here"])
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert await read(inbox) == "still here"


async def test_the_end_wakes_a_waiting_reader() -> None:
    """A reader does not wait for what cannot come."""
    _, _, inbox = make(16, 4)
    reader = await waiting(inbox)
    inbox.end()
    with pytest.raises(InboxEnded):
        await reader


async def test_the_end_wakes_in_the_next_turn() -> None:
    """Whoever announces it has more to put away, and is not to be disturbed."""
    _, _, inbox = make(16, 4)
    reader, seen = await waiting(inbox), list[bool]()
    await outside(inbox.end, lambda: seen.append(reader.done()))
    with pytest.raises(InboxEnded):
        await reader
    assert seen == [False]


async def test_what_came_before_the_end_can_be_read_after_it() -> None:
    """The end is behind the last message."""
    _, _, inbox = make(16, 4)
    inbox.put(["last"])
    inbox.end()
    assert await read(inbox) == "last"
    for _ in range(2):
        with pytest.raises(InboxEnded):
            await read(inbox)


async def test_an_overflowing_inbox_drops_messages_and_lets_bytes_through() -> None:
    """While closing, memory stays bounded and reading goes on."""
    tap, _, inbox = make(1, 0)
    inbox.put(["a", "b"])
    inbox.overflow()
    inbox.put(["c", "d"])
    assert tap.turns == ["pause", "resume"]
    assert [inbox.take(), inbox.take()] == ["a", "b"]
    assert len(inbox) == 0


async def test_an_overflowing_inbox_with_room_takes_messages() -> None:
    """One read too many, as ever, and then no more."""
    tap, _, inbox = make(1, 0)
    inbox.overflow()
    for messages in ("ab", "cd"):
        inbox.put(list(messages))
    assert (tap.turns, len(inbox)) == ([], 2)


async def test_a_reader_that_makes_the_inbox_overflow_leaves_the_valve_open() -> None:
    """It was woken by the very message that would have shut it: after a close, bytes must come."""
    tap, valve, inbox = make(1, 0)

    async def close_at_once() -> None:
        await read(inbox)
        inbox.overflow()

    reader = asyncio.create_task(close_at_once())
    await asyncio.sleep(0)
    await outside(lambda: inbox.put(list("abcd")))
    await reader
    assert (tap.turns, valve.held, len(inbox)) == ([], Hold.NONE, 3)
