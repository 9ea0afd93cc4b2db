"""What we add to a connection of `wsdemo.scratch`."""

from __future__ import annotations

from typing import Any

from tests.scratch.clock import HandClock
from tests.scratch.raw import MASK, Raw, until
from tests.server.peers import address, asking, dial, echo
from wsdemo import scratch
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.server import serve
from wsdemo.server.on_scratch import Connection


async def test_a_handler_gets_the_engines_own_connection() -> None:
    """With whatever else it can do."""
    seen: list[Any] = []

    async def look(connection: Any) -> None:
        seen.append(connection)

    async with serve(look, port=0, engine="scratch") as server, dial(server) as client:
        await client.wait_closed()
    assert isinstance(seen[0], Connection)
    assert isinstance(seen[0], scratch.ServerConnection)


async def test_the_clock_is_the_engines_too() -> None:
    """Round trips of the keepalive are exact by it."""
    clock = HandClock()
    async with serve(echo, port=0, engine="scratch", keepalive=20, clock=clock) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            clock.advance(20)
            ping = await raw.frame()
            assert ping.opcode is Opcode.PING
            clock.advance(0.25)
            await raw.send(Frame(Opcode.PONG, ping.payload, True, masking_key=MASK).serialize())
            await until(lambda: server.metrics.snapshot().latency.count == 1)
    assert 0.24 < server.metrics.snapshot().latency.max < 0.26


async def test_a_pong_that_nobody_asked_for_is_no_latency() -> None:
    """It may be a heartbeat."""
    async with serve(echo, port=0, engine="scratch") as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            await raw.send(Frame(Opcode.PONG, b"?", True, masking_key=MASK).serialize())
            await raw.send(Frame(Opcode.TEXT, b"x", True, masking_key=MASK).serialize())
            await raw.frame()
        assert server.metrics.snapshot().latency.count == 0


async def test_a_request_that_is_no_http_is_counted() -> None:
    """The engine refuses it before our gate sees it."""
    async with serve(echo, port=0, engine="scratch") as server:
        with await Raw.dial(address(server)) as raw:
            await raw.send(b"\x16\x03\x01")
            assert (await raw.rest()).startswith(b"HTTP/1.1 400 ")
        assert server.metrics.snapshot().refused == {400: 1}
