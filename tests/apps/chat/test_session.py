"""One connection of somebody's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.scratch.raw import until
from wsdemo.apps.chat import Chat
from wsdemo.apps.chat.ledger import Person
from wsdemo.apps.chat.names import Name
from wsdemo.apps.chat.news import Left
from wsdemo.apps.chat.permissions import Action, Role
from wsdemo.apps.chat.refusals import Refused
from wsdemo.apps.chat.session import Seat, Session, parse

TOKEN = "t" * 22


class Line:
    """A connection that keeps what is sent over it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.close_code: int | None = None

    async def send(self, message: str) -> None:
        """Keep it."""
        self.sent.append(message)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Note the code."""
        self.close_code = code


@asynccontextmanager
async def session(line: Line | None = None) -> AsyncIterator[Session]:
    """Open a chat with one connection, of which nothing is known."""
    connection: Any = line or Line()
    async with Chat() as chat, chat.house.hub.client(connection) as client:
        yield Session(chat.house, connection, client)


async def ada(house: Any) -> Person:
    """Return Ada."""
    person: Person = await house.ledger.person(Name.parse("Ada"), TOKEN)
    return person


async def test_nobody_is_known_before_hello() -> None:
    """And nothing can be asked."""
    async with session() as made:
        assert not made.known
        with pytest.raises(Refused, match="not_welcome"):
            made.place("lobby", Action.READ)


async def test_what_is_said_is_named_by_person_and_program() -> None:
    """So that a person's programs count each for itself."""
    async with session() as made:
        person = await ada(made.house)
        made.begin(person, "tab")
        assert made.author == f"{person.id}.tab"
        with pytest.raises(Refused, match="not_welcome"):
            made.begin(person, "another")


async def test_a_room_for_readers_is_read_only() -> None:
    """Each action is asked for by itself."""
    async with session() as made:
        await made.house.ledger.make_room(Name.parse("news"), None, standard=Role.READER)
        made.begin(await ada(made.house), "tab")
        assert made.place("NEWS", Action.READ).entry.name == "news"
        with pytest.raises(Refused, match="forbidden: readers don't write"):
            made.place("news", Action.WRITE)


async def test_who_sits_is_here_once_and_who_stands_up_is_gone() -> None:
    """However often one sits down."""
    async with session() as made:
        made.begin(await ada(made.house), "tab")
        place = made.place("lobby", Action.READ)
        for _ in range(2):
            made.sit(Seat(place.channel, place))
        assert len(place.presence) == len(place.channel.room) == 1
        for _ in range(2):
            made.stand(place.channel.stream)
        assert len(place.presence) == len(place.channel.room) == 0


async def test_who_is_put_out_is_told_once() -> None:
    """And hears nothing more; who doesn't sit there isn't told."""
    async with session(line := Line()) as made:
        made.begin(await ada(made.house), "tab")
        place = made.place("lobby", Action.READ)
        made.sit(Seat(place.channel, place))
        for _ in range(2):
            made.put_out(place.channel, Left(room="lobby", reason="x"))
        await until(lambda: line.sent)
        await asyncio.sleep(0)
        assert line.sent == ['{"type":"left","room":"lobby","reason":"x"}']


@pytest.mark.parametrize(("code", "here"), [(1000, 0), (1001, 1), (1006, 1), (None, 1)])
async def test_only_a_goodbye_is_one(code: int | None, here: int) -> None:
    """Every other end is followed by the grace period: a page that is loaded again says 1001."""
    async with session(line := Line()) as made:
        made.begin(await ada(made.house), "tab")
        place = made.place("lobby", Action.READ)
        made.sit(Seat(place.channel, place))
        line.close_code = code
        await made.end()
        assert len(place.presence) == here
        assert made.house.sessions == {}


async def test_the_end_of_nobody() -> None:
    """Is nothing."""
    async with session() as made:
        await made.end()
        assert made.house.sessions == {}


def test_a_bad_name_is_refused_with_its_field() -> None:
    """A good one is taken."""
    assert parse("Ada", "$.nick").key == "ada"
    with pytest.raises(Refused) as caught:
        parse("a b", "$.nick")
    assert (caught.value.code, caught.value.field) == ("bad_name", "$.nick")
