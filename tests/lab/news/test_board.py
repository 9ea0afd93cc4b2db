"""A board, and the timetable by which items come to it."""

import asyncio
import itertools
import statistics

from wsdemo.lab.news.board import START, Board, Item, prices, timetable


def test_an_item_survives_the_journey() -> None:
    """As JSON without a space, which every way carries alike."""
    item = Item(101, "ACME 250.00")
    assert item.to_json() == '{"id":101,"text":"ACME 250.00"}'
    assert Item.from_json(item.to_json()) == item
    assert str(item) == "101: ACME 250.00"


def test_items_are_numbered_and_kept() -> None:
    """From 101 on."""
    board = Board()
    assert board.last == START
    first, second = board.publish("a"), board.publish("b")
    assert (first.id, second.id, board.last) == (101, 102, 102)
    assert board.after(START) == [first, second]
    assert board.after(first.id) == [second]


async def test_a_waiter_is_woken_by_the_next_item() -> None:
    """And those that come later wait for the one after it."""
    board = Board()
    waiting = asyncio.create_task(board.wait(START))
    await asyncio.sleep(0)
    item = board.publish("a")
    assert await waiting == [item]
    assert await board.wait(START) == [item]  # at once


async def test_everybody_is_woken() -> None:
    """One item, many readers."""
    board = Board()
    waiting = [asyncio.create_task(board.wait(START)) for _ in range(3)]
    await asyncio.sleep(0)
    item = board.publish("a")
    assert await asyncio.gather(*waiting) == [[item]] * 3


async def test_waiting_ends_with_nothing() -> None:
    """When the time is up."""
    assert await Board().wait(START, 0) == []


def test_prices_have_one_size_and_one_course() -> None:
    """The same at every run, another one for another seed."""
    walk = prices(500)
    assert walk == prices(500) != prices(500, seed=1)
    assert {len(price) for price in walk} == {len("ACME 250.00")}


def test_a_timetable_has_the_rate_that_it_was_drawn_for() -> None:
    """On average, and at moments that know nothing of each other."""
    times = timetable(5000, 20)
    assert times == timetable(5000, 20) != timetable(5000, 20, seed=1)
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert min(pauses) > 0
    # Of an exponential distribution the deviation is the mean.
    assert abs(statistics.mean(pauses) * 20 - 1) < 0.05
    assert abs(statistics.stdev(pauses) * 20 - 1) < 0.05
