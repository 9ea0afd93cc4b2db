"""Requests and replies, on one connection after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.apps.chat.fake import FakeClient
from tests.scratch.raw import until
from wsdemo.apps.chat.line import FEW, Line, Lost
from wsdemo.apps.chat.messages import Hello, Rooms, Typing
from wsdemo.apps.chat.news import FromServer, RoomList, Welcome
from wsdemo.apps.chat.refusals import Refused
from wsdemo.client import ClientClosed, Dismissed, Phase

HELLO = Hello(id=0, nick="ada", client="tab")


class Scene:
    """A line over a client that a test drives."""

    def __init__(self) -> None:
        self.client = FakeClient()
        self.heard: list[FromServer] = []
        self.changes: list[bool] = []
        client: Any = self.client
        self.line = Line(client, self.hear, self.changes.append)

    async def hear(self, news: FromServer) -> None:
        """Note what came."""
        self.heard.append(news)

    async def connect(self) -> None:
        """Open a connection, and say hello on it."""
        self.client.enter(Phase.CONNECTING, Phase.OPEN)
        greeting = asyncio.ensure_future(self.line.greet(HELLO))
        number = await self.next("hello")
        self.client.deliver({"type": "welcome", "re": number, "nick": "Ada", "log": "l"})
        assert isinstance(await greeting, Welcome)

    async def next(self, kind: str) -> int:
        """Wait for a request, and return its id."""
        await until(lambda: self.client.sent)
        request = self.client.sent.pop(0)
        assert request["type"] == kind
        number: int = request["id"]
        return number

    def answer(self, number: int) -> None:
        """Answer a request for rooms."""
        self.client.deliver({"type": "room_list", "re": number, "rooms": []})


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """Run a line."""
    made = Scene()
    tasks = [asyncio.create_task(work) for work in (made.line.follow(), made.line.read())]
    yield made
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_nothing_is_asked_before_hello_was_answered() -> None:
    """Then it is, and the reply is given to who has asked."""
    async with scene() as stage:
        asking = [asyncio.ensure_future(stage.line.ask(Rooms(id=0))) for _ in range(2)]
        await stage.connect()
        first, second = await stage.next("rooms"), await stage.next("rooms")
        stage.answer(second)
        assert await asking[1] == RoomList(re=second, rooms=[])
        assert not asking[0].done()
        stage.answer(first)
        assert (await asking[0]).re == first
        assert stage.changes == [True]


async def test_an_error_is_raised() -> None:
    """With what it says."""
    async with scene() as stage:
        await stage.connect()
        asking = asyncio.ensure_future(stage.line.ask(Rooms(id=0)))
        error = {"code": "slow_down", "reason": "too fast", "retry_after": 0.5}
        stage.client.deliver({"type": "error", "re": await stage.next("rooms"), **error})
        with pytest.raises(Refused, match="slow_down: too fast") as caught:
            await asking
        assert caught.value.retry_after == 0.5


async def test_a_connection_that_goes_takes_what_was_asked_with_it() -> None:
    """A reply that comes all the same is nobody's; the next request has another id."""
    async with scene() as stage:
        await stage.connect()
        asking = asyncio.ensure_future(stage.line.ask(Rooms(id=0)))
        number = await stage.next("rooms")
        stage.client.enter(Phase.WAITING)
        with pytest.raises(Lost):
            await asking
        assert (stage.changes, stage.line.is_up) == ([True, False], False)
        await stage.connect()
        again = asyncio.ensure_future(stage.line.ask(Rooms(id=0)))
        later = await stage.next("rooms")
        stage.answer(number)
        await until(lambda: len(stage.heard) == 3)
        assert later > number
        assert not again.done()
        stage.answer(later)
        await again
        assert stage.line.number == 2


async def test_a_request_for_one_connection_does_not_wait_for_another() -> None:
    """It is lost at once, and also when there is the next one."""
    async with scene() as stage:
        await stage.connect()
        stage.client.enter(Phase.WAITING)
        await until(lambda: not stage.line.is_up)
        with pytest.raises(Lost):
            await stage.line.ask_now(Rooms(id=0), 1)
        await stage.connect()
        with pytest.raises(Lost):
            await stage.line.ask_now(Rooms(id=0), 1)
        assert stage.client.sent == []


async def test_a_greeting_that_is_lost_is_no_greeting() -> None:
    """Whoever asks still waits."""
    async with scene() as stage:
        stage.client.enter(Phase.OPEN)
        greeting = asyncio.ensure_future(stage.line.greet(HELLO))
        await stage.next("hello")
        stage.client.enter(Phase.WAITING)
        with pytest.raises(Lost):
            await greeting
        assert stage.changes == []


async def test_what_has_no_reply_is_sent_or_dropped() -> None:
    """It doesn't wait for a connection."""
    async with scene() as stage:
        await stage.line.tell(Typing(room="lobby"))
        assert stage.client.sent == []
        await stage.connect()
        await stage.line.tell(Typing(room="lobby"))
        assert stage.client.sent == [{"type": "typing", "room": "lobby"}]


async def test_what_may_get_lost_does_not_wait_in_a_long_line() -> None:
    """Else it would come before the hello of the next connection, and count as a fault."""
    async with scene() as stage:
        await stage.connect()
        stage.client.unsent = ("x",) * FEW
        await stage.line.tell(Typing(room="lobby"))
        assert stage.client.sent == []


async def test_to_wait_for_an_event_ends_with_the_connection() -> None:
    """Or with the event."""
    async with scene() as stage:
        await stage.connect()
        event = asyncio.Event()
        waiting = asyncio.ensure_future(stage.line.until(event))
        await asyncio.sleep(0)
        event.set()
        await waiting
        event.clear()
        waiting = asyncio.ensure_future(stage.line.until(event))
        stage.client.enter(Phase.WAITING)
        with pytest.raises(Lost):
            await waiting


@pytest.mark.parametrize("error", [None, Dismissed("enough", 1008)])
async def test_the_end_is_for_all(error: Dismissed | None) -> None:
    """Those who wait, those who come later; what the client does afterwards changes nothing."""
    async with scene() as stage:
        await stage.connect()
        asking = asyncio.ensure_future(stage.line.ask(Rooms(id=0)))
        await stage.next("rooms")
        stage.line.end(error)
        stage.client.enter(Phase.CLOSED)
        kind = ClientClosed if error is None else Dismissed
        for late in (asking, stage.line.ask(Rooms(id=0)), stage.line.greeted()):
            with pytest.raises(kind):
                await late


async def test_reading_ends_as_the_client_does() -> None:
    """With its error."""
    stage = Scene()
    stage.client.deliver({"type": "pong"})
    stage.client.fail(Dismissed("enough", 1008))
    with pytest.raises(Dismissed):
        await stage.line.read()
    assert len(stage.heard) == 1
