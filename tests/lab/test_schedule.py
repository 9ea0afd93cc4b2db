"""Schedules of faults."""

import pytest

from tests.lab.peers import dialing, echo, serving
from wsdemo import lab
from wsdemo.lab.schedule import FAULTS, faults


def test_a_seed_is_a_schedule() -> None:
    """A run that failed can be run again."""
    assert faults(1, 60) == faults(1, 60)
    assert faults(1, 60) != faults(2, 60)


def test_faults_come_as_often_as_asked_for() -> None:
    """On average, in order, and within the time."""
    times = [at for at, _ in faults(7, 1000, every=2.0, kinds=["cut"])]
    assert 450 < len(times) < 550
    assert times == sorted(times)
    assert times[-1] < 1000


@pytest.mark.parametrize(
    ("fault", "cure"), [("stall", "resume"), ("refuse", "accept"), ("delay", "hasten")]
)
def test_every_outage_ends(fault: str, cure: str) -> None:
    """Soon enough, and before nobody looks any more."""
    schedule = faults(3, 100, outage=0.25, kinds=[fault])
    begins = [at for at, name in schedule if name == fault]
    ends = [at for at, name in schedule if name == cure]
    assert len(begins) == len(ends) == len(schedule) / 2
    assert all(0 <= end - begin <= 0.25 for begin, end in zip(begins, ends, strict=True))


async def test_a_wire_can_do_everything_that_is_drawn() -> None:
    """And is whole again afterwards."""

    async def skip(seconds: float) -> None:
        """Let no time pass."""

    schedule = faults(4, 50)
    assert {name for _, name in schedule} == {*FAULTS, "resume", "accept"}
    async with serving(echo) as uri, lab.wire(uri) as wire:
        await wire.play(schedule, clock=lambda: 0.0, sleep=skip)
        async with dialing(wire.uri) as (reader, writer):
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"
