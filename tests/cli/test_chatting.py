"""A conversation at a terminal, by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.scratch.raw import until
from wsdemo import engines
from wsdemo.apps.app import serving
from wsdemo.apps.chat import Chat, ChatClient
from wsdemo.cli import chat as command
from wsdemo.cli.chatting import HELP, shown
from wsdemo.client import Dismissed

each_engine = pytest.mark.parametrize("engine", engines.NAMES)


class Typed:
    """Lines that a test types when it likes."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self.said: list[str] = []
        self.told: list[str] = []

    def type(self, line: str) -> None:
        """Type a line."""
        self._lines.put_nowait(line)

    async def lines(self) -> AsyncIterator[str]:
        """Yield what is typed."""
        while True:
            yield await self._lines.get()

    def converse(self, uri: str, **options: Any) -> asyncio.Task[None]:
        """Start a conversation as Ada."""
        work = command.converse(
            uri,
            "ada",
            lines=self.lines(),
            say=self.said.append,
            tell=self.told.append,
            echo=True,
            **options,
        )
        return asyncio.create_task(work)

    async def heard(self, line: str) -> None:
        """Wait until something was printed, on either side."""
        await until(lambda: line in [*self.said, *self.told])


@each_engine
async def test_a_conversation_by_hand(engine: str) -> None:
    """Rooms, direct messages, who is there."""
    ada = Typed()
    async with serving(Chat(rooms=["lobby", "den"]), engine=engine, pages=False) as server:
        talking = ada.converse(server.uri, engine=engine)
        async with ChatClient(server.uri, "bob", engine=engine) as bob:
            for room in ("lobby", "den", "@"):
                await bob.join(room)
            ada.type("/who")
            await ada.heard("bob (member) is here")
            await bob.say("lobby", "Hello\nthere")
            await ada.heard("[lobby] bob: Hello\n    there")
            ada.type("/direct bob psst, you")
            await ada.heard("[@] ada → bob: psst, you")
            await bob.direct("ada", "yes?")
            await ada.heard("[@] bob → ada: yes?")
            ada.type("/join den")
            ada.type("in the den")
            await ada.heard("[den] ada: in the den")
            await bob.edit("lobby", 1, "Hi")
            await ada.heard("[lobby] bob, mended: Hi")
            ada.type("/quit")
            await talking


async def test_what_can_t_be_done_is_told() -> None:
    """And the conversation goes on."""
    ada = Typed()
    async with serving(Chat(), pages=False) as server:
        talking = ada.converse(server.uri)
        ada.type("/dance")
        await ada.heard(f"there is no such command here: {HELP}")
        ada.type("/join den")
        await ada.heard("no_room: there is no room of this name")
        ada.type("/leave")
        ada.type("to nobody")
        await ada.heard("you are in no room: /join ROOM")
        ada.type("/quit")
        await talking
    assert ada.said == []


async def test_an_invitation_and_its_end() -> None:
    """Are told."""
    ada = Typed()
    async with serving(Chat(), pages=False) as server:
        talking = ada.converse(server.uri)
        async with ChatClient(server.uri, "bob") as bob:
            await bob.create("den", is_open=False)
            await until(lambda: server.metrics.snapshot().now == 2)
            ada.type("/join lobby")
            ada.type("here")
            await ada.heard("[lobby] ada: here")
            await bob.grant("den", "ada", "member")
            await ada.heard("bob invites you: /join den")
            ada.type("/join den")
            ada.type("hello")
            await ada.heard("[den] ada: hello")
            await bob.grant("den", "ada", "none")
            await ada.heard("you are out of den: bob put you out")
            ada.type("/quit")
            await talking


async def test_who_is_dismissed_is_told_at_once() -> None:
    """And doesn't have to type another line first."""
    ada, chat = Typed(), Chat()
    async with serving(chat, pages=False) as server:
        talking = ada.converse(server.uri)
        ada.type("one")
        await ada.heard("[lobby] ada: one")
        (client,) = chat.house.hub.clients
        client.disconnect(1008, "enough")
        with pytest.raises(Dismissed, match="enough"):
            await talking


def test_a_message_is_harmless_to_a_terminal() -> None:
    """Nor does it look like another one's."""
    line = shown("lobby", "eve", "\x1b[2J\n[lobby] bob: I owe eve 5")
    assert line == "[lobby] eve: \\x1b[2J\n    [lobby] bob: I owe eve 5"
