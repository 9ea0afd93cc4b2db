"""Reports that nobody has measured, with figures that are easy to reckon with."""

from wsdemo.lab.bench.results import Report, Row, Sample
from wsdemo.lab.bench.workloads import Workload, echo, fan_out, idle

ECHO, FAN, MEMORY = echo(), fan_out(1000), idle(2000)

COSTS = {
    ECHO: {"websockets": 40.0, "scratch": 10.0, "gorilla": 8.0, "tcp": 5.0},
    FAN: {"websockets": 20.0, "scratch": 15.0, "gorilla": 20.0, "sendall": 10.0},
    MEMORY: {"websockets": 16.0, "scratch": 4.0},
}


def row(workload: Workload, peer: str, cost: float, *, server: float = 1.0) -> Row:
    """Make a row of three rounds around a cost, by a server so busy, of a core."""
    load = 0.5 if server >= 0.9 else 0.98
    paced = (0.0, 0.0, 0.0) if workload == MEMORY else (1e6 / cost if cost else 0.0, server, load)
    samples = (Sample(cost * part, *paced) for part in (1.0, 1.2, 0.9))
    return Row(workload, peer, tuple(samples))


def report(*rows: Row, notes: tuple[str, ...] = ("picows was left out: not installed",)) -> Report:
    """Make a report of some rows, or of all that are made up here."""
    made = tuple(
        row(workload, peer, cost, server=0.6 if peer == "tcp" else 1.0)
        for workload, costs in COSTS.items()
        for peer, cost in costs.items()
    )
    return Report("two cores of no make", "2026-11-26", rows or made, notes)
