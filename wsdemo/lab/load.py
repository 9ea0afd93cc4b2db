"""Load for a server, and what came of it: by a timetable, or one request after the other.

An **open loop** (`by_timetable`) sends a request when it is due, whatever has been answered by
then, as clients do who do not know of each other. A **closed loop** (`in_turn`) sends the next one
when the last is answered. It is the simpler one, and it misleads: while the server stands still,
it sends nothing, and so the latencies that would have been long are not measured (see
`wsdemo.metrics.latency` on coordinated omission). What makes the first one right is not only when
it sends, but that a latency counts from the time at which the request was *due*.

Leaves out many connections, and rates that one event loop in Python can't keep up with: the
difference between `Sample.due` and `Sample.sent` tells when that begins.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from websockets.asyncio.client import connect

__all__ = ["Sample", "by_timetable", "in_turn", "random_times"]

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. All times are in seconds, by the clock that was given.

    Attributes:
        due: when it was to be sent.
        sent: when it was sent.
        done: when its answer was there.
        reply: the answer.
    """

    due: float
    sent: float
    done: float
    reply: str | bytes

    @property
    def latency(self) -> float:
        """What somebody waited who wanted it when it was due, in seconds."""
        return self.done - self.due

    @property
    def took(self) -> float:
        """What it took from sending to answer, in seconds."""
        return self.done - self.sent


async def in_turn(
    uri: str,
    messages: Iterable[str | bytes],
    pause: float = 0.0,
    *,
    clock: Clock = time.perf_counter,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> list[Sample]:
    """Send a message, wait for its answer, and only then send the next: a closed loop.

    Args:
        uri: of a server that answers every message with one.
        messages: what to send.
        pause: seconds between an answer and the next message.
        clock: tells the time.
        sleep: waits.

    Returns:
        A sample for each message. The first is due before the connection is opened, and pays for
        that.
    """
    samples: list[Sample] = []
    sent = clock()
    async with connect(uri, compression=None) as ws:
        for message in messages:
            await ws.send(message)
            reply = await ws.recv()
            samples.append(Sample(sent, sent, clock(), reply))
            await sleep(pause)
            sent = clock()
    return samples


async def by_timetable(
    uri: str,
    times: Sequence[float],
    message: str | bytes,
    *,
    clock: Clock = time.perf_counter,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> list[Sample]:
    """Send a message whenever one is due, whatever has been answered: an open loop.

    Args:
        uri: of a server that answers every message with one, in their order.
        times: when they are due, in seconds after the connection was opened; ascending.
        message: what to send.
        clock: tells the time.
        sleep: waits.

    Returns:
        A sample for each message.
    """
    async with connect(uri, compression=None) as ws:
        start = clock()
        sent: list[float] = []

        async def send() -> None:
            for at in times:
                await sleep(max(0.0, start + at - clock()))
                sent.append(clock())
                await ws.send(message)

        async def receive() -> list[tuple[str | bytes, float]]:
            return [(await ws.recv(), clock()) for _ in times]

        _, answers = await asyncio.gather(send(), receive())
    rows = zip(times, sent, answers, strict=True)
    return [Sample(start + at, when, done, reply) for at, when, (reply, done) in rows]


def random_times(rate: float, seconds: float, rng: random.Random) -> list[float]:
    """Draw a timetable of those who come at random, not knowing of each other.

    Args:
        rate: how many come in a second, on average.
        seconds: how long.
        rng: where the randomness comes from.

    Returns:
        Seconds, ascending: the gaps are exponentially distributed.

    Raises:
        ValueError: nobody comes at that rate.
    """
    if not rate > 0:
        raise ValueError(f"a rate of {rate} per second")
    times, at = [], rng.expovariate(rate)
    while at < seconds:
        times.append(at)
        at += rng.expovariate(rate)
    return times
