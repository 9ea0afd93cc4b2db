"""What is said, edited, deleted, and said directly, over the wire."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.apps.chat.logs import GatedLog, SickLog
from tests.apps.chat.stage import Peer, staged
from tests.scratch.raw import until
from wsdemo.apps.chat import AT_LEAST_ONCE, Chat

TOKEN = "t" * 22


async def say(peer: Peer, seq: int, text: str = "text", room: str = "lobby") -> dict[str, Any]:
    """Say something."""
    return await peer.ask("say", room=room, seq=seq, text=text)


async def test_what_is_said_is_acknowledged_and_told_to_all(engine: str) -> None:
    """With its offset and time, to the author, too."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby")
        ack = await say(ada, 7, "one\ntwo")
        del ack["re"]
        assert ack.keys() == {"type", "room", "seq", "offset", "at"}
        for peer in (ada, bob):
            assert await peer.hear("said") == {
                "type": "said",
                "room": "lobby",
                "offset": ack["offset"],
                "at": ack["at"],
                "nick": "Ada",
                "client": "tab",
                "seq": 7,
                "text": "one\ntwo",
            }


async def test_what_is_said_again_is_there_once(engine: str) -> None:
    """The acknowledgement tells; the next one is another."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        acks = [await say(ada, 1), await say(ada, 1), await say(ada, 2)]
        assert [(ack["offset"], ack.get("duplicate")) for ack in acks] == [
            (1, None),
            (1, True),
            (2, None),
        ]


async def test_nobody_uses_up_the_numbers_of_another(engine: str) -> None:
    """Though all may call their programs the same."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby")
        await say(ada, 1, "Ada's")
        ack = await say(bob, 1, "Bob's")
        assert (ack["offset"], ack.get("duplicate")) == (2, None)


async def test_at_least_once_takes_what_comes_again_for_new(engine: str) -> None:
    """That is what it leaves out."""
    async with staged(engine, Chat(guarantee=AT_LEAST_ONCE)) as stage:
        ada = await stage.peer("Ada", "lobby")
        assert [(await say(ada, 1))["offset"] for _ in range(2)] == [1, 2]


async def test_an_edit_is_told_to_all(engine: str) -> None:
    """By the offset of what it changes."""
    async with staged(engine) as stage:
        ada, bob = await stage.peer("Ada", "lobby"), await stage.peer("Bob", "lobby")
        await say(ada, 1)
        ack = await ada.ask("edit", room="lobby", seq=2, offset=1, text="better")
        edited = await bob.hear("edited")
        assert (edited["target"], edited["text"], edited["offset"]) == (1, "better", ack["offset"])


async def test_only_the_author_edits(engine: str) -> None:
    """Not an owner either: nobody puts words into another's mouth."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        await ada.ask("create", room="den")
        bob = await stage.peer("Bob", "den")
        await say(bob, 1, room="den")
        reply = await ada.ask("edit", room="den", seq=1, offset=1, text="x")
        assert reply["code"] == "forbidden"


async def test_the_author_and_owners_delete(engine: str) -> None:
    """And nobody else; to delete again changes nothing."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada")
        await ada.ask("create", room="den")
        bob, eve = await stage.peer("Bob", "den"), await stage.peer("Eve", "den")
        for seq in (1, 2):
            await say(bob, seq, room="den")
        replies = [
            await eve.ask("delete", room="den", seq=1, offset=1),
            await bob.ask("delete", room="den", seq=3, offset=1),
            await ada.ask("delete", room="den", seq=1, offset=2),
            await ada.ask("delete", room="den", seq=1, offset=2),
        ]
        assert [reply["type"] for reply in replies] == ["error", "ack", "ack", "ack"]
        assert [(await eve.hear("deleted"))["nick"] for _ in range(2)] == ["Bob", "Ada"]


async def test_what_is_deleted_can_t_be_edited_and_is_not_shown(engine: str) -> None:
    """Neither to who looks back, nor to who comes later."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, 1, "regretted")
        await ada.ask("delete", room="lobby", seq=2, offset=1)
        await ada.hear("deleted")
        reply = await ada.ask("edit", room="lobby", seq=3, offset=1, text="x")
        assert reply["code"] == "no_message"
        bob = await stage.peer("Bob")
        await bob.ask("join", room="lobby", after=0)
        (page,) = (await bob.ask("history", room="lobby"))["messages"]
        for shown in (await bob.hear("said"), page):
            assert (shown["text"], shown["deleted"]) == ("", True)


@pytest.mark.parametrize(("kind", "role"), [("edit", "reader"), ("delete", "none")])
async def test_what_one_may_no_more_is_refused_in_the_middle(
    engine: str, kind: str, role: str
) -> None:
    """While it is looked up whose it is, the role may change."""
    async with GatedLog() as log, staged(engine, Chat(log=log)) as stage:
        ada = await stage.peer("Ada")
        await ada.ask("create", room="den")
        bob = await stage.peer("Bob", "den")
        await say(bob, 1, room="den")
        fields = {"text": "other"} if kind == "edit" else {}
        async with log.closed():
            asking = asyncio.ensure_future(bob.ask(kind, room="den", seq=2, offset=1, **fields))
            await until(lambda: log.waiting)
            await ada.ask("grant", room="den", nick="Bob", role=role)
        assert (await asking)["code"] == {"edit": "forbidden", "delete": "no_access"}[kind]


@pytest.mark.parametrize("offset", [2, 3])
async def test_only_what_was_said_can_be_changed(engine: str, offset: int) -> None:
    """Neither an edit, nor what isn't there."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "lobby")
        await say(ada, 1)
        await ada.ask("edit", room="lobby", seq=2, offset=1, text="x")
        for kind in ({"kind": "edit", "text": "y"}, {"kind": "delete"}):
            reply = await ada.ask(room="lobby", seq=3, offset=offset, **kind)
            assert (reply["code"], reply["field"]) == ("no_message", "$.offset")


async def test_a_direct_message_is_for_two(engine: str) -> None:
    """It is in both boxes, on all their connections, and in nobody else's."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "@", token=TOKEN)
        tab, bob = await stage.peer("Ada", "@", token=TOKEN), await stage.peer("Bob", "@")
        eve = await stage.peer("Eve", "@")
        for _ in range(2):  # sent again, and there once
            ack = await ada.ask("direct", to="BOB", seq=1, text="psst")
        assert (ack["room"], ack["offset"], ack["duplicate"]) == ("@", 1, True)
        for peer in (ada, tab, bob):
            said = await peer.hear("said")
            assert (said["nick"], said["to"], said["text"]) == ("Ada", "Bob", "psst")
            await peer.ask("rooms")
        await eve.ask("rooms")
        assert "said" not in [each["type"] for peer in (ada, tab, bob, eve) for each in peer.heard]


async def test_a_direct_message_waits_for_who_is_not_there(engine: str) -> None:
    """In the box, as long as the log keeps it."""
    async with staged(engine) as stage:
        bob = await stage.peer("Bob", token=TOKEN)
        await bob.connection.close()
        ada = await stage.peer("Ada")
        await ada.ask("direct", to="Bob", seq=1, text="psst")
        bob = await stage.peer("Bob", token=TOKEN)
        await bob.ask("join", room="@", after=0)
        assert (await bob.hear("said"))["text"] == "psst"


async def test_a_direct_message_to_oneself_is_there_once(engine: str) -> None:
    """And one to nobody is refused."""
    async with staged(engine) as stage:
        ada = await stage.peer("Ada", "@")
        assert (await ada.ask("direct", to="Ada", seq=1, text="note"))["offset"] == 1
        assert (await ada.ask("direct", to="Nobody", seq=2, text="x"))["code"] == "no_person"
        assert len((await ada.ask("history", room="@"))["messages"]) == 1


async def test_a_log_that_dies_is_told_and_loses_nothing(engine: str) -> None:
    """What was acknowledged is there, and the rest can be sent again."""
    async with SickLog() as log, staged(engine, Chat(log=log)) as stage:
        ada = await stage.peer("Ada", "lobby", "@")
        await stage.peer("Bob")
        await say(ada, 1, "one")
        log.sick = True
        assert (await say(ada, 2, "two"))["code"] == "not_stored"
        reply = await ada.ask("direct", to="Bob", seq=3, text="psst")
        assert reply["code"] == "not_stored"
        log.sick = False
        await say(ada, 2, "two")
        page = await ada.ask("history", room="lobby")
        assert [each["text"] for each in page["messages"]] == ["one", "two"]
