"""The bench itself: every peer under every workload, in rounds.

A round goes through all peers before the next one begins. What disturbs the machine for a while,
a neighbour or its own heat, then falls on all of them, and the ratios stand.

Leaves out what the figures are good for: see `wsdemo.lab.bench.results`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from wsdemo.errors import LocalError
from wsdemo.lab.bench import golang, notes
from wsdemo.lab.bench.idle import held
from wsdemo.lab.bench.job import Job
from wsdemo.lab.bench.machine import Cores, described
from wsdemo.lab.bench.peers import GORILLA, Peer, chosen
from wsdemo.lab.bench.processes import (
    GeneratorEnded,
    GeneratorProcess,
    ServerProcess,
    python,
)
from wsdemo.lab.bench.results import Report, Row, Sample
from wsdemo.lab.bench.workloads import Kind, Workload

__all__ = ["Progress", "fitting", "measure"]

# Called with what is done, of how much, and what comes next.
Progress = Callable[[int, int, str], None]

# What a process has open beside the connections: pipes, a selector, a log.
OTHER_FILES = 100


def measure(
    workloads: Sequence[Workload],
    peers: Sequence[str],
    *,
    rounds: int,
    seconds: float,
    progress: Progress,
) -> Report:
    """Measure peers under workloads.

    Args:
        workloads: what they have to do, one after the other.
        peers: their names; one that can't run here is left out, with a note.
        rounds: how often each is measured. Memory is not, as it is no matter of time: once.
        seconds: how long each time.
        progress: called before each sample, and at the end.

    Raises:
        ValueError: a peer is unknown, or there is nothing to measure.
        LocalError: the load generator does not run.
    """
    if rounds < 1 or seconds <= 0:
        raise ValueError(f"{rounds} rounds of {seconds} s measure nothing")
    wanted, cores = chosen(peers), Cores.choose()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wsdemo-bench-")))
        generator = stack.enter_context(GeneratorProcess(cores.load))
        bench = _Bench(generator, cores, rounds, seconds, progress)
        bench.prepare(wanted, folder)
        rows = tuple(bench.rows(workloads))
    said = [str(cores), *bench.said, *notes.of_rows(rows)]
    return Report(described(), datetime.now(UTC).date().isoformat(), rows, tuple(said))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A peer that can be started.

    Attributes:
        peer: who.
        command: its command line, without the job.
    """

    peer: Peer
    command: tuple[str, ...]


class _Bench:
    """One run.

    Args:
        generator: makes the load.
        cores: who runs where.
        rounds: how often everybody is measured.
        seconds: how long.
        progress: is told what is done.

    Attributes:
        said: what a reader must know.
    """

    def __init__(
        self,
        generator: GeneratorProcess,
        cores: Cores,
        rounds: int,
        seconds: float,
        progress: Progress,
    ) -> None:
        self._generator = generator
        self._cores = cores
        self._rounds, self._seconds = rounds, seconds
        self._progress = progress
        self._ready: list[_Ready] = []
        self._done = self._total = 0
        self.said = [notes.of_open_files(generator.open_files)]

    def prepare(self, peers: Sequence[Peer], folder: Path) -> None:
        """Find out who can run here, and build what must be built."""
        for peer in peers:
            try:
                self._ready.append(_Ready(peer, _command(peer, folder)))
            except LocalError as error:
                self.said.append(f"{peer.name} was left out: {error}.")

    def rows(self, workloads: Sequence[Workload]) -> Iterator[Row]:
        """Measure all that there is."""
        fit = [self._cut(workload) for workload in workloads]
        self._total = sum(
            self._rounds_of(workload) * sum(one.peer.can(workload) for one in self._ready)
            for workload in fit
        )
        for workload in fit:
            yield from self._rows_of(workload)
        self.said += notes.of_deflate([one.peer for one in self._ready], workloads)
        self._progress(self._total, self._total, "done")

    def _cut(self, workload: Workload) -> Workload:
        fit = fitting(workload, self._generator.open_files)
        if fit.connections < workload.connections:
            self.said.append(
                f"{workload.name}: only {fit.connections:,} connections, as more descriptors were "
                f"not to be had."
            )
        return fit

    def _rounds_of(self, workload: Workload) -> int:
        return 1 if workload.kind is Kind.IDLE else self._rounds

    def _rows_of(self, workload: Workload) -> Iterator[Row]:
        present = [one for one in self._ready if one.peer.can(workload)]
        samples: dict[str, list[Sample]] = {one.peer.name: [] for one in present}
        with ExitStack() as stack:
            match = _Match(workload, self._generator, self._cores.server, stack)
            for _ in range(self._rounds_of(workload)):
                for one in present:
                    self._progress(self._done, self._total, f"{workload.name}: {one.peer.name}")
                    self._done += 1
                    if one.peer.name in samples:
                        self._sample(match, one, samples)
        for one in present:
            if one.peer.name in samples:
                yield Row(workload, one.peer.name, tuple(samples[one.peer.name]))

    def _sample(self, match: _Match, one: _Ready, samples: dict[str, list[Sample]]) -> None:
        """Add a sample; or tell what went wrong, and take the peer out of this workload."""
        name = one.peer.name
        try:
            samples[name].append(match.sample(one, self._seconds))
        except GeneratorEnded:
            raise
        except (LocalError, OSError, ValueError, psutil.Error) as error:
            self.said.append(f"{match.workload.name}: {name} was left out: {error}.")
            del samples[name]


class _Match:
    """The servers of one workload.

    Args:
        workload: what they have to do.
        generator: makes the load.
        core: where they are to run.
        stack: ends them.
    """

    def __init__(
        self, workload: Workload, generator: GeneratorProcess, core: int | None, stack: ExitStack
    ) -> None:
        self.workload = workload
        self._generator = generator
        self._core = core
        self._stack = stack
        self._servers: dict[str, ServerProcess] = {}

    def sample(self, one: _Ready, seconds: float) -> Sample:
        """Measure a peer, which is started if it does not run yet."""
        server = self._servers.get(one.peer.name)
        if server is None:
            command = [*one.command, *Job.of(self.workload).words]
            server = self._stack.enter_context(ServerProcess(command, self._core))
            self._servers[one.peer.name] = server
        try:
            if self.workload.kind is Kind.IDLE:
                number = self.workload.connections
                return held(server, self._generator, number, raw=one.peer.raw)
            sample: Sample = self._generator.order(
                "measure", server.pid, server.port, self.workload, seconds, one.peer.raw
            )
        except LocalError as error:
            raise LocalError(f"{error}{server.last_words()}") from error
        return sample


def fitting(workload: Workload, open_files: int | None) -> Workload:
    """Return a workload with no more connections than there may be.

    Args:
        workload: as it is wanted; its name stays.
        open_files: how many descriptors a process may have; None for any number.
    """
    if open_files is None or workload.connections <= open_files - OTHER_FILES:
        return workload
    return replace(workload, connections=max(open_files - OTHER_FILES, 1))


def _command(peer: Peer, folder: Path) -> tuple[str, ...]:
    """Return how a peer is started, without its job.

    Raises:
        LocalError: it can't be.
    """
    if peer.name == GORILLA:
        return (str(golang.build(folder)),)
    if (reason := peer.missing()) is not None:
        raise LocalError(reason)
    return tuple(python("wsdemo.lab.bench.child", peer.name))
