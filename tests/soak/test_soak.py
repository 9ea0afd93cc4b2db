"""A short soak finds nothing wrong with the engine, and something with every engine that is."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.soak.conftest import Soaked
from tests.soak.control import ROOT
from tests.soak.run import QUICK, Settings, Soak


@pytest.mark.parametrize("handler", ["coroutine", "callback"])
async def test_three_hundred_visitors(handler: str) -> None:
    """Good and bad, they get what they are due, and leave nothing behind."""
    result = await Soak(Settings(seed=2026, handler=handler, visitors=300)).run()
    assert not result.ledger.findings
    assert result.ledger.outcomes.total() == 300
    assert {kind for kind, _ in result.ledger.outcomes} == set(QUICK)
    assert result.ledger.messages > 300


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("loses", "lost"),
        ("duplicates", "duplicated"),
        ("reorders", "reordered"),
        ("alters", "altered"),
        ("misspeaks", "wrong ending"),
        ("complains", "error logged"),
        ("dies", "server died"),
    ],
)
async def test_a_faulty_server_is_found_out(soaked: Soaked, fault: str, name: str) -> None:
    """The fault is called by its name; a server without one is not blamed for anything."""
    assert name in (await soaked("pipelined", fault=fault, visitors=12)).ledger.names


async def test_the_same_visitors_find_nothing_wrong_with_a_sound_server(soaked: Soaked) -> None:
    """It is the faults that were found, not the visitors who made them."""
    result = await soaked("pipelined", visitors=12)
    assert not result.ledger.names
    assert result.ledger.outcomes.total() == 12


@pytest.mark.parametrize(
    ("fault", "name"),
    [("keeps tasks", "tasks leaked"), ("keeps descriptors", "descriptors leaked")],
)
async def test_what_a_server_keeps_is_found(soaked: Soaked, fault: str, name: str) -> None:
    """However long one waits, it doesn't go away."""
    assert name in (await soaked("pinger", fault=fault, settle=1)).ledger.names


async def test_three_hundred_octets_per_connection_are_found(soaked: Soaked) -> None:
    """With the line of code that has allocated them."""
    many: dict[str, Any] = {"visitors": 200, "rounds": 3}
    result = await soaked("pinger", fault="keeps octets", **many)
    assert result.ledger.names == {"memory leaked"}
    assert any("handlers.py" in place for place in result.places)


async def test_a_connection_that_hangs_is_named(soaked: Soaked) -> None:
    """With its number, which brings it back, and how far it got."""
    result = await soaked("in turn", fault="stalls", visitors=1, patience=2, first=77)
    (finding,) = result.ledger.findings
    assert (finding.fault.name, finding.visitor, finding.kind) == ("hangs", 77, "in turn")
    assert "messages came" in str(finding)


async def test_a_server_with_too_many_faults_is_left(soaked: Soaked) -> None:
    """The tenth of a thousand faults tells as much as the last."""
    result = await soaked("pipelined", fault="duplicates", visitors=10_000)
    assert result.ledger.outcomes.total() < 100


def test_one_visitor_again_from_the_command_line() -> None:
    """As the line under a finding says."""
    words = ["--seed", "7", "--only", "1234", "--handler", "coroutine"]
    command = [sys.executable, "-m", "tests.soak", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "seed 7" in done.stdout
    assert done.stdout.count("(1)") == 1
