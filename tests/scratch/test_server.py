"""The server as a whole: its start, its books, its end."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.raw import REQUEST, Raw, masked, until
from wsdemo import scratch
from wsdemo.protocol import Close, Opcode


async def idle(connection: scratch.ServerConnection) -> None:
    """Do nothing until the client leaves."""
    await connection.wait_closed()


def address(server: scratch.Server) -> tuple[str, int]:
    """Return where a server listens."""
    host, port = server.sockets[0].getsockname()
    return host, port


async def test_a_server_can_be_awaited() -> None:
    """And is closed by hand."""
    server = await scratch.serve(idle, "127.0.0.1", 0)
    assert server.is_serving()
    assert server.get_loop() is asyncio.get_running_loop()
    server.close()
    await server.wait_closed()
    assert not server.is_serving()
    assert server.sockets == ()


async def test_a_server_knows_its_uri() -> None:
    """For a client on this machine, whatever it listens on."""
    async with scratch.serve(idle, "127.0.0.1", 0) as server:
        assert server.uri == f"ws://127.0.0.1:{address(server)[1]}"
    async with scratch.serve(idle, "0.0.0.0", 0) as server:
        assert server.uri.startswith("ws://127.0.0.1:")
        async with scratch.connect(server.uri):
            pass


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_an_ipv6_address_is_in_brackets() -> None:
    """RFC 3986, 3.2.2."""
    try:
        server = await scratch.serve(idle, "::1", 0)
    except OSError:
        pytest.skip("no IPv6 here")
    async with server:
        assert server.uri.startswith("ws://[::1]:")
        async with scratch.connect(server.uri) as client:
            assert client.remote_address[0] == "::1"


async def test_a_server_that_does_not_listen_has_no_uri() -> None:
    """Neither before it is started nor after it was closed."""
    server = scratch.serve(idle, "127.0.0.1", 0)
    for verb in (lambda: server.uri, server.get_loop):
        with pytest.raises(RuntimeError):
            verb()
    async with server:
        pass
    with pytest.raises(RuntimeError):
        _ = server.uri


async def test_a_port_that_is_taken_is_an_error() -> None:
    """Of the system, as it is."""
    async with scratch.serve(idle, "127.0.0.1", 0) as server:
        with pytest.raises(OSError, match=r"(?i)address|only one usage"):
            await scratch.serve(idle, *address(server))


async def test_a_server_may_start_later() -> None:
    """The port is taken, and nobody is let in."""
    server = await scratch.serve(idle, "127.0.0.1", 0, start_serving=False)
    assert not server.is_serving()
    await server.start_serving()
    async with server, scratch.connect(server.uri):
        assert server.is_serving()


async def test_serve_forever_ends_when_it_is_cancelled() -> None:
    """And closes the server, with 1001 for its clients."""
    server = await scratch.serve(idle, "127.0.0.1", 0, start_serving=False)
    forever = asyncio.create_task(server.serve_forever())
    await until(server.is_serving)
    client = await scratch.connect(server.uri)
    forever.cancel()
    await asyncio.wait([forever])
    assert forever.cancelled()
    assert client.close_code == 1001


async def test_serve_forever_ends_when_the_server_is_closed() -> None:
    """By another task."""
    server = await scratch.serve(idle, "127.0.0.1", 0)
    forever = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0)
    server.close()
    await forever


async def test_closing_twice_is_closing() -> None:
    """Nothing happens the second time."""
    async with scratch.serve(idle, "127.0.0.1", 0) as server:
        server.close()
        server.close()
        await server.wait_closed()
        await server.wait_closed()


async def test_a_second_close_ends_the_patience_of_the_first() -> None:
    """A server drains for a while, and then it goes."""
    async with scratch.serve(idle, "127.0.0.1", 0) as server:
        client = await scratch.connect(server.uri)
        server.close(close_connections=False)
        await asyncio.sleep(0)
        assert len(server.connections) == 1
        server.close(code=1012, reason="out of patience")
        await client.wait_closed()
        assert client.close_code == 1012


async def test_clients_without_a_request_are_refused_when_the_server_closes() -> None:
    """They need not be waited for."""
    async with scratch.serve(idle, "127.0.0.1", 0) as server:
        with await Raw.dial(address(server)) as raw:
            await until(lambda: server.counters.total == 1)
            server.close()
            assert (await raw.response()).status == 503
            assert not await raw.rest()
            raw.sock.close()
            await server.wait_closed()
    assert server.counters.refused == {503: 1}


async def test_clients_whose_request_is_judged_are_refused_when_the_server_closes() -> None:
    """The hook is waited for, and its answer comes too late."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def ask(connection: scratch.ServerConnection, request: object) -> None:
        asked.set()
        await go_on.wait()

    async with scratch.serve(idle, "127.0.0.1", 0, process_request=ask) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.send(REQUEST)
            await asked.wait()
            server.close()
            assert (await raw.response()).status == 503
        go_on.set()
    assert server.counters.refused == {503: 1}
    assert server.counters.accepted == 0


async def test_a_draining_server_refuses_requests_that_come_late() -> None:
    """A TCP connection that was there before is not let in any more."""
    async with scratch.serve(idle, "127.0.0.1", 0) as server:
        with await Raw.dial(address(server)) as raw:
            await until(lambda: server.counters.total == 1)
            server.close(close_connections=False)
            await raw.send(REQUEST)
            assert (await raw.response()).status == 503


async def test_a_closed_server_stays_closed() -> None:
    """To serve again, make another one."""
    server = await scratch.serve(idle, "127.0.0.1", 0)
    server.close()
    await server.wait_closed()
    with pytest.raises(RuntimeError, match="closed"):
        await server


async def test_closing_waits_for_handlers() -> None:
    """They may have something to put away."""
    put_away = asyncio.Event()

    async def tidy(connection: scratch.ServerConnection) -> None:
        await connection.wait_closed()
        await asyncio.sleep(0)
        put_away.set()

    async with scratch.serve(tidy, "127.0.0.1", 0) as server, scratch.connect(server.uri):
        server.close()
        await server.wait_closed()
        assert put_away.is_set()


async def test_clients_that_do_not_answer_do_not_hold_a_closing_server() -> None:
    """It has given them close_timeout."""
    clock = HandClock()
    async with scratch.serve(idle, "127.0.0.1", 0, clock=clock, close_timeout=3) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake()
            server.close()
            assert Close.parse((await raw.frame()).payload).code == 1001
            clock.advance(3)
            await server.wait_closed()
    assert server.counters.closed == {1006: 1}


async def test_the_books_of_a_busy_day() -> None:
    """Everybody is counted once, by how it ended."""

    async def fail_on_demand(connection: scratch.ServerConnection) -> None:
        async for message in connection:
            if message == "fail":
                raise LookupError

    async with scratch.serve(fail_on_demand, "127.0.0.1", 0) as server:
        for message in ("fine", "fail"):
            async with scratch.connect(server.uri) as client:
                await client.send(message)
                if message == "fail":
                    await client.wait_closed()
        with await Raw.dial(address(server)) as raw:
            await raw.send(REQUEST.replace(b"Version: 13", b"Version: 12"))
            await raw.rest()
        with await Raw.dial(address(server)) as raw:
            await raw.shake()
            await raw.send(masked(Opcode.TEXT, b"\xff"))
            await raw.rest()
        with await Raw.dial(address(server)):
            await until(lambda: server.counters.total == 5)
        await until(lambda: server.counters.now == 0)
        counters = server.counters
        assert counters.balanced
        assert (counters.accepted, counters.abandoned) == (3, 1)
        assert counters.refused == {426: 1}
        assert counters.closed == {1000: 1, 1011: 1, 1006: 1}
        assert counters.protocol_errors == {1007: 1}
        assert counters.handler_errors == 1


# Handlers


class Greeter:
    """Handlers of many kinds, all of which say the same."""

    def __init__(self, word: str = "Hello") -> None:
        self.word = word

    async def greet(self, connection: scratch.ServerConnection) -> None:
        """Do so as a bound method."""
        await connection.send(self.word)

    async def __call__(self, connection: scratch.ServerConnection) -> None:
        """Do so as an object that can be called."""
        await self.greet(connection)


async def say(word: str, connection: scratch.ServerConnection) -> None:
    """Say a word."""
    await connection.send(word)


def in_a_task(connection: scratch.ServerConnection) -> Awaitable[None]:
    """Return something that can be awaited and is no coroutine."""
    return asyncio.ensure_future(say("Hello", connection))


def decorated(handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return a handler that says to have other parameters than it has."""

    @functools.wraps(handler)
    async def wrapper(connection: scratch.ServerConnection) -> None:
        await handler("Hello", connection)

    return wrapper


HANDLERS = {
    "bound method": Greeter().greet,
    "partial": functools.partial(say, "Hello"),
    "object": Greeter(),
    "class method": functools.partial(Greeter.greet, Greeter()),
    "lambda": lambda connection: say("Hello", connection),
    "future": in_a_task,
    "decorated": decorated(say),
}


@pytest.mark.parametrize("kind", HANDLERS)
async def test_a_handler_is_whatever_can_be_called_and_awaited(kind: str) -> None:
    """And its connection is closed with 1000 when it is done."""
    handler: Any = HANDLERS[kind]
    async with scratch.serve(handler, "127.0.0.1", 0) as server:
        async with scratch.connect(server.uri) as client:
            assert [message async for message in client] == ["Hello"]
        assert client.close_code == 1000
    assert server.counters.handler_errors == 0


async def two_arguments(connection: scratch.ServerConnection, path: str) -> None:
    """Do nothing, as handlers did when they were given the path as well."""


def at_once(connection: scratch.ServerConnection) -> Awaitable[None]:
    """Fail before there is anything to await."""
    raise LookupError("on purpose")


def no_awaitable(connection: scratch.ServerConnection) -> None:
    """Do nothing, and return nothing that could be awaited."""


@pytest.mark.parametrize("handler", [two_arguments, at_once, no_awaitable])
async def test_a_handler_that_can_not_even_begin_has_failed(
    handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Like any other: 1011, counted, in the log, and nobody is left alone with the client."""
    async with scratch.serve(handler, "127.0.0.1", 0) as server:
        client = await scratch.connect(server.uri)
        await client.wait_closed()
        assert client.close_code == 1011
    assert server.counters.handler_errors == 1
    (record,) = caplog.records
    assert record.getMessage().endswith("the handler failed")


ROOM: ContextVar[str] = ContextVar("ROOM", default="none")


async def test_a_handler_has_the_context_variables_of_the_opening_handshake() -> None:
    """What ``process_request`` has set for one client, its handler sees, and no other."""
    seen: list[str] = []

    def enter(connection: scratch.ServerConnection, request: Any) -> None:
        if request.path != "/":
            ROOM.set(request.path)

    async def look(connection: scratch.ServerConnection) -> None:
        seen.append(ROOM.get())

    async with scratch.serve(look, "127.0.0.1", 0, process_request=enter) as server:
        for path in ("/red", "/", "/blue"):
            async with scratch.connect(server.uri + path) as client:
                await client.wait_closed()
    assert (seen, ROOM.get()) == (["/red", "none", "/blue"], "none")


# The function for messages


def echo(connection: scratch.ServerConnection, message: str | bytes) -> None:
    """Send back what has come."""
    connection.send_nowait(message)


async def test_a_server_without_a_handler() -> None:
    """A function for messages is enough; the client says when it is over."""
    async with scratch.serve(None, "127.0.0.1", 0, on_message=echo) as server:
        async with scratch.connect(server.uri) as client:
            for message in ("one", b"two", "", "x" * 100_000):
                await client.send(message)
            for message in ("one", b"two", "", "x" * 100_000):
                assert await client.recv() == message
            assert len(server.connections) == 1
        assert client.close_code == 1000
        await until(lambda: server.counters.now == 0)
    assert server.counters.closed == {1000: 1}
    assert server.counters.balanced


async def test_a_server_without_a_handler_closes_its_connections() -> None:
    """With 1001, as always, and waits for nothing else."""
    async with scratch.serve(None, "127.0.0.1", 0, on_message=echo) as server:
        client = await scratch.connect(server.uri)
        server.close()
        await server.wait_closed()
        await client.wait_closed()
    assert client.close_code == 1001


async def test_a_handler_beside_a_function_for_messages() -> None:
    """The one says hello and stays to the end; the other answers."""
    ended = asyncio.Event()

    async def greet(connection: scratch.ServerConnection) -> None:
        await connection.send("Hello")
        async for _ in connection:
            raise AssertionError("messages are for the other one")
        ended.set()

    async with scratch.serve(greet, "127.0.0.1", 0, on_message=echo) as server:
        async with scratch.connect(server.uri) as client:
            await client.send("one")
            assert {await client.recv(), await client.recv()} == {"Hello", "one"}
        await ended.wait()
    assert server.counters.handler_errors == 0


async def test_a_message_that_came_with_the_request_is_for_the_function() -> None:
    """It has waited for the answer to the handshake."""
    async with scratch.serve(None, "127.0.0.1", 0, on_message=echo) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(REQUEST + masked(Opcode.TEXT, b"quick"))
            assert (await raw.frame()).payload == b"quick"


async def test_the_sums_of_a_server() -> None:
    """Its connections have them in common; the handshake is on the wire, too."""
    tally: Any = type("Sums", (), {})()
    for name in ("messages", "payload", "wire"):
        setattr(tally, f"{name}_in", 0)
        setattr(tally, f"{name}_out", 0)
    async with scratch.serve(None, "127.0.0.1", 0, on_message=echo, tally=tally) as server:
        for _ in range(2):
            with await Raw.dial(address(server)) as raw:
                await raw.send(REQUEST)
                response = (await raw.response()).serialize()
                await raw.send(masked(Opcode.TEXT, b"Hello"))
                await raw.frame()
        await until(lambda: server.counters.now == 0)
    assert (tally.messages_in, tally.payload_in) == (2, 10)
    assert tally.wire_in == 2 * (len(REQUEST) + 11)
    assert (tally.messages_out, tally.payload_out) == (2, 10)
    assert tally.wire_out == 2 * (len(response) + 7)
