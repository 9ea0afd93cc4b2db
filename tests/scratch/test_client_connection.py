"""A client's opening handshake, as its connection sees it."""

from __future__ import annotations

import asyncio
import gc

import pytest

from tests.scratch.clock import HandClock
from tests.scratch.fakes import FakeTransport
from tests.scratch.raw import KEY, RESPONSE
from wsdemo.errors import HandshakeError
from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.protocol.handshake import BadResponse, accept_key, build_request
from wsdemo.scratch.client_connection import ClientConnection
from wsdemo.scratch.options import Options

ACCEPTED = RESPONSE % (accept_key(KEY).encode(), b"")


def dialled() -> tuple[ClientConnection, FakeTransport, HandClock]:
    """Return a connection whose TCP is there."""
    clock, transport = HandClock(), FakeTransport()
    endpoint = ClientEndpoint(build_request("ws://example.com/", key=KEY))
    connection = ClientConnection(endpoint, Options(clock=clock))
    connection.connection_made(transport)
    return connection, transport, clock


async def test_the_request_is_the_first_write() -> None:
    """As soon as TCP is there."""
    _, transport, _ = dialled()
    (request,) = transport.take()
    assert request.startswith(b"GET / HTTP/1.1\r\nHost: example.com\r\n")


async def test_an_accepted_connection_begins_to_ping() -> None:
    """And not before."""
    connection, _, clock = dialled()
    assert clock.pending == 0
    connection.data_received(ACCEPTED)
    await connection.opened()
    assert clock.pending == 1
    connection.connection_lost(None)


async def test_messages_that_come_with_the_acceptance_are_not_lost() -> None:
    """They are in the same read more often than not."""
    connection, _, _ = dialled()
    connection.data_received(ACCEPTED + b"\x81\x05Hello" + b"\x88\x00")
    await connection.opened()
    assert await connection.recv() == "Hello"
    connection.connection_lost(None)
    assert connection.close_code == 1005


async def test_a_wrong_answer_is_raised() -> None:
    """With the response."""
    connection, transport, _ = dialled()
    connection.data_received(RESPONSE % (b"bm90IHRoaXMgb25l", b""))
    with pytest.raises(BadResponse, match="Sec-WebSocket-Accept"):
        await connection.opened()
    assert transport.done == ["write_eof"]


async def test_no_http_is_raised() -> None:
    """As it comes."""
    connection, _, _ = dialled()
    connection.data_received(b"SSH-2.0-OpenSSH_9.2\r\n")
    with pytest.raises(HandshakeError):
        await connection.opened()


@pytest.mark.parametrize("cause", [None, ConnectionResetError("by peer")])
async def test_a_server_that_leaves_is_the_cause(cause: Exception | None) -> None:
    """The end of the stream, or the error of the system."""
    connection, _, _ = dialled()
    connection.connection_lost(cause)
    with pytest.raises(HandshakeError) as raised:
        await connection.opened()
    assert isinstance(raised.value.__cause__, type(cause) if cause else EOFError)


async def test_a_refusal_that_nobody_waits_for_is_harmless() -> None:
    """The dialling was given up; asyncio has nothing to complain of."""
    connection, _, _ = dialled()
    connection.connection_lost(None)
    del connection
    gc.collect()


async def test_an_answer_that_nobody_waits_for_any_more_is_harmless() -> None:
    """The dialling was cancelled a moment before."""
    connection, _, _ = dialled()
    waiting = asyncio.create_task(connection.opened())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    connection.data_received(ACCEPTED)
    connection.connection_lost(None)
