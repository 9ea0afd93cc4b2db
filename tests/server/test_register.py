"""Who is here, and what they cost."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.scratch.raw import Raw, until
from tests.server.peers import address, answer, asking, dial, echo, getting
from wsdemo.limits import Slots
from wsdemo.metrics import Metrics
from wsdemo.server import Connection, serve
from wsdemo.server.register import Register, Visit


def a_visit(most: int | None = None) -> Visit:
    """Return a visit that has just begun."""
    visit = Visit(object(), Register(Metrics(), Slots(most)))
    visit.arrived()
    return visit


def test_the_first_octets_tell_the_status() -> None:
    """Of which 101 opens the connection, and an error refuses it."""
    visit, other = a_visit(), a_visit()
    visit.goes(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", 36)
    visit.goes(b"\x88\x00", 2)
    other.goes(b"HTTP/1.1 404 Not Found\r\n\r\n", 26)
    assert (visit.status, other.status) == (101, 404)
    snapshot = visit.register.metrics.snapshot()
    assert (snapshot.now, snapshot.wire_out) == (1, 38)
    assert other.register.metrics.snapshot().refused == {404: 1}


@pytest.mark.parametrize("status", [200, 204, 304])
def test_a_page_refuses_nobody(status: int) -> None:
    """It is an answer; a health check's 503 is one, too."""
    visit = a_visit()
    visit.goes(b"HTTP/1.1 %d \r\n\r\n" % status, 20)
    sick = a_visit()
    sick.refusable = False
    sick.goes(b"HTTP/1.1 503 \r\n\r\n", 20)
    for each in (visit, sick):
        snapshot = each.register.metrics.snapshot()
        assert (snapshot.refused.total(), snapshot.total) == (0, 0)


def test_a_slot_is_given_back_at_the_end_of_tcp() -> None:
    """Whatever was answered, and whether or not anything was."""
    for status in (b"101", b"500", None):
        visit = a_visit(1)
        assert visit.take_slot()
        if status is not None:
            visit.goes(b"HTTP/1.1 %s \r\n\r\n" % status, 20)
        visit.left(1000)
        assert visit.register.slots.taken == 0
        assert not visit.register.present
        assert not visit.register.open


def test_it_is_quiet_once_the_last_has_left_a_draining_server() -> None:
    """Not before it drains, and not before the last."""
    visit = a_visit()
    visit.goes(b"HTTP/1.1 101 \r\n\r\n", 20)
    visit.register.drain()
    assert not visit.register.quiet.is_set()
    visit.left(1001)
    assert visit.register.quiet.is_set()
    empty = a_visit()
    empty.register.look_round()
    assert not empty.register.quiet.is_set()
    empty.register.drain()
    assert empty.register.quiet.is_set()


async def test_messages_and_their_octets_are_counted(engine: str) -> None:
    """In both directions, whole or in pieces."""

    async def talk(connection: Connection) -> None:
        assert await connection.recv() == "Grüße"
        assert await connection.recv() == b"\xff"
        await connection.send("ab")
        await connection.send(["cd", "é"])

        async def three() -> AsyncIterator[bytes]:
            yield b"123"

        await connection.send(three())
        await connection.send([])

    async with serve(talk, port=0, engine=engine) as server:
        async with dial(server) as client:
            await client.send(["Grü", "ße"])
            await client.send(b"\xff")
            assert [await client.recv() for _ in range(3)] == ["ab", "cdé", b"123"]
            await client.wait_closed()
        snapshot = server.metrics.snapshot()
    assert (snapshot.messages_in, snapshot.payload_in) == (2, 8)
    assert (snapshot.messages_out, snapshot.payload_out) == (3, 9)


async def test_what_is_no_message_is_counted_by_nobody(engine: str) -> None:
    """It raises what the engine raises."""
    raised: list[type[BaseException]] = []

    async def wrong(connection: Connection) -> None:
        for thing in ({"a": 1}, 5):
            try:
                await connection.send(thing)
            except TypeError as error:
                raised.append(type(error))

    async with serve(wrong, port=0, engine=engine) as server:
        async with dial(server) as client:
            await client.wait_closed()
        assert server.metrics.snapshot().messages_out == 0
    assert raised == [TypeError, TypeError]


async def test_every_octet_on_the_wire_is_counted(engine: str) -> None:
    """The opening handshake and the closing one, as the peer counts them."""
    async with serve(echo, port=0, engine=engine) as server:
        with await Raw.dial(address(server)) as raw:
            hello = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"  # RFC 6455, 5.7
            bye = b"\x88\x82\x00\x00\x00\x00\x03\xe8"
            request = asking()
            for data, last in ((request, b"\r\n\r\n"), (hello, b"Hello")):
                await raw.send(data)
                while not raw.buffer.endswith(last):
                    await raw.more()
            await raw.send(bye)
            received = await raw.rest()
        await until(lambda: server.metrics.snapshot().closed.total() == 1)
        snapshot = server.metrics.snapshot()
    assert received.endswith(b"\x81\x05Hello\x88\x02\x03\xe8")
    assert snapshot.wire_in == len(request + hello + bye)
    assert snapshot.wire_out == len(received)


async def test_what_goes_nowhere_is_not_counted(engine: str) -> None:
    """A transport that was aborted takes no octets any more."""
    went: list[int] = []

    async def too_late(connection: Any) -> None:
        connection.transport.abort()
        before = connection.metrics.snapshot().wire_out
        with contextlib.suppress(Exception):  # one engine raises here, the other at the next
            await connection.send("too late")
        went.append(connection.metrics.snapshot().wire_out - before)

    async with serve(too_late, port=0, engine=engine) as server, dial(server) as client:
        await client.wait_closed()
    assert went == [0]


async def test_a_page_is_on_the_wire_and_no_connection(engine: str) -> None:
    """Octets are counted, whatever they are for."""
    async with serve(echo, port=0, engine=engine) as server:
        await answer(server, getting("/healthz"))
        snapshot = server.metrics.snapshot()
    assert snapshot.wire_in == len(getting("/healthz"))
    assert snapshot.wire_out > 100
    assert (snapshot.total, snapshot.messages_in) == (0, 0)


async def test_close_codes_are_counted(engine: str) -> None:
    """1000 for who says goodbye, 1005 without a code, 1006 for who says nothing."""
    async with serve(echo, port=0, engine=engine) as server:
        for goodbye in (b"\x88\x82\0\0\0\0\x03\xe8", b"\x88\x80\0\0\0\0", b""):
            with await Raw.dial(address(server)) as raw:
                await raw.shake(asking())
                await raw.send(goodbye)
                if goodbye:
                    await raw.rest()
        await until(lambda: not server.connections and server.metrics.snapshot().now == 0)
        assert server.metrics.snapshot().closed == {1000: 1, 1005: 1, 1006: 1}


async def test_the_round_trips_of_the_keepalive_are_observed(engine: str) -> None:
    """Without the handler's doing anything for it."""
    async with serve(echo, port=0, engine=engine, keepalive=0.5) as server:
        async with dial(server):
            await until(lambda: server.metrics.snapshot().latency.count > 0)
        latency: Any = server.metrics.snapshot().latency
    assert 0 <= latency.min <= latency.max < 10
