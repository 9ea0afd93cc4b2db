"""Trials of a chat on real lines: two faults at chosen messages, and a storm of them at any time.

    report = await trial(AT_LEAST_ONCE)
    report["duplicated"]                    # Ann's first text: its ack was lost
    report = await storm(seed=9)
    report.holds(delivery.EXACTLY_ONCE_IN_EFFECT)

Server and clients are `wsdemo.apps.chat`, the lines are wires, and the clients write down for the
checker what they sent, were told and received.

Leaves out designs of one's own: `wsdemo.lab.rehearsal` plays these, without a network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from functools import partial
from random import Random
from typing import Any

from wsdemo import engines
from wsdemo.apps.chat import EXACTLY_ONCE_IN_EFFECT, Chat, ChatClient, Guarantee, Refused
from wsdemo.apps.chat.news import Presence, Said
from wsdemo.client import Backoff
from wsdemo.lab.app_server import app
from wsdemo.lab.delivery import Delivery, Report, inflict
from wsdemo.lab.entries import Entry
from wsdemo.lab.schedule import faults
from wsdemo.lab.wire import Wire, wire

__all__ = ["outcome", "storm", "trial", "two_faults", "watch"]

ROOM = "lobby"
PEOPLE = ("ann", "bob", "cleo")

TEXTS = 20
"""What each person says in a storm."""

KINDS = ("cut", "reset", "stall", "delay")
STORM, EVERY, OUTAGE = 0.4, 0.06, 0.1
"""Seconds: how long faults come, how often on average, how long stalls and delays last at most."""

DELAY = 0.005
"""Seconds that each byte travels in a storm, so that something is under way when a line breaks."""

# A busy machine gets its time, and a client that lost something waits no longer than that.
PATIENCE = 30.0


async def trial(
    guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT, engine: str = engines.DEFAULT
) -> Report:
    """Let Ann lose an ack and Bob be away, see `two_faults`, and judge.

    Args:
        guarantee: of server and clients.
        engine: "websockets" or "scratch".

    Raises:
        TimeoutError: somebody never heard the last text, which comes after the faults.
    """
    record = Delivery()
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        enter = stack.enter_async_context
        server = await enter(app(partial(Chat, guarantee=guarantee), engine=engine))
        anns, bobs = await enter(wire(server.uri)), await enter(wire(server.uri))
        ann = await enter(_client(anns, "ann", record, engine, guarantee))
        bob = await enter(_client(bobs, "bob", record, engine, guarantee))
        await ann.join(ROOM)
        await bob.join(ROOM)
        await two_faults(ann, bob, anns, bobs)
    return record.check()


async def two_faults(ann: ChatClient, bob: ChatClient, anns: Wire, bobs: Wire) -> None:
    """Break Ann's line while her first ack is under way; say the next thing while Bob is away."""
    anns.connections[1].down.stall()
    saying = asyncio.create_task(ann.say(ROOM, "Lunch?"))
    await anns.wait_for('"ack"', timeout=PATIENCE)
    anns.cut()
    await asyncio.gather(saying, return_exceptions=True)  # it may be Lost
    await rejoined(anns)
    await until(bob, "Lunch?")
    bobs.refuse()
    bobs.cut()
    await ann.say(ROOM, "At noon.")
    bobs.accept()
    await rejoined(bobs)
    await ann.say(ROOM, "Bye.")
    await asyncio.gather(until(ann, "Bye."), until(bob, "Bye."))


async def storm(seed: int, engine: str = engines.DEFAULT) -> Report:
    """Let three people talk while faults come at times drawn from a seed, and judge.

    Args:
        seed: of the faults.
        engine: "websockets" or "scratch".

    Raises:
        TimeoutError: somebody never heard the last text.
    """
    record = Delivery()
    trouble = faults(seed, STORM, KINDS, every=EVERY, outage=OUTAGE)
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        enter = stack.enter_async_context
        server = await enter(app(Chat, engine=engine))
        line = await enter(wire(server.uri))
        line.delay = DELAY
        clients = [await enter(_client(line, nick, record, engine)) for nick in PEOPLE]
        for client in clients:
            await client.join(ROOM)
        await asyncio.gather(inflict(trouble, line, note=record.fault), *map(_talk, clients))
        await clients[0].say(ROOM, "Bye.")
        await asyncio.gather(*(until(client, "Bye.") for client in clients))
    return record.check()


def _client(
    line: Wire,
    nick: str,
    record: Delivery,
    engine: str,
    guarantee: Guarantee = EXACTLY_ONCE_IN_EFFECT,
) -> ChatClient:
    # Ids of messages that are the same in every run: the nick, and not a name by chance.
    options: dict[str, Any] = {"program": nick, "record": record, "guarantee": guarantee}
    quick = Backoff(first=0.01, most=0.05, rng=Random(nick))
    return ChatClient(line.uri, nick, engine=engine, backoff=quick, **options)


async def _talk(client: ChatClient) -> None:
    for number in range(TEXTS):
        await client.say(ROOM, f"{client.nick} {number}")


async def outcome(asking: Awaitable[object]) -> str:
    """Ask the chat for something, and return what came of it: "done", or why not."""
    try:
        await asking
    except Refused as no:
        return f"{no.code}: {no.reason}"
    return "done"


async def watch(chat: ChatClient, nick: str) -> list[str]:
    """Read until somebody is gone, and return how they were shown on the way there."""
    seen: list[str] = []
    async for event in chat:
        if isinstance(event, Presence):
            seen += [change.presence for change in event.changes if change.nick == nick]
        if "gone" in seen:
            break
    return seen


async def until(chat: ChatClient, text: str) -> None:
    """Read until somebody says this."""
    async for event in chat:
        if isinstance(event, Said) and event.text == text:
            return


async def rejoined(line: Wire) -> None:
    """Wait until the second connection of a wire is in its room."""

    def again(entry: Entry) -> bool:
        return entry.connection == 2 and '"joined"' in str(entry)

    await line.wait_for(again, arrived=True, timeout=PATIENCE)
