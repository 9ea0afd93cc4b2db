"""What a program may expect of a connection, whichever engine is at either end."""

from __future__ import annotations

import asyncio

import pytest

from tests.scratch.engines import PAIRS, Pair
from tests.scratch.fakes import open_connection
from tests.scratch.scenarios import SCENARIOS, Scenario


async def test_a_ping_that_was_refused_is_forgotten() -> None:
    """It can be refused again, for the same reason."""
    connection, _, _ = open_connection()
    for _ in range(2):
        with pytest.raises(ValueError, match="over 125"):
            await connection.ping(bytes(126))
    assert len(connection.pings) == 0


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_scenario(scenario: Scenario, pair: Pair) -> None:
    """Both engines behave the same, at both ends."""
    async with asyncio.timeout(20):
        await scenario(pair)
