"""One connection of a client, from its opening handshake to its end: who reads, writes, and pings.

Three tasks, and no others: one reader, one writer, one heart. A client that reads and writes in one
place can't do one while it waits for the other; one that writes in two places has no order.

Leaves out what comes after the end; see ``keeper``.
"""

from __future__ import annotations

import asyncio
from typing import Any

from wsdemo.client.endings import Ending, Verdict, ended, not_opened
from wsdemo.client.errors import DeadlineExceeded, Refused
from wsdemo.client.inbox import Inbox
from wsdemo.client.outbox import Message, Outbox
from wsdemo.client.requests import Requests
from wsdemo.client.rtt import RoundTrip
from wsdemo.client.settings import Heartbeat, Settings
from wsdemo.client.timing import sleep, within
from wsdemo.protocol import CloseCode
from wsdemo.protocol.messages import payload_size
from wsdemo.scratch.options import Clock

__all__ = ["Conversation", "Desk", "dial", "drop"]


class Desk:
    """What outlives a connection.

    Attributes:
        outbox: what is to be sent.
        inbox: what came and was not read.
        requests: what awaits its reply.
        rtt: round-trip times.
    """

    def __init__(self, outbox: Outbox, inbox: Inbox) -> None:
        self.outbox = outbox
        self.inbox = inbox
        self.requests = Requests(outbox)
        self.rtt = RoundTrip()


async def dial(settings: Settings, clock: Clock) -> Any:
    """Open a connection.

    Returns:
        The engine's connection; or an `Ending`, when it came to nothing.
    """
    where, limit = settings.where, settings.deadlines.connect
    try:
        async with within(clock, limit, "connect", lambda: f"connecting to {where}"):
            connection = await settings.dialler()
    except Exception as error:
        return not_opened(error, where)
    if settings.subprotocols and connection.subprotocol is None:
        # The RFC lets a server choose none. Browsers fail such a connection all the same, for a
        # program that offers subprotocols speaks nothing else.
        offered = ", ".join(settings.subprotocols)
        await drop(connection, CloseCode.MANDATORY_EXTENSION, "no subprotocol")
        return Ending(Refused(f"{where} speaks none of our subprotocols: {offered}"), Verdict.STOP)
    return connection


async def drop(connection: Any, code: int, reason: str = "") -> None:
    """End a connection now: say why, in case somebody hears it, and wait for no answer."""
    closing = asyncio.ensure_future(connection.close(code, reason))
    try:
        await asyncio.sleep(0)  # it writes its close frame
    finally:
        connection.transport.abort()
    await asyncio.wait([closing])
    closing.exception()


class Conversation:
    """What happens on an open connection.

    Args:
        connection: the engine's.
        desk: what there is to send, and where to put what comes.
        settings: the client's.
        clock: tells the time.
    """

    def __init__(self, connection: Any, desk: Desk, settings: Settings, clock: Clock) -> None:
        self.connection = connection
        self._desk = desk
        self._settings = settings
        self._clock = clock
        self._heard = clock.time()

    async def run(self) -> Ending:
        """Read, write and ping until the connection has ended; it has when this returns.

        Messages that came before the end are all in the inbox then: a program that doesn't read
        holds this up, and nothing is lost.
        """
        reader = asyncio.create_task(self._read(), name="client reader")
        tasks = [reader, asyncio.create_task(self._write(), name="client writer")]
        if self._settings.heartbeat is not None:
            heart = self._beat(self._settings.heartbeat)
            tasks.append(asyncio.create_task(heart, name="client heart"))
        try:
            late = await self._lateness(reader, tasks)
            if late is not None:
                await drop(self.connection, CloseCode.INTERNAL_ERROR, f"{late.deadline} timeout")
            ending = await reader
            return ending if late is None else Ending(late)
        finally:
            for task in tasks:
                task.cancel()
            try:
                await drop(self.connection, CloseCode.GOING_AWAY)
            finally:
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _lateness(
        self, reader: asyncio.Task[Ending], tasks: list[asyncio.Task[Any]]
    ) -> DeadlineExceeded | None:
        """Wait until the reader has ended, or something was late; return what."""
        while not reader.done():
            running = [task for task in tasks if not task.done()]
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for error in filter(None, (task.exception() for task in done)):
                if isinstance(error, DeadlineExceeded):
                    return error
                raise error  # a fault of ours
        return None

    async def _read(self) -> Ending:
        desk, metrics = self._desk, self._settings.metrics
        while True:
            try:
                message: Message = await self.connection.recv()
            except self._settings.engine.ConnectionClosed as closed:
                return ended(closed, self._settings.where, self._settings.close_codes)
            self._heard = self._clock.time()
            if metrics is not None:
                metrics.received(payload_size(message))
            if not desk.requests.answer(message):
                await desk.inbox.put(message)

    async def _write(self) -> None:
        outbox, metrics = self._desk.outbox, self._settings.metrics
        limit = self._settings.deadlines.send
        while True:
            item = await outbox.head()
            item.started = True
            what = f"sending a message of {item.octets} bytes"
            try:
                async with within(self._clock, limit, "send", what.__str__):
                    await self.connection.send(item.message)
            except self._settings.engine.ConnectionClosed:
                return  # how it ended, the reader hears, after the last message
            outbox.done(item)
            if metrics is not None:
                metrics.sent(item.octets)

    async def _beat(self, heartbeat: Heartbeat) -> None:
        self._desk.rtt.restart()
        try:
            while True:
                await sleep(self._clock, heartbeat.interval)
                await self._ping(heartbeat.timeout)
        except self._settings.engine.ConnectionClosed:
            return  # as above

    async def _ping(self, timeout: float) -> None:
        start = self._clock.time()

        def grace() -> float:
            if self._desk.inbox.full:
                return timeout  # it is our own program that doesn't read; the pong may be there
            return self._heard + timeout - self._clock.time() if self._heard > start else 0.0

        async with within(
            self._clock, timeout, "heartbeat", lambda: "the pong to a heartbeat ping", grace=grace
        ):
            await (await self.connection.ping())
        seconds = self._clock.time() - start
        self._desk.rtt.add(seconds)
        if self._settings.metrics is not None:
            self._settings.metrics.observe(seconds)
