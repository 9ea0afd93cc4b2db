"""What a handler is given, and how a message is measured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.server.peers import dial
from wsdemo.server import Connection, serve
from wsdemo.server.connection import Counted, payload_size, pieces


@pytest.mark.parametrize(
    ("message", "octets"),
    [("", 0), ("Hello", 5), ("Grüße", 7), (b"\xff", 1), (bytearray(3), 3), (memoryview(b"ab"), 2)],
)
def test_a_payload_is_measured_in_octets(message: Any, octets: int) -> None:
    """Text as UTF-8, which is what travels."""
    assert payload_size(message) == octets


def test_pieces_are_counted_as_they_go_by() -> None:
    """And not before: they may be without end."""
    counted = Counted()
    iterator = iter(pieces(["ab", "ü"], counted))
    assert not counted.begun
    next(iterator)
    assert (counted.begun, counted.size) == (True, 2)
    next(iterator)
    assert counted.size == 4


async def test_asynchronous_pieces_stay_asynchronous() -> None:
    """The engines treat the two differently."""

    async def two() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"bc"

    counted = Counted()
    assert [piece async for piece in pieces(two(), counted)] == [b"a", b"bc"]
    assert counted.size == 3


@pytest.mark.parametrize("thing", [{"a": 1}, 5, None])
def test_what_is_no_message_is_left_to_the_engine(thing: Any) -> None:
    """Which objects to it, in words of its own."""
    assert pieces(thing, Counted()) is thing


async def test_a_handler_knows_its_client(engine: str) -> None:
    """By the same names on either engine."""
    seen: dict[str, Any] = {}

    async def look(connection: Connection) -> None:
        seen["path"] = connection.request.path
        seen["header"] = connection.request.headers["X-Name"]
        seen["host"] = connection.remote_address[0]
        seen["id"] = str(connection.id)
        seen["subprotocol"] = connection.subprotocol
        connection.metrics.observe(0.5)
        seen["round trip"] = await (await connection.ping())
        await connection.close(4000, "seen")
        await connection.wait_closed()
        seen["code"] = connection.close_code

    async with serve(look, port=0, engine=engine) as server:
        async with dial(server, additional_headers={"X-Name": "Ada"}) as client:
            await client.wait_closed()
        assert (client.close_code, client.close_reason) == (4000, "seen")
        await server.shutdown()
        latency = server.metrics.snapshot().latency
    assert len(seen.pop("id")) == 36
    assert 0 <= seen.pop("round trip") < 10
    assert seen == {
        "path": "/ws",
        "header": "Ada",
        "host": "127.0.0.1",
        "subprotocol": None,
        "code": 4000,
    }
    assert (latency.count, latency.max > 0.49) == (2, True)
