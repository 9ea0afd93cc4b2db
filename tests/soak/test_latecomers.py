"""Each visitor that lets a timer run out, with a server that is not patient."""

from __future__ import annotations

from typing import Any

import pytest

from tests.soak.conftest import Soaked
from tests.soak.latecomers import LATECOMERS

BEAT = 0.05
TIMES: dict[str, dict[str, Any]] = {
    "late": {"open_timeout": BEAT},
    "deaf": {"ping_interval": BEAT, "ping_timeout": BEAT},
    "patient": {},
    "sulky": {"close_timeout": BEAT},
    "clinging": {"close_timeout": BEAT},
}


@pytest.mark.parametrize("kind", LATECOMERS)
async def test_the_server_does_not_wait_for_ever(soaked: Soaked, kind: str) -> None:
    """Each gets the ending that it is due."""
    result = await soaked(kind, times=TIMES[kind], visitors=2)
    assert not result.ledger.findings
    assert result.ledger.outcomes.total() == 2


async def test_a_server_that_waits_for_ever_is_found(soaked: Soaked) -> None:
    """The visitor says what it was waiting for."""
    result = await soaked("late", times={"open_timeout": None}, visitors=1, patience=2)
    (finding,) = result.ledger.findings
    assert finding.fault.name == "hangs"
    assert "408" in finding.fault.detail
