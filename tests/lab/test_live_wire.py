"""A wire that is running."""

import asyncio
import gc
import threading
import weakref
from urllib.parse import urlsplit

import pytest

from tests.lab.peers import dialing, echo, hang_up, listen, serving, until
from tests.lab.traffic import UP, texts
from wsdemo import lab
from wsdemo.errors import LocalError
from wsdemo.lab.live_wire import Action, Wire


async def test_connections_can_be_told_apart() -> None:
    """By number, and each with its own reins."""
    async with (
        serving(echo) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as (reader, writer),
        dialing(wire.uri) as (other_reader, other_writer),
    ):
        for each, way in ((reader, writer), (other_reader, other_writer)):
            way.write(b"x")
            await each.readexactly(1)
        wire.connections[1].cut()
        assert await reader.read() == b""
        other_writer.write(b"y")
        assert await other_reader.readexactly(1) == b"y"
        assert list(wire.connections) == [1, 2]


async def test_waiting_for_an_end() -> None:
    """Both directions have ended, and the recording has it all."""
    async with serving(hang_up) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri) as (reader, writer):
            writer.write(b"bye")
            await reader.read()
        await wire.wait_ended()
        assert wire.connections[1].ended
        assert texts(wire.recording.entries())[-2:] == ["FIN", "FIN"]


async def test_waiting_for_one_of_several_ends() -> None:
    """It may have yet to come, and the others may go on."""
    async with serving(echo) as uri, lab.wire(uri) as wire, dialing(wire.uri):
        waiting = asyncio.create_task(wire.wait_ended(2))
        await asyncio.sleep(0)
        async with dialing(wire.uri):
            assert not waiting.done()
        await waiting
        assert [each.ended for each in wire.connections.values()] == [False, True]


async def test_waiting_for_all_ends_forgets_nobody() -> None:
    """Not even a client that came and went before the wire had a moment."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        async with dialing(wire.uri):
            pass
        await wire.wait_ended()
        assert list(wire.connections) == [1]


async def test_waiting_for_an_end_has_a_limit() -> None:
    """A connection that goes on is named by an error, and not waited for."""
    async with (
        serving(echo) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as (reader, writer),
    ):
        writer.write(b"x")
        await reader.readexactly(1)
        with pytest.raises(TimeoutError):
            await wire.wait_ended(timeout=0.01)


async def test_a_schedule_is_played_at_its_times() -> None:
    """On a clock of its own, and whatever its order."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        now, log = [50.0], []

        async def sleep(seconds: float) -> None:
            now[0] += seconds

        def note(wire: Wire) -> None:
            log.append((round(now[0] - 50, 6), wire.up.stalled))

        schedule: list[tuple[float, Action]]
        schedule = [(0.3, note), (0.1, note), (0.2, "up.stall"), (0.4, "resume"), (0.5, note)]
        await wire.play(schedule, clock=lambda: now[0], sleep=sleep)
    assert log == [(0.1, False), (0.3, True), (0.5, False)]


async def test_a_schedule_with_a_mistake_is_not_begun() -> None:
    """Half a schedule would be worse than none."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        with pytest.raises(AttributeError, match="explode"):
            await wire.play([(0.0, "stall"), (0.0, "explode")])
        assert not wire.stalled


async def test_refusing_and_accepting() -> None:
    """The door is closed and opened from any thread, and stays where it is."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        wire.refuse()
        with pytest.raises(ConnectionRefusedError):
            await dialing(wire.uri).__aenter__()
        wire.accept()
        async with dialing(wire.uri) as (reader, writer):
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"


async def test_it_is_told_things_from_any_thread() -> None:
    """A slider, a callback, a synchronous client: whoever has the wire may pull the reins."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        await asyncio.to_thread(setattr, wire.down, "delay", 0.25)
        assert wire.down.delay == 0.25


async def test_stopping_twice_does_nothing_more() -> None:
    """And what is stopped can't be changed."""
    wire = await lab.wire("tcp://127.0.0.1:9")
    await wire.stop()
    await wire.stop()
    with pytest.raises(LocalError, match="has ended"):
        wire.delay = 1.0


async def test_what_went_wrong_inside_is_raised_at_the_end() -> None:
    """A fault of the wire itself is nobody else's."""
    wire = await lab.wire("tcp://127.0.0.1:9")
    wire._proxy.failures.append(ZeroDivisionError("inside"))
    with pytest.raises(ZeroDivisionError, match="inside"):
        await wire.stop()


async def test_several_failures_are_raised_together() -> None:
    """None hides another."""
    wire = await lab.wire("tcp://127.0.0.1:9")
    wire._proxy.failures += [ZeroDivisionError(), ValueError()]
    with pytest.raises(BaseExceptionGroup) as raised:
        await wire.stop()
    assert len(raised.value.exceptions) == 2


async def test_a_wire_that_nobody_has_hold_of_goes() -> None:
    """A cell that is run again leaves no thread and no open door behind."""
    before = threading.active_count()
    async with serving(listen) as uri:
        wire = await lab.wire(uri)
        target = urlsplit(wire.uri)
        async with dialing(wire.uri) as (reader, writer):
            writer.write(b"x")
            await until(wire.recording, lambda: bool(wire.recording.chunks))
            gone, wire = weakref.ref(wire), await lab.wire(uri)
            gc.collect()
            assert gone() is None
            assert await reader.read() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(target.hostname, target.port)
        await wire.stop()
    assert threading.active_count() == before


async def test_its_recording_outlives_it() -> None:
    """What was seen can be looked at when everything is over."""
    async with (
        serving(hang_up) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as (reader, writer),
    ):
        writer.write(b"bytes")
        await reader.read()
    assert wire.recording.raw(1, UP) == b"bytes"


async def test_it_shows_no_port() -> None:
    """What a notebook prints is the same in every run."""
    async with lab.wire("tcp://127.0.0.1:9") as wire:
        wire.up.rate = 1000
        shown = "<wire: 0 connection(s), 0 s, 1000 bytes/s, buffer 65536 bytes / 0 s, any rate, "
        assert repr(wire) == shown + "buffer 65536 bytes>"
