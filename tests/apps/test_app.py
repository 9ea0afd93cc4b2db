"""An application and its server begin and end together."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.apps.toys import Toy
from wsdemo import engines
from wsdemo.apps.app import serving

each_engine = pytest.mark.parametrize("engine", engines.NAMES)


@each_engine
async def test_the_server_ends_before_the_application(engine: str) -> None:
    """No handler finds its log closed."""
    toy = Toy()
    async with serving(toy, engine=engine, pages=False) as server:
        async with connect(server.uri) as client:
            await client.send('{"type":"say","id":1,"text":"Hello"}')
            assert await client.recv() == '{"type":"say","id":1,"text":"Hello"}'
            assert toy.log == ["begins"]
        waiting = await connect(server.uri)
    await waiting.wait_closed()
    assert toy.log == ["begins", "goodbye", "goodbye", "ends"]


async def test_the_page_is_at_the_root() -> None:
    """And what it needs beside it."""
    async with serving(Toy()) as server:
        assert await _get(server, "/") == 200
        assert await _get(server, "/kit/kit.css") == 200
        assert await _get(server, "/nothing.js") == 404


async def test_a_port_that_is_taken_leaves_no_application_open() -> None:
    """What was begun is ended."""
    toy = Toy()
    async with serving(Toy(), pages=False) as server:
        with pytest.raises(OSError, match=r"[Aa]ddress|in use|10048"):
            async with serving(toy, port=server.port, pages=False):
                pytest.fail("two servers on one port")
    assert toy.log == ["begins", "ends"]


async def _get(server: Any, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    status = (await reader.readline()).split()[1]
    writer.close()
    await writer.wait_closed()
    return int(status)


@pytest.mark.parametrize(("said", "agreed"), [({}, False), ({"compression": True}, True)])
async def test_an_application_knows_whether_to_compress(said: dict[str, Any], agreed: bool) -> None:
    """Unless somebody says otherwise."""
    toy = Toy()
    toy.compression = False
    async with serving(toy, pages=False, **said) as server, connect(server.uri) as client:
        assert client.response is not None
        assert ("Sec-WebSocket-Extensions" in client.response.headers) is agreed
