"""A server on streams: every connection attended to, failures kept, nobody left at the end."""

import asyncio
from typing import Any

import pytest

from wsdemo.lab.streams import Listening, listening


async def _dial(server: Listening) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(server.host, server.port)


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


async def _upper(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Shout one line."""
    writer.write((await reader.readuntil()).upper())


async def test_tcp_is_ended_when_the_coroutine_returns() -> None:
    """And what it has written is sent before."""
    async with listening(_upper) as server:
        assert server.uri == f"ws://127.0.0.1:{server.port}/"
        reader, writer = await _dial(server)
        writer.write(b"hello\n")
        assert await reader.read() == b"HELLO\n"
        await _end(writer)
    assert not server.failures


async def test_what_the_coroutine_ends_in_is_kept() -> None:
    """The client sees the end of TCP, and the log nothing."""

    async def fail(*_: Any) -> None:
        raise KeyError("a mistake of ours")

    async with listening(fail) as server:
        reader, writer = await _dial(server)
        assert await reader.read() == b""
        await _end(writer)
    assert [repr(error) for error in server.failures] == ["KeyError('a mistake of ours')"]


async def test_a_client_that_leaves_is_no_failure() -> None:
    """It may do so in the middle of a line."""
    async with listening(_upper) as server:
        reader, writer = await _dial(server)
        writer.write(b"hel")
        writer.write_eof()
        assert await reader.read() == b""
        await _end(writer)
    assert not server.failures


async def test_whoever_is_left_at_the_end_is_cancelled() -> None:
    """A coroutine that waits for ever does not keep the block."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def wait(*_: Any) -> None:
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    async with listening(wait) as server:
        _, writer = await _dial(server)
        await begun.wait()
        await _end(writer)
    assert ended.is_set()


async def test_nobody_listens_after_the_block() -> None:
    """Not even when it was left by an exception."""
    with pytest.raises(KeyError):
        async with listening(_upper) as server:
            raise KeyError
    with pytest.raises(OSError):  # noqa: PT011 - its text is the system's
        await _dial(server)
