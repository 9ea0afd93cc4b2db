"""The load generator: a process of its own, that does what comes down its stdin.

Each order is the name of one of its methods and the arguments; the answer is ``("done", value)``,
or ``("failed", words)`` when the server could not be measured. First of all comes how many files
it may have open. The end of stdin is its own.

Leaves out which server and when: see `wsdemo.lab.bench.measuring`.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from typing import Any

import psutil

from wsdemo.lab import pipe
from wsdemo.lab.bench.crowd import Crowd
from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.machine import cpu_time, has_own_core
from wsdemo.lab.bench.opening import STALL, Door
from wsdemo.lab.bench.readiness import readiness
from wsdemo.lab.bench.results import Sample
from wsdemo.lab.bench.spinning import Spinning
from wsdemo.lab.bench.workloads import Kind, Workload
from wsdemo.limits import raise_open_files

__all__ = ["Generator", "main", "serve"]

STDIN, STDOUT = 0, 1

# What goes before a measurement: Python specialises its code, and buffers find their size.
WARM_UP = 0.25  # of the seconds that are measured


def main() -> None:
    """Do what is ordered, until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send(STDOUT, ("done", raise_open_files()))
    serve(STDIN, STDOUT, awake=has_own_core())


def serve(orders: int, answers: int, *, awake: bool = False) -> None:
    """Do what is ordered, until there are no more orders.

    Args:
        orders: the descriptor that they come from.
        answers: the descriptor for the answers.
        awake: whether to stay awake while there is nothing to do.
    """
    generator = Generator(awake=awake)
    with contextlib.suppress(EOFError, OSError):
        while True:
            order, *arguments = pipe.receive(orders)
            pipe.send(answers, _answer(generator, order, arguments))


def _answer(generator: Generator, order: str, arguments: list[Any]) -> tuple[str, Any]:
    try:
        return "done", getattr(generator, order)(*arguments)
    except (BadAnswer, OSError, psutil.Error) as error:
        generator.drop()
        return "failed", str(error) or type(error).__name__


class Generator:
    """What can be ordered.

    Args:
        stall: seconds of silence after which a server is given up.
        awake: whether to stay awake while there is nothing to do: see `Spinning`.

    Attributes:
        connections: those that are open.
    """

    def __init__(self, stall: float = STALL, *, awake: bool = False) -> None:
        self._stall, self._awake = stall, awake
        self.connections: list[socket.socket] = []

    def measure(self, pid: int, port: int, workload: Workload, seconds: float, raw: bool) -> Sample:
        """Open the connections of a workload, measure, and close them.

        Args:
            pid: the server's process.
            port: where it listens.
            workload: what is to be measured: not `IDLE`.
            seconds: how long.
            raw: whether the server knows nothing of WebSocket.
        """
        fans_out = workload.kind is Kind.FAN_OUT
        door = Door(port, workload.deflate, raw, fans_out, self._stall)
        if workload.kind is Kind.CONNECT:
            self._come_and_go(door, workload.connections, seconds * WARM_UP)
            meter = _Meter(pid)
            return meter.sample(self._come_and_go(door, workload.connections, seconds))
        door.open(workload.connections, self.connections)
        sample = self._talk(pid, workload, seconds, raw)
        door.close(self.connections)
        return sample

    def _talk(self, pid: int, workload: Workload, seconds: float, raw: bool) -> Sample:
        spinning = Spinning(readiness()) if self._awake else None
        ready = readiness() if spinning is None else spinning
        crowd = Crowd(self.connections, workload, raw=raw, stall=self._stall, ready=lambda: ready)
        with contextlib.closing(crowd):
            talk = crowd.listen if workload.kind is Kind.FAN_OUT else crowd.converse
            talk(seconds * WARM_UP)
            meter = _Meter(pid, spinning)
            return meter.sample(talk(seconds))

    def _come_and_go(self, door: Door, number: int, seconds: float) -> int:
        end, gone = time.perf_counter() + seconds, 0
        while not gone or time.perf_counter() < end:
            door.open(number, self.connections)
            door.close(self.connections)
            gone += number
        return gone

    def hold(self, port: int, number: int, raw: bool) -> None:
        """Open connections, and keep them.

        Args:
            port: where the server listens.
            number: how many.
            raw: whether it knows nothing of WebSocket.
        """
        Door(port, raw=raw, stall=self._stall).open(number, self.connections)

    def drop(self) -> None:
        """Close all connections, without a word."""
        while self.connections:
            self.connections.pop().close()


class _Meter:
    """Tells what a time has cost, from now on.

    Args:
        pid: the server's process.
        spinning: tells which part of our own time is spent on nothing.
    """

    def __init__(self, pid: int, spinning: Spinning | None = None) -> None:
        self._pid, self._spinning = pid, spinning
        self._own, self._server = self._own_time(), cpu_time(pid)
        self._began = time.perf_counter()

    def sample(self, number: int) -> Sample:
        """Return the sample of all that has happened.

        Args:
            number: of messages, deliveries or connections.
        """
        took = time.perf_counter() - self._began
        server, own = cpu_time(self._pid) - self._server, self._own_time() - self._own
        return Sample(server / number * 1e6, number / took, server / took, max(0.0, own / took))

    def _own_time(self) -> float:
        return time.process_time() - (0.0 if self._spinning is None else self._spinning.idle)
