"""What we add to a connection of `websockets`."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from tests.scratch.raw import MASK, Raw, until
from tests.server.peers import address, answer, asking, dial, echo, silent
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.server import serve
from wsdemo.server.on_websockets import Connection

BIG = Frame(Opcode.BINARY, b"x" * 200, True, masking_key=MASK).serialize()
PIECE = Frame(Opcode.CONTINUATION, b"x", False, masking_key=MASK).serialize()
BEGIN = Frame(Opcode.TEXT, b"x", False, masking_key=MASK).serialize()


async def test_a_handler_gets_the_librarys_own_connection() -> None:
    """With whatever else it can do."""
    seen: list[Any] = []

    async def look(connection: Any) -> None:
        seen.append(connection)

    async with serve(look, port=0) as server, dial(server) as client:
        await client.wait_closed()
    assert isinstance(seen[0], Connection)
    assert isinstance(seen[0], ServerConnection)


@pytest.mark.parametrize("offence", [BIG, BEGIN + PIECE * 3], ids=["size", "fragments"])
async def test_a_client_that_stays_after_it_was_failed_is_cut_off(offence: bytes) -> None:
    """Without a keepalive, too: it would hold its slot for ever."""
    options: Any = {"max_size": 100, "max_fragments": 3, "keepalive": None, "close_timeout": 0.05}
    async with serve(echo, port=0, max_connections=1, **options) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            await raw.send(offence)
            assert (await raw.frame()).payload[:2] == (1009).to_bytes(2, "big")
            await until(lambda: not server._register.present)
            assert server._register.slots.taken == 0


async def test_no_timer_is_left_by_a_client_that_goes() -> None:
    """The cut-off is for those who stay."""
    async with serve(silent, port=0) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            (connection,) = server.connections
            await raw.send(b"\x88\x80\0\0\0\0")
            await raw.rest()
        await until(lambda: connection.visit.gone)
        assert connection._cutoff.cancelled()


async def test_fragments_count_anew_for_each_message() -> None:
    """And control frames between them are none."""
    ping = Frame(Opcode.PING, b"", True, masking_key=MASK).serialize()
    end = Frame(Opcode.CONTINUATION, b"x", True, masking_key=MASK).serialize()
    async with serve(echo, port=0, max_fragments=3) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            for _ in range(3):
                await raw.send(BEGIN + ping * 5 + PIECE + end)
                frames = [await raw.frame() for _ in range(6)]
                assert [frame.payload for frame in frames if not frame.opcode.is_control] == [
                    b"xxx"
                ]


async def test_a_request_too_long_for_the_library_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is refused before our gate sees it."""
    async with serve(echo, port=0) as server:
        response = await answer(server, asking("/" + "x" * 9000))
        assert response.status == 414
        assert server.metrics.snapshot().refused == {414: 1}
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


async def test_a_header_that_is_none_is_a_bad_request() -> None:
    """If the library lets it pass, and we don't."""
    async with serve(echo, port=0) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.send(asking("/ws", "X-Name: a\x7fb"))
            data = await raw.rest()
    assert data == b"" or data.startswith(b"HTTP/1.1 400 ")


async def test_a_pong_that_nobody_asked_for_is_no_latency() -> None:
    """It may be a heartbeat."""
    async with serve(echo, port=0) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            await raw.send(Frame(Opcode.PONG, b"?", True, masking_key=MASK).serialize())
            await raw.send(Frame(Opcode.TEXT, b"x", True, masking_key=MASK).serialize())
            await raw.frame()
        assert server.metrics.snapshot().latency.count == 0
        await asyncio.sleep(0)
