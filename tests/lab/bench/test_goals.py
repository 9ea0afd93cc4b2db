"""The goals: each about what is measured, each judged by one comparison."""

import pytest

from wsdemo.lab.bench.goals import GOALS, Goal, Verdict
from wsdemo.lab.bench.peers import PEERS
from wsdemo.lab.bench.workloads import workloads


def _names(quick: bool) -> set[str]:
    return {workload.name for workload in workloads(quick)}


def test_every_goal_is_one_of_a_workload_that_is_measured() -> None:
    """A name that is misspelt would be a goal that nobody can miss."""
    peers = {peer.name for peer in PEERS}
    assert {goal.workload for goal in GOALS} <= _names(True) | _names(False)
    assert {goal.peer for goal in GOALS} | {goal.to for goal in GOALS if goal.to} <= peers


def test_the_quick_run_judges_all_but_the_largest_crowds() -> None:
    """And it measures nothing that no goal is about."""
    judged = {goal.workload for goal in GOALS}
    assert _names(True) <= judged
    assert all("10,000" in name for name in judged - _names(True))


@pytest.mark.parametrize(
    ("figure", "met"), [(0.49, True), (0.5, True), (0.500001, False), (None, None)]
)
def test_a_goal_is_met_up_to_its_figure(figure: float | None, met: bool | None) -> None:
    """At most is at most; what was not measured is neither met nor missed."""
    assert Verdict(Goal("echo", "scratch", 0.5, "websockets"), figure).met is met


def test_a_goal_reads_as_a_sentence() -> None:
    """With the other peer, or with the unit's figure alone."""
    assert str(Goal("echo", "scratch", 0.5, "tcp")) == "echo: scratch ≤ 0.5 × tcp"
    assert str(Goal("memory", "scratch", 4.0)) == "memory: scratch ≤ 4"
