"""Load: by a timetable, and in turn."""

import asyncio
import itertools
import random
from statistics import mean

import pytest
from websockets.asyncio.server import ServerConnection

from wsdemo import lab
from wsdemo.lab import load
from wsdemo.lab.load import Sample


async def _echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def _patient(connection: ServerConnection) -> None:
    """Answer nothing until five messages are there."""
    messages = [await connection.recv() for _ in range(5)]
    for number, _ in enumerate(messages):
        await connection.send(str(number))


def test_a_sample_counts_from_two_moments() -> None:
    """From when it was due, and from when it was sent."""
    sample = Sample(due=1.0, sent=1.5, done=3.0, reply="?")
    assert (sample.latency, sample.took) == (2.0, 1.5)


async def test_a_timetable_is_kept_whatever_is_answered() -> None:
    """The first answer comes after the fifth message: whoever waits for it waits for ever."""
    async with lab.running(_patient, where="loop") as server:
        async with asyncio.timeout(60):
            samples = await load.by_timetable(server.uri, [0, 0.001, 0.002, 0.003, 0.003], "?")
    assert [sample.reply for sample in samples] == ["0", "1", "2", "3", "4"]
    assert max(sample.sent for sample in samples) < min(sample.done for sample in samples)


async def test_a_latency_counts_from_the_timetable() -> None:
    """However late the sender is; here it oversleeps by 100 s each time."""
    ticks = itertools.count(0, 100)

    async def oversleep(seconds: float) -> None:
        await asyncio.sleep(0)

    async with lab.running(_echo, where="loop") as server:
        samples = await load.by_timetable(
            server.uri, [1, 2, 3], "?", clock=lambda: next(ticks), sleep=oversleep
        )
    assert [sample.due for sample in samples] == [1, 2, 3]
    assert all(sample.due + 90 < sample.sent < sample.done for sample in samples)
    assert all(sample.latency > sample.took for sample in samples)


async def test_in_turn_sends_when_the_last_one_is_answered() -> None:
    """Never two under way."""
    async with lab.running(_echo, where="loop") as server:
        samples = await load.in_turn(server.uri, ["a", "b", "c"])
    assert [sample.reply for sample in samples] == ["a", "b", "c"]
    assert all(one.done <= other.sent for one, other in itertools.pairwise(samples))
    assert all(sample.due == sample.sent for sample in samples)


async def test_in_turn_pauses_after_each_answer() -> None:
    """As long as it is told."""
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    async with lab.running(_echo, where="loop") as server:
        await load.in_turn(server.uri, ["a", "b"], 0.25, sleep=note)
    assert pauses == [0.25, 0.25]


def test_random_times_come_at_their_rate() -> None:
    """Ascending, within the time, and the same for a seed."""
    times = load.random_times(50, 100, random.Random(1))
    assert times == sorted(times) == load.random_times(50, 100, random.Random(1))
    assert 0 < times[0] < times[-1] < 100
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert mean(gaps) == pytest.approx(1 / 50, rel=0.05)
    # Of exponential gaps, a share of 1/e is longer than their mean.
    assert mean(gap > 1 / 50 for gap in gaps) == pytest.approx(0.368, abs=0.03)


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_nobody_comes_at_no_rate(rate: float) -> None:
    """It would take for ever."""
    with pytest.raises(ValueError, match="a rate of"):
        load.random_times(rate, 1, random.Random(1))
