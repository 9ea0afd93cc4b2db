"""Reading a wire's recording."""

import time

import pytest

from wsdemo import lab
from wsdemo.lab.chunks import Direction
from wsdemo.lab.news.board import START
from wsdemo.lab.news.clients import Way, read, take
from wsdemo.lab.news.measure import arrivals, delays, octets, per_second
from wsdemo.lab.news.newsroom import newsroom
from wsdemo.lab.recording import Recording


@pytest.mark.parametrize("way", list(Way))
async def test_every_item_is_found_whichever_way_it_came(way: Way) -> None:
    """In a body, in a chunk, in a frame; and two in one answer."""
    async with newsroom() as room, lab.wire(room.uri(way)) as wire:
        room.publish("a")
        room.publish("b")
        await take(2, read(way, wire.uri, every=0))
        assert list(arrivals(wire.recording)) == [START + 1, START + 2]


def test_the_first_arrival_counts() -> None:
    """An item that is resent was there before."""
    recording = Recording(clock=lambda: 0.0)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
    for at in (1.0, 2.0):
        data = head + b'[{"id":7}]'
        recording.add(1, Direction.UP, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", at=at)
        recording.add(1, Direction.DOWN, data, at=at)
        recording.add_arrival(1, Direction.DOWN, len(data), at=at + 0.5)
    assert arrivals(recording) == {7: 1.5}


async def test_a_delay_counts_from_the_timetable() -> None:
    """On the clock of the machine; an item that never came has none."""
    async with newsroom() as room, lab.wire(room.uri(Way.WEBSOCKET)) as wire:
        begun = time.monotonic()
        room.publish("a")
        await take(1, read(Way.WEBSOCKET, wire.uri, every=0))
        (late,) = delays(wire, begun - 1.0, [0.25, 0.5])
        assert 0.75 <= late <= time.monotonic() - begun + 0.75


async def test_octets_are_those_of_both_directions() -> None:
    """Frames and handshake."""
    async with newsroom() as room, lab.wire(room.uri(Way.WEBSOCKET)) as wire:
        room.publish("a")
        await take(1, read(Way.WEBSOCKET, wire.uri, every=0))
        assert octets(wire) == sum(len(entry.raw) for entry in wire.recording.entries())


async def test_a_rate_is_taken_over_whole_cycles() -> None:
    """From one question to another, so the one that began last doesn't count."""
    async with newsroom() as room, lab.wire(room.uri(Way.POLLING)) as wire:
        for text in "abc":
            room.publish(text)
            await take(1, read(Way.POLLING, wire.uri, every=0))
        entries = wire.recording.entries()
        starts = [entry for entry in entries if "GET" in str(entry)]
        cycles = sum(len(entry.raw) for entry in entries if entry.time < starts[-1].time)
        assert per_second(wire) == pytest.approx(cycles / (starts[-1].time - starts[0].time))


async def test_one_request_makes_no_rate() -> None:
    """And is told so."""
    async with newsroom() as room, lab.wire(room.uri(Way.POLLING)) as wire:
        room.publish("a")
        await take(1, read(Way.POLLING, wire.uri, every=0))
        with pytest.raises(ValueError, match="1 of Request on this wire"):
            per_second(wire)
