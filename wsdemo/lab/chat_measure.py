"""`chat_load()`: a chat with many members, and how fast everybody gets what is said.

    await lab.chat_load(members=200, rooms=20)

The server has a process of its own, and with two cores one to itself; all members are in this one.
In every room one of them speaks, and says the next when everybody in the room has the last: so
nothing queues that nobody has asked for, and the latency is that of a server which does this and
nothing else. It counts from right before the message is sent, through the log, until a member has
read it, for each member of the room.

Leaves out resends and faults: the members believe the network, for what is measured is the server;
and other machines: the clocks of both ends are one. With few cores the members' own work is part of
every latency, and the limit of the deliveries.
"""

from __future__ import annotations

import asyncio
import functools
import json
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from wsdemo import engines, scratch
from wsdemo.apps.chat import Chat, Pace
from wsdemo.lab.app_server import AppServer, app
from wsdemo.lab.words import amount
from wsdemo.limits import raise_open_files
from wsdemo.metrics import Latency, LatencyRecorder

__all__ = ["ChatLoad", "chat_load"]

AT_ONCE = 50
"""Members that come at the same time: fewer than a listening socket lets wait."""

BATCH = 30.0
"""Seconds for which the news of who has come is held back: to tell a thousand who have just come of
one another costs more than what is measured, and would be counted with it."""

SAID = '{"type":"said"'


@dataclass(frozen=True, slots=True, repr=False)
class ChatLoad:
    """What was measured.

    Attributes:
        members: how many there were.
        rooms: how many they were spread over.
        messages: that were said, in all rooms.
        seconds: from the first that was said until everybody had the last.
        joining: seconds until everybody was in.
        latency: from the sending of a message until a member had it.
        octets_per_member: memory that the server took for each, connection included.
        cpu: seconds of CPU that the server used for each second.
    """

    members: int
    rooms: int
    messages: int
    seconds: float
    joining: float
    latency: Latency
    octets_per_member: float
    cpu: float

    @property
    def deliveries(self) -> int:
        """Messages that members got."""
        return self.latency.count

    @property
    def deliveries_per_second(self) -> float:
        """Messages that members got, a second."""
        return self.deliveries / self.seconds

    @property
    def cpu_per_delivery(self) -> float:
        """Seconds of CPU that the server used for each."""
        return self.cpu * self.seconds / self.deliveries

    def __repr__(self) -> str:
        p50, p99 = (self.latency.quantile(share) * 1e3 for share in (0.5, 0.99))
        return (
            f"<{self.members:,} members in {amount(self.rooms, 'rooms')}: "
            f"{self.deliveries_per_second:,.0f} deliveries/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
            f"{self.octets_per_member / 1024:.1f} KiB a member, {self.cpu:.0%} of a core>"
        )


async def chat_load(
    members: int = 1000, rooms: int = 100, *, messages: int = 10, engine: str = engines.DEFAULT
) -> ChatLoad:
    """Let members talk, and measure.

    Args:
        members: how many; each is in one room, and the rooms are as full as each other.
        rooms: how many.
        messages: that are said in each room.
        engine: of the server; the members run on scratch, which costs this process less.

    Raises:
        ValueError: an empty room, or nothing to say.
    """
    if not 1 <= rooms <= members or messages < 1:
        raise ValueError(f"{messages} messages in {rooms} rooms of {members} members")
    raise_open_files()  # the child inherits it
    names = [f"room{number}" for number in range(rooms)]
    make = functools.partial(Chat, rooms=names, rate=1e6, burst=1e6, pace=Pace(batch=BATCH))
    options: dict[str, Any] = {"compression": False, "keepalive": None, "pages": False}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            app(make, where="process", engine=engine, name="chat load", **options)
        )
        before, start = server.rss_bytes(), time.perf_counter()
        crowd = await _come(stack, server, members, names)
        joining = time.perf_counter() - start
        memory = server.rss_bytes() - before
        halls = [_Hall(name, crowd[index::rooms]) for index, name in enumerate(names)]
        seconds, cpu, latency = await _talk(server, halls, messages)
        return ChatLoad(
            members,
            rooms,
            messages * rooms,
            seconds,
            joining,
            latency,
            max(0, memory) / members,
            cpu / seconds,
        )


async def _come(
    stack: AsyncExitStack, server: AppServer, members: int, rooms: list[str]
) -> list[Any]:
    """Let everybody connect and join, some at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def come(number: int) -> Any:
        async with turns:
            connection = await scratch.connect(server.uri, compression=None, ping_interval=None)
            stack.push_async_callback(connection.close)
            nick = f"member{number}"
            await _ask(connection, type="hello", id=1, nick=nick, client="load")
            await _ask(connection, type="join", id=2, room=rooms[number % len(rooms)])
        return connection

    return await asyncio.gather(*map(come, range(members)))


async def _ask(connection: Any, **request: Any) -> None:
    """Send a request, and wait for its reply; whatever comes before it is news of others."""
    await connection.send(json.dumps(request))
    while True:
        reply = json.loads(await connection.recv())
        if reply.get("re") == request["id"]:
            break
    if reply["type"] == "error":
        raise RuntimeError(f"the chat refuses: {reply['code']}")


async def _talk(
    server: AppServer, halls: list[_Hall], messages: int
) -> tuple[float, float, Latency]:
    """Let everybody talk; return the seconds it took, the server's CPU seconds, the latency."""
    recorder = LatencyRecorder()
    cpu, start = server.cpu_seconds(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for hall in halls:
            group.create_task(hall.talk(messages, recorder))
    seconds = time.perf_counter() - start
    return seconds, server.cpu_seconds() - cpu, recorder.snapshot()


class _Text(Struct):
    """What is read of a message: the time at which it was sent."""

    text: str


class _Hall:
    """A room of the load, seen from this side.

    Args:
        name: the room's.
        members: their connections; the first one speaks.
    """

    def __init__(self, name: str, members: list[Any]) -> None:
        self._name = name
        self._members = members
        self._decode = msgspec.json.Decoder(_Text).decode
        self._missing = 0
        self._everybody = asyncio.Event()

    async def talk(self, messages: int, recorder: LatencyRecorder) -> None:
        """Say messages, each when everybody has the one before."""
        async with asyncio.TaskGroup() as group:
            for member in self._members:
                group.create_task(self._listen(member, messages, recorder))
            for seq in range(1, messages + 1):
                self._missing = len(self._members)
                self._everybody.clear()
                text = repr(time.perf_counter())
                say = {"type": "say", "id": seq, "room": self._name, "seq": seq, "text": text}
                await self._members[0].send(json.dumps(say))
                await self._everybody.wait()

    async def _listen(self, member: Any, messages: int, recorder: LatencyRecorder) -> None:
        heard = 0
        while heard < messages:
            message = await member.recv()
            if not message.startswith(SAID):
                continue
            recorder.observe(time.perf_counter() - float(self._decode(message).text))
            heard += 1
            self._missing -= 1
            if not self._missing:
                self._everybody.set()
