"""Waiting for entries."""

import asyncio
import threading

import pytest

from tests.lab.traffic import DOWN, HANDSHAKE, REQUEST, UP, masked, record
from wsdemo.errors import LocalError
from wsdemo.lab.recording import Recording
from wsdemo.lab.waiting import Want, first


async def test_what_is_there_already_is_found_at_once() -> None:
    """Nobody has to be quick."""
    entry = await first(record(*HANDSHAKE), "101", timeout=0)
    assert entry.direction is DOWN


async def test_an_entry_wakes_who_waits_for_it() -> None:
    """The writer may be in another thread."""
    recording = Recording()
    waiting = asyncio.create_task(first(recording, "GET", timeout=30))
    await asyncio.sleep(0)
    threading.Thread(target=recording.add, args=(1, UP, REQUEST.serialize())).start()
    assert str(await waiting) == "GET /chat HTTP/1.1"


@pytest.mark.parametrize(
    ("want", "text"),
    [
        (1, "GET"),
        (2, "101"),
        ("Switching", "101"),
        (lambda entry: entry.direction is DOWN, "101"),
        (lambda entry: entry.time >= 1, "101"),
    ],
)
async def test_there_are_three_ways_to_say_what(want: Want, text: str) -> None:
    """How many, which text, or a function."""
    assert text in str(await first(record(*HANDSHAKE), want, timeout=0))


async def test_who_waited_in_vain_learns_what_came_instead() -> None:
    """A test that fails says why."""
    with pytest.raises(TimeoutError) as raised:
        await first(record(*HANDSHAKE), "CLOSE", timeout=0)
    assert "no entry with 'CLOSE' after 0 s" in str(raised.value)
    assert "101 Switching Protocols" in str(raised.value)
    with pytest.raises(TimeoutError, match="no such entry"):
        await first(record(*HANDSHAKE), lambda _: False, timeout=0)


async def test_silence_is_told_as_such() -> None:
    """Most often the client is not connected to the wire at all."""
    with pytest.raises(TimeoutError, match="no 3 entries after 0 s; nothing crossed the wire"):
        await first(Recording(), 3, timeout=0)


async def test_what_a_function_raises_is_raised() -> None:
    """A typing error is not waited for."""
    with pytest.raises(ZeroDivisionError):
        await first(record(*HANDSHAKE), lambda _: 1 / 0, timeout=None)


async def test_nothing_more_can_be_found_in_a_full_recording() -> None:
    """Waiting would be in vain."""
    recording = record(*HANDSHAKE, (UP, masked(b"x")), max_bytes=600)
    assert "101" in str(await first(recording, "101", timeout=0))
    with pytest.raises(LocalError, match="is full"):
        await first(recording, "TEXT", timeout=None)


async def test_an_entry_can_be_awaited_at_the_other_end() -> None:
    """Having been sent is not having arrived."""
    recording = record(*HANDSHAKE)
    with pytest.raises(TimeoutError):
        await first(recording, "101", arrived=True, timeout=0)
    waiting = asyncio.create_task(first(recording, "101", arrived=True, timeout=30))
    await asyncio.sleep(0)
    recording.add_arrival(1, DOWN, recording.bytes_down, at=7.0)
    assert recording.arrived(await waiting) == 7.0


async def test_nobody_keeps_watching() -> None:
    """A recording doesn't hold on to those who have gone."""
    recording = Recording()
    with pytest.raises(TimeoutError):
        await first(recording, 1, timeout=0)
    assert recording._watchers == []
