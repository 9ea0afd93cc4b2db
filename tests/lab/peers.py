"""Plain TCP endpoints at both ends of a wire."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from wsdemo.lab.recording import Recording

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Handler: TypeAlias = Callable[[Reader, Writer], Awaitable[object]]


@contextlib.asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve on this loop, and raise what a handler raised; yields a URI."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: Reader, writer: Writer) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    def accept(reader: Reader, writer: Writer) -> None:
        tasks.add(asyncio.create_task(handle(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"tcp://{host}:{port}/path?query"
    finally:
        server.close()
        async with asyncio.timeout(10):
            await asyncio.gather(*tasks)


@contextlib.asynccontextmanager
async def dialing(uri: str) -> AsyncIterator[tuple[Reader, Writer]]:
    """Connect, and close at the end whatever has happened to the connection."""
    target = urlsplit(uri)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def until(recording: Recording, condition: Callable[[], bool]) -> None:
    """Wait until a condition holds that something recorded brings about."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    with recording.watched(lambda: loop.call_soon_threadsafe(changed.set)):
        async with asyncio.timeout(30):
            while not condition():
                await changed.wait()
                changed.clear()


async def echo(reader: Reader, writer: Writer) -> None:
    """Send back what comes, and then end."""
    with contextlib.suppress(ConnectionResetError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()


async def answer_at_the_end(reader: Reader, writer: Writer) -> None:
    """Read to the end, and only then tell how much it was."""
    data = await reader.read()
    writer.write(f"{len(data)} bytes".encode())


async def hang_up(reader: Reader, writer: Writer) -> None:
    """End as soon as something has come."""
    await reader.read(1)


async def listen(reader: Reader, writer: Writer) -> None:
    """Read to the end, or to the break, and say nothing."""
    with contextlib.suppress(ConnectionResetError):
        await reader.read()
