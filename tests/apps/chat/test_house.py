"""What connections share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.apps.chat.stage import staged
from tests.scratch.raw import until
from wsdemo.apps.chat import AT_MOST_ONCE, Chat
from wsdemo.apps.chat.entries import Saying
from wsdemo.apps.chat.house import House
from wsdemo.apps.chat.names import Name

SAYING = Saying(person=1, nick="Ada", client="tab", seq=1, text="x")
TOKEN = "t" * 22


@asynccontextmanager
async def opened(chat: Chat | None = None) -> AsyncIterator[House]:
    """Open a chat that nobody is served by."""
    async with chat or Chat() as chat:  # noqa: PLR1704 - the same
        yield chat.house


async def test_a_room_is_in_use_once() -> None:
    """Whoever comes finds the same one, and so the same pump."""
    async with opened() as house:
        entry = house.ledger.rooms["lobby"]
        assert house.place(entry) is house.place(entry)
        assert house.box(1) is house.box(1)


async def test_no_room_is_a_box() -> None:
    """Names of rooms can't be made to read what is somebody's own."""
    async with opened() as house:
        name = Name.parse("1")
        room = house.place(await house.ledger.make_room(name, 1)).channel
        assert room.stream != house.box(1).stream == house.box_stream(1)


@pytest.mark.parametrize(
    ("chat", "offsets"), [(Chat(), [1, 1]), (Chat(guarantee=AT_MOST_ONCE), [1, 2])]
)
async def test_what_comes_twice_is_known_again_if_that_is_guaranteed(
    chat: Chat, offsets: list[int]
) -> None:
    """Else it is another one."""
    async with opened(chat) as house:
        entries = [await house.append("#lobby", "1.tab", 1, SAYING) for _ in range(2)]
        assert [entry.offset for entry in entries] == offsets


async def test_a_rate_is_a_person_s() -> None:
    """However many connections there are, one after the other or at once."""
    async with opened() as house:
        assert house.bucket(1) is house.bucket(1)
        assert house.bucket(1) is not house.bucket(2)


async def test_a_box_is_closed_when_nobody_listens_any_more(engine: str) -> None:
    """With the person's last connection; what comes later is in the log."""
    async with staged(engine) as stage:
        house = stage.chat.house
        tabs = [await stage.peer("Ada", "@", token=TOKEN) for _ in range(2)]
        person = house.ledger.people["ada"].id
        box = house.box(person)
        await tabs[0].connection.close()
        await until(lambda: len(house.sessions[person]) == 1)
        assert house.box(person) is box
        await tabs[1].connection.close()
        await until(lambda: person not in house.sessions)
        assert house.box(person) is not box
