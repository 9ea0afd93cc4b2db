"""Bad input ends in a status or a close code, a log line and a counter, for the peer who sent it.

Meanwhile an honest client on the same server is served as if nothing had happened.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from tests.scratch.bad_input import (
    FROM_A_CLIENT,
    FROM_A_SERVER,
    HANDSHAKES,
    MAX_FRAGMENTS,
    MAX_SIZE,
    Bad,
    Handshake,
)
from tests.scratch.raw import REQUEST, Raw, listening, masked, until
from wsdemo import scratch
from wsdemo.protocol import Close, Opcode

LIMITS: dict[str, Any] = {"max_size": MAX_SIZE, "max_fragments": MAX_FRAGMENTS}
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"


async def echo(connection: scratch.ServerConnection) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


@asynccontextmanager
async def honest_company() -> AsyncIterator[tuple[scratch.Server, Raw]]:
    """Serve a bad peer, and an honest one before, meanwhile and after."""
    async with scratch.serve(echo, "127.0.0.1", 0, **LIMITS) as server:
        async with scratch.connect(server.uri) as honest:
            await converse(honest)
            with await Raw.dial(server.sockets[0].getsockname()) as bad:
                yield server, bad
                await converse(honest)
        await until(lambda: server.counters.now == 0)
    assert server.counters.balanced
    assert server.counters.handler_errors == 0
    assert server.counters.closed[1000] == 1


async def converse(honest: scratch.ClientConnection) -> None:
    """Send, and receive the echo."""
    await honest.send("Hello")
    assert await honest.recv() == "Hello"


def lines(caplog: pytest.LogCaptureFixture, *words: str) -> list[str]:
    """Return the lines of a server's log that contain the words."""
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    return [line for line in said if all(word in line for word in words)]


@pytest.mark.parametrize("handshake", HANDSHAKES, ids=str)
async def test_a_bad_handshake(handshake: Handshake, caplog: pytest.LogCaptureFixture) -> None:
    """It is answered with a status, a reason that a person can read, and the end of TCP."""
    caplog.set_level(logging.INFO)
    async with honest_company() as (server, bad):
        await bad.send(handshake.data)
        response = await bad.response()
        assert response.status == handshake.status
        assert b"handshake failed" in response.body
        assert "Date" in response.headers
        assert not await bad.rest()
    assert server.counters.refused == {handshake.status: 1}
    assert len(lines(caplog, f"refused with {handshake.status}")) == 1


async def test_another_version_is_told_ours() -> None:
    """RFC 6455, 4.4: a client that speaks several may try again."""
    async with honest_company() as (_, bad):
        await bad.send(REQUEST.replace(b"Version: 13", b"Version: 25"))
        response = await bad.response()
        assert response.status == 426
        assert response.headers["Sec-WebSocket-Version"] == "13"


@pytest.mark.parametrize("stream", FROM_A_CLIENT, ids=str)
async def test_a_bad_stream(stream: Bad, caplog: pytest.LogCaptureFixture) -> None:
    """It is answered with a close code, a reason that a person can read, and the end of TCP."""
    caplog.set_level(logging.INFO)
    async with honest_company() as (server, bad):
        extension = DEFLATE if stream.compressed else b""
        await bad.shake(REQUEST[:-2] + extension + b"\r\n")
        await bad.send(stream.data)
        close = Close.parse((await bad.frame()).payload)
        assert close.code == stream.code
        assert close.reason
        assert not await bad.rest()
    assert server.counters.protocol_errors == {stream.code: 1}
    assert server.counters.closed[1006] == 1
    assert len(lines(caplog, f"failed with {stream.code}")) == 1


@pytest.mark.parametrize("stream", FROM_A_CLIENT, ids=str)
async def test_a_bad_stream_byte_by_byte(stream: Bad) -> None:
    """However the network has cut it."""
    step = max(1, len(stream.data) // 200)  # or in small pieces, when there are too many bytes
    async with scratch.serve(echo, "127.0.0.1", 0, **LIMITS) as server:
        with await Raw.dial(server.sockets[0].getsockname()) as bad:
            extension = DEFLATE if stream.compressed else b""
            await bad.shake(REQUEST[:-2] + extension + b"\r\n")
            for start in range(0, len(stream.data), step):
                await bad.send(stream.data[start : start + step])
                await asyncio.sleep(0)
            assert Close.parse((await bad.frame()).payload).code == stream.code


@pytest.mark.parametrize("stream", FROM_A_SERVER, ids=str)
async def test_a_bad_stream_from_a_server(stream: Bad) -> None:
    """A client is as strict."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def misbehave(raw: Raw) -> None:
        await raw.accept(DEFLATE if stream.compressed else b"")
        await raw.send(stream.data)
        told.set_result(Close.parse((await raw.frame()).payload).code)
        await raw.rest()

    async with listening(misbehave) as uri:
        client = await scratch.connect(uri, **LIMITS)
        with pytest.raises(scratch.ConnectionClosedError) as raised:
            await client.recv()
        assert raised.value.sent is not None
        assert await told == raised.value.sent.code == stream.code


async def test_the_end_at_every_byte(caplog: pytest.LogCaptureFixture) -> None:
    """A client may vanish anywhere, politely or not."""
    caplog.set_level(logging.INFO)
    talk = REQUEST + masked(Opcode.TEXT, b"Hel", fin=False) + masked(Opcode.CONTINUATION, b"lo")
    async with honest_company() as (server, _):
        address = server.sockets[0].getsockname()
        counters = server.counters
        for number, size in enumerate(range(0, 2 * len(talk), 3)):
            with await Raw.dial(address) as raw:
                await raw.send(talk[: size // 2])
                await until(partial(has_seen, server, number + 3))
                if size % 2:
                    raw.reset()
        await until(lambda: counters.now == 2)
        assert counters.total == counters.now + counters.abandoned + counters.closed[1006]
        assert counters.abandoned > len(REQUEST) // 2
        told = lines(caplog, "left before the handshake") + lines(caplog, "no close frame received")
        assert len(told) == counters.total - counters.now


def has_seen(server: scratch.Server, connections: int) -> bool:
    """Tell whether that many have ever come."""
    return server.counters.total == connections


async def test_what_a_peer_sends_can_not_forge_a_log_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Line breaks and terminal escapes are quoted."""
    caplog.set_level(logging.INFO)
    async with honest_company() as (_, bad):
        await bad.send(b"GET /\x1b[2J\x0d\x0aforged HTTP/1.1\r\n\r\n")
        await bad.rest()
    assert all(line.isprintable() for line in lines(caplog, ""))
