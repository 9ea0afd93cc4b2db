"""What the bench has measured: samples, rows of them, and the report.

The median stands for a row, because a noisy machine makes single rounds slow and hardly ever
fast; the spread beside it says how far to trust it. Ratios are of medians of the same run.

Leaves out how anything is shown: that is for the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from wsdemo.lab.bench.goals import GOALS, Goal, Verdict
from wsdemo.lab.bench.workloads import Workload

__all__ = ["Goal", "Report", "Row", "Sample", "Verdict"]


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round has told of a peer.

    Attributes:
        cost: in the workload's unit: CPU time of the server for each message, delivery or
            connection, or KiB for each idle connection.
        rate: messages, deliveries or connections in a second; 0 when idle.
        server_busy: the share of one core that the server used.
        load_busy: the share of one core that the load generator used.
    """

    cost: float
    rate: float
    server_busy: float
    load_busy: float


@dataclass(frozen=True, slots=True)
class Row:
    """What all rounds have told of a peer under a workload.

    Attributes:
        workload: what it had to do.
        peer: its name.
        samples: one for each round; at least one.
    """

    workload: Workload
    peer: str
    samples: tuple[Sample, ...]

    @property
    def cost(self) -> float:
        """The median cost, in the workload's unit."""
        return median(sample.cost for sample in self.samples)

    @property
    def rate(self) -> float:
        """The median rate, per second."""
        return median(sample.rate for sample in self.samples)

    @property
    def server_busy(self) -> float:
        """The median share of one core that the server used."""
        return median(sample.server_busy for sample in self.samples)

    @property
    def load_busy(self) -> float:
        """The median share of one core that the load generator used."""
        return median(sample.load_busy for sample in self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest cost of all rounds."""
        costs = [sample.cost for sample in self.samples]
        return min(costs), max(costs)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of the bench has told.

    Attributes:
        machine: in words: processor, cores, system, Python.
        date: of the run, as YYYY-MM-DD.
        rows: one for each workload and peer that could be measured.
        notes: what a reader must know beside: what was left out and why, how many descriptors
            there were, what ran on which core, where the load generator was the bottleneck.
    """

    machine: str
    date: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def row(self, workload: str, peer: str) -> Row | None:
        """Return the row of a peer under a workload, if there is one."""
        return next(
            (row for row in self.rows if (row.workload.name, row.peer) == (workload, peer)), None
        )

    def ratio(self, workload: str, peer: str, to: str) -> float | None:
        """Return what a peer costs, in costs of another; None if either was not measured."""
        one, other = self.row(workload, peer), self.row(workload, to)
        if one is None or other is None or other.cost == 0:
            return None
        return one.cost / other.cost

    @property
    def goals(self) -> tuple[Verdict, ...]:
        """Whether the goals are met whose workload was measured."""
        measured = {row.workload.name for row in self.rows}
        return tuple(
            Verdict(goal, self._figure(goal)) for goal in GOALS if goal.workload in measured
        )

    def _figure(self, goal: Goal) -> float | None:
        if goal.to is not None:
            return self.ratio(goal.workload, goal.peer, goal.to)
        row = self.row(goal.workload, goal.peer)
        return None if row is None else row.cost
