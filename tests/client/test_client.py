"""`Client`: its beginning and its end, in whatever state, and that nothing is left of it."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.client.servers import (
    Silence,
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
)
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from tests.scratch.test_leaks import descriptors
from wsdemo.client import (
    Backoff,
    Client,
    ClientClosed,
    DeadlineExceeded,
    Deadlines,
    Phase,
    Unreachable,
    errors,
)
from wsdemo.protocol.keys import accept_key

NOWHERE = "ws://127.0.0.1:9/"
PATIENT = Backoff(1000, 1, 1000)


async def test_it_says_goodbye(engine: str) -> None:
    """With 1000, or what it is told to."""
    seen: list[tuple[int, str]] = []

    async def listen(connection: Any) -> None:
        await connection.wait_closed()
        seen.append((connection.close_code, connection.close_reason))

    async with serving(listen, engine=engine) as uri:
        async with hurried(uri, engine=engine):
            pass
        client = await hurried(uri, engine=engine)
        await client.close(1001, "later")
        with pytest.raises(KeyError):
            async with hurried(uri, engine=engine):
                raise KeyError
        await until(lambda: len(seen) == 3)
    assert seen == [(1000, ""), (1001, "later"), (1011, "")]


async def test_a_program_that_does_not_read_can_leave_all_the_same(engine: str) -> None:
    """The server's close frame is behind all that was not read; which can be read afterwards."""

    async def chatter(connection: Any) -> None:
        for number in range(100):
            await connection.send(str(number))
        await connection.wait_closed()

    async with serving(chatter, engine=engine) as uri:
        client = await hurried(uri, engine=engine, inbox=1, clock=HandClock())
        await until(lambda: client._desk.inbox.full)
        await client.close()  # by a clock that stands still: nothing was waited for
    assert [message async for message in client] == [str(number) for number in range(100)]


async def test_it_sends_all_before_it_goes(engine: str) -> None:
    """The outbox is emptied while there is a connection."""
    got: list[Any] = []

    async def take(connection: Any) -> None:
        got.extend([message async for message in connection])

    async with serving(take, engine=engine) as uri, hurried(uri, engine=engine) as client:
        for number in range(200):
            await client.send(str(number))
    assert len(got) == 200


async def connecting(uri: str, engine: str) -> Client:
    """Return a client whose server says nothing."""
    client = hurried(uri, engine=engine)
    client._task = asyncio.create_task(client._keeper.run())
    await reach(client, Phase.CONNECTING)
    return client


async def opened(uri: str, engine: str) -> Client:
    """Return a client that is open."""
    return await hurried(uri, engine=engine, heartbeat=(0.01, 1))


async def waiting(uri: str, engine: str) -> Client:
    """Return a client that waits for its next attempt."""
    client = hurried(NOWHERE, engine=engine, backoff=PATIENT)
    client._task = asyncio.create_task(client._keeper.run())
    await reach(client, Phase.WAITING)
    return client


async def closed(uri: str, engine: str) -> Client:
    """Return a client that is closed."""
    client = await hurried(uri, engine=engine)
    await client.close()
    return client


async def unstarted(uri: str, engine: str) -> Client:
    """Return a client that was only made."""
    return hurried(uri, engine=engine)


@pytest.mark.parametrize("state", [connecting, opened, waiting, closed, unstarted])
async def test_it_can_be_closed_in_any_state(state: Callable[..., Any], engine: str) -> None:
    """By several at once, and again; no task and no socket is left."""
    async with serving(stay, engine=engine) as good, Silence() as silent:
        uri = silent.uri if state is connecting else good
        tasks = asyncio.all_tasks()
        client = await state(uri, engine)
        await asyncio.gather(client.close(), client.close())
        await client.close()
        assert client.state.phase is Phase.CLOSED
        await until(lambda: asyncio.all_tasks() <= tasks)


@pytest.mark.parametrize("state", [connecting, opened, waiting])
async def test_to_cancel_a_close_closes_at_once(state: Callable[..., Any], engine: str) -> None:
    """Whoever cancels doesn't want to wait, and nothing must be left all the same."""
    async with serving(stare, engine=engine) as good, Silence() as silent:
        client = await state(silent.uri if state is connecting else good, engine)
        for _ in range(3):
            task = asyncio.create_task(client.close())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        await asyncio.wait([client._task])
        assert client.state.phase is Phase.CLOSED


async def test_a_server_that_does_not_answer_the_close_is_told_of(engine: str) -> None:
    """What was sent last may not have arrived; the socket is closed."""
    clock = HandClock()
    async with serving(stare, engine=engine) as uri:
        client = await hurried(uri, engine=engine, clock=clock, deadlines=Deadlines(close=6))
        task = asyncio.create_task(client.close())
        await until(lambda: clock.pending)
        clock.advance(6)
        with pytest.raises(DeadlineExceeded, match=r"closing the connection to .* than 6 s"):
            await task
        assert client.state.phase is Phase.CLOSED
        await client.close()


async def test_a_late_goodbye_hides_no_other_error(engine: str) -> None:
    """It becomes a note."""
    deadlines = Deadlines(close=0.05)
    async with serving(stare, engine=engine) as uri:
        with pytest.raises(KeyError, match="the fault") as caught:
            async with hurried(uri, engine=engine, deadlines=deadlines):
                raise KeyError("the fault")
    assert "closing the connection" in caught.value.__notes__[0]


async def test_a_server_that_only_never_ends_tcp_is_no_fault(engine: str) -> None:
    """It answered the close: it has heard everything. The post's Go server does just that."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = re.search("sec-websocket-key: (.*)\r", head, re.IGNORECASE)
        assert key is not None
        writer.write(_accepting(key[1]))
        await reader.readexactly(6 + 2)  # a masked close frame with a code
        writer.write(bytes([0x88, 2]) + (1000).to_bytes(2, "big"))
        await reader.read()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        uri = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        client = await once(uri, engine=engine, deadlines=Deadlines(close=0.1))
        await client.close()
    assert client.state.phase is Phase.CLOSED


def _accepting(key: str) -> bytes:
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(key)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def test_what_could_not_be_sent_can_be_looked_at(
    engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a connection there is nobody to wait for."""
    async with meeting(engine, leave, backoff=PATIENT) as client:
        await reach(client, Phase.WAITING)
        await client.send("too late")
    assert client.unsent == ("too late",)
    assert "messages that were never sent: 1" in caplog.text


async def test_an_end_that_nobody_heard_of_is_raised_at_the_end(engine: str) -> None:
    """Else a program that only sends would never know."""
    async with serving(closing(1008, "no"), engine=engine) as uri:
        with pytest.raises(errors.Dismissed):
            async with hurried(uri, engine=engine) as client:
                await reach(client, Phase.CLOSED)


async def test_an_end_that_was_told_is_not_told_again(engine: str) -> None:
    """The program has dealt with it."""
    async with meeting(engine, closing(1008, "no")) as client:
        with pytest.raises(errors.Dismissed):
            await client.recv()


async def test_to_cancel_the_start_leaves_nothing(engine: str) -> None:
    """At whatever moment."""
    async with Silence() as silent:
        for uri, phase in ((silent.uri, Phase.CONNECTING), (NOWHERE, Phase.WAITING)):
            client = hurried(uri, engine=engine, backoff=PATIENT)
            task = asyncio.ensure_future(client.__aenter__())
            await reach(client, phase)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert client.state.phase is Phase.CLOSED


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_to_cancel_a_program_at_any_moment_leaves_nothing(turns: int, engine: str) -> None:
    """The fixture looks: no task, no error that nobody saw."""

    async def program(uri: str) -> None:
        async with hurried(uri, engine=engine, heartbeat=(0.001, 1)) as client:
            for number in range(3):
                await client.request({"n": number}, resend=True)

    async with serving(square, leave, square, engine=engine) as uri:
        task = asyncio.create_task(program(uri))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


async def test_it_is_started_once() -> None:
    """Another connection is another client."""
    client = Client(NOWHERE)
    await client.close()
    with pytest.raises(RuntimeError, match="once"):
        await client


async def test_to_close_it_while_it_starts_ends_the_start() -> None:
    """Whoever waits for the connection is told that there will be none."""
    client = hurried(NOWHERE, backoff=PATIENT)
    starting = asyncio.ensure_future(client.__aenter__())
    await reach(client, Phase.WAITING)
    await client.close()
    with pytest.raises(ClientClosed):
        await starting


@pytest.mark.parametrize(
    "wrong",
    [
        {"uri": "http://example.com"},
        {"engine": "steam"},
        {"outbox": 0},
        {"inbox": 0},
        {"when_full": "drop"},
        {"heartbeat": (0, 1)},
    ],
)
def test_nonsense_is_told_when_the_client_is_made(wrong: dict[str, Any]) -> None:
    """No loop is needed for that."""
    with pytest.raises(ValueError, match=r"."):
        Client(**{"uri": NOWHERE} | wrong)


@pytest.mark.parametrize("code", [1005, 1006, 999, 2000])
async def test_a_code_that_cannot_be_sent_is_told_before_anything_is_closed(code: int) -> None:
    """The client goes on."""
    async with serving(echo) as uri, hurried(uri) as client:
        with pytest.raises(ValueError, match=str(code)):
            await client.close(code)
        await client.send("still here")
        assert await client.recv() == "still here"


async def test_it_tells_who_it_is(engine: str) -> None:
    """And its state, but no password."""
    async with serving(stay, engine=engine, subprotocols=["chat"]) as uri:
        secret = uri.replace("//", "//me:secret@")
        async with hurried(secret, engine=engine, subprotocols=["chat"]) as client:
            assert repr(client) == f"<Client {uri}: OPEN>"
            assert client.subprotocol == "chat"
        assert client.subprotocol is None


async def test_it_has_three_tasks_on_a_connection_and_one_of_its_own(engine: str) -> None:
    """One reader, one writer, one heart, and the keeper."""
    async with meeting(engine, stay, heartbeat=(9, 9)):
        await asyncio.sleep(0)
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert {name for name in names if name.startswith("client ")} == {
            "client reader",
            "client writer",
            "client heart",
            "client keeper",
        }


async def test_many_lives_leave_no_descriptor(engine: str) -> None:
    """Fifty clients, each of which loses two connections."""

    async def live(uri: str) -> None:
        async with hurried(uri, engine=engine) as client:
            for _ in range(2):
                with contextlib.suppress(errors.RequestLost):
                    await client.request({"n": 1})

    async def crash(connection: Any) -> None:
        await connection.recv()
        connection.transport.abort()

    async def a_day(clients: int) -> None:
        async with serving(crash, engine=engine) as uri:
            await asyncio.gather(*(live(uri) for _ in range(clients)))

    await a_day(2)  # what the loop and the libraries open once is no leak
    before = descriptors()
    await a_day(50)
    await until(lambda: descriptors() == before)


async def test_a_first_failure_may_be_the_last(engine: str) -> None:
    """One clear error."""
    with pytest.raises(Unreachable, match=f"no connection to {NOWHERE}"):
        await once(NOWHERE, engine=engine)
