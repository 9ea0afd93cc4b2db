"""A connection that tells what was written to it."""

import asyncio

from websockets.asyncio.client import connect

from wsdemo import lab
from wsdemo.lab.broadcasts.tapped import TappedConnection


async def test_it_counts_what_is_written() -> None:
    """Two messages of 1,000 octets, each with a header of four."""
    counted: list[int] = []

    async def two(connection: TappedConnection) -> None:
        before = connection.written
        for _ in range(2):
            await connection.send(bytes(1000))
        counted.append(connection.written - before)

    async with (
        lab.running(two, where="loop", create_connection=TappedConnection) as server,
        connect(server.uri, compression=None) as client,
    ):
        assert [len(await client.recv()) for _ in range(2)] == [1000, 1000]
    assert counted == [2008]


async def test_it_tells_what_waits() -> None:
    """Nobody reads eight mebibytes, so most of them lie in the write buffer until the end."""
    waiting: asyncio.Future[int] = asyncio.Future()

    async def much(connection: TappedConnection) -> None:
        connection.protocol.send_binary(bytes(2**23))
        connection.send_data()
        waiting.set_result(connection.buffered)
        await connection.wait_closed()

    async with (
        lab.running(much, where="loop", create_connection=TappedConnection) as server,
        connect(server.uri, compression=None) as client,
    ):
        assert await waiting > 2**20
        client.transport.abort()
