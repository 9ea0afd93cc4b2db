"""A wire that is slow, narrow, or broken, between plain TCP endpoints."""

import asyncio
import socket
import statistics
from collections.abc import Callable

import pytest

from tests.lab.peers import (
    Reader,
    Writer,
    answer_at_the_end,
    dialing,
    echo,
    serving,
    until,
)
from tests.lab.traffic import DOWN, UP
from wsdemo import lab
from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.recording import Recording
from wsdemo.lab.side import NO_LINGER
from wsdemo.lab.wire import Wire


async def test_bytes_pass_unchanged_in_any_amount() -> None:
    """What goes in comes out, though the receiver dawdles and the link is narrow."""
    data = bytes(range(256)) * 4096
    async with serving(echo) as uri, lab.wire(uri) as wire:
        wire.up.buffer = 10_000
        async with dialing(wire.uri) as (reader, writer):
            sending = asyncio.create_task(_send(writer, data))
            assert await reader.readexactly(len(data)) == data
            await sending
    assert wire.recording.raw(1, UP) == wire.recording.raw(1, DOWN) == data


async def _send(writer: Writer, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def test_a_half_closed_connection_goes_on_the_other_way() -> None:
    """A FIN ends one direction, in order behind its bytes."""
    async with serving(answer_at_the_end) as uri, lab.wire(uri) as wire:
        wire.up.delay = 0.01
        async with dialing(wire.uri) as (reader, writer):
            await _send(writer, bytes(100_000))
            writer.write_eof()
            assert await reader.read() == b"100000 bytes"


async def _expect_a_reset(reader: Reader, writer: Writer) -> None:
    """Send back the first byte, and take nothing but a RST for an end."""
    writer.write(await reader.readexactly(1))
    with pytest.raises(ConnectionResetError):
        await reader.read()


async def _expect_an_end(reader: Reader, writer: Writer) -> None:
    """Send back the first byte, and take nothing but a FIN for an end."""
    writer.write(await reader.readexactly(1))
    assert await reader.read() == b""


async def _open(reader: Reader, writer: Writer) -> None:
    """Send a byte and wait for its echo: both ends are there."""
    writer.write(b"x")
    assert await reader.readexactly(1) == b"x"


async def test_a_reset_by_an_endpoint_reaches_the_other() -> None:
    """And is recorded as what it was."""
    async with serving(_expect_a_reset) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri) as (reader, writer):
            await _open(reader, writer)
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            writer.transport.abort()
        await wire.wait_ended()
    assert _events(wire) == [(UP, Kind.RESET)]


async def test_a_reset_by_the_wire_reaches_both() -> None:
    """Neither endpoint sent it."""
    async with serving(_expect_a_reset) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri) as (reader, writer):
            await _open(reader, writer)
            wire.reset()
            with pytest.raises(ConnectionResetError):
                await reader.read()
        await wire.wait_ended()
    assert _events(wire) == [(UP, Kind.BROKEN), (DOWN, Kind.BROKEN)]


async def test_a_reset_of_one_direction_leaves_the_other_end_waiting() -> None:
    """The server sees its client crash; the client hears nothing, until it gives up."""
    async with serving(_expect_a_reset) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri) as (reader, writer):
            await _open(reader, writer)
            wire.up.reset()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(), 0.02)
        await wire.wait_ended()
    assert _events(wire) == [(UP, Kind.BROKEN), (UP, Kind.EOF)]


async def test_a_cut_is_a_clean_end_for_both_even_while_they_send() -> None:
    """Unread bytes in a closed socket would make the system send a RST instead."""
    async with serving(_expect_an_end) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri) as (reader, writer):
            await _open(reader, writer)
            wire.up.stall()
            writer.write(bytes(10_000_000))
            wire.cut()
            assert await reader.read() == b""
            writer.write_eof()
        await wire.wait_ended()
    assert _events(wire)[:2] == [(UP, Kind.CUT), (DOWN, Kind.CUT)]


async def test_a_cut_in_one_direction_leaves_the_other_open() -> None:
    """The server thinks that the client has ended, and goes on answering."""
    async with (
        serving(answer_at_the_end) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as (reader, writer),
    ):
        writer.write(b"12345")
        await until(wire.recording, lambda: _arrived(wire.recording, UP) == 5)
        wire.up.cut()
        assert await reader.read() == b"5 bytes"


async def test_half_open_is_silence() -> None:
    """Neither bytes nor ends pass, and nobody is told; the recording knows."""
    async with serving(_expect_an_end) as uri:
        async with lab.wire(uri) as wire, dialing(wire.uri) as (reader, writer):
            await _open(reader, writer)
            wire.half_open()
            writer.write(b"lost")
            writer.write_eof()
            await until(wire.recording, lambda: (UP, Kind.EOF) in _events(wire))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(), 0.02)
        assert _arrived(wire.recording, UP) == 1
    assert _events(wire)[:2] == [(UP, Kind.HALF_OPEN), (DOWN, Kind.HALF_OPEN)]


async def test_a_stalled_sender_feels_it_in_the_end() -> None:
    """The wire takes in its buffer and no more; after the stall everything arrives."""
    size = 20_000_000
    async with (
        serving(answer_at_the_end) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as (reader, writer),
    ):
        wire.up.buffer = 10_000
        wire.up.stall()
        sending = asyncio.create_task(_send(writer, bytes(size)))
        await until(wire.recording, lambda: wire.recording.bytes_up >= 10_000)
        assert wire.recording.bytes_up == 10_000
        assert not sending.done()
        wire.up.resume()
        await sending
        writer.write_eof()
        assert await reader.read() == b"%d bytes" % size


async def test_a_receiver_that_does_not_read_stops_the_sender() -> None:
    """Backpressure passes through the wire: little of what is sent is taken in."""
    size, go_on = 50_000_000, asyncio.Event()

    async def dawdle(reader: Reader, writer: Writer) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await go_on.wait()
        reader._transport.resume_reading()  # type: ignore[attr-defined]
        await answer_at_the_end(reader, writer)

    async with (
        serving(dawdle) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as (reader, writer),
    ):
        sending = asyncio.create_task(_send(writer, bytes(size)))
        links = wire._proxy.links
        await until(wire.recording, lambda: 1 in links and links[1].up.shaper.room <= 0)
        assert wire.recording.bytes_up < size / 2
        assert not sending.done()
        go_on.set()
        await sending
        writer.write_eof()
        assert await reader.read() == b"%d bytes" % size


async def test_a_narrow_link_queues_no_more_than_its_buffer() -> None:
    """What the wire holds is bounded at every moment: the buffer, and the piece in the middle."""
    held: list[int] = []
    async with serving(answer_at_the_end) as uri, lab.wire(uri) as wire:
        wire.up.rate, wire.up.buffer = 2_000_000, 20_000
        async with dialing(wire.uri) as (reader, writer):
            recording = wire.recording
            with recording.watched(lambda: held.append(_held(recording))):
                await _send(writer, bytes(300_000))
                writer.write_eof()
                assert await reader.read() == b"300000 bytes"
    assert 10_000 < max(held) <= 20_000 + 2 * 2_000


def _held(recording: Recording) -> int:
    return recording.bytes_up - _arrived(recording, UP)


async def test_a_rate_is_kept() -> None:
    """A quarter of a megabyte at a megabyte a second takes a quarter of a second, or more."""
    async with serving(answer_at_the_end) as uri, lab.wire(uri) as wire:
        wire.up.rate = 1_000_000
        async with dialing(wire.uri) as (reader, writer):
            await _send(writer, bytes(250_000))
            writer.write_eof()
            assert await reader.read() == b"250000 bytes"
    marks = wire.recording._arrivals[1, UP]
    taken = marks[-1][1] - wire.recording.chunks[0].time
    assert 0.249 <= taken < 2


@pytest.mark.parametrize("direction", Direction)
async def test_a_delay_is_kept(direction: Direction) -> None:
    """Never early, and late only as far as the machine is busy, which it is not every time."""
    delay = 0.02
    async with serving(echo) as uri, lab.wire(uri) as wire:
        (wire.up if direction is UP else wire.down).delay = delay
        async with dialing(wire.uri) as (reader, writer):
            for _ in range(21):
                await _open(reader, writer)
    late = [taken - delay for taken in _travelled(wire.recording, direction)]
    assert len(late) == 21
    assert -1e-4 <= min(late) < 0.005
    assert statistics.median(late) < 0.1
    assert min(_travelled(wire.recording, direction.opposite)) < 0.005


def _travelled(recording: Recording, direction: Direction) -> list[float]:
    """Return how long each byte of a stream took that came alone."""
    sent = [c.time for c in recording.chunks if c.data and c.direction is direction]
    arrived = [time for _, time in recording._arrivals[1, direction]]
    return [there - here for here, there in zip(sent, arrived, strict=False)]


async def test_jitter_is_within_its_bounds_and_keeps_the_order() -> None:
    """Each byte is late by its own share, and no byte overtakes another."""
    async with serving(echo) as uri, lab.wire(uri, seed=3) as wire:
        wire.up.delay, wire.up.jitter = 0.005, 0.01
        async with dialing(wire.uri) as (reader, writer):
            for number in range(20):
                writer.write(bytes([number]))
                await until(wire.recording, _more(wire.recording, number))
            assert await reader.readexactly(20) == bytes(range(20))


def _more(recording: Recording, count: int) -> Callable[[], bool]:
    return lambda: recording.bytes_up > count


async def test_a_message_can_be_cut_off_on_its_way() -> None:
    """Sent and recorded, never arrived: the message that a client must send again."""
    async with serving(_expect_an_end) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri) as (reader, writer):
            await _open(reader, writer)
            wire.down.delay = wire.up.delay = 60
            writer.write(b"acknowledged")
            await until(wire.recording, lambda: wire.recording.bytes_up == 13)
            wire.cut()
            assert await reader.read() == b""
        await wire.wait_ended()
    assert _arrived(wire.recording, UP) == 1


def _arrived(recording: Recording, direction: Direction) -> int:
    """Return how many bytes of the first connection have reached the other end."""
    marks = recording._arrivals[1, direction]
    return marks[-1][0] if marks else 0


def _events(wire: Wire) -> list[tuple[Direction, Kind]]:
    return [(c.direction, c.kind) for c in wire.recording.chunks if c.kind is not Kind.DATA]
