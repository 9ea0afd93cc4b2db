"""The client: begin, listen, come back, end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.apps.chat.stage import Stage, staged
from tests.apps.chat.theatre import theatre
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.apps.chat import Chat, ChatClient, Pace, Refused
from wsdemo.apps.chat.news import Granted, Invited, Joined, Left, Presence, Said
from wsdemo.client import Backoff, ClientClosed, Deadlines, Dismissed, Heartbeat, Unreachable
from wsdemo.errors import StateError
from wsdemo.log import Retention

TOKEN = "t" * 22


async def test_a_conversation(engine: str) -> None:
    """What is said is acknowledged and heard."""
    async with staged(engine) as stage:
        uri = stage.server.uri
        async with (
            ChatClient(uri, "ada", engine=engine) as ada,
            ChatClient(uri, "bob", engine=engine) as bob,
        ):
            joined = [await chat.join("lobby") for chat in (ada, bob)]
            assert [each.offset for each in joined] == [0, 0]
            ack = await ada.say("lobby", "Hello")
            said = [each async for each in taken(bob, 1)]
            assert [(each.text, each.offset) for each in said] == [("Hello", ack.offset)]
            assert bob.offsets == {"lobby": 1}


def client(stage: Stage, engine: str) -> ChatClient:
    """Return a client, to be entered."""
    return ChatClient(stage.server.uri, "ada", engine=engine)


async def taken(chat: ChatClient, number: int) -> AsyncIterator[Said]:
    """Yield what is said to a client, so many."""
    async for event in chat:
        if isinstance(event, Said):
            yield event
            number -= 1
            if not number:
                return


async def test_a_nick_of_somebody_else_is_refused_at_once(engine: str) -> None:
    """By the token it is one's own."""
    async with staged(engine) as stage:
        uri = stage.server.uri
        async with ChatClient(uri, "Ada", engine=engine) as ada:
            with pytest.raises(Refused, match="nick_taken"):
                async with ChatClient(uri, "ada", engine=engine):
                    pytest.fail("the nick was stolen")
            async with ChatClient(uri, "ADA", engine=engine, token=ada.token) as tab:
                assert tab.nick == "Ada"


async def test_a_room_that_is_not_for_us(engine: str) -> None:
    """The error says so, and the room may be joined later."""
    async with staged(engine) as stage, client(stage, engine) as ada:
        with pytest.raises(Refused, match="no_room"):
            await ada.join("den")
        await ada.create("den")
        assert (await ada.join("den")).role == "owner"
        assert ada.listening == {"den"}


async def test_a_client_that_nobody_answers(engine: str) -> None:
    """Raises what it met, and leaves nothing behind."""
    async with staged(engine) as stage:
        uri = stage.server.uri
    with pytest.raises(Unreachable):
        async with ChatClient(uri, "ada", engine=engine, backoff=Backoff(retries=0)):
            pytest.fail("nobody is there")


async def test_the_end_is_told_to_all_who_ask_later(engine: str) -> None:
    """Those who say, join, ask and listen."""
    async with staged(engine) as stage:
        async with client(stage, engine) as ada:
            await ada.join("lobby")
        for late in (ada.say("lobby", "x"), ada.history("lobby"), ada.join("den")):
            with pytest.raises(ClientClosed):
                await late
        assert [event async for event in ada if isinstance(event, Said)] == []


async def test_who_is_dismissed_hears_why(engine: str) -> None:
    """After everything that came before."""
    async with staged(engine) as stage, client(stage, engine) as ada:
        await ada.join("lobby")
        await ada.say("lobby", "last words")
        (session,) = stage.chat.house.sessions[stage.chat.house.ledger.people["ada"].id]
        await until(lambda: session.client.rooms["#lobby"].snapshot().delivered)
        session.client.disconnect(1008, "enough")
        assert [each.text async for each in taken(ada, 1)] == ["last words"]
        with pytest.raises(Dismissed):
            _ = [each async for each in ada]
        with pytest.raises(Dismissed):
            await ada.say("lobby", "x")


async def test_a_program_that_begins_again_goes_on_where_it_was(engine: str) -> None:
    """With nick, token, offsets and log of the one before."""
    async with staged(engine) as stage:
        uri = stage.server.uri
        async with ChatClient(uri, "ada", engine=engine) as first:
            await first.join("lobby")
            for text in ("one", "two"):
                await first.say("lobby", text)
            assert [each.text async for each in taken(first, 1)] == ["one"]
        async with ChatClient(
            uri,
            "ada",
            engine=engine,
            token=first.token,
            offsets=first.offsets,
            log=first.log,
        ) as second:
            await second.join("lobby")
            assert [each.text async for each in taken(second, 1)] == ["two"]


async def test_offsets_of_another_log_are_not_taken_for_ones_of_this(engine: str) -> None:
    """However many entries there are by now; everything that is left comes."""
    async with staged(engine) as stage:
        uri = stage.server.uri
        async with ChatClient(uri, "bob", engine=engine) as bob:
            for text in ("one", "two", "three"):
                await bob.say("lobby", text)
        async with ChatClient(uri, "ada", engine=engine, offsets={"lobby": 2}, log="old") as ada:
            assert (await ada.join("lobby")).lost == "ahead"
            assert [each.text async for each in taken(ada, 3)] == ["one", "two", "three"]


async def test_a_connection_that_is_lost_while_a_join_has_to_wait(engine: str) -> None:
    """The rooms are joined on the next one; the client doesn't wait for the old one."""
    clock, slow = HandClock(), HandClock()
    chat = Chat(rooms=("lobby", "den"), rate=1, burst=1, clock=slow)
    async with theatre(engine, chat=chat) as stage:
        deadlines = Deadlines(connect=None, send=None)  # nothing sets timers but who has to wait
        ada = await stage.client("ada", "lobby", clock=clock, deadlines=deadlines)
        joining = asyncio.ensure_future(ada.join("den"))
        await until(lambda: clock.pending)  # told to slow down
        stage.wire.reset()
        await until(lambda: ada.state.phase == "WAITING")

        def is_done() -> bool:
            for each in (clock, slow) if clock.pending else ():
                each.advance(0.5)
            return joining.done()

        await until(is_done)
        assert ada.listening == {"lobby", "den"}


async def test_a_room_that_is_left_before_it_was_joined(engine: str) -> None:
    """Whoever waits for the answer hears that there is none, and nobody is in the room."""
    clock, slow = HandClock(), HandClock()
    chat = Chat(rooms=("lobby", "attic", "den"), rate=1, burst=2, clock=slow)
    async with theatre(engine, chat=chat) as stage:
        deadlines = Deadlines(connect=None, send=None)
        ada = await stage.client("ada", "lobby", "attic", clock=clock, deadlines=deadlines)
        joining = asyncio.ensure_future(ada.join("den"))
        await until(lambda: clock.pending)  # told to slow down
        leaving = asyncio.ensure_future(ada.leave("den"))
        with pytest.raises(StateError, match="den was left"):
            await joining
        slow.advance(60)
        clock.advance(60)
        await leaving
        slow.advance(60)
        await ada.rooms()  # after whatever is still asked
        assert ada.listening == {"lobby", "attic"}
        den = chat.house.place(chat.house.ledger.rooms["den"])
        assert len(den.presence) == len(den.channel.room) == 0


async def test_what_is_gone_is_told(engine: str) -> None:
    """And what is left comes."""
    async with staged(engine, Chat(keep=Retention(count=1))) as stage:
        uri = stage.server.uri
        async with ChatClient(uri, "ada", engine=engine, offsets={"lobby": 0}) as ada:
            for text in ("one", "two"):
                await ada.say("lobby", text)
            assert (await ada.join("lobby")).lost == "gone"
            event = await anext(ada)
            assert isinstance(event, Joined)
            assert event.offset == 1
            assert [each.text async for each in taken(ada, 1)] == ["two"]


async def test_a_server_that_has_forgotten_everything_is_joined_afresh(engine: str) -> None:
    """As one whose log is in memory, after a restart: nick, token and rooms are taken again."""
    async with theatre(engine) as stage:
        ada = await stage.client("ada", "lobby")
        for text in ("one", "two"):
            await ada.say("lobby", text)
        await until(lambda: stage.received("ada") == ["one", "two"])
        await stage.restart()
        await ada.say("lobby", "three")
        await until(lambda: "three" in stage.received("ada"))
        assert ada.offsets == {"lobby": 1}


async def test_who_is_put_out_while_away_is_told_on_the_return(engine: str) -> None:
    """The room is left, and the client goes on."""
    async with theatre(engine) as stage:
        ada = await stage.client("ada", wired=False)
        await ada.create("den")
        bob = await stage.client("bob", "den")
        stage.wire.refuse()
        stage.wire.reset()
        await ada.grant("den", "bob", "none")
        stage.wire.accept()
        await until(lambda: "left" in {each.kind for each in stage.record.run.events})
        assert (await bob.rooms()).rooms[0].room == "lobby"
        assert not bob.listening


async def test_news_of_a_person_s_own(engine: str) -> None:
    """An invitation, and its end."""
    async with staged(engine) as stage:
        uri = stage.server.uri
        async with (
            ChatClient(uri, "ada", engine=engine) as ada,
            ChatClient(uri, "bob", engine=engine) as bob,
        ):
            await ada.create("den", is_open=False)
            await ada.grant("den", "bob", "member")
            assert await anext(bob) == Invited("den", "member", "ada")
            await bob.join("den")
            await ada.grant("den", "bob", "none")
            while not isinstance(event := await anext(bob), Left):
                assert isinstance(event, Presence | Granted)
            assert event.reason == "ada put you out"
            assert not bob.listening


async def test_a_program_that_does_not_read_holds_up_no_more_than_itself(engine: str) -> None:
    """Its inbox is bounded; what doesn't fit waits at the server, and comes in the end."""
    async with staged(engine) as stage:
        uri = stage.server.uri
        async with (
            ChatClient(uri, "ada", engine=engine) as ada,
            ChatClient(uri, "bob", engine=engine, inbox=3) as bob,
        ):
            await bob.join("lobby")
            for number in range(20):
                await ada.say("lobby", str(number))
            heard = [each.text async for each in taken(bob, 20)]
            assert heard == [str(number) for number in range(20)]


async def test_who_vanishes_half_open_is_away_and_then_gone(engine: str) -> None:
    """The server's keepalive finds it out; the rest goes by the clock."""
    clock = HandClock()
    chat = Chat(clock=clock, pace=Pace(5, 60, 1))
    async with theatre(engine, chat=chat, keepalive=0.3) as stage:
        ada = await stage.client("ada", "lobby", wired=False)
        bob = await stage.client("bob", "lobby", heartbeat=Heartbeat(60, 60))
        stage.wire.refuse()
        stage.wire.half_open()
        await until(lambda: chat.house.ledger.people["bob"].id not in chat.house.sessions)
        shown = [await presence(ada, "bob")]
        for seconds in (6, 61):
            clock.advance(seconds)
            shown.append(await presence(ada, "bob"))
        assert shown == ["here", "away", None]
        stage.wire.reset()  # as when his machine is back
        await until(lambda: bob.state.phase == "WAITING")


async def presence(chat: ChatClient, nick: str) -> str | None:
    """Return how somebody is shown in the lobby."""
    members = (await chat.members("lobby")).members
    return next((each.presence for each in members if each.nick == nick), None)


async def test_a_join_that_was_cancelled_is_still_under_way(engine: str) -> None:
    """Who waits no more doesn't undo it."""
    async with staged(engine) as stage, client(stage, engine) as ada:
        joining = asyncio.ensure_future(ada.join("lobby"))
        await asyncio.sleep(0)
        joining.cancel()
        assert (await ada.join("lobby")).room == "lobby"
