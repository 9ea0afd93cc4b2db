"""What there is to know about a connection."""

from __future__ import annotations

import logging
import uuid

import pytest

from tests.scratch.fakes import open_connection
from wsdemo.protocol import State


async def test_an_id_is_made_once_and_by_chance() -> None:
    """A UUID of version 4, of the chance that was brought."""
    connection, _, _ = open_connection(randbytes=lambda size: bytes(range(size)))
    assert connection.id is connection.id
    assert connection.id == uuid.UUID("00010203-0405-4607-8809-0a0b0c0d0e0f")


async def test_a_log_line_begins_with_the_id(caplog: pytest.LogCaptureFixture) -> None:
    """So that the lines of one connection can be found among those of all."""
    caplog.set_level(logging.INFO)
    connection, _, _ = open_connection()
    connection.logger.info("%d of %d", 1, 2)
    assert caplog.messages == [f"connection {connection.id}: 1 of 2"]


async def test_addresses_are_the_transports() -> None:
    """Ours and theirs."""
    connection, _, _ = open_connection()
    assert connection.local_address == ("here", 1)
    assert connection.remote_address == ("there", 2)


async def test_the_handshake_can_be_looked_up() -> None:
    """Request, response, and what was agreed."""
    connection, _, _ = open_connection()
    assert connection.request is not None
    assert connection.request.path == "/chat"
    assert connection.response is not None
    assert connection.response.status == 101
    assert connection.subprotocol is None
    assert connection.latency == 0.0


async def test_the_close_code_is_known_at_the_end() -> None:
    """And not before, since the peer's may still come."""
    connection, _, _ = open_connection()
    connection.start_close(1001, "bye")
    assert (connection.close_code, connection.close_reason) == (None, None)
    connection.connection_lost(None)
    assert connection.state is State.CLOSED
    assert (connection.close_code, connection.close_reason) == (1006, "")
