"""The measurements of notebook 01, in small."""

import pytest

from wsdemo.lab.news.board import prices, timetable
from wsdemo.lab.news.clients import Way
from wsdemo.lab.news.experiments import octets_per_update, race, rates, sign_of_life

PAYLOAD = len('{"id":101,"text":"ACME 250.00"}')


@pytest.mark.parametrize(("way", "wrapping"), [(Way.EVENTS, 22), (Way.WEBSOCKET, 2)])
async def test_an_update_costs_its_wrapping(way: Way, wrapping: int) -> None:
    """To the octet."""
    assert await octets_per_update(way, 3) == PAYLOAD + wrapping


async def test_both_kinds_of_polling_cost_the_same_per_update() -> None:
    """When every question finds something."""
    polling = await octets_per_update(Way.POLLING, 3)
    assert polling == await octets_per_update(Way.LONG_POLLING, 3) > 200


@pytest.mark.parametrize(
    ("way", "kinds", "octets"),
    [
        (Way.POLLING, ["GET", "200", "BODY"], None),
        (Way.LONG_POLLING, ["GET", "200", "BODY"], None),
        (Way.EVENTS, ["BODY"], 8),
        (Way.WEBSOCKET, ["PING", "PONG"], 16),
    ],
)
async def test_every_way_has_a_sign_of_life(way: Way, kinds: list[str], octets: int | None) -> None:
    """One, and not its neighbours."""
    entries = await sign_of_life(way)
    assert [str(entry).partition(" ")[0] for entry in entries] == kinds
    assert octets in (None, sum(len(entry.raw) for entry in entries))


async def test_a_race_has_every_item_in_every_lane() -> None:
    """None of them faster than the network."""
    feed = list(zip(timetable(5, 50), prices(5), strict=True))
    delays = await race(feed, every=0.05, transit=0.01)
    assert set(delays) == set(Way)
    assert all(len(late) == 5 and min(late) >= 0.01 for late in delays.values())


async def test_asking_seldom_is_cheaper() -> None:
    """In proportion, and what is pushed depends on the feed alone."""
    feed = list(zip(timetable(20, 50), prices(20), strict=True))
    pushed, asked = await rates(feed, (0.05, 0.2))
    assert asked[0.05] > 2 * asked[0.2]
    assert pushed > 0
