"""From the first listening socket to the last connection's end."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.raw import Raw, until
from tests.server.peers import address, answer, asking, dial, echo, getting, silent, turns
from wsdemo import scratch
from wsdemo.server import Connection, Server, serve
from wsdemo.server.gate import RETRY_AFTER


async def test_the_uri_leads_to_the_first_route(engine: str) -> None:
    """With the port that was free, and a path that a URI can carry."""
    async with serve({"/räume": echo, "/b": echo}, port=0, engine=engine) as server:
        assert server.port > 0
        assert server.uri == f"ws://127.0.0.1:{server.port}/r%C3%A4ume"
        assert server.url == f"http://127.0.0.1:{server.port}"
        async with dial(server) as client:
            await client.send("Hello")
            assert await client.recv() == "Hello"


@pytest.mark.parametrize("host", ["0.0.0.0", "", "localhost"])
async def test_the_uri_of_a_server_that_listens_everywhere_leads_to_it(host: str) -> None:
    """An address that means all of them means nothing to a client."""
    async with serve(echo, host, 0) as server:
        name = "localhost" if host == "localhost" else "127.0.0.1"
        assert server.uri.startswith(f"ws://{name}:")
        async with dial(server):
            pass


async def test_an_ipv6_address_stands_in_brackets() -> None:
    """Else its colons would begin a port."""
    try:
        server = await serve(echo, "::1", 0)
    except OSError:
        pytest.skip("no IPv6 here")
    assert server.uri == f"ws://[::1]:{server.port}/ws"
    async with dial(server):
        pass
    await server.shutdown()


async def test_a_server_that_was_not_started_has_no_port() -> None:
    """Nor can one that was shut down be started."""
    server = serve(echo, port=0)
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.uri
    await server.shutdown()
    with pytest.raises(RuntimeError, match="was shut down"):
        await server


async def test_awaited_it_runs_until_it_is_shut_down(engine: str) -> None:
    """To start it twice changes nothing, nor to stop it twice."""
    server = await serve(echo, port=0, engine=engine)
    port = server.port
    assert (await server).port == port
    await asyncio.gather(server.shutdown(), server.shutdown())
    await server.shutdown()
    with pytest.raises(ConnectionRefusedError):
        await scratch.connect(server.uri, open_timeout=5)


async def test_a_taken_port_is_an_os_error(engine: str) -> None:
    """And leaves nothing behind."""
    async with serve(echo, port=0, engine=engine) as server:
        with pytest.raises(OSError, match=r"address already in use|10048"):
            await serve(echo, port=server.port, engine=engine)


async def test_connections_are_those_that_are_open(engine: str) -> None:
    """A visitor with a plain request is none."""
    async with serve(echo, port=0, engine=engine) as server:
        with await Raw.dial(address(server)):
            async with dial(server):
                (connection,) = server.connections
                assert str(connection.id)
        await until(lambda: not server.connections)


async def test_shutdown_says_1001_to_all(engine: str) -> None:
    """Or whatever it is told to say; and it comes back when all have left."""
    for arguments, said in (((), (1001, "")), ((1012, "update"), (1012, "update"))):
        server = await serve(echo, port=0, engine=engine)
        clients = [await dial(server) for _ in range(5)]
        await server.shutdown(*arguments)
        assert {(client.close_code, client.close_reason) for client in clients} == {said}
        assert server.metrics.snapshot().closed == {said[0]: 5}


async def test_a_code_that_cannot_be_sent_shuts_nothing_down(engine: str) -> None:
    """It is a mistake of the caller's."""
    async with serve(echo, port=0, engine=engine) as server:
        with pytest.raises(ValueError, match="1005"):
            await server.shutdown(1005, "x")
        async with dial(server):
            pass


async def draining(server: Server, raw: Raw) -> asyncio.Task[None]:
    """Begin to shut down, with a client that does not answer the close frame."""
    ending = asyncio.create_task(server.shutdown())
    await raw.frame()
    return ending


async def test_a_draining_server_says_so(engine: str) -> None:
    """503 to whoever asks for its health, and to whoever wants to come in."""
    async with serve(echo, port=0, engine=engine) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            ending = await draining(server, raw)
            health = await answer(server, getting("/healthz"))
            assert (health.status, health.body) == (503, b"draining\n")
            assert server.metrics.snapshot().refused.total() == 0
            refused = await answer(server, asking())
            assert (refused.status, refused.headers["Retry-After"]) == (503, str(RETRY_AFTER))
            assert not ending.done()
        await ending


async def test_what_is_left_at_the_deadline_is_aborted(
    engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not a moment before, by the clock that was given, and it is told."""
    clock = HandClock()
    server = await serve(echo, port=0, engine=engine, drain=10, close_timeout=None, clock=clock)
    with await Raw.dial(address(server)) as raw:
        await raw.shake(asking())
        ending = await draining(server, raw)
        clock.advance(9.9)
        await turns()
        assert not ending.done()
        clock.advance(0.2)
        await ending
        assert server.metrics.snapshot().closed == {1006: 1}
        assert server._register.slots.taken == 0
    assert "out of time: aborting 1 connections, cancelling 1 handlers" in caplog.text


async def test_a_deadline_that_is_not_needed_leaves_no_timer(engine: str) -> None:
    """Nothing is to happen after the end."""
    clock = HandClock()
    server = await serve(echo, port=0, engine=engine, clock=clock)
    await server.shutdown()
    assert clock.pending == 0


async def test_the_deadline_may_be_given_with_the_order(engine: str) -> None:
    """And then overrides the server's own."""
    server = await serve(silent, port=0, engine=engine, drain=1000)
    with await Raw.dial(address(server)) as raw:
        await raw.shake(asking())
        await server.shutdown(within=0.01)


async def test_a_handler_is_given_time_to_finish(engine: str) -> None:
    """The client has gone, and the handler still writes it down."""
    written, may_write = [], asyncio.Event()

    async def writes_down(connection: Connection) -> None:
        await connection.wait_closed()
        await may_write.wait()
        written.append("down")

    server = await serve(writes_down, port=0, engine=engine)
    client = await dial(server)
    ending = asyncio.create_task(server.shutdown())
    await client.wait_closed()
    await turns()
    assert not ending.done()
    may_write.set()
    await ending
    assert written == ["down"]


async def test_a_handler_that_does_not_finish_is_cancelled(engine: str) -> None:
    """At the deadline."""
    ended: list[str] = []

    async def for_ever(connection: Connection) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    server = await serve(for_ever, port=0, engine=engine)
    client = await dial(server)
    await server.shutdown(within=0)
    assert ended == ["cancelled"]
    await client.wait_closed()
    assert server.metrics.snapshot().errors == 0


async def test_a_handler_that_will_not_be_cancelled_is_left_to_itself(
    engine: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The server stops all the same, and says what it has left behind."""
    monkeypatch.setattr("wsdemo.server.core.STUBBORN", 0.01)
    enough = asyncio.Event()

    async def stubborn(connection: Connection) -> None:
        while not enough.is_set():
            try:
                await enough.wait()
            except asyncio.CancelledError:
                continue

    server = await serve(stubborn, port=0, engine=engine)
    client = await dial(server)
    await server.shutdown(within=0)
    assert "1 handlers go on although cancelled" in caplog.text
    enough.set()
    await client.wait_closed()
    await until(lambda: not server._register.tasks)
    await turns(20)


async def test_abort_cuts_a_shutdown_short(engine: str) -> None:
    """What a second Ctrl-C does."""
    server = await serve(echo, port=0, engine=engine, drain=1000)
    with await Raw.dial(address(server)) as raw:
        await raw.shake(asking())
        ending = await draining(server, raw)
        server.abort()
        await ending


async def test_those_who_have_asked_for_nothing_delay_nothing(engine: str) -> None:
    """They are cut off when everybody else has left."""
    server = await serve(echo, port=0, engine=engine, drain=1000)
    with await Raw.dial(address(server)) as idle, await Raw.dial(address(server)) as half:
        await half.send(asking()[:20])
        async with dial(server) as client:
            assert len(server._register.present) == 3
            await server.shutdown()
        assert client.close_code == 1001
        assert await idle.rest() == b""


async def test_run_ends_with_its_caller(engine: str) -> None:
    """Cancelled, it drains as well."""
    told: list[Any] = []
    ready = asyncio.Event()

    def listening(server: Server) -> None:
        told.append(server.uri)
        ready.set()

    server = serve(echo, port=0, engine=engine)
    running = asyncio.create_task(server.run(ready=listening))
    await ready.wait()
    client = await scratch.connect(told[0])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await client.wait_closed()
    assert client.close_code == 1001


async def test_nothing_is_logged_of_a_good_day(
    engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Above what is for information."""
    async with serve(echo, port=0, engine=engine) as server, dial(server) as client:
        await client.send("Hello")
        await client.recv()
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
