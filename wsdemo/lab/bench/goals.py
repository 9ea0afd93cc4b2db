"""What `wsdemo.scratch` is to reach, as data.

Leaves out how it is measured, and what to do when a goal is missed.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsdemo.lab.bench.workloads import AT_ONCE, IN_FLIGHT, LARGE, echo, fan_out, idle

__all__ = ["GOALS", "Goal", "Verdict"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a peer may cost under a workload.

    Attributes:
        workload: its name.
        peer: whose goal it is.
        at_most: costs of the other peer, or the workload's unit when there is none.
        to: the other peer.
    """

    workload: str
    peer: str
    at_most: float
    to: str | None = None

    def __str__(self) -> str:
        of = "" if self.to is None else f" × {self.to}"
        return f"{self.workload}: {self.peer} ≤ {self.at_most:g}{of}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a goal.

    Attributes:
        goal: what was to be reached.
        figure: what was measured, as `Goal.at_most` counts; None if one of the two peers
            was not measured.
    """

    goal: Goal
    figure: float | None

    @property
    def met(self) -> bool | None:
        """Whether it was reached; None if that is not known."""
        return None if self.figure is None else self.figure <= self.goal.at_most


GOALS = (
    Goal(echo().name, "scratch", 0.5, "websockets"),
    Goal(echo().name, "scratch", 1.3, "gorilla"),
    Goal(echo().name, "scratch-callback", 1.0, "gorilla"),
    Goal(echo().name, "scratch-callback", 0.35, "websockets"),
    Goal(echo(depth=IN_FLIGHT).name, "scratch", 0.4, "gorilla"),
    Goal(echo(depth=IN_FLIGHT).name, "scratch", 0.15, "websockets"),
    *(
        Goal(fan_out(members).name, "scratch", at_most, to)
        for members in (1000, 10_000)
        for at_most, to in ((0.75, "gorilla"), (0.75, "websockets"), (1.3, "sendall"))
    ),
    Goal(fan_out(1000, AT_ONCE).name, "scratch", 0.3, "gorilla"),
    *(Goal(idle(connections).name, "scratch", 4.0) for connections in (2000, 10_000)),
    Goal(echo(LARGE, binary=True).name, "scratch", 1.0, "websockets"),
    # What the books cost is told by the same server without them.
    Goal(echo().name, "scratch+metrics", 1.05, "scratch"),
)
