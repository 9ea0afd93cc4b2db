"""What a client hears, up to which offset, and what its program has yet to read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from wsdemo.apps.chat.guarantees import AT_MOST_ONCE, EXACTLY_ONCE_IN_EFFECT, Guarantee
from wsdemo.apps.chat.hearing import Hearing
from wsdemo.apps.chat.messages import BOX
from wsdemo.apps.chat.news import Gap, Joined, Left, Pong, Presence, Said, Welcome
from wsdemo.apps.door import Error
from wsdemo.client import ClientClosed, Dismissed


def hearing(
    guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT,
    most: int = 100,
    offsets: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Hearing, list[tuple[Any, ...]]]:
    """Return a hearing, and what it notes."""
    notes: list[tuple[Any, ...]] = []
    return Hearing(guarantee, lambda *what: notes.append(what), most, offsets, "log"), notes


def joined(offset: int, lost: Any = "", room: str = "lobby") -> Joined:
    """Return the answer to a join."""
    return Joined(re=1, room=room, role="member", open=True, offset=offset, last=9, lost=lost)


def said(offset: int, room: str = "lobby") -> Said:
    """Return something that was said."""
    return Said(room=room, offset=offset, at=0.0, nick="bob", client="t", seq=offset, text="x")


async def heard(ears: Hearing, *news: Any) -> list[Any]:
    """Let some news come, and return what the program is to read of it."""
    for each in news:
        await ears.hear(each)
    ears.end(None, ClientClosed("end"))
    events = []
    while (event := await ears.next()) is not None:
        events.append(event)
    return events


async def test_what_comes_twice_is_read_once() -> None:
    """After a new connection, too."""
    ears, notes = hearing()
    ears.seat("lobby")
    events = await heard(ears, joined(3), said(4), said(5), joined(5), said(5), said(4), said(6))
    assert [event.offset for event in events] == [4, 5, 6]
    assert ears.offsets == {"lobby": 6}
    assert notes == [("joined", "lobby")]


async def test_what_is_said_where_one_does_not_listen_is_not_read() -> None:
    """Nor what comes before the answer to the join, which there is none of."""
    ears, _ = hearing()
    ears.seat("lobby")
    assert await heard(ears, said(1), said(1, "den")) == []


async def test_an_answer_that_is_late_does_not_turn_back() -> None:
    """What an earlier connection had under way was read before it."""
    ears, _ = hearing()
    seat, _ = ears.seat("lobby")
    await heard(ears, joined(3), said(4), joined(3))
    assert seat.after == 4


async def test_at_most_once_begins_where_the_server_says() -> None:
    """On every connection."""
    ears, _ = hearing(AT_MOST_ONCE)
    seat, _ = ears.seat("lobby")
    await heard(ears, joined(3), joined(8))
    assert seat.after == 8


@pytest.mark.parametrize("lost", ["gone", "ahead"])
async def test_what_is_lost_is_told(lost: str) -> None:
    """And it goes on with what is left, even if that is an offset which came before."""
    ears, _ = hearing(offsets={"lobby": 7})
    ears.seat("lobby")
    events = await heard(ears, joined(2, lost), said(3), Gap("lobby", 5), said(5), said(6))
    assert [event.offset for event in events] == [2, 3, 5, 6]


async def test_a_room_has_one_seat_whatever_its_spelling() -> None:
    """And the server's spelling in the end."""
    ears, _ = hearing()
    seat, new = ears.seat("LOBBY")
    assert (ears.seat("lobby"), new) == ((seat, False), True)
    await ears.hear(joined(3))
    assert seat.room == "lobby"


async def test_where_one_was_before_is_known() -> None:
    """The box has its offset like any room."""
    ears, _ = hearing(offsets={BOX: 5})
    seat, _ = ears.seat(BOX)
    assert seat.after == 5


async def test_where_one_was_before_is_known_in_any_spelling() -> None:
    """And of which log it is; a new log counts from the join on that tells."""
    ears, _ = hearing(offsets={"LOBBY": 5})
    seat, _ = ears.seat("lobby")
    await ears.hear(Welcome(re=1, nick="Ada", log="new"))
    assert (seat.after, seat.log) == (5, "log")
    await ears.hear(joined(0, "ahead"))
    assert (seat.after, seat.log) == (0, "new")


async def test_who_leaves_and_comes_back_goes_on_after_what_has_come() -> None:
    """Not after what was read: the rest waits to be, and would come twice."""
    ears, _ = hearing()
    ears.seat("lobby")
    for news in (joined(0), said(1), said(2)):
        await ears.hear(news)
    ears.give_up("lobby")
    seat, _ = ears.seat("lobby")
    assert seat.after == 2
    assert [event.offset for event in await heard(ears, joined(2), said(2), said(3))] == [1, 2, 3]


async def test_a_program_that_has_read_of_a_loss_is_past_it() -> None:
    """Though nothing has been said since."""
    ears, _ = hearing(offsets={"lobby": 7})
    ears.seat("lobby")
    await heard(ears, joined(7), joined(2, "ahead"))
    assert ears.offsets == {"lobby": 2}


async def test_news_that_are_for_the_program() -> None:
    """Errors that answer nobody, and who is here; replies are for who has asked."""
    ears, _ = hearing()
    presence, error = Presence("lobby", []), Error("malformed", "no JSON")
    asked = (Error("no_room", "none", 1), Left(re=1, room="lobby"), Pong())
    assert await heard(ears, presence, *asked, error) == [presence, error]


async def test_a_welcome_tells_name_and_log() -> None:
    """And is nothing to read."""
    ears, _ = hearing()
    assert (ears.nick, ears.log) == ("", "log")
    assert await heard(ears, Welcome(re=1, nick="Ada", log="new")) == []
    assert (ears.nick, ears.log) == ("Ada", "new")


async def test_who_is_put_out_is_told_and_listens_no_more() -> None:
    """On this connection, or on the return."""
    ears, notes = hearing()
    for room in ("lobby", "den"):
        ears.seat(room)
    left = Left(room="lobby", reason="x")
    ears.put_out(ears.seat("den")[0], "y")
    assert await heard(ears, left, left) == [Left(room="den", reason="y"), left]
    assert (ears.seats, notes) == ({}, [("left", "den"), ("left", "lobby")])


async def test_what_is_not_read_holds_up_what_comes() -> None:
    """The bound is the inbox's."""
    ears, _ = hearing(most=2)
    ears.seat("lobby")
    await ears.hear(joined(0))
    await ears.hear(said(1))
    second = asyncio.ensure_future(ears.hear(said(2)))
    await asyncio.sleep(0)
    assert not second.done()
    await ears.next()
    await second


async def test_the_end_comes_after_all_events_and_stays() -> None:
    """As an error, if it is one; who waits to be let in hears of it."""
    ears, _ = hearing()
    seat, _ = ears.seat("lobby")
    await ears.hear(joined(0))
    await ears.hear(said(1))
    error = Dismissed("enough", 1008)
    ears.end(error, error)
    assert await ears.next() == said(1)
    for _ in range(2):
        with pytest.raises(Dismissed):
            await ears.next()
    with pytest.raises(Dismissed):
        await seat.joined
