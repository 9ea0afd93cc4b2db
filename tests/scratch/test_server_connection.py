"""A client's time on a server: the opening handshake, keepalive, the end, by a clock in hand."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.raw import BUFFER, REQUEST, Raw, masked, narrow, until
from wsdemo import scratch
from wsdemo.protocol import Close, Opcode, State

Handler = Callable[[scratch.ServerConnection], Awaitable[None]]


async def idle(connection: scratch.ServerConnection) -> None:
    """Do nothing until the client leaves."""
    await connection.wait_closed()


@asynccontextmanager
async def arranged(
    handler: Handler | None = idle, **options: Any
) -> AsyncIterator[tuple[scratch.Server, Raw, HandClock]]:
    """Yield a server, a raw client that has arrived, and the server's clock."""
    clock = HandClock()
    # What the server accepts has the buffers of what it listens on.
    listener = narrow(socket.create_server(("127.0.0.1", 0)))
    async with scratch.serve(handler, sock=listener, clock=clock, **options) as server:
        with await Raw.dial(server.sockets[0].getsockname()) as raw:
            await until(lambda: server.counters.total == 1)
            yield server, raw, clock
    assert clock.pending == 0
    assert server.counters.balanced


def only(server: scratch.Server) -> scratch.ServerConnection:
    """Return the only connection that is open."""
    (connection,) = server.connections
    return connection


@pytest.mark.parametrize("sent", [b"", b"G", REQUEST[:-1]])
async def test_a_slow_handshake_is_408(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A request that trickles in takes a place that others want."""
    caplog.set_level(logging.INFO)
    async with arranged(open_timeout=10) as (server, raw, clock):
        await raw.send(sent)
        clock.advance(9.9)
        assert server.counters.now == 1
        clock.advance(0.1)
        assert (await raw.response()).status == 408
        assert not await raw.rest()
    assert server.counters.refused == {408: 1}
    assert sum("refused with 408: no request within 10 s" in line for line in caplog.messages) == 1


async def test_a_slow_hook_is_503() -> None:
    """It's not the client's fault; the hook is cancelled."""
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def dawdle(connection: scratch.ServerConnection, request: object) -> None:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with arranged(process_request=dawdle) as (server, raw, clock):
        await raw.send(REQUEST)
        await asked.wait()
        clock.advance(10)
        assert (await raw.response()).status == 503
        await cancelled.wait()
    assert server.counters.refused == {503: 1}


async def test_without_an_open_timeout_a_client_may_take_its_time() -> None:
    """None waits for ever."""
    async with arranged(open_timeout=None) as (_, raw, clock):
        clock.advance(10_000)
        await raw.shake()


async def test_the_time_limit_ends_with_the_handshake() -> None:
    """An open connection may stay."""
    async with arranged(ping_interval=None) as (server, raw, clock):
        await raw.shake()
        clock.advance(10_000)
        assert only(server).state is State.OPEN


async def test_a_hasty_client_is_heard_after_the_answer() -> None:
    """What it sent with the request is no part of it, and is not lost."""
    heard: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def listen(connection: scratch.ServerConnection) -> None:
        heard.set_result(await connection.recv())

    async with arranged(listen) as (_, raw, _):
        await raw.shake(REQUEST + masked(Opcode.TEXT, b"quick"))
        assert await heard == "quick"


async def test_the_answer_and_what_follows_leave_together() -> None:
    """The 101 and a pong in one packet."""
    async with arranged() as (_, raw, _):
        await raw.send(REQUEST + masked(Opcode.PING, b"?"))
        assert await raw.more()
        assert raw.buffer.startswith(b"HTTP/1.1 101")
        assert raw.buffer.endswith(b"\r\n\r\n\x8a\x01?")


async def test_a_silent_client_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    """A ping after 20 seconds, and 1011 after 20 more."""
    caplog.set_level(logging.INFO)
    async with arranged() as (server, raw, clock):
        await raw.shake()
        connection = only(server)
        clock.advance(20)
        assert (await raw.frame()).opcode is Opcode.PING
        clock.advance(20)
        close = Close.parse((await raw.frame()).payload)
        assert close == Close(1011, "keepalive ping timeout")
        assert not await raw.rest()
        raw.sock.close()
        with pytest.raises(scratch.ConnectionClosedError, match="keepalive ping timeout") as raised:
            await connection.recv()
        assert isinstance(raised.value.__cause__, TimeoutError)
    assert server.counters.keepalive_timeouts == 1
    assert any("no pong came within 20 s" in line for line in caplog.messages)


async def test_a_client_that_answers_stays() -> None:
    """And its latency is known."""
    async with arranged() as (server, raw, clock):
        await raw.shake()
        connection = only(server)
        for _ in range(5):
            clock.advance(20 - connection.latency)
            ping = await raw.frame()
            clock.advance(0.125)
            await raw.send(masked(Opcode.PONG, ping.payload))
            await until(lambda: not connection.pings)
            assert connection.latency == 0.125
        assert connection.state is State.OPEN


async def test_keepalive_ends_with_the_connection() -> None:
    """A closing connection has a time limit of its own."""
    async with arranged() as (server, raw, clock):
        await raw.shake()
        only(server).start_close()
        assert clock.pending == 1
        assert (await raw.frame()).opcode is Opcode.CLOSE


async def test_a_client_that_never_answers_the_close_is_cut_off() -> None:
    """The handler's connection.close() returns after close_timeout."""
    closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def leave(connection: scratch.ServerConnection) -> None:
        closing.set_result(None)
        await connection.close()

    async with arranged(leave, close_timeout=5) as (server, raw, clock):
        await raw.shake()
        await closing
        assert (await raw.frame()).opcode is Opcode.CLOSE
        clock.advance(5)
        assert not await raw.rest()
    assert server.counters.closed == {1006: 1}


async def test_a_client_that_answers_and_stays_on_the_line_is_cut_off() -> None:
    """It has closed with 1000 all the same."""
    async with arranged(close_timeout=5) as (server, raw, clock):
        await raw.shake()
        only(server).start_close()
        await raw.frame()
        await raw.send(masked(Opcode.CLOSE, b"\x03\xe8"))
        assert not await raw.rest()
        assert server.counters.now == 1
        clock.advance(5)
        await until(lambda: server.counters.now == 0)
    assert server.counters.closed == {1000: 1}


async def test_a_failed_client_is_read_to_its_end() -> None:
    """A reset would destroy our close frame on its way."""
    async with arranged() as (_, raw, _):
        await raw.shake()
        await raw.send(b"\xff" + bytes(1_000_000))
        assert Close.parse((await raw.frame()).payload).code == 1002
        assert not await raw.rest()


async def test_a_handlers_exception_is_logged_once_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With the connection's id, and with its traceback."""
    connections = []

    async def fail(connection: scratch.ServerConnection) -> None:
        connections.append(connection)
        raise LookupError("on purpose")

    async with arranged(fail) as (server, raw, _):
        await raw.shake()
        assert Close.parse((await raw.frame()).payload).code == 1011
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage() == f"connection {connections[0].id}: the handler failed"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)
    assert server.counters.handler_errors == 1


async def test_a_handler_that_hears_that_the_client_has_left_has_not_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """``recv`` outside of a loop raises, and that is how a handler ends."""

    async def listen(connection: scratch.ServerConnection) -> None:
        while True:
            await connection.recv()

    async with arranged(listen) as (server, raw, _):
        await raw.shake()
        raw.reset()
        await until(lambda: server.counters.now == 0)
    assert server.counters.handler_errors == 0
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_another_connections_end_is_a_failure_like_any_other() -> None:
    """A proxy whose other side has gone has not done its work."""

    async def relay(connection: scratch.ServerConnection) -> None:
        raise scratch.ConnectionClosedError(None, None)

    async with arranged(relay) as (server, raw, _):
        await raw.shake()
        assert Close.parse((await raw.frame()).payload).code == 1011
    assert server.counters.handler_errors == 1


async def test_a_cancelled_handler_goes_away() -> None:
    """The client gets 1001, and the task ends as cancelled."""
    async with arranged() as (server, raw, _):
        await raw.shake()
        task = only(server).task
        assert task is not None
        task.cancel()
        assert Close.parse((await raw.frame()).payload).code == 1001
        await raw.send(masked(Opcode.CLOSE, b"\x03\xe9"))
        raw.sock.close()
        await asyncio.wait([task])
        assert task.cancelled()


async def test_a_client_that_does_not_read_costs_a_bounded_buffer() -> None:
    """``send`` waits; when the client reads on, everything comes, in order."""
    message, sent = bytes(50_000), []

    async def pour(connection: scratch.ServerConnection) -> None:
        for number in range(100):
            await connection.send(message)
            sent.append(number)

    options: dict[str, Any] = {"compression": None, "write_limit": 10_000}
    async with arranged(pour, **options) as (server, raw, _):
        await raw.shake()
        connection = only(server)
        for _ in range(1000):
            await asyncio.sleep(0)
            assert connection.transport.get_write_buffer_size() <= 10_000 + len(message) + 10
        assert connection.is_full
        assert len(sent) < 20
        for _ in range(100):
            assert (await raw.frame()).payload == message
        assert (await raw.frame()).opcode is Opcode.CLOSE
    assert len(sent) == 100


async def test_a_handler_that_does_not_read_costs_a_bounded_inbox() -> None:
    """The client waits; when the handler reads on, everything comes, in order."""
    go_on, received = asyncio.Event(), []

    async def dawdle(connection: scratch.ServerConnection) -> None:
        await go_on.wait()
        async for message in connection:
            received.append(len(message))  # noqa: PERF401 - it is looked at meanwhile

    async with arranged(dawdle, max_queue=4) as (server, raw, _):
        await raw.shake()
        connection = only(server)
        sending = asyncio.create_task(pour_into(raw))
        await until(lambda: not connection.transport.is_reading())
        for _ in range(1000):
            await asyncio.sleep(0)
        assert not connection.transport.is_reading()
        assert not sending.done()
        # Five shut the valve; besides, there is what came with the same read.
        assert len(connection.inbox) <= 5 + 2 * BUFFER // 5_000
        go_on.set()
        await sending
        await until(lambda: len(received) == 200)
    assert received == list(range(5_000, 5_000 + 200))


async def pour_into(raw: Raw) -> None:
    """Send more than all buffers on the way can hold."""
    for number in range(200):
        await raw.send(masked(Opcode.BINARY, bytes(5_000 + number)))


async def test_a_client_that_pings_and_does_not_read_costs_a_bounded_buffer() -> None:
    """We read no pings while there is no room for pongs."""
    pings = masked(Opcode.PING, bytes(125)) * 100

    async def flood() -> None:
        while True:
            await raw.send(pings)

    async with arranged(write_limit=10_000) as (server, raw, _):
        await raw.shake()
        connection = only(server)
        flooding = asyncio.create_task(flood())
        await until(lambda: connection.is_full)
        assert not connection.transport.is_reading()
        # One read brings at most 256 KiB of pings, and their pongs are shorter.
        assert connection.transport.get_write_buffer_size() <= 10_000 + 256 * 1024
        flooding.cancel()
        await asyncio.wait([flooding])
        connection.transport.abort()


async def test_a_response_can_be_made_for_a_hook() -> None:
    """Plain text, and the end of the connection."""
    async with arranged() as (server, raw, _):
        await raw.shake()
        response = only(server).respond(418, "short and stout\n")
        assert (response.status, response.body) == (418, b"short and stout\n")
        assert response.headers["Connection"] == "close"


# The function for messages


async def test_on_message_that_fails_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    """As a handler that fails is: the client gets 1011."""

    def fail(connection: scratch.ServerConnection, message: str | bytes) -> None:
        raise LookupError(message)

    async with arranged(None, on_message=fail) as (server, raw, _):
        await raw.shake()
        await raw.send(masked(Opcode.TEXT, b"one") + masked(Opcode.TEXT, b"two"))
        assert Close.parse((await raw.frame()).payload).code == 1011
        await raw.send(masked(Opcode.CLOSE, b"\x03\xf3"))
        raw.sock.close()
        await until(lambda: server.counters.now == 0)
    assert server.counters.handler_errors == 1
    assert server.counters.closed == {1011: 1}
    assert sum("on_message failed" in line for line in caplog.messages) == 1


async def test_with_on_message_a_client_that_does_not_read_costs_a_bounded_buffer() -> None:
    """We read no messages while there is no room for answers; later all come, in order."""
    numbers = [number.to_bytes(2, "big") for number in range(1000)]

    def answer(connection: scratch.ServerConnection, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        connection.send_nowait(message * 50)

    async def ask() -> None:
        for number in numbers:
            await raw.send(masked(Opcode.BINARY, number + bytes(500)))

    options: dict[str, Any] = {"compression": None, "write_limit": 10_000}
    async with arranged(None, on_message=answer, **options) as (server, raw, _):
        await raw.shake()
        connection = only(server)
        asking = asyncio.create_task(ask())
        await until(lambda: not connection.transport.is_reading())
        assert connection.is_full
        # One read brings what the kernel had; each message of 510 octets has 25,100 for an answer.
        most = 10_000 + (2 * BUFFER // 510 + 2) * 25_104
        for _ in range(1000):
            await asyncio.sleep(0)
            assert connection.transport.get_write_buffer_size() <= most
        assert not asking.done()
        for number in numbers:
            assert (await raw.frame()).payload[:2] == number
        await asking
        connection.start_close()
        assert (await raw.frame()).opcode is Opcode.CLOSE
        connection.transport.abort()


# A handler that is woken amid a read


async def test_a_handler_may_abort_the_transport_amid_a_read() -> None:
    """Rude, and no reason to fail."""

    async def leave(connection: scratch.ServerConnection) -> None:
        await connection.recv()
        connection.transport.abort()
        await connection.send("nobody hears this")

    async with arranged(leave) as (server, raw, _):
        await raw.shake()
        await raw.send(masked(Opcode.TEXT, b"one") * 3 + masked(Opcode.PING))
        assert not await raw.rest()
        await until(lambda: server.counters.now == 0)
    assert server.counters.closed == {1006: 1}
    assert server.counters.handler_errors == 0


async def test_a_handler_may_close_the_server_amid_a_read() -> None:
    """All are told to go, the one from which is being read among them."""

    async def end(connection: scratch.ServerConnection) -> None:
        await connection.recv()
        connection.server.close()

    async with arranged(end) as (server, raw, _):
        await raw.shake()
        await raw.send(masked(Opcode.TEXT, b"one"))
        assert Close.parse((await raw.frame()).payload).code == 1001
        await raw.send(masked(Opcode.CLOSE, b"\x03\xe9"))
        assert not await raw.rest()
        raw.sock.close()
        await server.wait_closed()
    assert server.counters.closed == {1001: 1}


async def test_what_was_said_in_the_handshake_is_there_in_the_handler() -> None:
    """It was put away as octets by then, and is as it was."""
    seen: list[Any] = []

    def note(connection: scratch.ServerConnection, request: object, response: object) -> None:
        seen.extend((request, response))

    async def compare(connection: scratch.ServerConnection) -> None:
        seen.extend((connection.request, connection.response))

    async with arranged(compare, process_response=note) as (_, raw, _):
        response = await raw.shake()
        assert (await raw.frame()).opcode is Opcode.CLOSE
        request, answer, *later = seen
        assert later == [request, answer]
        assert answer == response
