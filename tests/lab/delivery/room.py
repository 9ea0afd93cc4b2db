"""A tiny room, with a client that writes down what it does, on any engine.

Whether clients resume, and whether the server knows again what was sent again, can be switched off.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wsdemo import engines
from wsdemo.lab.delivery import Delivery

CLOSED = tuple(engines.get(name).ConnectionClosed for name in engines.NAMES)
ROOM = "lobby"


class Steps:
    """Time that passes when it is told to, and waits for whoever sleeps through it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._over = False
        self._asleep = asyncio.Event()
        self._passed = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Sleep, and let time wait for what is done afterwards."""
        until = self.now + seconds
        while self.now < until:
            self._passed.clear()
            self._asleep.set()
            await self._passed.wait()

    def stop(self, _task: object) -> None:
        """Wait for nobody any more."""
        self._over = True
        self._asleep.set()

    async def pass_one(self) -> None:
        """Let a second pass, and all that is due be done."""
        await self._asleep.wait()
        self.now += 1
        if not self._over:
            self._asleep.clear()
            self._passed.set()
            await self._asleep.wait()


@dataclass
class Room:
    """The server's side: a log, and an outbox for each connection.

    Attributes:
        steps: moves on when a message is in the log and nobody has been told.
        dedup: whether to know again what is sent again.
    """

    steps: Steps
    dedup: bool = True
    log: list[dict[str, Any]] = field(default_factory=list)
    outboxes: set[asyncio.Queue[str]] = field(default_factory=set)

    async def serve(self, connection: Any) -> None:
        """Serve one connection: a reader here, and a writer."""
        outbox: asyncio.Queue[str] = asyncio.Queue()
        writing = asyncio.create_task(self._write(connection, outbox))
        try:
            with contextlib.suppress(*CLOSED):
                async for text in connection:
                    await self._take(json.loads(text), outbox)
        finally:
            self.outboxes.discard(outbox)
            writing.cancel()
            await asyncio.wait([writing])

    async def _write(self, connection: Any, outbox: asyncio.Queue[str]) -> None:
        with contextlib.suppress(*CLOSED):
            while True:
                await connection.send(await outbox.get())

    async def _take(self, asked: dict[str, Any], outbox: asyncio.Queue[str]) -> None:
        if "after" in asked:
            after = len(self.log) if asked["after"] is None else asked["after"]
            outbox.put_nowait(json.dumps({"joined": True}))
            for entry in self.log[after:]:
                outbox.put_nowait(json.dumps(entry))
            self.outboxes.add(outbox)
            return
        known = [entry for entry in self.log if self.dedup and entry["id"] == asked["id"]]
        if not known:
            self.log.append(asked | {"offset": len(self.log) + 1})
        entry, members = (known or self.log)[-1], [*self.outboxes]
        await self.steps.pass_one()
        outbox.put_nowait(json.dumps({"ack": entry["id"], "offset": entry["offset"]}))
        for member in members if not known else []:
            member.put_nowait(json.dumps(entry))


class Member:
    """A client that connects as often as it must, and sends again what was not answered.

    Args:
        name: who.
        record: what to write into.
        resume: whether to ask for what came while it was away.
    """

    def __init__(self, name: str, record: Delivery, *, resume: bool) -> None:
        self.name = name
        self.record = record
        self.resume = resume
        self.changed = asyncio.Condition()
        self.present = False
        self.waiting: dict[str, str] = {}
        self.got: list[str] = []
        self._offset: int | None = None
        self._connection: Any = None

    async def live(self, uri: str, engine: str) -> None:
        """Connect, and again whenever the connection has gone."""
        while True:
            async with engines.get(engine).connect(uri, proxy=None, close_timeout=1) as connection:
                self.record.connected(self.name)
                with contextlib.suppress(*CLOSED):
                    await self._attend(connection)
                self.record.disconnected(self.name)

    async def _attend(self, connection: Any) -> None:
        self._connection = connection
        await connection.send(json.dumps({"after": self._offset if self.resume else None}))
        async for text in connection:
            told = json.loads(text)
            if "joined" in told:
                await self._begin()
            elif "ack" in told:
                self.record.acknowledged(self.name, told["ack"], told["offset"])
                self.waiting.pop(told["ack"], None)
            else:
                self._receive(told)
            async with self.changed:
                self.changed.notify_all()

    async def _begin(self) -> None:
        if self._offset is None:
            self.record.joined(self.name, ROOM)
            self._offset = 0
        self.present = True
        for message, body in self.waiting.items():
            await self._hand_over(message, body)

    def _receive(self, told: dict[str, Any]) -> None:
        self._offset = told["offset"]
        self.got.append(told["id"])
        self.record.received(self.name, told["id"], ROOM, told["offset"], told["body"])

    async def say(self, message: str, body: str) -> None:
        """Send a message, and wait until it is acknowledged."""
        self.waiting[message] = body
        await self._hand_over(message, body)
        await self._until(lambda: message not in self.waiting)

    async def until_present(self) -> None:
        """Wait until it is in the room, on a connection that is not about to be cut."""
        await self._until(lambda: self.present)

    async def until_got(self, message: str) -> None:
        """Wait until a message has come."""
        await self._until(lambda: message in self.got)

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with self.changed, asyncio.timeout(30):
            await self.changed.wait_for(condition)

    async def _hand_over(self, message: str, body: str) -> None:
        self.record.sent(self.name, message, to=ROOM, body=body)
        with contextlib.suppress(*CLOSED):
            await self._connection.send(json.dumps({"id": message, "body": body}))
