"""The arguments of ``serve``, TLS among them."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest
import trustme

from tests.scratch.clock import HandClock
from tests.scratch.engines import PAIRS, Pair
from tests.scratch.raw import Raw, until
from tests.scratch.scenarios import MESSAGES, echo
from wsdemo import scratch


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Return somebody who issues certificates."""
    return trustme.CA()


@pytest.fixture
def server_ssl(authority: trustme.CA) -> ssl.SSLContext:
    """Return the server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def client_ssl(authority: trustme.CA) -> ssl.SSLContext:
    """Return the client's side of TLS, which trusts the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_tls(pair: Pair, server_ssl: ssl.SSLContext, client_ssl: ssl.SSLContext) -> None:
    """The same messages, and the same goodbye, over wss://."""
    async with pair.serve(echo, ssl=server_ssl) as server:
        async with pair.connect(server, ssl=client_ssl) as client:
            for message in MESSAGES:
                await client.send(message)
                assert await client.recv() == message
        assert client.close_code == 1000


async def test_the_uri_of_a_tls_server(
    server_ssl: ssl.SSLContext, client_ssl: ssl.SSLContext
) -> None:
    """Its scheme is wss."""
    async with scratch.serve(echo, "127.0.0.1", 0, ssl=server_ssl) as server:
        assert server.uri.startswith("wss://127.0.0.1:")
        async with scratch.connect(server.uri, ssl=client_ssl) as client:
            await client.send("private")
            assert await client.recv() == "private"


async def test_a_certificate_of_nobody_we_know_is_refused(server_ssl: ssl.SSLContext) -> None:
    """By the client; the server serves on."""
    async with scratch.serve(echo, "127.0.0.1", 0, ssl=server_ssl) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            await scratch.connect(server.uri)
        assert server.is_serving()
    assert server.counters.total == 0


async def test_a_plain_client_of_a_tls_server(server_ssl: ssl.SSLContext) -> None:
    """It is cut off in the handshake of TLS."""
    async with scratch.serve(echo, "127.0.0.1", 0, ssl=server_ssl) as server:
        with pytest.raises((OSError, scratch.HandshakeError)):
            await scratch.connect(server.uri.replace("wss", "ws"))
    assert server.counters.total == 0


async def test_a_tls_client_of_a_plain_server(client_ssl: ssl.SSLContext) -> None:
    """The server names the mistake; the client hears no TLS."""
    async with scratch.serve(echo, "127.0.0.1", 0) as server:
        with pytest.raises(ssl.SSLError):
            await scratch.connect(server.uri.replace("ws", "wss"), ssl=client_ssl)
        await until(lambda: server.counters.now == 0 and server.counters.total == 1)
    assert server.counters.refused == {400: 1}


async def test_a_closing_tls_server_says_goodbye(
    server_ssl: ssl.SSLContext, client_ssl: ssl.SSLContext
) -> None:
    """With 1001, as always."""
    async with scratch.serve(echo, "127.0.0.1", 0, ssl=server_ssl) as server:
        client = await scratch.connect(server.uri, ssl=client_ssl)
        server.close()
        await server.wait_closed()
        await client.wait_closed()
        assert client.close_code == 1001


async def test_a_tls_client_that_never_ends_tls_is_cut_off(
    server_ssl: ssl.SSLContext, client_ssl: ssl.SSLContext
) -> None:
    """After close_timeout, as over plain TCP."""
    clock = HandClock()
    options: dict[str, Any] = {"ssl": server_ssl, "clock": clock, "close_timeout": 5}
    async with scratch.serve(echo, "127.0.0.1", 0, **options) as server:
        client = await scratch.connect(server.uri, ssl=client_ssl)
        (connection,) = server.connections
        client.transport.pause_reading()
        server.close()
        await until(lambda: clock.pending == 1)
        clock.advance(5)
        await server.wait_closed()
        assert connection.close_code == 1006
        client.transport.abort()


async def test_tls_that_ends_after_the_server_has_closed_is_cut_off(
    server_ssl: ssl.SSLContext, client_ssl: ssl.SSLContext
) -> None:
    """Nobody is let in by a back door."""
    loop = asyncio.get_running_loop()
    async with scratch.serve(echo, "127.0.0.1", 0, ssl=server_ssl) as server:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = client_ssl.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
        with await Raw.dial(server.sockets[0].getsockname()) as raw:
            with pytest.raises(ssl.SSLWantReadError):
                tls.do_handshake()
            await raw.send(outgoing.read())
            assert await raw.more()
            server.close()
            while True:
                incoming.write(raw.buffer)
                raw.buffer = b""
                try:
                    tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    assert await raw.more()
            await loop.sock_sendall(raw.sock, outgoing.read())
            await raw.rest()
            await until(lambda: server.counters.total == 1)
    assert server.counters.now == 0


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "gzip"},
        {"max_queue": (1, 2)},
        {"max_queue": -1},
        {"write_limit": (1, 2)},
    ],
)
def test_arguments_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    """Before anything is started."""
    with pytest.raises(ValueError, match=r"compression|marks"):
        scratch.serve(echo, "127.0.0.1", 0, **options)  # type: ignore[arg-type]


def test_subprotocols_are_a_list() -> None:
    """A string is a list of letters, and never meant as one."""
    with pytest.raises(TypeError, match="list"):
        scratch.serve(echo, "127.0.0.1", 0, subprotocols="chat")


def test_somebody_has_to_take_the_messages() -> None:
    """A handler, a function for messages, or both; the latter is no coroutine function."""
    with pytest.raises(TypeError, match="handler, or on_message"):
        scratch.serve(None, "127.0.0.1", 0)
    for handler in (None, echo):
        with pytest.raises(TypeError, match="nobody awaits it"):
            scratch.serve(handler, "127.0.0.1", 0, on_message=echo)  # type: ignore[arg-type]


def test_a_server_can_be_made_without_a_loop() -> None:
    """It needs one when it is started."""
    assert not scratch.serve(echo, "127.0.0.1", 0).is_serving()


async def test_a_configuration_of_compression() -> None:
    """The server's wishes are in the response."""
    config = scratch.DeflateConfig(server_no_context_takeover=True, client_max_window_bits=10)
    async with (
        scratch.serve(echo, "127.0.0.1", 0, compression=config) as server,
        scratch.connect(server.uri) as client,
    ):
        assert client.response is not None
        agreed = client.response.headers["Sec-WebSocket-Extensions"]
        assert "server_no_context_takeover" in agreed
        assert "client_max_window_bits=10" in agreed
        await client.send("x" * 1000)
        assert await client.recv() == "x" * 1000


async def test_a_server_may_have_connections_of_its_own_kind() -> None:
    """With more to them than ours; they count what has come, for example."""

    class Counting(scratch.ServerConnection):
        taken = 0

        def buffer_updated(self, nbytes: int) -> None:
            self.taken += nbytes
            super().buffer_updated(nbytes)

    serving = scratch.serve(echo, "127.0.0.1", 0, create_connection=Counting)
    async with serving as server, scratch.connect(server.uri) as client:
        await client.send("Hello")
        await client.recv()
        (connection,) = server.connections
        assert isinstance(connection, Counting)
        assert connection.taken > 100
