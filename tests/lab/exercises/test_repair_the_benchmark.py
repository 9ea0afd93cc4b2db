"""The exercise `repair_the_benchmark` names the faults that are still in."""

import textwrap

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import Report, exercise, virtual_loop

NAME = "repair_the_benchmark"

# A repaired benchmark, with a place for each of the four faults.
GOOD = {
    "clock": "perf_counter",
    "first": "20",
    "wait": "due - now()",
    "ask": "requests.create_task(request(due))",
    "result": "sorted(latencies)[989]",
}
BENCHMARK = """
import asyncio, math, statistics
from wsdemo.metrics import Latency

async def benchmark(ask, time):
    now = time.{clock}
    latencies = []

    async def request(due):
        await ask()
        latencies.append(now() - due)

    for _ in range({first}):
        await ask()
    start = now()
    async with asyncio.TaskGroup() as requests:
        for n in range(1020 - {first}):
            due = start + n * 0.01
            await asyncio.sleep({wait})
            {ask}
    return {result}
"""
FAULTY = {
    "clock": "time",
    "first": "0",
    "ask": "due = now(); await request(due); await asyncio.sleep(0.01)",
    "result": "sum(latencies) / len(latencies)",
}
SHOWS = {
    "clock": ("a clock that is set", "the clock was set forward"),
    "first": ("a cold server", "still warming up"),
    "ask": ("a stall", "were not sent"),
    "result": ("a slow fiftieth", "This is the mean"),
}


async def _check(changed: dict[str, str], seconds: float = 60) -> Report:
    return await check(NAME, defined(NAME, BENCHMARK.format(**GOOD | changed)), seconds)


def _rank(changed: dict[str, str]) -> dict[str, str]:
    """Take the rank among as many as are counted, so that the warm-up is all that is wrong."""
    return {"result": "sorted(latencies)[1009]"} | changed if "first" in changed else changed


@pytest.mark.parametrize("place", FAULTY)
async def test_one_fault_left_in_is_named_by_its_effect(place: str) -> None:
    """By the server that is there for it; the other three are repaired."""
    report = await _check(_rank({place: FAULTY[place]}))
    script, fault = SHOWS[place]
    failed = {row.case: row.fault for row in report.rows if not row.ok}
    assert fault in failed[script], repr(report)
    others = [words for name, (_, words) in SHOWS.items() if name != place]
    assert not [words for words in others if words in " ".join(failed.values())]


@pytest.mark.parametrize("place", FAULTY)
async def test_one_fault_repaired_is_named_no_more(place: str) -> None:
    """And the other three are."""
    repaired = {name: code for name, code in FAULTY.items() if name != place}
    told = " ".join(row.fault for row in (await _check(_rank(repaired))).rows)
    for name, (_, words) in SHOWS.items():
        assert (words in told) is (name != place), told


async def test_all_four_are_named() -> None:
    """As the benchmark is given; a comment makes it no answer yet, so a name is changed."""
    source = exercise(NAME).stub.replace("latencies", "measured")
    told = " ".join(row.fault for row in (await check(NAME, defined(NAME, source))).rows)
    assert all(words in told for _, words in SHOWS.values())


@pytest.mark.parametrize(
    "change",
    [
        {"clock": "monotonic"},
        {"result": "statistics.quantiles(latencies, n=100)[98]"},
        {"result": "Latency.of(latencies).quantile(0.99)"},
        {"ask": "await request(due)"},  # late, and counted from when it was due
        {
            "ask": "t = now(); await ask(); latencies.append(now() - t)",
            "wait": "0.01",
            "result": "Latency.of(latencies, 0.01).quantile(0.99)",
        },
    ],
)
async def test_every_honest_way_passes(change: dict[str, str]) -> None:
    """None is prescribed: another clock, another rank, a correction afterwards."""
    report = await _check(change)
    assert report.passed, repr(report)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"result": "1000 * sorted(latencies)[989]"}, "These are milliseconds"),
        ({"result": "max(latencies)"}, "This is the longest of all."),
        ({"result": "statistics.median(latencies)"}, "the slow ones are not in it"),
        ({"result": "0.7"}, "No request, or not the right one"),
        ({"result": "latencies"}, "It returns one number"),
        ({"result": "True"}, "It returns one number"),
        ({"result": "math.nan"}, "It returns one number"),
        ({"result": "None"}, "It returns one number"),
        ({"first": "0"}, "Is it the 990th of 1,000, or of more?"),
        ({"clock": "time", "result": "sum(latencies) / 1000"}, "the clock was set forward"),
        ({"wait": "0"}, "They came faster than 100 a second"),
        ({"ask": "await request(due); await request(due)"}, "1,020 in all"),
        ({"ask": "if n < 980: await request(due)", "result": "0.002"}, "20 that warm the server"),
        ({"clock": "process_time"}, "AttributeError"),
    ],
)
async def test_another_mistake_is_named(change: dict[str, str], fault: str) -> None:
    """A unit, a rank, a load."""
    assert fault in repr(await _check(change))


async def test_a_benchmark_that_waits_for_ever_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is due, so nothing will come."""
    monkeypatch.setattr(virtual_loop, "PATIENCE", 0.01)
    report = await _check({"ask": "await asyncio.Event().wait()"})
    assert "It waits for something that never comes." in repr(report)
    assert "nothing, after 20 requests" in repr(report)


async def test_a_loop_without_end_is_stopped() -> None:
    """It burns no core for the rest of the day."""
    assert "Stopped after 0.5 s." in repr(await _check({"ask": "while True: pass"}, 0.5))


async def test_other_clocks_of_the_module_are_there() -> None:
    """In whole nanoseconds, and one that blocks."""
    source = textwrap.dedent("""
        async def benchmark(ask, time):
            wall, begin = time.time_ns(), time.perf_counter_ns()
            time.sleep(1)
            assert time.time_ns() - wall == time.monotonic_ns() - begin == 10**9
            raise NotImplementedError
    """)
    assert repr(await check(NAME, defined(NAME, source))).startswith("not done yet: ")
