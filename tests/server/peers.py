"""Clients of all kinds: an engine's own, a browser's plain GET, a raw socket with a request."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.scratch.raw import KEY, Raw
from wsdemo import engines
from wsdemo.protocol.http import Response
from wsdemo.server import Connection, Server


async def echo(connection: Connection) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


async def silent(connection: Connection) -> None:
    """Read nothing, until the connection is closed."""
    await connection.wait_closed()


def address(server: Server) -> tuple[str, int]:
    """Return where a server listens."""
    return ("127.0.0.1", server.port)


def asking(path: str = "/ws", *lines: str, key: str = KEY, host: str = "server.example") -> bytes:
    """Return the request of a handshake."""
    head = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode()


def getting(path: str, method: str = "GET") -> bytes:
    """Return a plain request."""
    return f"{method} {path} HTTP/1.1\r\nHost: server.example\r\n\r\n".encode()


async def answer(server: Server, request: bytes) -> Response:
    """Return the response to a request, whose body is all that follows until the end."""
    with await Raw.dial(address(server)) as raw:
        await raw.send(request)
        data = await raw.rest()
    parsed = Response.parse(data, eof=True)
    assert parsed is not None, data
    response, used = parsed
    assert used == len(data)
    return response


def dial(server: Server, engine: str = "scratch", **options: Any) -> Any:
    """Connect with an engine's own client."""
    return engines.get(engine).connect(server.uri, proxy=None, **options)


async def turns(number: int = 10) -> None:
    """Let the loop go round."""
    for _ in range(number):
        await asyncio.sleep(0)
