"""What the bench lets every server do: the workloads, by name.

A workload says what the load generator asks of a server, and nothing of how either is built. Its
cost is always the server's, in the workload's `unit`.

Leaves out the goals: see `wsdemo.lab.bench.goals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

__all__ = ["Kind", "Workload", "connect", "echo", "fan_out", "idle", "workloads"]

# Enough that the server always has something to do, few enough that its caches stay warm.
ECHO_CONNECTIONS = 50
IN_FLIGHT = 16
AT_ONCE = 10

SMALL, MEDIUM, LARGE = 64, 1024, 65536


class Kind(StrEnum):
    """What happens on the connections of a workload."""

    ECHO = "echo"
    FAN_OUT = "fan-out"
    IDLE = "idle"
    CONNECT = "connect"

    @property
    def unit(self) -> str:
        """What the cost of such a workload is counted in."""
        return _UNITS[self]


_UNITS = {
    Kind.ECHO: "µs/message",
    Kind.FAN_OUT: "µs/delivery",
    Kind.IDLE: "KiB/connection",
    Kind.CONNECT: "µs/connection",
}


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing to measure.

    Attributes:
        name: for people, and to find its rows in a report.
        kind: what happens.
        connections: how many there are; of `CONNECT`, how many are opened at a time.
        size: bytes of payload in a message.
        depth: messages in flight on each connection (echo), or sent at once to each (fan-out).
        binary: whether the messages are binary; else they are text.
        deflate: whether permessage-deflate is negotiated, and used in both directions.
    """

    name: str
    kind: Kind
    connections: int
    size: int = SMALL
    depth: int = 1
    binary: bool = False
    deflate: bool = False

    @property
    def unit(self) -> str:
        """What its cost is counted in."""
        return self.kind.unit


def echo(
    size: int = SMALL, depth: int = 1, *, binary: bool = False, deflate: bool = False
) -> Workload:
    """Return the workload in which every message comes back to its sender."""
    amount = f"{size} B" if size < 1024 else f"{size // 1024} KiB"
    name = (
        f"echo {amount} {'binary' if binary else 'text'}, "
        f"{'one at a time' if depth == 1 else f'{depth} in flight'}"
        f"{', deflate' if deflate else ''}"
    )
    return Workload(name, Kind.ECHO, ECHO_CONNECTIONS, size, depth, binary, deflate)


def fan_out(members: int, depth: int = 1) -> Workload:
    """Return the workload in which the server sends the same to everybody."""
    what = "one message" if depth == 1 else f"{depth} messages at once"
    return Workload(f"fan-out of {what} to {members:,}", Kind.FAN_OUT, members, depth=depth)


def idle(connections: int) -> Workload:
    """Return the workload in which connections are open, and no more."""
    return Workload(f"memory of {connections:,} idle connections", Kind.IDLE, connections)


def connect() -> Workload:
    """Return the workload in which clients come, and go at once."""
    return Workload("open and close a connection", Kind.CONNECT, ECHO_CONNECTIONS)


def workloads(quick: bool) -> tuple[Workload, ...]:
    """Return what the bench measures.

    Args:
        quick: only what the goals name, and smaller crowds: two minutes in all.
    """
    return tuple(_quick() if quick else _full())


def _quick() -> Iterator[Workload]:
    yield echo()
    yield echo(depth=IN_FLIGHT)
    yield echo(LARGE, binary=True)
    yield fan_out(1000)
    yield fan_out(1000, AT_ONCE)
    yield idle(2000)


def _full() -> Iterator[Workload]:
    kinds = product((False, True), (SMALL, MEDIUM, LARGE), (False, True), (1, IN_FLIGHT))
    for deflate, size, binary, depth in kinds:
        yield echo(size, depth, binary=binary, deflate=deflate)
    yield from map(fan_out, (100, 1000, 10_000))
    yield fan_out(1000, AT_ONCE)
    yield idle(10_000)
    yield connect()
