"""What counting costs: µs per message, and which share of an echo's CPU time that is.

``python -m tests.metrics.cost`` from the root of the repository. The echo is a server on
`websockets` in a process of its own, with one client that sends 64 octets and waits, without
compression; its CPU time is what the operating system says. The counting is timed in a loop,
less the loop, the best of several runs: what a busy machine adds is not its own.

Leaves out a verdict: a figure depends on the machine, and no test reads one.
"""

from __future__ import annotations

import asyncio
import timeit
from collections.abc import Callable

from websockets.asyncio.client import connect

from tests.lab.handlers import echo
from wsdemo import lab
from wsdemo.metrics import Metrics

OCTETS = 64
TIMES = 200_000
REPEATS = 7
ECHOES = 20_000


def micros(work: Callable[[], object]) -> float:
    """Return the µs that one call's worth of work takes, without the call."""
    timers = [timeit.Timer(each) for each in (work, _nothing)]
    taken, empty = (min(timer.repeat(REPEATS, TIMES)) for timer in timers)
    return (taken - empty) / TIMES * 1e6


async def echo_cpu() -> float:
    """Return the µs of CPU time that the server takes for one echo."""
    async with (
        lab.running(echo, where="process", compression=None) as server,
        connect(server.uri, compression=None) as connection,
    ):
        message = bytes(OCTETS)
        for round_ in range(2):  # the first one warms up
            before = server.process.cpu_times() if round_ else None
            for _ in range(ECHOES):
                await connection.send(message)
                await connection.recv()
        after = server.process.cpu_times()
        assert before is not None
    spent = after.user + after.system - before.user - before.system
    return spent / ECHOES * 1e6


def main() -> None:
    """Measure, and print."""
    metrics = Metrics()

    def count() -> None:
        metrics.received(OCTETS)
        metrics.sent(OCTETS)
        metrics.wire(OCTETS + 6, OCTETS + 2)

    def observe() -> None:
        metrics.observe(0.000_123)

    echoing = asyncio.run(echo_cpu())
    print(f"an echo of {OCTETS} octets on the server: {echoing:.1f} µs of CPU time")
    for name, work in (("received() + sent() + wire()", count), ("observe()", observe)):
        cost = micros(work)
        print(f"{name}: {cost:.2f} µs, {cost / echoing:.2%} of it")
    for name, look in (("snapshot()", metrics.snapshot), ("exposition()", metrics.exposition)):
        print(f"{name}: {timeit.timeit(look, number=100) / 100 * 1e3:.2f} ms a look")


def _nothing() -> None:
    pass


if __name__ == "__main__":
    main()
