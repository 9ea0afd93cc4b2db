"""The application: its door, its limits, its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.apps.chat.logs import SickLog
from tests.apps.chat.stage import Peer, staged
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.apps.chat import Chat
from wsdemo.apps.chat.chat import HELLO
from wsdemo.apps.chat.names import BadName
from wsdemo.apps.chat.session import PINGS
from wsdemo.apps.door import BUDGET
from wsdemo.log import Retention

TOKEN = "t" * 22


async def test_hello_comes_first(engine: str) -> None:
    """Only a ping may come before it."""
    async with staged(engine) as stage:
        peer = await stage.stranger()
        await peer.send("ping")
        assert await peer.hear("pong") == {"type": "pong"}
        for kind in ("join", "history", "members"):
            assert (await peer.ask(kind, room="lobby"))["code"] == "not_welcome"


async def test_who_says_nothing_is_not_waited_for(engine: str) -> None:
    """The connection is closed with 1008; one that has said hello is not."""
    clock = HandClock()
    async with staged(engine, Chat(clock=clock)) as stage:
        silent, ada = await stage.stranger(), await stage.peer("Ada")
        await until(lambda: len(stage.chat.house.hub.clients) == 2)
        clock.advance(HELLO)
        assert await silent.until_closed() == 1008
        assert (await ada.ask("rooms"))["type"] == "room_list"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": ""}, "$.text"),
        ({"text": " \n"}, "$.text"),
        ({"text": "bell\x07"}, "$.text"),
        ({"text": "x" * 2_001}, "$.text"),
        ({"text": 1}, "$.text"),
        ({"seq": -1}, "$.seq"),
        ({"seq": 2**53}, "$.seq"),
        ({"room": ""}, "$.room"),
        ({"colour": "red"}, None),
    ],
)
async def test_a_bad_message_names_the_field(
    engine: str, fields: dict[str, object], field: str | None
) -> None:
    """And the conversation goes on."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        good: dict[str, object] = {"room": "lobby", "seq": 1, "text": "x"}
        error = await ada.ask("say", **{**good, **fields})
        assert (error["code"], error.get("field")) == ("invalid", field)
        assert (await ada.ask("say", **good))["type"] == "ack"


async def test_too_many_bad_messages_are_the_end(engine: str) -> None:
    """1008; the others are none the wiser."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada"), await stage.peer("Bob")
        for _ in range(BUDGET + 1):
            await ada.connection.send("no JSON")
        assert await ada.until_closed() == 1008
        assert [each["code"] for each in ada.heard] == ["malformed"] * (BUDGET + 1)
        assert (await bob.ask("rooms"))["type"] == "room_list"


async def test_who_guesses_tokens_has_few_guesses(engine: str) -> None:
    """Then the connection is closed with 1008."""
    async with staged(engine) as stage:
        await stage.peer("Ada")
        thief = await stage.stranger()
        for number in range(BUDGET + 1):
            await thief.send("hello", id=0, nick="Ada", client="tab", token=f"{number:022}")
        assert await thief.until_closed() == 1008
        assert {each["code"] for each in thief.heard} == {"nick_taken"}


async def spend(peer: Peer, requests: int) -> None:
    """Make requests, all of which are within the rate."""
    for _ in range(requests):
        assert (await peer.ask("rooms"))["type"] == "room_list"


async def test_who_is_too_fast_is_told_when_to_go_on(engine: str) -> None:
    """By whatever connection; and who waits so long is served, as often as it takes."""
    clock = HandClock()
    async with staged(engine, Chat(rate=4, burst=3, clock=clock)) as stage:
        ada, tab = await stage.peer("Ada", token=TOKEN), await stage.peer("Ada", token=TOKEN)
        await spend(ada, 3)
        assert (await tab.ask("rooms"))["retry_after"] == 0.25
        for _ in range(3 * BUDGET):
            error = await ada.ask("rooms")
            assert (error["code"], error["retry_after"]) == ("slow_down", 0.25)
            clock.advance(0.25)
            await spend(ada, 1)


async def test_a_flood_is_the_end(engine: str) -> None:
    """Who doesn't wait when told to is closed with 1008."""
    async with staged(engine, Chat(rate=4, burst=3, clock=HandClock())) as stage:
        ada, bob = await stage.peer("Ada"), await stage.peer("Bob")
        await spend(ada, 3)
        for _ in range(BUDGET + 2):
            await ada.send("rooms", id=0)
        assert await ada.until_closed() == 1008
        assert {each["code"] for each in ada.heard} == {"slow_down"}
        await spend(bob, 3)


async def test_typing_too_fast_is_not_answered(engine: str) -> None:
    """It is dropped, like all of its kind that are too many."""
    async with staged(engine, Chat(rate=4, burst=3, clock=HandClock())) as stage:
        ada = await stage.peer("Ada", "lobby")
        for _ in range(5):
            await ada.send("typing", room="lobby")
        await ada.send("ping")
        await ada.hear("pong")
        assert {each["type"] for each in ada.heard} <= {"presence"}


async def test_pings_are_limited_too(engine: str) -> None:
    """Those that are too many are refused, and in the end so is who sends them."""
    async with staged(engine, Chat(clock=HandClock())) as stage:
        ada = await stage.stranger()
        for _ in range(PINGS + BUDGET + 1):
            await ada.send("ping")
        assert await ada.until_closed() == 1008
        kinds = [each.get("code", each["type"]) for each in ada.heard]
        assert kinds == ["pong"] * PINGS + ["slow_down"] * (BUDGET + 1)


async def test_who_reads_too_slowly_is_disconnected_and_may_come_back(engine: str) -> None:
    """1013; the others go on, and nothing is lost."""
    async with staged(engine, Chat(rate=1e6, burst=1e6)) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby", token=TOKEN)
        bob.connection.transport.pause_reading()
        seq = 0
        while len(stage.chat.house.hub.room("#lobby")) == 2:
            seq += 1
            await ada.ask("say", room="lobby", seq=seq, text="x" * 2_000)
        bob.connection.transport.resume_reading()
        assert await bob.until_closed() == 1013
        last = max((each["offset"] for each in bob.heard if each["type"] == "said"), default=0)
        again = await stage.peer("Bob", token=TOKEN)
        await again.ask("join", room="lobby", after=last)
        rest = [(await again.hear("said"))["offset"] for _ in range(seq - last)]
        assert rest == list(range(last + 1, seq + 1))


async def test_who_closes_with_1000_has_left(engine: str) -> None:
    """There is no grace period for a goodbye."""
    clock = HandClock()
    async with staged(engine, Chat(clock=clock)) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby")
        await bob.connection.close()
        await until(lambda: len(stage.chat.house.sessions) == 1)
        assert (await ada.ask("members", room="lobby"))["count"] == 1


async def test_everything_is_there_after_a_restart(engine: str, tmp_path: Path) -> None:
    """What was said, whose nick it is, and what was sent before is known again."""
    file = tmp_path / "chat.db"
    async with staged(engine, Chat(file)) as stage:
        ada = await stage.peer("Ada", "lobby", token=TOKEN)
        log = (await ada.hello("Ada", token=TOKEN))["log"]
        await ada.ask("say", room="lobby", seq=1, text="one")
    assert {each.name.split(".")[0] for each in tmp_path.iterdir()} == {"chat"}
    async with staged(engine, Chat(file)) as stage:
        thief = await stage.stranger()
        assert (await thief.hello("ada"))["code"] == "nick_taken"
        ada = await stage.peer("Ada", token=TOKEN)
        assert (await ada.ask("say", room="lobby", seq=1, text="one"))["duplicate"]
        joined = await ada.ask("join", room="lobby", after=0, log=log)
        assert (joined["last"], "lost" in joined) == (1, False)
        assert (await ada.hear("said"))["text"] == "one"


async def test_the_log_forgets_what_it_may(engine: str) -> None:
    """Who has been away for longer is told so, and gets what is left."""
    async with staged(engine, Chat(keep=Retention(count=2))) as stage:
        ada = await stage.peer("Ada")
        for seq in range(1, 6):
            await ada.ask("say", room="lobby", seq=seq, text=str(seq))
        bob = await stage.peer("Bob")
        joined = await bob.ask("join", room="lobby", after=1)
        assert (joined["lost"], joined["offset"]) == ("gone", 3)
        assert [(await bob.hear("said"))["text"] for _ in range(2)] == ["4", "5"]


async def test_a_request_that_needs_a_dead_log_can_be_made_again(engine: str) -> None:
    """It is an error, and no end."""
    async with SickLog() as log, staged(engine, Chat(log=log)) as stage:
        ada = await stage.peer("Ada")
        log.sick = True
        assert (await ada.ask("join", room="lobby"))["code"] == "not_stored"
        log.sick = False
        assert (await ada.ask("join", room="lobby"))["type"] == "joined"


async def test_the_rooms_that_are_there_from_the_start() -> None:
    """By their names, which have to be some."""
    async with Chat(rooms=["Lobby", "news"]) as chat:
        assert list(chat.house.ledger.rooms) == ["lobby", "news"]
    with pytest.raises(BadName):
        Chat(rooms=["no room"])


async def test_a_chat_that_is_not_open_has_no_house() -> None:
    """Its name and its protocols are known before."""
    with pytest.raises(RuntimeError, match="async with"):
        _ = Chat().house
    assert (Chat.name, Chat.subprotocols) == ("chat", ())


async def test_a_chat_that_ends_closes_who_is_there(engine: str) -> None:
    """With 1001, though somebody's join is under way; no task is left."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby", "@")
        closed = asyncio.create_task(ada.until_closed())
        await ada.send("join", id=0, room="lobby", after=0)
        await stage.server.shutdown()
        assert await closed == 1001
