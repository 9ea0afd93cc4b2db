"""A chat under load, on a scale at which nothing is measured but that everything is counted."""

from __future__ import annotations

import pytest

from wsdemo import engines, lab
from wsdemo.lab.chat_measure import ChatLoad
from wsdemo.metrics import Latency


@pytest.mark.parametrize("engine", engines.NAMES)
async def test_everybody_gets_everything_and_each_is_counted(engine: str) -> None:
    """Two rooms of three and two members."""
    load = await lab.chat_load(5, 2, messages=3, engine=engine)
    assert (load.members, load.rooms, load.messages) == (5, 2, 6)
    assert load.deliveries == 3 * 3 + 3 * 2
    assert 0 < load.latency.min <= load.latency.max <= load.seconds
    assert load.joining > 0


def test_a_load_says_what_was_measured() -> None:
    """In one line."""
    latency = Latency.of([0.001, 0.002, 0.003, 0.004])
    load = ChatLoad(1_000, 100, 4, 2.0, 1.0, latency, 2_048.0, 0.5)
    assert (load.deliveries, load.deliveries_per_second, load.cpu_per_delivery) == (4, 2.0, 0.25)
    assert repr(load) == (
        "<1,000 members in 100 rooms: 2 deliveries/s, p50 2.0 ms, p99 4.0 ms, "
        "2.0 KiB a member, 50% of a core>"
    )


@pytest.mark.parametrize(("members", "rooms", "messages"), [(1, 2, 1), (1, 0, 1), (1, 1, 0)])
async def test_a_load_of_nothing(members: int, rooms: int, messages: int) -> None:
    """Is refused."""
    with pytest.raises(ValueError, match="messages in"):
        await lab.chat_load(members, rooms, messages=messages)
