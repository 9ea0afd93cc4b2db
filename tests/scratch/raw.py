"""Peers that are no WebSocket endpoints: they send what they are told, and read when they are."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.handshake import accept_key
from wsdemo.protocol.http import Request, Response

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, 1.3
MASK = b"\x37\xfa\x21\x3d"  # of RFC 6455, 5.7

BUFFER = 16_384
LINGER = "hh" if os.name == "nt" else "ii"

REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: server.example.com\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + KEY.encode() + b"\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)

RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: %s\r\n"
    b"%s"
    b"\r\n"
)


def masked(opcode: Opcode, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """Return a frame as a client sends it."""
    return Frame(opcode, payload, fin, masking_key=MASK).serialize()


async def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    """Let the loop run until a condition holds; an error if it takes that long."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - it may be a condition of anything
            await asyncio.sleep(0)


def narrow(sock: socket.socket) -> socket.socket:
    """Make the kernel's buffers small, so that a test need not fill megabytes of them."""
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return sock


class Raw:
    """One end of a TCP connection."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.buffer = b""
        self.loop = asyncio.get_running_loop()

    @classmethod
    async def dial(cls, address: tuple[str, int]) -> Raw:
        """Connect to a server; what isn't read soon fills the kernel's small buffer."""
        raw = cls(narrow(socket.socket()))
        await raw.loop.sock_connect(raw.sock, address)
        return raw

    async def send(self, data: bytes) -> None:
        """Send bytes, waiting for the peer to read them if need be."""
        await self.loop.sock_sendall(self.sock, data)

    async def more(self) -> bool:
        """Read what has come, or will come next; False at the end."""
        async with asyncio.timeout(10):
            try:
                data = await self.loop.sock_recv(self.sock, 65_536)
            except ConnectionError:
                data = b""
        self.buffer += data
        return bool(data)

    async def rest(self) -> bytes:
        """Read to the end."""
        while await self.more():
            pass
        rest, self.buffer = self.buffer, b""
        return rest

    async def take(self, parse: Callable[[bytes], tuple[Any, int] | None]) -> Any:
        """Read one thing, as a parser sees it."""
        while (parsed := parse(self.buffer)) is None:
            assert await self.more(), f"the end, after {self.buffer!r}"
        thing, size = parsed
        self.buffer = self.buffer[size:]
        return thing

    async def frame(self) -> Frame:
        """Read one frame."""
        frame: Frame = await self.take(Frame.parse)
        return frame

    async def response(self) -> Response:
        """Read the response to a handshake."""
        response: Response = await self.take(Response.parse)
        return response

    async def shake(self, request: bytes = REQUEST) -> Response:
        """Do the opening handshake, as a client."""
        await self.send(request)
        response = await self.response()
        assert response.status == 101, response
        return response

    async def accept(self, extra: bytes = b"") -> Request:
        """Do the opening handshake, as a server."""
        request: Request = await self.take(Request.parse)
        key = accept_key(request.headers["Sec-WebSocket-Key"])
        await self.send(RESPONSE % (key.encode(), extra))
        return request

    def reset(self) -> None:
        """End TCP in the rudest way."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
        self.sock.close()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()


@contextlib.asynccontextmanager
async def listening(talk: Callable[[Raw], Awaitable[None]]) -> AsyncIterator[str]:
    """Serve raw connections one after the other, and yield the URI."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)

        async def serve() -> None:
            while True:
                sock, _ = await loop.sock_accept(listener)
                with Raw(sock) as raw, contextlib.suppress(ConnectionError):
                    await talk(raw)

        task = asyncio.create_task(serve())
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
