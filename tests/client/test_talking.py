"""Send, receive, request, over whatever connection there is."""

import asyncio
import itertools
import json
from typing import Any

import pytest

from tests.client.servers import (
    closing,
    echo,
    hurried,
    leave,
    meeting,
    once,
    reach,
    serving,
    square,
    stare,
    stay,
    take_and_leave,
)
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.client import (
    Client,
    ClientClosed,
    DeadlineExceeded,
    Deadlines,
    OutboxFull,
    Phase,
    RequestLost,
    errors,
)

NOWHERE = "ws://127.0.0.1:9/"


async def test_messages_come_back_in_their_order(engine: str) -> None:
    """Text and bytes, with await and with async for."""
    async with serving(echo, engine=engine) as uri, hurried(uri, engine=engine) as client:
        for message in ("a", b"b", bytearray(b"c")):
            await client.send(message)
        assert await client.recv() == "a"
        assert [await anext(client), await anext(client)] == [b"b", b"c"]


async def test_messages_go_on_across_connections(engine: str) -> None:
    """One loop, two connections."""

    async def say_one(connection: Any) -> None:
        await connection.send("one")
        await connection.close(1012)

    async def say_two(connection: Any) -> None:
        await connection.send("two")
        await connection.close(1000)

    async with meeting(engine, say_one, say_two) as client:
        assert [message async for message in client] == ["one", "two"]


async def test_what_is_sent_without_a_connection_waits_for_one(engine: str) -> None:
    """In its order."""
    got: list[Any] = []

    async def take(connection: Any) -> None:
        got.extend([message async for message in connection])

    async with meeting(engine, closing(1012), take) as client:
        await reach(client, Phase.WAITING)
        for number in range(20):
            await client.send(str(number))
        await reach(client, Phase.OPEN)
    assert got == [str(number) for number in range(20)]
    assert client.unsent == ()


async def test_a_full_outbox_waits_for_room_until_the_deadline() -> None:
    """The error says for what, how long, and where the client was."""
    clock = HandClock()
    client = Client(NOWHERE, clock=clock, outbox=2, deadlines=Deadlines(send=3))
    await client.send("a")
    await client.send("b")
    sending = asyncio.create_task(client.send("c"))
    await until(lambda: clock.pending)
    clock.advance(3)
    words = r"^waiting for room in the outbox \(2 messages\) \(CONNECTING\) took longer than 3 s$"
    with pytest.raises(DeadlineExceeded, match=words):
        await sending
    assert client.unsent == ("a", "b")
    await client.close()


async def test_a_full_outbox_may_raise() -> None:
    """At once."""
    client = Client(NOWHERE, outbox=2, when_full="raise")
    await client.send("a")
    await client.send("b")
    with pytest.raises(OutboxFull, match="2 messages"):
        await client.send("c")
    await client.close()


async def test_recv_has_a_deadline_if_one_is_wanted(engine: str) -> None:
    """And nothing is lost by it."""
    clock = HandClock()
    async with meeting(engine, echo, clock=clock) as client:
        receiving = asyncio.create_task(client.recv(2))
        await until(lambda: clock.pending)
        clock.advance(2)
        with pytest.raises(DeadlineExceeded, match=r"next message \(OPEN\) took longer than 2"):
            await receiving
        await client.send("late")
        assert await client.recv(2) == "late"


async def test_requests_are_answered_whatever_the_order(engine: str) -> None:
    """The last question first, and other messages in between."""

    async def backwards(connection: Any) -> None:
        asked = [json.loads(await connection.recv()) for _ in range(3)]
        for each in reversed(asked):
            await connection.send(json.dumps({"by the way": each["n"]}))
            await connection.send(json.dumps({"id": each["id"], "answer": each["n"] * 10}))
        await connection.wait_closed()

    async with meeting(engine, backwards, ids=itertools.count(1)) as client:
        asked = [client.request({"n": n}) for n in range(3)]
        replies = await asyncio.gather(*asked)
        assert replies == [{"id": n + 1, "answer": n * 10} for n in range(3)]
        assert [json.loads(await client.recv())["by the way"] for _ in range(3)] == [2, 1, 0]


async def test_a_request_is_sent_at_most_once(engine: str) -> None:
    """It fails when its connection is lost, and the server saw it once."""
    got: list[Any] = []

    async def take(connection: Any) -> None:
        got.append(json.loads(await connection.recv()))
        connection.transport.abort()

    async with meeting(engine, take, square, ids=itertools.count(1)) as client:
        with pytest.raises(RequestLost, match=r"no reply to request 1: .* was lost"):
            await client.request({"n": 5})
        assert (await client.request({"n": 6}))["square"] == 36
    assert got == [{"id": 1, "n": 5}]


async def test_a_request_is_sent_again_if_it_may_be(engine: str) -> None:
    """Until there is a reply, on whichever connection."""
    servers = [take_and_leave, leave, take_and_leave, square]
    async with serving(*servers, engine=engine) as uri, hurried(uri, engine=engine) as client:
        assert (await client.request({"n": 7}, resend=True))["square"] == 49


@pytest.mark.parametrize("resend", [False, True])
async def test_a_reply_has_a_deadline(resend: bool, engine: str) -> None:
    """A late reply is an ordinary message."""
    clock, answer = HandClock(), asyncio.Event()

    async def hesitate(connection: Any) -> None:
        message = await connection.recv()
        await answer.wait()
        await connection.send(message)
        await connection.wait_closed()

    async with meeting(engine, hesitate, clock=clock, ids=iter(["x"])) as client:
        asking = asyncio.create_task(client.request({"n": 1}, resend=resend, timeout=4))
        await until(lambda: clock.pending and not client.unsent)
        clock.advance(4)
        words = r"the reply to request 'x' \(OPEN\) took longer than 4 s"
        with pytest.raises(DeadlineExceeded, match=words) as caught:
            await asking
        assert caught.value.deadline == "reply"
        answer.set()
        assert await client.recv() == '{"id": "x", "n": 1}'


async def test_a_request_that_is_given_up_is_withdrawn() -> None:
    """It was never sent, and now nobody wants the reply."""
    client = Client(NOWHERE)
    asking = asyncio.create_task(client.request({"n": 1}))
    await until(lambda: client.unsent)
    asking.cancel()
    await asyncio.wait([asking])
    assert client.unsent == ()
    await client.close()


async def test_a_program_that_only_asks_is_told_of_its_full_inbox(engine: str) -> None:
    """Else it would look for the fault in the server."""

    async def chatter(connection: Any) -> None:
        await connection.recv()
        for _ in range(100):
            await connection.send("news")
        await connection.wait_closed()

    async with serving(chatter, engine=engine) as uri:
        clock = HandClock()
        async with hurried(uri, engine=engine, inbox=1, clock=clock) as client:
            asking = asyncio.create_task(client.request({}, timeout=9))
            await until(lambda: client._desk.inbox.full)
            clock.advance(9)
            with pytest.raises(DeadlineExceeded, match=r"\(OPEN with a full inbox\)"):
                await asking


@pytest.mark.parametrize("resend", [False, True])
async def test_the_end_is_told_to_all_who_wait(resend: bool, engine: str) -> None:
    """Whoever asks, sends or receives; and to whoever comes later."""
    async with serving(stay, engine=engine) as uri:
        client = await hurried(uri, engine=engine)
        waiting = [
            asyncio.create_task(client.request({}, resend=resend)),
            asyncio.create_task(client.recv()),
        ]
        await until(lambda: client._desk.requests and not client.unsent)
        await client.close()
    for each in waiting:
        with pytest.raises(ClientClosed, match="the client is closed"):
            await each
    for late in (client.request({}), client.recv(), client.send("x")):
        with pytest.raises(ClientClosed):
            await late
    assert [message async for message in client] == []


async def test_a_permanent_failure_is_told_to_all_who_wait(engine: str) -> None:
    """In the words of the server."""
    say = asyncio.Event()

    async def dismiss(connection: Any) -> None:
        await say.wait()
        await connection.close(1008, "too many questions")

    async with serving(dismiss, engine=engine) as uri:
        client = await hurried(uri, engine=engine)
        waiting = [asyncio.create_task(client.request({})), asyncio.create_task(client.recv())]
        await until(lambda: client._desk.requests and not client.unsent)
        say.set()
        for each in waiting:
            with pytest.raises(errors.Dismissed, match="too many questions"):
                await each
        with pytest.raises(errors.Dismissed):
            async for _ in client:
                pass


async def test_nothing_is_sent_while_the_client_closes(engine: str) -> None:
    """It would never leave."""
    clock = HandClock()
    async with serving(stare, engine=engine) as uri:
        client = await once(uri, engine=engine, clock=clock)
        closing_it = asyncio.create_task(client.close())
        await reach(client, Phase.CLOSING)
        with pytest.raises(ClientClosed, match="is closing"):
            await client.send("wait")
        clock.advance(5)
        with pytest.raises(DeadlineExceeded):
            await closing_it
