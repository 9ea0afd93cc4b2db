"""The wire between real clients and real servers."""

import asyncio
import ssl
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trustme
from websockets.sync.client import connect as connect_blocking

from tests.lab import handlers
from tests.lab.peers import Reader, Writer, dialing, echo, serving
from tests.lab.traffic import DOWN, texts
from wsdemo import engines, lab
from wsdemo.lab.entries import InflatedFrame, Opaque
from wsdemo.lab.wire import Wire

ENGINES = [engines.get(name) for name in engines.NAMES]


@pytest.fixture(autouse=True)
async def _nothing_is_left_over() -> AsyncIterator[None]:
    """No test leaves a thread or a task behind."""
    yield
    assert not [each for each in threading.enumerate() if each.name.startswith("wsdemo wire")]
    assert len(asyncio.all_tasks()) == 1  # this one


@pytest.fixture(params=ENGINES, ids=str)
async def spoken(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Wire, Any]]:
    """Yield a wire to an echo server on the same loop, and the engine of both."""
    engine = request.param
    async with (
        engine.serve(handlers.echo, "127.0.0.1", 0, close_timeout=1) as server,
        lab.wire(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/chat?x=1") as wire,
    ):
        yield wire, engine


async def test_a_conversation_is_recorded_and_understood(spoken: tuple[Wire, Any]) -> None:
    """Both endpoints live on this loop, whichever engine they are made of."""
    wire, engine = spoken
    async with engine.connect(wire.uri) as connection:
        await connection.send("Hello")
        assert await connection.recv() == "Hello"
    await wire.wait_ended()
    assert texts(wire.recording.entries()) == [
        "GET /chat?x=1 HTTP/1.1",
        "101 Switching Protocols",
        "TEXT 'Hello' [7 bytes, masked, compressed from 5]",
        "TEXT 'Hello' [7 bytes, compressed from 5]",
        "CLOSE 1000 [2 bytes, masked]",
        "CLOSE 1000 [2 bytes]",
        "FIN",
        "FIN",
    ]


async def test_the_context_of_compression_is_followed(spoken: tuple[Wire, Any]) -> None:
    """The same text again takes fewer bytes, and means the same."""
    wire, engine = spoken
    async with engine.connect(wire.uri) as connection:
        for _ in range(3):
            await connection.send("one ticker looks like another")
            await connection.recv()
    frames = [f for f in wire.recording.frames(DOWN) if isinstance(f, InflatedFrame)]
    assert {frame.payload for frame in frames} == {b"one ticker looks like another"}
    assert frames[1].compressed < frames[0].compressed / 2


async def test_a_cut_is_an_end_without_a_goodbye(spoken: tuple[Wire, Any]) -> None:
    """Close code 1006: the connection ended, and no close frame came."""
    wire, engine = spoken
    async with engine.connect(wire.uri) as connection:
        await connection.send("Hello")
        await connection.recv()
        wire.cut()
        with pytest.raises(engine.ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 1006
    await wire.wait_ended()
    assert texts(wire.recording.entries())[4:6] == ["FIN from the wire"] * 2


async def test_keepalive_notices_a_peer_that_has_silently_gone(spoken: tuple[Wire, Any]) -> None:
    """Nothing else can tell a half-open connection from a quiet one."""
    wire, engine = spoken
    options = {"ping_interval": 0.05, "ping_timeout": 0.05, "close_timeout": 0.05}
    async with engine.connect(wire.uri, **options) as connection:
        wire.half_open()
        with pytest.raises(engine.ConnectionClosed):
            await connection.recv()
    await wire.wait_for(lambda e: "PING" in str(e) and wire.recording.arrived(e) is None)


async def test_a_new_connection_is_whole_again(spoken: tuple[Wire, Any]) -> None:
    """The server's machine had gone for the old one only."""
    wire, engine = spoken
    async with engine.connect(wire.uri, close_timeout=0.01) as connection:
        await connection.send("before")
        await connection.recv()
        wire.half_open()
    assert await handlers.ask(wire.uri) == "Hello"


async def test_a_refused_handshake_is_shown_with_its_reason() -> None:
    """Plain HTTP that the server says no with, body and all."""
    async with serving(_forbid) as uri, lab.wire(uri.replace("tcp", "ws")) as wire:
        with pytest.raises(Exception, match="403"):
            await handlers.ask(wire.uri)
    assert "GET /path?query HTTP/1.1\n403 Forbidden\nBODY 'no' [2 bytes]" in "\n".join(
        texts(wire.recording.entries())
    )


async def _forbid(reader: Reader, writer: Writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")


@pytest.mark.parametrize(
    ("server", "seen"),
    [
        ("ws://127.0.0.1:{}/chat?room=1", "ws://127.0.0.1:{}/chat?room=1"),
        ("ws://127.0.0.1:{}", "ws://127.0.0.1:{}"),
        ("wss://localhost:{}/", "wss://localhost:{}/"),
        ("http://user:pass@127.0.0.1:{}/a?b", "http://user:pass@127.0.0.1:{}/a?b"),
        ("ws://example.com/", "ws://127.0.0.1:{}/"),
    ],
)
async def test_the_uri_keeps_everything_but_the_address(server: str, seen: str) -> None:
    """Scheme, path and query are the server's, and a name that a certificate may hold."""
    async with lab.wire(server.format(9)) as wire:
        port = wire.uri.rpartition(":")[2].partition("/")[0]
        assert wire.uri == seen.format(port)
        assert port != "9"


@pytest.mark.parametrize("uri", ["localhost:80", "ws:///path", "tcp://localhost", ""])
def test_a_uri_without_an_address_is_refused(uri: str) -> None:
    """At once, and not when the first client comes."""
    with pytest.raises(ValueError, match="does not say which host and port"):
        lab.wire(uri)


async def test_it_can_be_used_over_several_cells() -> None:
    """Awaited, it runs until it is stopped."""
    async with serving(echo) as uri:
        wire = await lab.wire(uri)
        async with dialing(wire.uri) as (reader, writer):
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"
        await wire.stop()


async def test_it_can_be_entered_again() -> None:
    """With a new recording and, most likely, a new port."""
    wiring = lab.wire("ws://127.0.0.1:9")
    async with wiring as first:
        pass
    async with wiring as second:
        assert second is not first
        assert second.recording is not first.recording


async def test_an_interruption_is_not_replaced_by_a_failure() -> None:
    """Whoever cancelled waits for the cancellation; the failure is noted on it."""

    async def be_cancelled() -> None:
        async with lab.wire("ws://127.0.0.1:9") as wire:
            wire._proxy.failures.append(ZeroDivisionError())
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError) as raised:
        await be_cancelled()
    assert raised.value.__notes__ == ["meanwhile in a wire: ZeroDivisionError()"]


async def test_an_address_that_is_taken_is_an_error() -> None:
    """And leaves nothing running."""
    async with lab.wire("ws://127.0.0.1:9") as wire:
        taken = int(wire.uri.rpartition(":")[2])
        with pytest.raises(OSError, match=r".+"):
            await lab.wire("ws://127.0.0.1:9", port=taken)


async def test_a_client_may_block_the_loop_that_made_the_wire() -> None:
    """A cell with a plain socket, or a synchronous client, stands still and is served."""
    async with lab.running(handlers.echo) as server, lab.wire(server.uri) as wire:
        with connect_blocking(wire.uri) as connection:
            connection.send("Hello")
            assert connection.recv(timeout=10) == "Hello"


async def test_a_client_in_another_process_is_served() -> None:
    """Here one that speaks HTTP and no WebSocket, and keeps its connection."""
    async with serving(_twice) as uri, lab.wire(uri.replace("tcp", "http")) as wire:
        curl = await asyncio.create_subprocess_exec("curl", "-s", wire.uri, wire.uri, stdout=PIPE)
        out, _ = await curl.communicate()
    assert out == b"hihi"
    assert texts(wire.recording.entries()) == [
        *("GET /path?query HTTP/1.1", "200 OK", "BODY 'hi' [2 bytes]") * 2,
        "FIN",
        "FIN",
    ]


async def _twice(reader: Reader, writer: Writer) -> None:
    for _ in range(2):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    await reader.read()


async def test_tls_passes_and_shows_only_sizes() -> None:
    """The certificate's name still fits, and nothing can be read."""
    authority, client, server = trustme.CA(), *_contexts()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)
    websockets = engines.get("websockets")
    async with (
        websockets.serve(handlers.echo, "127.0.0.1", 0, ssl=server) as tls,
        lab.wire(f"wss://localhost:{tls.sockets[0].getsockname()[1]}/") as wire,
        websockets.connect(wire.uri, ssl=client) as connection,
    ):
        await connection.send("secret")
        assert await connection.recv() == "secret"
        entries = wire.recording.entries()
    assert all(isinstance(entry.what, Opaque) for entry in entries)
    assert "TLS handshake" in str(entries[0])
    assert "TLS application data" in str(entries[-1])


def _contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return (
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    )


async def test_a_storm_of_clients_is_recorded_client_by_client(spoken: tuple[Wire, Any]) -> None:
    """Fifty at a time, and no byte in the wrong place."""
    wire, _ = spoken
    answers = await asyncio.gather(*(handlers.ask(wire.uri, str(n)) for n in range(50)))
    assert answers == [str(n) for n in range(50)]
    await wire.wait_ended()
    for number in range(1, 51):
        sent, received = wire.recording.frames(connection=number)[:2]
        assert sent.payload == received.payload


async def test_memory_is_bounded_and_the_rest_passes(spoken: tuple[Wire, Any]) -> None:
    """A full recording is the wire's affair, not that of its endpoints."""
    wire, engine = spoken
    wire.recording.max_bytes = 5_000
    async with engine.connect(wire.uri, compression=None) as connection:
        for _ in range(3):
            await connection.send("x" * 3000)
            assert await connection.recv() == "x" * 3000
    assert wire.recording.full
    assert wire.recording.bytes_down > 9_000
    assert "recording full" in texts(wire.recording.entries())[-1]
