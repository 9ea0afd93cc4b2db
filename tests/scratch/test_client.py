"""Dialling: once, or again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.raw import Raw, listening, until
from tests.scratch.scenarios import echo
from wsdemo import scratch
from wsdemo.protocol.http import Response

REFUSAL = b"HTTP/1.1 %d Whatever\r\nContent-Length: 5\r\n\r\nsorry"


async def silent(raw: Raw) -> None:
    """Take the request, and say nothing."""
    await raw.rest()


def refusing(status: int) -> Any:
    """Return a way to refuse everybody."""

    async def refuse(raw: Raw) -> None:
        await raw.more()
        await raw.send(REFUSAL % status)

    return refuse


async def test_a_refusal_carries_the_response() -> None:
    """With its status, its headers, and what the server had to say."""
    async with listening(refusing(404)) as uri:
        with pytest.raises(scratch.BadResponse, match="404 Whatever: 'sorry'") as raised:
            await scratch.connect(uri)
    assert raised.value.response.status == raised.value.status == 404
    assert raised.value.response.body == b"sorry"


async def test_nobody_there_is_an_error_of_the_system() -> None:
    """As it is."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        uri = server.uri
    with pytest.raises(ConnectionRefusedError):
        await scratch.connect(uri)


async def test_a_silent_server_is_given_up() -> None:
    """After open_timeout, by whatever clock."""
    clock = HandClock()
    async with listening(silent) as uri:
        dialling = asyncio.ensure_future(dial(uri, clock=clock, open_timeout=7))
        await until(lambda: clock.pending)
        clock.advance(7)
        with pytest.raises(TimeoutError, match="timed out during opening handshake"):
            await dialling
    assert clock.pending == 0


async def dial(uri: str, **options: Any) -> scratch.ClientConnection:
    """Connect, as a coroutine."""
    return await scratch.connect(uri, **options)


async def test_a_silent_server_is_given_up_by_the_loops_clock() -> None:
    """That is the default."""
    async with listening(silent) as uri:
        with pytest.raises(TimeoutError, match="opening handshake"):
            await scratch.connect(uri, open_timeout=0.01)


async def test_without_a_time_limit_there_is_none() -> None:
    """None waits for ever."""
    clock = HandClock()
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        options: dict[str, Any] = {"open_timeout": None, "ping_interval": None, "clock": clock}
        async with scratch.connect(server.uri, **options):
            assert clock.pending == 0


async def test_to_cancel_the_dialling_leaves_nothing() -> None:
    """The server sees the end of TCP."""
    gone = asyncio.Event()
    arrived = asyncio.Event()

    async def wait_for_the_end(raw: Raw) -> None:
        await raw.more()
        arrived.set()
        await raw.rest()
        gone.set()

    async with listening(wait_for_the_end) as uri:
        dialling = asyncio.ensure_future(dial(uri))
        await arrived.wait()
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        await gone.wait()


async def test_a_server_that_leaves_amid_the_handshake() -> None:
    """It's no wrong answer but none, and worth another try."""

    async def leave(raw: Raw) -> None:
        await raw.more()
        await raw.send(b"HTTP/1.1 101 Sw")

    async with listening(leave) as uri:
        with pytest.raises(scratch.HandshakeError) as raised:
            await scratch.connect(uri)
    assert isinstance(raised.value.__cause__, EOFError)
    assert scratch.process_exception(raised.value) is None


async def test_every_connection_has_a_new_key_and_chance_can_be_brought() -> None:
    """The key, the masks and the pings come from one source."""
    seen = []

    async def note(raw: Raw) -> None:
        request = await raw.accept()
        seen.append(request.headers["Sec-WebSocket-Key"])
        frame = await raw.frame()
        assert frame.masking_key == b"\x00\x01\x02\x03"
        raw.reset()

    async with listening(note) as uri:
        for _ in range(2):
            client = await scratch.connect(uri, randbytes=lambda size: bytes(range(size)))
            await client.send("x")
            await client.wait_closed()
        client = await scratch.connect(uri)
        client.transport.abort()
        await until(lambda: len(seen) == 3)
    assert seen[0] == seen[1] == "AAECAwQFBgcICQoLDA0ODw=="
    assert seen[2] != seen[0]


async def test_the_request_says_who_we_are() -> None:
    """Unless we would rather not."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        async with scratch.connect(server.uri) as client:
            assert client.request is not None
            assert "wsdemo" in client.request.headers["User-Agent"]
        async with scratch.connect(server.uri, user_agent_header=None) as client:
            assert client.request is not None
            assert "User-Agent" not in client.request.headers
        headers = {"User-Agent": "myself"}
        async with scratch.connect(server.uri, additional_headers=headers) as client:
            assert client.request is not None
            assert client.request.headers["User-Agent"] == "myself"


async def test_another_address_than_the_uris_can_be_dialled() -> None:
    """The request still names the URI's host."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        uri = "ws://example.com/chat"
        async with scratch.connect(uri, host="127.0.0.1", port=port) as client:
            assert client.request is not None
            assert client.request.headers["Host"] == "example.com"


@pytest.mark.parametrize(
    ("uri", "options", "message"),
    [
        ("http://example.com/", {}, "ws://"),
        ("ws://example.com/#here", {}, "fragment"),
        ("ws://example.com/", {"ssl": True}, "ssl"),
        ("wss://example.com/", {"ssl": None}, "ssl"),
        ("ws://example.com/", {"proxy": True}, "proxy"),
        ("ws://example.com/", {"compression": "gzip"}, "gzip"),
        ("ws://example.com/", {"max_queue": (1, 2)}, "marks"),
        ("ws://example.com/", {"additional_headers": {"X": "a\r\nb"}}, "X"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    uri: str, options: dict[str, Any], message: str
) -> None:
    """Before anything is dialled."""
    with pytest.raises(ValueError, match=message):
        scratch.connect(uri, **options)


async def test_one_connect_is_one_connection() -> None:
    """To enter it twice at once would lose the first."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        connector = scratch.connect(server.uri)
        async with connector:
            with pytest.raises(RuntimeError, match="entered"):
                await connector.__aenter__()
        async with connector as client:
            await client.send("again")
            assert await client.recv() == "again"


# Again and again


class Delays:
    """Delays that are counted."""

    def __init__(self) -> None:
        self.series = 0
        self.taken: list[float] = []

    def __call__(self) -> Iterator[float]:
        """Begin a series of delays: 1, 2, 3, ... seconds."""
        self.series += 1
        for delay in range(1, 100):
            self.taken.append(delay)
            yield delay


@asynccontextmanager
async def running_clock() -> AsyncIterator[HandClock]:
    """Yield a clock that is turned as soon as somebody waits."""
    clock = HandClock()

    async def turn() -> None:
        while True:
            await asyncio.sleep(0)
            if clock.pending:
                clock.advance(1)

    task = asyncio.create_task(turn())
    yield clock
    task.cancel()
    await asyncio.wait([task])


NO_LIMITS: dict[str, Any] = {"open_timeout": None, "ping_interval": None, "close_timeout": None}


async def insist(uri: str, **options: Any) -> None:
    """Try again and again to connect where nobody will let us in."""
    async for _ in scratch.connect(uri, **options):
        pytest.fail("there is no connection")


async def test_failures_are_retried_after_growing_delays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Until the server is there."""
    caplog.set_level(logging.INFO)
    delays = Delays()
    answers = iter([503, 500, 101])

    async def recover(raw: Raw) -> None:
        if (status := next(answers)) == 101:
            await raw.accept()
            await raw.rest()
        else:
            await refusing(status)(raw)

    async with listening(recover) as uri, running_clock() as clock:
        connector = scratch.connect(uri, clock=clock, reconnect_delays=delays, **NO_LIMITS)
        async for client in connector:
            client.transport.abort()
            break
    assert delays.taken == [1, 2]
    assert [line.split(":")[0] for line in caplog.messages] == ["no connection to ws"] * 2


async def test_a_goodbye_is_followed_by_the_next_connection_at_once() -> None:
    """The body asked for it, and the server is well."""
    delays = Delays()

    async def greet(connection: scratch.ServerConnection) -> None:
        await connection.send("Hello")

    async with scratch.serve(greet, "127.0.0.1", 0) as server, running_clock() as clock:
        heard: list[str | bytes] = []
        connector = scratch.connect(server.uri, clock=clock, reconnect_delays=delays, **NO_LIMITS)
        async with aclosing(cast(Any, connector.__aiter__())) as clients:
            async for client in clients:
                heard += [message async for message in client]
                if len(heard) == 3:
                    break
    assert heard == ["Hello"] * 3
    assert delays.taken == []
    assert server.counters.closed == {1000: 3}


async def test_a_lost_connection_is_followed_by_the_next_one_after_a_delay() -> None:
    """Or a server that falls over would be dialled as fast as it can fall."""
    delays = Delays()

    async def fall_over(connection: scratch.ServerConnection) -> None:
        connection.transport.abort()

    async with scratch.serve(fall_over, "127.0.0.1", 0) as server, running_clock() as clock:
        connector = scratch.connect(server.uri, clock=clock, reconnect_delays=delays, **NO_LIMITS)
        seen = 0
        async with aclosing(cast(Any, connector.__aiter__())) as clients:
            async for client in clients:
                seen += 1
                await client.wait_closed()
                if seen == 3:
                    break
    # Each success begins a new series.
    assert delays.taken == [1, 1]


async def test_a_fatal_failure_ends_the_iteration() -> None:
    """403 will be 403 the next time."""
    async with listening(refusing(403)) as uri:
        with pytest.raises(scratch.BadResponse, match="403"):
            await insist(uri)


async def test_patience_may_be_limited() -> None:
    """When the delays run out, the last failure is raised."""
    async with listening(refusing(503)) as uri, running_clock() as clock:
        with pytest.raises(scratch.BadResponse, match="503"):
            await insist(uri, clock=clock, reconnect_delays=lambda: iter([1, 2]), **NO_LIMITS)


async def test_what_is_fatal_can_be_chosen() -> None:
    """And be another error, whose cause is the first."""

    def never_again(error: Exception) -> Exception:
        return LookupError("give up")

    async with listening(refusing(503)) as uri:
        with pytest.raises(LookupError, match="give up") as raised:
            await insist(uri, process_exception=never_again)
    assert isinstance(raised.value.__cause__, scratch.BadResponse)


async def test_to_leave_the_loop_says_goodbye() -> None:
    """With 1000: to be done is no error."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        async with aclosing(cast(Any, scratch.connect(server.uri).__aiter__())) as clients:
            async for _ in clients:
                break
        await until(lambda: server.counters.now == 0)
    assert server.counters.closed == {1000: 1}


async def test_to_cancel_the_pause_leaves_no_timer() -> None:
    """A program that gives up while waiting is done."""
    clock = HandClock()
    async with listening(refusing(503)) as uri:
        task = asyncio.create_task(insist(uri, clock=clock, **NO_LIMITS))
        await until(lambda: clock.pending)
        task.cancel()
        await asyncio.wait([task])
    assert clock.pending == 0


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (scratch.BadResponse("busy", Response(503, "")), True),
        (scratch.BadResponse("gone", Response(410, "")), False),
        (scratch.HandshakeError("no HTTP", 500), False),
        (ValueError(), False),
    ],
)
def test_what_is_worth_another_try(error: Exception, again: bool) -> None:
    """What may be different in a moment."""
    assert scratch.process_exception(error) is (None if again else error)
