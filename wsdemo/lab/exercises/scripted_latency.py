"""Servers whose latency is known, and what a benchmark with this or that fault says of them.

A `Script` tells how long each request takes. `Server` plays it to a benchmark, on the clock of
whatever loop runs that. `outcome` works out what a benchmark with a given set of faults would
measure: with no fault it is the truth, and with some it is what tells them.

Leaves out queues: a request that is slow delays no other, unless the whole server stands still.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

__all__ = [
    "COUNT",
    "INTERVAL",
    "SCRIPTS",
    "TOTAL",
    "WARM_UP",
    "Fault",
    "Script",
    "Server",
    "outcome",
]

WARM_UP, COUNT = 20, 1000  # requests
TOTAL = WARM_UP + COUNT
INTERVAL = 0.01  # seconds between two requests
SHARE = 0.99

USUAL, COLD, SLOW, SLOWEST = 0.002, 0.05, 0.08, 0.1  # seconds that a request takes
STEP = 0.03  # seconds by which the clock on the wall is set forward
STALL = 1.0  # seconds


class Fault(Enum):
    """What can be wrong with a benchmark; the value says by what it shows."""

    WARM_UP = (
        "The first 20 requests are in this number, or delay what is: they met a server that was "
        "still warming up."
    )
    CLOCK = (
        "Some latencies came out 30 ms too long: the clock was set forward while they lasted. "
        "Which clock is never set?"
    )
    MEAN = (
        "This is the mean, which a few slow requests hardly move: it hides them. The 99th "
        "percentile was asked for."
    )
    CLOSED_LOOP = (
        "The server stood still for a second and this number doesn't show it: while one request "
        "waited, the hundred that were due were not sent."
    )


@dataclass(frozen=True, slots=True)
class Script:
    """How a server behaves.

    Attributes:
        name: what to call it.
        story: what it does, in words.
        takes: from the number of a request, 0 for the first that comes, to its seconds.
        stalls_at: the number of the request at which the whole server stands still for a second.
        steps: whether the clock on the wall is set while a request is under way, for every 20th.
    """

    name: str
    story: str
    takes: Callable[[int], float]
    stalls_at: int | None = None
    steps: bool = False

    def step(self, number: int) -> float:
        """Return by how much the clock is set while a request is under way, in seconds."""
        return STEP if self.steps and number % 20 == 10 else 0.0


def _even(_number: int) -> float:
    return USUAL


def _cold(number: int) -> float:
    return COLD if number < WARM_UP else USUAL


def _tailed(number: int) -> float:
    if number % 50 != 7 or number < WARM_UP:
        return USUAL
    return SLOWEST if number == 507 else SLOW


SCRIPTS = (
    Script("an even server", "every answer takes 2 ms", _even),
    Script("a cold server", "the first 20 answers take 50 ms, the others 2 ms", _cold),
    Script(
        "a clock that is set", "2 ms; 50 times the clock is set forward by 30 ms", _even, steps=True
    ),
    Script("a slow fiftieth", "2 ms; every 50th takes 80 ms, one of them 100 ms", _tailed),
    Script("a stall", "2 ms; once it stands still for a second", _even, stalls_at=WARM_UP + 400),
)


class Server:
    """Plays a script.

    Args:
        script: what to play.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._moves_again = -math.inf
        self.arrivals: list[float] = []
        self.wall = 0.0

    def answer(self, now: float) -> float:
        """Take a request.

        Args:
            now: when it comes, in seconds.

        Returns:
            When it is answered.
        """
        number = len(self.arrivals)
        self.arrivals.append(now)
        self.wall += self._script.step(number)
        if number == self._script.stalls_at:
            self._moves_again = now + STALL
        return max(now, self._moves_again) + self._script.takes(number)


def outcome(script: Script, faults: Collection[Fault] = ()) -> float:
    """Work out what a benchmark with these faults returns, in seconds; with none, the truth.

    Args:
        script: what the server does.
        faults: what is wrong with the benchmark.
    """
    server, latencies, now = Server(script), [], 0.0
    for number in range(TOTAL):
        wall = server.wall
        done = server.answer(now)
        stepped = server.wall - wall if Fault.CLOCK in faults else 0.0
        if number >= WARM_UP or Fault.WARM_UP in faults:
            latencies.append(done - now + stepped)
        now = (done if Fault.CLOSED_LOOP in faults else now) + INTERVAL
    if Fault.MEAN in faults:
        return sum(latencies) / len(latencies)
    return percentile(latencies, SHARE)


def percentile(latencies: Collection[float], share: float) -> float:
    """Return the latency of the nearest rank."""
    rank = max(1, math.ceil(round(share * len(latencies), 6)))
    return sorted(latencies)[rank - 1]
