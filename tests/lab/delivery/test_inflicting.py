"""Faults over a wire, and its health afterwards."""

import asyncio

import pytest

from tests.lab.peers import Reader, Writer, dialing, echo, serving
from wsdemo import lab
from wsdemo.lab.schedule import KINDS
from wsdemo.lab.wire import Wire


async def _at_once(_seconds: float) -> None:
    """Let no time pass."""


async def _inflict(wire: Wire, *names: str, **options: object) -> None:
    schedule = [(float(at), name) for at, name in enumerate(names)]
    await lab.inflict(schedule, wire, clock=lambda: 0.0, sleep=_at_once, **options)  # type: ignore[arg-type]


async def _echoes(reader: Reader, writer: Writer) -> bool:
    writer.write(b"x")
    return await reader.read(1) == b"x"


async def test_everything_that_is_drawn_can_be_done() -> None:
    """To a wire and a server; new connections are as good as ever."""
    restarts: list[int] = []
    notes: list[str] = []

    async def restart() -> None:
        await asyncio.sleep(0)
        restarts.append(len(notes))

    schedule = lab.faults(3, 60, KINDS)
    async with serving(echo) as uri, lab.wire(uri) as wire:
        await lab.inflict(
            schedule, wire, restart=restart, note=notes.append, clock=lambda: 0.0, sleep=_at_once
        )
        async with dialing(wire.uri) as streams:
            assert await _echoes(*streams)
        assert (wire.delay, wire.stalled) == (0.0, False)
    assert notes == [name for _, name in schedule]
    assert {*notes} == {*KINDS, "resume", "accept", "hasten"}
    assert restarts == [at for at, name in enumerate(notes, 1) if name == "restart"]


async def test_each_comes_at_its_time() -> None:
    """On the clock that was given; a restart that takes its time delays what follows."""
    now, notes = [50.0], []

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    def restart() -> None:
        now[0] += 2

    async with serving(echo) as uri, lab.wire(uri) as wire:
        await lab.inflict(
            [(3.0, "resume"), (1.0, "stall"), (2.0, "restart")],
            wire,
            restart=restart,
            note=lambda name: notes.append((name, now[0], wire.stalled)),
            clock=lambda: now[0],
            sleep=sleep,
        )
    assert notes == [("stall", 51.0, False), ("restart", 52.0, True), ("resume", 54.0, True)]


@pytest.mark.parametrize("names", [["stall"], ["delay"], ["refuse"], ["refuse", "stall", "delay"]])
async def test_the_wire_is_healthy_afterwards(names: list[str]) -> None:
    """Even if the schedule isn't whole."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        wire.up.delay = 0.001
        await _inflict(wire, *names)
        assert (wire.up.delay, wire.down.delay, wire.stalled) == (0.001, 0.0, False)
        async with dialing(wire.uri) as streams:
            assert await _echoes(*streams)


async def test_a_cancelled_schedule_leaves_a_healthy_wire_too() -> None:
    """In the middle of a stall."""
    asleep = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if seconds:
            asleep.set()
            await asyncio.Event().wait()

    async with serving(echo) as uri, lab.wire(uri) as wire:
        schedule = [(0.0, "stall"), (0.0, "delay"), (9.0, "cut")]
        task = asyncio.create_task(
            lab.inflict(schedule, wire, delay=7, clock=lambda: 0.0, sleep=sleep)
        )
        await asleep.wait()
        assert (wire.delay, wire.stalled) == (7, True)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert (wire.delay, wire.stalled) == (0.0, False)


async def test_who_was_half_open_hears_of_it_in_the_end() -> None:
    """The peer's machine is back, and knows nothing; a later connection is spared."""
    async with serving(echo) as uri, lab.wire(uri) as wire, dialing(wire.uri) as old:
        assert await _echoes(*old)
        asleep, enough = asyncio.Event(), asyncio.Event()

        async def sleep(seconds: float) -> None:
            if seconds:
                asleep.set()
                await enough.wait()

        schedule = [(0.0, "half_open"), (1.0, "resume")]
        task = asyncio.create_task(lab.inflict(schedule, wire, clock=lambda: 0.0, sleep=sleep))
        await asleep.wait()
        async with dialing(wire.uri) as new:
            assert await _echoes(*new)
            enough.set()
            await task
            with pytest.raises(ConnectionResetError):
                await old[0].read(1)
            assert await _echoes(*new)


async def test_one_connection_can_be_chosen() -> None:
    """The others are left in peace."""
    async with (
        serving(echo) as uri,
        lab.wire(uri) as wire,
        dialing(wire.uri) as one,
        dialing(wire.uri) as other,
    ):
        assert await _echoes(*one)
        assert await _echoes(*other)
        schedule = [(0.0, "stall"), (0.0, "half_open")]
        await lab.inflict(schedule, wire.connections[1], clock=lambda: 0.0, sleep=_at_once)
        with pytest.raises(ConnectionResetError):
            await one[0].read(1)
        assert await _echoes(*other)


async def test_a_schedule_with_a_mistake_is_not_begun() -> None:
    """Half a schedule would be worse than none."""
    async with serving(echo) as uri, lab.wire(uri) as wire:
        notes: list[str] = []
        with pytest.raises(AttributeError, match="explode"):
            await _inflict(wire, "stall", "explode", note=notes.append)
        with pytest.raises(ValueError, match="has to be given `restart`"):
            await _inflict(wire, "stall", "restart", note=notes.append)
        assert notes == []
