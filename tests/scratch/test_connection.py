"""What a program may expect of a connection, whichever engine is at either end."""

from __future__ import annotations

import asyncio

import pytest

from tests.scratch.engines import PAIRS, Pair
from tests.scratch.scenarios import SCENARIOS, Scenario


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_scenario(scenario: Scenario, pair: Pair) -> None:
    """Both engines behave the same, at both ends."""
    async with asyncio.timeout(20):
        await scenario(pair)
