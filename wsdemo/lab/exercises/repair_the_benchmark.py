"""Exercise of notebook 07: repair a benchmark that has four faults.

The benchmark runs on ordinary `asyncio`, in a world in which waiting takes no time
(`virtual_loop`), against servers whose latency is known (`scripted_latency`): each shows one of
the faults, by the number that comes out. A wrong number is compared with what every combination of
faults gives, and the fewest that explain it are named.

Leaves out overhead: nothing but the server takes time here, so a number is right or wrong.
"""

import asyncio
import functools
import math
from collections.abc import Callable, Coroutine
from itertools import chain, combinations
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.scripted_latency import (
    COUNT,
    INTERVAL,
    SCRIPTS,
    TOTAL,
    WARM_UP,
    Fault,
    Script,
    Server,
    outcome,
    percentile,
)
from wsdemo.lab.exercises.virtual_loop import Stuck, VirtualLoop

STUB = '''\
import asyncio


async def benchmark(ask, time):
    """Return the 99th percentile of the latency, in seconds, at 100 requests a second.

    ask(): a coroutine that sends a request and returns when it is answered.
    time: like the module, with its clocks.
    """
    latencies = []
    for _ in range(20 + 1000):  # the server needs 20 to warm up
        begin = time.time()
        await ask()
        latencies.append(time.time() - begin)
        await asyncio.sleep(0.01)
    return sum(latencies) / len(latencies)
'''

SOLUTION = '''\
import asyncio


async def benchmark(ask, time):
    """Return the 99th percentile of the latency, in seconds, at 100 requests a second."""
    latencies = []

    async def request(due):
        await ask()
        latencies.append(time.perf_counter() - due)

    for _ in range(20):  # the server needs 20 to warm up
        await ask()
    start = time.perf_counter()
    async with asyncio.TaskGroup() as requests:
        for n in range(1000):
            due = start + n * 0.01
            await asyncio.sleep(due - time.perf_counter())
            requests.create_task(request(due))
    return sorted(latencies)[989]  # 990 of 1,000 took no longer
'''

RULES = """
**Repair `benchmark(ask, time)`.** It is to return the 99th percentile of the latency, in seconds,
of a server that gets 100 requests a second, and it has **four faults**.

- `await ask()` sends one request and returns when it has been answered. Several may be under way.
- 20 requests warm the server up and don't count; the next 1,000 do. Send no more and no fewer.
- `time` is like the module: `time.time()`, `time.perf_counter()`, `time.monotonic()`.

The checker plays five servers whose latencies it knows. It does so in a world in which waiting
takes no time: ten seconds of benchmark are over at once, and come out the same every time.
"""

HINTS = """
Let the checker show you the faults one by one: each server but the first is there for one of them.
Three of the four are mended by changing a word or a line.

`time.time()` is the clock on the wall, which is set now and then. `sum(...) / len(...)` is no
percentile: sort, and take the one that 99 % don't exceed. And what is appended for the first 20?

The fourth is the loop: it sends the next request when the last one is answered, so a server that
stands still is left in peace. Who keeps a timetable sends at `start + n * 0.01`, whatever happens.

Wait until a request is due with `asyncio.sleep(due - time.perf_counter())`, start it as a task of
an `asyncio.TaskGroup`, and take the time from `due` to the answer.
"""

EXPLANATION = (
    "Warm up first; a clock that is never set; requests by the timetable, each in a task of its "
    "own, with its latency counted from the time at which it was due; and the nearest rank."
)

TOLERANCE = 0.05  # percentiles are defined in nine ways, which differ by less
CLOSE = 0.02  # and a fault is recognized by its number
LEAST_SPAN = 0.9 * COUNT * INTERVAL  # seconds
BEGAN = 1.7e9  # what the clock on the wall says at first, in seconds


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="repair_the_benchmark",
        notebook="07_measure_it",
        subject="benchmark",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=lambda: [_case(script) for script in SCRIPTS],
    )


def _case(script: Script) -> Case:
    expected = f"{seconds(outcome(script))}, from {TOTAL:,} requests"
    return Case(script.name, script.story, expected, functools.partial(examine, script))


def seconds(value: float) -> str:
    """Write a latency."""
    return f"{value:.3g} s"


class Clocks:
    """What a benchmark is given for the module `time`.

    Args:
        loop: tells the time.
        server: may set the clock on the wall.
    """

    def __init__(self, loop: VirtualLoop, server: Server) -> None:
        self._server = server
        self.sleep = loop.block
        self.monotonic = self.perf_counter = loop.time

    def time(self) -> float:
        """Return what the clock on the wall says, which may have been set."""
        return BEGAN + self.perf_counter() + self._server.wall

    def time_ns(self) -> int:
        """Return the same in nanoseconds."""
        return round(self.time() * 1e9)

    def perf_counter_ns(self) -> int:
        """Return the time in nanoseconds."""
        return round(self.perf_counter() * 1e9)

    monotonic_ns = perf_counter_ns


def examine(script: Script, answer: Any) -> Verdict:
    """Run a benchmark against a server, and judge its number."""
    server = Server(script)

    @functools.wraps(answer)
    def run() -> Any:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            loop = runner.get_loop()
            assert isinstance(loop, VirtualLoop)
            return runner.run(answer(_asking(loop, server), Clocks(loop, server)))

    try:
        done = answers.call(run)
    except Stuck:
        sent = f"nothing, after {_requests(len(server.arrivals))}"
        return Verdict(sent, "It waits for something that never comes.")
    if done.fault:
        return Verdict(done.came_back, done.fault)
    if done.value is None:
        answers.refuse_blank(answer)
    return _judge(script, server, done.value)


def _asking(loop: VirtualLoop, server: Server) -> Callable[[], Coroutine[Any, Any, None]]:
    async def ask() -> None:
        now = loop.time()
        await asyncio.sleep(server.answer(now) - now)

    return ask


def _requests(count: int) -> str:
    return f"{count:,} request{'' if count == 1 else 's'}"


def _judge(script: Script, server: Server, value: Any) -> Verdict:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        fault = "It returns one number: seconds."
        return Verdict(answers.tidy(value), fault)
    came_back = f"{seconds(value)}, from {_requests(len(server.arrivals))}"
    return Verdict(came_back, _load(script, server) or _number(script, value))


def _load(script: Script, server: Server) -> str:
    """Say what is wrong with the requests that were sent."""
    count = len(server.arrivals)
    if count == COUNT:
        return "The 1,000 that count come after 20 that warm the server up: 1,020 in all."
    if count != TOTAL:
        return f"{WARM_UP} requests warm the server up, and {COUNT:,} count: {TOTAL:,} in all."
    # A timetable by the clock on the wall goes too fast when that is set: the number will tell.
    if server.arrivals[-1] - server.arrivals[WARM_UP] < LEAST_SPAN and not script.steps:
        return "They came faster than 100 a second, and that is another load."
    return ""


def _number(script: Script, value: float) -> str:
    """Say what is wrong with the number that came out."""
    truth = outcome(script)
    if math.isclose(value, truth, rel_tol=TOLERANCE):
        return ""
    for faults in chain.from_iterable(combinations(Fault, size) for size in range(1, 5)):
        if math.isclose(value, outcome(script, faults), rel_tol=CLOSE):
            return " And: ".join(fault.value for fault in faults)
    if math.isclose(value, truth * 1000, rel_tol=TOLERANCE):
        return "These are milliseconds; seconds are asked for."
    return _elsewhere(script, value)


def _elsewhere(script: Script, value: float) -> str:
    """Say where in the true distribution a number lies."""
    server = Server(script)
    due = [number * INTERVAL for number in range(TOTAL)]
    latencies = [server.answer(at) - at for at in due][WARM_UP:]
    if math.isclose(value, max(latencies), rel_tol=CLOSE):
        return "This is the longest of all. 990 of the 1,000 took no longer than the number asked."
    if math.isclose(value, percentile(latencies, 0.5), rel_tol=CLOSE):
        return (
            "This is what the usual request takes, and the slow ones are not in it. Is it the "
            "990th of 1,000, or of more?"
        )
    if script.steps:
        return Fault.CLOCK.value
    return "No request, or not the right one, took that long."
