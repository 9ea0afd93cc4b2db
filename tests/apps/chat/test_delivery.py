"""What is promised, judged: by faults at the worst moment, and by faults at any moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.apps.chat.theatre import Theatre, theatre
from tests.scratch.raw import until
from wsdemo import lab
from wsdemo.apps.chat import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    ChatClient,
    Guarantee,
    Lost,
    Refused,
)
from wsdemo.client import Heartbeat
from wsdemo.lab import delivery
from wsdemo.lab.delivery import Verdict

FAULTS = ("cut", "reset", "half_open", "stall", "delay", "restart")


def promised(guarantee: Guarantee) -> delivery.Guarantee:
    """Return the promise that the checker knows by the same name."""
    return next(each for each in delivery.GUARANTEES if each.name == guarantee.name)


async def lose_the_answer(stage: Theatre, ada: ChatClient) -> bool:
    """Let Ada say "one", and lose what the server answers; return whether she was told so."""
    stage.wire.down.stall()
    saying = asyncio.create_task(ada.say("lobby", "one"))
    await stage.wire.wait_for('"type":"ack"')  # the server has sent it
    stage.wire.reset()
    stage.wire.resume()
    try:
        await saying
    except Lost:
        return True
    return False


async def assert_found(found: list[Verdict], stage: Theatre, ada: ChatClient) -> None:
    """Assert that these verdicts are found once all is calm, and that the promise holds."""
    await ada.say("lobby", "last")
    await until(lambda: all("last" in stage.received(nick) for nick in ("ada", "bob")))
    report = stage.check()
    assert [*report.found] == found
    assert report.holds(promised(stage.guarantee))


@pytest.mark.parametrize(
    ("guarantee", "lost", "found"),
    [
        (AT_MOST_ONCE, True, [Verdict.PARTIAL]),
        (AT_LEAST_ONCE, False, [Verdict.DUPLICATED]),
        (EXACTLY_ONCE_IN_EFFECT, False, []),
    ],
    ids=str,
)
async def test_an_acknowledgement_is_lost(
    engine: str, guarantee: Guarantee, lost: bool, found: list[Verdict]
) -> None:
    """Who retries without deduplication says it twice; who doesn't retry doesn't know."""
    async with theatre(engine, guarantee) as stage:
        ada = await stage.client("ada", "lobby")
        await stage.client("bob", "lobby", wired=False)
        assert await lose_the_answer(stage, ada) is lost
        await until(lambda: ada.listening)
        await assert_found(found, stage, ada)


@pytest.mark.parametrize(
    ("guarantee", "found"),
    [
        (AT_MOST_ONCE, [Verdict.UNKNOWN]),
        (AT_LEAST_ONCE, []),
        (EXACTLY_ONCE_IN_EFFECT, []),
    ],
    ids=str,
)
async def test_a_message_is_lost(engine: str, guarantee: Guarantee, found: list[Verdict]) -> None:
    """On its way to the server: who doesn't retry has lost it."""
    async with theatre(engine, guarantee) as stage:
        ada = await stage.client("ada", "lobby")
        await stage.client("bob", "lobby", wired=False)
        stage.wire.up.stall()
        saying = asyncio.create_task(ada.say("lobby", "one"))
        await stage.wire.wait_for('"type":"say"')
        stage.wire.reset()
        stage.wire.resume()
        await asyncio.wait([saying])
        assert isinstance(saying.exception(), Lost) is not guarantee.retries
        await until(lambda: ada.listening)
        await assert_found(found, stage, ada)


@pytest.mark.parametrize(
    ("guarantee", "found"),
    [
        (AT_MOST_ONCE, [Verdict.LOST]),
        (AT_LEAST_ONCE, []),
        (EXACTLY_ONCE_IN_EFFECT, []),
    ],
    ids=str,
)
async def test_a_member_is_away(engine: str, guarantee: Guarantee, found: list[Verdict]) -> None:
    """What is said meanwhile is lost to who doesn't resume."""
    async with theatre(engine, guarantee) as stage:
        ada = await stage.client("ada", "lobby", wired=False)
        bob = await stage.client("bob", "lobby")
        stage.wire.refuse()
        stage.wire.reset()
        await until(lambda: bob.state.phase == "WAITING")
        await ada.say("lobby", "one")
        stage.wire.accept()
        await until(lambda: bob.listening)
        await assert_found(found, stage, ada)


async def talk(chat: ChatClient, number: int) -> None:
    """Say so many things, one after the other."""
    for count in range(number):
        await chat.say("lobby", f"{chat.nick} {count}")


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_lost_or_doubled_whatever_happens(
    engine: str, seed: int, tmp_path: Path
) -> None:
    """Cuts, stalls, delays, half-open connections, and restarts of the server."""
    async with theatre(engine, file=tmp_path / "chat.db") as stage:
        heartbeat = Heartbeat(0.1, 0.3)  # finds out what is half open
        people = [await stage.client(nick, "lobby", heartbeat=heartbeat) for nick in ("ada", "bob")]
        schedule = lab.faults(seed, 0.6, FAULTS, every=0.06, outage=0.05)
        faults = lab.inflict(
            schedule, stage.wire, restart=stage.restart, delay=0.02, note=stage.record.fault
        )
        await asyncio.gather(faults, *(talk(chat, 20) for chat in people))
        await asyncio.gather(*(chat.say("lobby", f"last of {chat.nick}") for chat in people))
        await until(lambda: all(len(stage.received(chat.nick)) >= 42 for chat in people))
        report = stage.check()
        assert report.faults > 0
        assert report.found == (), report


async def test_who_has_no_access_gets_nothing(engine: str) -> None:
    """Nor who had it, from then on."""
    async with theatre(engine) as stage:
        ada, bob, eve = [await stage.client(nick) for nick in ("ada", "bob", "eve")]
        await ada.create("den", is_open=False)
        await ada.grant("den", "bob", "member")
        for member in (ada, bob):
            await member.join("den")
        with pytest.raises(Refused, match="no_access"):
            await eve.join("den")
        await ada.say("den", "one")
        await until(lambda: stage.received("bob") == ["one"])
        stage.record.leaving("bob", "den")
        await ada.grant("den", "bob", "none")
        await ada.say("den", "two")
        await until(lambda: stage.received("ada") == ["one", "two"])
        await bob.rooms()
        report = stage.check()
        assert report[Verdict.LEAKED] == report[Verdict.LOST] == ()
        assert (stage.received("bob"), stage.received("eve")) == (["one"], [])
        assert "den" not in bob.listening


async def test_a_slow_member_is_dropped_and_misses_nothing(engine: str) -> None:
    """1013, and then everything from the log."""
    async with theatre(engine) as stage:
        ada = await stage.client("ada", "lobby", wired=False)
        bob = await stage.client("bob", "lobby")
        stage.wire.down.stall()
        while len(stage.server.connections) == 2:
            last = await ada.say("lobby", "x" * 2_000)
        stage.wire.resume()
        await until(lambda: bob.offsets.get("lobby") == last.offset)
        assert len(stage.received("bob")) == last.offset
        assert stage.check().found == ()
        assert bob.listening == {"lobby"}
