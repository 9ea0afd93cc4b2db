"""Peers that do what a test tells them, octet by octet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Self

from tests.lab.conformance.plain_server import PlainServer
from tests.scratch.raw import Raw, until
from wsdemo.lab.conformance.frames import Frame, Reader, Seen, close, text
from wsdemo.lab.conformance.opening import Head, Response
from wsdemo.lab.conformance.stream import Stream

__all__ = ["OverTls", "Peer", "closed_port", "listening", "nothing_left_behind", "pair", "until"]

GRACE = 60  # seconds, after which a test waits for something that can't come


class Peer(Raw):
    """One end of a TCP connection, which speaks when it is told to.

    Attributes:
        masks: Whether it masks what it sends, as a client does.
    """

    def __init__(self, sock: socket.socket, *, masks: bool = False) -> None:
        super().__init__(sock)
        self.masks = masks
        self._reader = Reader()
        self._frames: list[Seen] = []

    def __enter__(self) -> Self:
        return self

    async def head(self) -> Head:
        """Read the head of an HTTP message."""

        def cut(data: bytes) -> tuple[Head, int] | None:
            head = Head.of(data)
            return None if head is None else (head, head.size)

        found: Head = await self.take(cut)
        return found

    async def open(self) -> Head:
        """Do the opening handshake as a server, and return the request."""
        head = await self.head()
        await self.send(Response().serialize(head.get("Sec-WebSocket-Key")))
        return head

    async def heard(self) -> Seen:
        """Read a frame."""
        while not self._frames:
            while not self.buffer:
                assert await self.more(), "the end, and no frame"
            data, self.buffer = self.buffer, b""
            self._frames += self._reader.feed(data)
        return self._frames.pop(0)

    async def say(self, *frames: Frame) -> None:
        """Send frames in one write."""
        await self.send(b"".join(frame.serialize(masked=self.masks) for frame in frames))

    async def echo(self) -> Seen:
        """Send a message back."""
        frame = await self.heard()
        await self.say(text(frame.payload))
        return frame

    async def part(self) -> None:
        """Answer the closing handshake, and end TCP when the other side has, or first."""
        while (frame := await self.heard()).opcode != 8:
            pass
        await self.say(close(int.from_bytes(frame.payload[:2], "big")))
        self.sock.shutdown(socket.SHUT_WR)
        await self.rest()


class OverTls(PlainServer):
    """A server whose transport has no half-closed state: asyncio's TLS has none."""

    def half_close(self) -> None:
        """Say that nothing more comes, and hear nothing more."""
        self.writer.close()


@contextlib.asynccontextmanager
async def listening(talk: Callable[[Peer], Awaitable[object]]) -> AsyncIterator[int]:
    """Serve connections side by side, and yield the port; leaving ends them."""
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []

    async def see_to(peer: Peer) -> None:
        with peer, contextlib.suppress(ConnectionError):
            await talk(peer)

    async def accept() -> None:
        while True:
            sock, _ = await loop.sock_accept(listener)
            peer = stack.enter_context(Peer(sock))
            tasks.append(asyncio.create_task(see_to(peer)))

    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        listener.setblocking(False)
        tasks.append(asyncio.create_task(accept()))
        try:
            yield listener.getsockname()[1]
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


@contextlib.asynccontextmanager
async def pair(*, masks: bool = False) -> AsyncIterator[tuple[Stream, Peer]]:
    """Make a TCP connection, and yield both of its ends."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        sock = socket.socket()
        sock.setblocking(False)
        stream = Stream(sock)
        try:
            await loop.sock_connect(sock, listener.getsockname())
            accepted, _ = await loop.sock_accept(listener)
            with Peer(accepted, masks=masks) as peer:
                yield stream, peer
        finally:
            stream.close()


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """Yield a port at which nobody listens, and nobody else will."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


@contextlib.asynccontextmanager
async def nothing_left_behind() -> AsyncIterator[None]:
    """Fail when a block leaves a task behind, or an error that nobody has seen."""
    loop = asyncio.get_running_loop()
    before = asyncio.all_tasks()
    unseen: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: unseen.append(context))
    alarm = loop.call_later(GRACE, _give_up, loop)
    yield
    alarm.cancel()
    # A transport that was aborted is closed in the next turns of the loop.
    for _ in range(10):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left
    assert not unseen


def _give_up(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel("the test took too long")
