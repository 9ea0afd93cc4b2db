"""What is asked, and what is answered, over the wire."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from tests.apps.chat.logs import GatedLog
from tests.apps.chat.stage import Peer, Stage, staged
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.apps.chat import AT_MOST_ONCE, Chat, Pace
from wsdemo.apps.chat.answers import BEHIND, TYPES
from wsdemo.hub import Client

TOKEN = "t" * 22


async def say(peer: Peer, room: str, *texts: str) -> None:
    """Say things, numbered from 1."""
    for seq, text in enumerate(texts, 1):
        assert (await peer.ask("say", room=room, seq=seq, text=text))["type"] == "ack"


async def test_a_nick_is_whose_it_was_first(engine: str) -> None:
    """Whoever comes without the token is refused, in whatever spelling."""
    async with staged(engine) as stage:
        ada = await stage.stranger()
        welcome = await ada.hello("Ada")
        assert welcome["type"] == "welcome"
        thief = await stage.stranger()
        for stolen in ("Ada", "ADA", "Ａｄａ"):
            reply = await thief.hello(stolen, token=TOKEN)
            assert (reply["code"], reply["field"]) == ("nick_taken", "$.nick")
        tab = await stage.stranger()
        again = await tab.hello("ada", token=welcome["token"])
        assert (again["nick"], "token" in again) == ("Ada", False)


async def test_a_token_of_one_s_own_is_not_told_back(engine: str) -> None:
    """A welcome that is lost then loses nothing: the same hello is welcome again."""
    async with staged(engine) as stage:
        for _ in range(2):
            ada = await stage.stranger()
            welcome = await ada.hello("Ada", token=TOKEN)
            assert welcome.keys() == {"type", "re", "nick", "log"}


async def test_hello_twice_is_as_good_as_once(engine: str) -> None:
    """But not as another person."""
    async with staged(engine) as stage:
        ada = await stage.stranger()
        for _ in range(2):
            assert (await ada.hello("Ada", token=TOKEN))["type"] == "welcome"
        assert (await ada.hello("Bob", token=TOKEN))["code"] == "not_welcome"


async def test_a_connection_takes_one_name(engine: str) -> None:
    """What it is refused is still to be had."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        assert (await ada.hello("Bob", token=TOKEN))["code"] == "not_welcome"
        assert (await (await stage.stranger()).hello("Bob"))["type"] == "welcome"


@pytest.mark.parametrize("nick", ["a b", "", "x" * 33, "\u3164"])
async def test_a_bad_name_is_refused(engine: str, nick: str) -> None:
    """With the field that it is in."""
    async with staged(engine) as stage:
        peer = await stage.stranger()
        reply = await peer.ask("hello", nick=nick, client="tab")
        assert reply["type"] == "error"
        assert (reply["code"], reply["field"]) in {("bad_name", "$.nick"), ("invalid", "$.nick")}


async def test_who_joins_is_told_what_the_room_is(engine: str) -> None:
    """And by which name it is shown."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        joined = await ada.ask("join", room="LOBBY")
        del joined["re"]
        assert joined == {
            "type": "joined",
            "room": "lobby",
            "role": "member",
            "open": True,
            "offset": 0,
            "last": 0,
        }


@pytest.mark.parametrize(
    ("room", "code"), [("nowhere", "no_room"), ("den", "no_access"), ("#", "bad_name")]
)
async def test_a_room_that_is_not_for_one(engine: str, room: str, code: str) -> None:
    """Nothing of it can be asked."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada"), await stage.peer("Bob")
        await ada.ask("create", room="den", open=False)
        for kind in ("join", "history", "members", "leave"):
            assert (await bob.ask(kind, room=room))["code"] == code
        assert (await bob.ask("say", room=room, seq=1, text="x"))["code"] == code


async def test_what_was_missed_comes_and_then_what_is_new(engine: str) -> None:
    """In order, and once."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, "lobby", "one", "two", "three")
        bob = await stage.peer("Bob")
        joined = await bob.ask("join", room="lobby", after=1)
        assert (joined["offset"], joined["last"]) == (1, 3)
        await ada.ask("say", room="lobby", seq=4, text="four")
        texts = [(await bob.hear("said"))["text"] for _ in range(3)]
        assert texts == ["two", "three", "four"]


async def test_to_join_again_goes_on_where_one_says(engine: str) -> None:
    """And nothing comes twice for having joined twice."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, "lobby", "one")
        await ada.hear("said")
        await ada.ask("join", room="lobby", after=1)
        await ada.ask("say", room="lobby", seq=2, text="two")
        await ada.ask("say", room="lobby", seq=3, text="three")
        assert [(await ada.hear("said"))["offset"] for _ in range(2)] == [2, 3]


async def test_an_offset_of_another_log_is_told_apart(engine: str) -> None:
    """A server that has begun anew says so, even if it is as far as the old one was."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, "lobby", "one", "two")
        bob = await stage.peer("Bob")
        joined = await bob.ask("join", room="lobby", after=1, log="another")
        assert (joined["offset"], joined["lost"]) == (0, "ahead")
        assert [(await bob.hear("said"))["offset"] for _ in range(2)] == [1, 2]


async def test_at_most_once_gives_nothing_afterwards(engine: str) -> None:
    """Who was away has missed it."""
    async with staged(engine, Chat(guarantee=AT_MOST_ONCE)) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, "lobby", "one", "two")
        joined = await (await stage.peer("Bob")).ask("join", room="lobby", after=0)
        assert joined["offset"] == 2


async def test_who_has_left_hears_nothing_more(engine: str) -> None:
    """To leave a room that one isn't in is fine."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby")
        for _ in range(2):
            assert (await bob.ask("leave", room="lobby"))["type"] == "left"
        await say(ada, "lobby", "one")
        assert (await ada.hear("said"))["text"] == "one"
        await bob.ask("rooms")
        assert not [each for each in bob.heard if each["type"] == "said"]


async def test_history_comes_in_pages(engine: str) -> None:
    """From the newest back to the beginning, edits shown."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, "lobby", "one", "two", "three")
        await ada.ask("edit", room="lobby", seq=4, offset=1, text="ONE")
        await ada.hear("edited")
        newest = await ada.ask("history", room="lobby", limit=2)
        assert [each["text"] for each in newest["messages"]] == ["two", "three"]
        first = await ada.ask("history", room="lobby", before=newest["before"])
        assert [(each["text"], each["edited"]) for each in first["messages"]] == [("ONE", True)]
        assert "before" not in first


async def test_who_is_put_out_meanwhile_gets_no_history(engine: str) -> None:
    """Access is what it is when the page is sent."""
    async with GatedLog() as log, staged(engine, Chat(log=log)) as stage:
        ada, bob = await stage.peer("Ada"), await stage.peer("Bob")
        await ada.ask("create", room="den")
        await say(ada, "den", "secret")
        async with log.closed():
            asking = asyncio.ensure_future(bob.ask("history", room="den"))
            await until(lambda: log.waiting)
            await ada.ask("grant", room="den", nick="Bob", role="none")
        assert (await asking)["code"] == "no_access"


async def test_members_are_listed_with_role_and_presence(engine: str) -> None:
    """Each person once."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", token=TOKEN)
        await ada.ask("create", room="den")
        await ada.ask("join", room="den")
        await stage.peer("Ada", "den", token=TOKEN)
        await stage.peer("Bob", "den")
        reply = await ada.ask("members", room="den")
        assert reply["count"] == 2
        assert reply["members"] == [
            {"nick": "Ada", "presence": "here", "role": "owner"},
            {"nick": "Bob", "presence": "here"},
        ]


async def test_rooms_are_those_that_one_may_know_of(engine: str) -> None:
    """Open ones, and those one is invited to."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob")
        await ada.ask("create", room="den", open=False)
        assert [each["room"] for each in (await ada.ask("rooms"))["rooms"]] == ["lobby", "den"]
        assert (await bob.ask("rooms"))["rooms"] == [
            {"room": "lobby", "open": True, "role": "member", "members": 1}
        ]


async def test_a_name_of_a_room_is_taken_once(engine: str) -> None:
    """By whoever made it."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada"), await stage.peer("Bob")
        for _ in range(2):
            assert (await ada.ask("create", room="Den"))["room"] == "Den"
        assert (await bob.ask("create", room="den"))["code"] == "room_taken"


async def test_who_is_invited_hears_of_it_and_may_come(engine: str) -> None:
    """Members are told of the role."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada"), await stage.peer("Bob")
        await ada.ask("create", room="den", open=False, role="reader")
        await ada.ask("join", room="den")
        assert (await ada.ask("grant", room="den", nick="BOB", role="reader"))["type"] == "done"
        invited = await bob.hear("invited")
        assert invited == {"type": "invited", "room": "den", "role": "reader", "by": "Ada"}
        assert (await bob.ask("join", room="den"))["role"] == "reader"
        assert (await ada.hear("granted"))["nick"] == "Bob"
        assert (await bob.ask("say", room="den", seq=1, text="x"))["code"] == "forbidden"


async def test_who_is_put_out_hears_nothing_more(engine: str) -> None:
    """On none of the connections, and can't come back."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        await ada.ask("create", room="den")
        tabs = [await stage.peer("Bob", "den", token=TOKEN) for _ in range(2)]
        await ada.ask("grant", room="den", nick="Bob", role="none")
        await say(ada, "den", "secret")
        for tab in tabs:
            assert (await tab.hear("left"))["reason"] == "Ada put you out"
            assert (await tab.ask("join", room="den"))["code"] == "no_access"
            assert not [each for each in tab.heard if each["type"] == "said"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"nick": "Nobody", "role": "member"}, "no_person"),
        ({"nick": "Ada", "role": "member"}, "last_owner"),
        ({"nick": "a b", "role": "member"}, "bad_name"),
    ],
)
async def test_a_role_that_can_t_be_given(engine: str, fields: dict[str, Any], code: str) -> None:
    """Says why."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        await ada.ask("create", room="den")
        assert (await ada.ask("grant", room="den", **fields))["code"] == code


async def test_members_of_an_open_room_give_no_roles(engine: str) -> None:
    """Nobody makes themselves an owner."""
    async with staged(engine) as stage:
        bob = await stage.peer("Bob", "lobby")
        reply = await bob.ask("grant", room="lobby", nick="Bob", role="owner")
        assert reply["code"] == "forbidden"


async def test_typing_is_told_to_the_others(engine: str) -> None:
    """Not to one's own tabs, nor by who isn't in the room."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby", token=TOKEN)
        tab = await stage.peer("Ada", "lobby", token=TOKEN)
        bob, eve = await stage.peer("Bob", "lobby"), await stage.peer("Eve")
        await eve.send("typing", room="lobby")
        await eve.ask("rooms")
        await ada.send("typing", room="lobby")
        told = await bob.hear("typing")
        assert told == {"type": "typing", "room": "lobby", "nick": "Ada", "seconds": TYPES}
        for own in (ada, tab):
            await own.ask("rooms")
            assert not [each for each in own.heard if each["type"] == "typing"]


async def test_who_is_behind_is_not_told_who_types(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the first thing to be dropped."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby")
        monkeypatch.setattr(Client, "waiting", BEHIND + 1)
        await ada.send("typing", room="lobby")
        await say(ada, "lobby", "one")
        assert (await bob.hear("said"))["text"] == "one"
        assert "typing" not in [each["type"] for each in bob.heard]


async def test_one_s_box_is_one_s_own(engine: str) -> None:
    """It has no members, and nobody writes into it but by direct messages."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        joined = await ada.ask("join", room="@")
        assert (joined["room"], joined["role"], joined["open"]) == ("@", "reader", False)
        assert (await ada.ask("members", room="@"))["code"] == "bad_name"
        assert (await ada.ask("say", room="@", seq=1, text="x"))["code"] == "bad_name"


async def come_and_vanish(stage: Stage) -> None:
    """Let Bob come and go, without a closing handshake."""
    bob = await stage.peer("Bob", "lobby", token=TOKEN)
    bob.connection.transport.abort()
    await until(lambda: len(stage.chat.house.sessions) == 1)


async def test_who_vanishes_is_away_and_gone_and_who_returns_in_time_is_neither(
    engine: str,
) -> None:
    """By the clock of the chat."""
    clock = HandClock()
    chat = Chat(clock=clock, pace=Pace(5, 60, 1))
    async with staged(engine, chat) as stage:
        ada = await stage.peer("Ada", "lobby")
        await come_and_vanish(stage)
        clock.advance(4)
        await come_and_vanish(stage)  # within the grace period
        clock.advance(4)
        assert await changes(ada) == [("Ada", "here"), ("Bob", "here")]
        clock.advance(2)
        assert await changes(ada) == [("Bob", "away")]
        clock.advance(61)
        assert await changes(ada) == [("Bob", "gone")]


async def changes(peer: Peer) -> list[tuple[str, str]]:
    """Return the changes of presence that somebody was told of."""
    await peer.ask("rooms")
    told = [each["changes"] for each in peer.heard if each["type"] == "presence"]
    peer.heard.clear()
    return [(each["nick"], each["presence"]) for each in itertools.chain(*told)]


async def test_who_leaves_after_a_break_is_gone(engine: str) -> None:
    """The leave that was lost comes on the next connection, where one doesn't sit any more."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await come_and_vanish(stage)
        bob = await stage.peer("Bob", token=TOKEN)
        assert (await bob.ask("leave", room="lobby"))["type"] == "left"
        (member,) = (await ada.ask("members", room="lobby"))["members"]
        assert member["nick"] == "Ada"
