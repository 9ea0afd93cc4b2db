"""One connection: read, write, ping, and how each of the three may end it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from tests.client.servers import Handler, Silence, closing, echo, serving, square, stare, stay
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo import engines
from wsdemo.client import DeadlineExceeded, Deadlines, Heartbeat, Verdict, errors
from wsdemo.client.conversation import Conversation, Desk, dial, drop
from wsdemo.client.endings import Ending
from wsdemo.client.inbox import Inbox
from wsdemo.client.outbox import Item, Outbox
from wsdemo.client.requests import Request
from wsdemo.client.settings import Settings
from wsdemo.metrics import Metrics


class Room:
    """A conversation that is going on."""

    def __init__(self, uri: str, engine: str, inbox: int = 16, **options: Any) -> None:
        self.clock = HandClock()
        self.desk = Desk(Outbox(1000), Inbox(inbox))
        options = {"heartbeat": None} | options
        self.settings = Settings(uri, engines.get(engine), clock=self.clock, **options)
        self.task: asyncio.Task[Ending]

    async def begin(self) -> None:
        """Dial, and converse."""
        connection = await dial(self.settings, self.clock)
        assert not isinstance(connection, Ending), connection
        self.conversation = Conversation(connection, self.desk, self.settings, self.clock)
        self.task = asyncio.create_task(self.conversation.run())

    async def pong(self, count: int) -> None:
        """Wait for a number of round trips."""
        await until(lambda: self.desk.rtt.count >= count)


@contextlib.asynccontextmanager
async def talking(uri: str, engine: str, **options: Any) -> AsyncIterator[Room]:
    """Converse, and stop in the end."""
    room = Room(uri, engine, **options)
    await room.begin()
    yield room
    room.task.cancel()
    await asyncio.wait([room.task])


@contextlib.asynccontextmanager
async def meeting(engine: str, handler: Handler, **options: Any) -> AsyncIterator[Room]:
    """Serve, and converse."""
    async with serving(handler, engine=engine) as uri, talking(uri, engine, **options) as room:
        yield room


async def test_what_is_in_the_outbox_goes_out_and_what_comes_is_in_the_inbox(engine: str) -> None:
    """In order; and a message is taken off when it was sent."""
    async with meeting(engine, echo) as room:
        for message in ("a", b"b", "c"):
            await room.desk.outbox.put(Item(message))
        assert [await room.desk.inbox.get() for _ in range(3)] == ["a", b"b", "c"]
        assert not len(room.desk.outbox)


async def test_a_reply_goes_to_whoever_asked(engine: str) -> None:
    """And not into the inbox."""
    async with meeting(engine, square) as room:
        request = Request(1, {"n": 12})
        room.desk.requests.add(request)
        await room.desk.outbox.put(request)
        assert (await request.reply)["square"] == 144
        assert not len(room.desk.inbox)


async def test_the_end_is_told_after_the_last_message(engine: str) -> None:
    """All that came before the close is in the inbox."""

    async def say_and_go(connection: Any) -> None:
        for number in range(5):
            await connection.send(str(number))
        await connection.close(1012)

    async with meeting(engine, say_and_go) as room:
        ending = await room.task
    assert (ending.verdict, len(room.desk.inbox)) == (Verdict.RETRY, 5)


async def test_the_close_code_is_judged_by_the_clients_table(engine: str) -> None:
    """Here the opposite of the usual one."""
    codes = {1011: Verdict.STOP}
    async with meeting(engine, closing(1011, "oops"), close_codes=codes) as room:
        ending = await room.task
    assert ending.verdict is Verdict.STOP
    assert "1011 (internal error) oops" in str(ending.error)


async def test_a_heartbeat_measures_round_trips(engine: str) -> None:
    """Each goes to the metrics, too."""
    metrics = Metrics()
    options: dict[str, Any] = {"heartbeat": Heartbeat(20, 5), "metrics": metrics}
    async with meeting(engine, stay, **options) as room:
        for count in (1, 2, 3):
            await until(lambda: room.clock.pending == 1)
            room.clock.advance(20)
            await room.pong(count)
        assert room.desk.rtt.last == 0.0  # the clock stood still while it travelled
    assert metrics.snapshot().latency.count == 3


async def test_a_peer_that_answers_no_ping_is_given_up(engine: str) -> None:
    """After interval and timeout, at once, and with a reason."""
    heartbeat = Heartbeat(20, 5)
    async with meeting(engine, stare, heartbeat=heartbeat) as room:
        await until(lambda: room.clock.pending == 1)
        room.clock.advance(24.9)
        await until(lambda: room.clock.pending == 1)
        assert not room.task.done()
        room.clock.advance(5)
        ending = await room.task
    assert isinstance(ending.error, DeadlineExceeded)
    assert (ending.verdict, ending.error.deadline) == (Verdict.RETRY, "heartbeat")
    assert str(ending.error) == "the pong to a heartbeat ping took longer than 5 s"


async def test_a_message_is_a_sign_of_life(engine: str) -> None:
    """A long one may be in front of the pong; the time begins anew with it."""
    say, quiet = asyncio.Event(), asyncio.Event()

    async def talk_without_pongs(connection: Any) -> None:
        connection.transport.pause_reading()
        await say.wait()
        await connection.send("still here")
        await quiet.wait()

    async with meeting(engine, talk_without_pongs, heartbeat=Heartbeat(20, 5)) as room:
        await until(lambda: room.clock.pending == 1)
        room.clock.advance(20)  # a ping
        await until(lambda: room.clock.pending == 1)
        room.clock.advance(4)
        say.set()
        await until(lambda: len(room.desk.inbox) == 1)
        room.clock.advance(1)  # late, but heard of a second ago
        room.clock.advance(3.9)
        assert room.clock.pending == 1
        room.clock.advance(0.1)
        assert isinstance((await room.task).error, DeadlineExceeded)
        quiet.set()


async def test_a_program_that_does_not_read_is_no_dead_peer(engine: str) -> None:
    """The pong is behind the messages that it doesn't read; it counts once they are."""

    async def chatter(connection: Any) -> None:
        for number in range(100):
            await connection.send(str(number))
        await connection.wait_closed()

    async with meeting(engine, chatter, inbox=2, heartbeat=Heartbeat(20, 5)) as room:
        await until(lambda: room.desk.inbox.full and room.clock.pending == 1)
        room.clock.advance(20)
        await until(lambda: room.clock.pending == 1)
        for _ in range(10):
            room.clock.advance(5)
        assert not room.task.done()
        assert [await room.desk.inbox.get() for _ in range(100)] == [*map(str, range(100))]
        await room.pong(1)


async def settled(outbox: Outbox) -> int:
    """Wait until no more is taken off: the kernel is full, which it tells nobody."""
    size = -1
    while size != len(outbox):
        size = len(outbox)
        await asyncio.sleep(0.05)
    return size


async def test_a_server_that_takes_nothing_is_given_up(engine: str) -> None:
    """The deadline for sending counts from when it is the message's turn."""
    deadlines = Deadlines(send=7)
    async with serving(stare, engine=engine) as uri:
        options = {"compression": None}  # else the zeros would take no room
        async with talking(uri, engine, deadlines=deadlines, options=options) as room:
            for _ in range(400):
                await room.desk.outbox.put(Item(bytes(100_000)))
            size = await settled(room.desk.outbox)
            assert 0 < size < 400
            room.clock.advance(7)
            ending = await room.task
    assert isinstance(ending.error, DeadlineExceeded)
    assert str(ending.error) == "sending a message of 100000 bytes took longer than 7 s"
    assert len(room.desk.outbox) == size


async def test_connecting_has_a_deadline(engine: str) -> None:
    """A server that accepts and says nothing; the error names where."""
    async with Silence() as server:
        room = Room(server.uri, engine, deadlines=Deadlines(connect=4))
        dialling = asyncio.create_task(dial(room.settings, room.clock))
        await until(lambda: server.accepted)
        room.clock.advance(4)
        ending = await dialling
    assert isinstance(ending, Ending)
    assert str(ending.error) == f"connecting to {server.uri} took longer than 4 s"
    assert room.clock.pending == 0


async def test_a_server_that_speaks_no_subprotocol_of_ours_is_refused(engine: str) -> None:
    """As a browser does it; one that does is not."""
    async with serving(stay, engine=engine) as uri:
        room = Room(uri, engine, subprotocols=["chat.v2", "chat.v1"])
        ending = await dial(room.settings, room.clock)
    assert isinstance(ending.error, errors.Refused)
    assert (ending.verdict, room.clock.pending) == (Verdict.STOP, 0)
    assert "none of our subprotocols: chat.v2, chat.v1" in str(ending.error)
    serve = serving(stay, engine=engine, subprotocols=["chat.v1"])
    async with serve as uri, talking(uri, engine, subprotocols=["chat.v2", "chat.v1"]) as room:
        assert room.conversation.connection.subprotocol == "chat.v1"


async def test_a_dropped_connection_says_why_and_waits_for_nobody(engine: str) -> None:
    """The server hears it, if it can."""
    heard: list[Any] = []

    async def listen(connection: Any) -> None:
        await connection.wait_closed()
        heard.append((connection.close_code, connection.close_reason))

    async with serving(listen, engine=engine) as uri:
        connection = await engines.get(engine).connect(uri, proxy=None)
        await drop(connection, 1011, "heartbeat timeout")
        await until(lambda: heard)
        await drop(connection, 1001)  # a second time is nothing
    assert heard == [(1011, "heartbeat timeout")]


async def test_metrics_hear_of_messages(engine: str) -> None:
    """And of the octets of their payloads."""
    metrics = Metrics()

    async def answer(connection: Any) -> None:
        await connection.recv()
        await connection.send("€uro")
        await connection.close(1012)

    async with meeting(engine, answer, metrics=metrics) as room:
        await room.desk.outbox.put(Item(b"12345"))
        await room.task
    seen = metrics.snapshot()
    assert (seen.messages_in, seen.payload_in) == (1, 6)
    assert (seen.messages_out, seen.payload_out) == (1, 5)
