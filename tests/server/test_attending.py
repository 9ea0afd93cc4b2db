"""What happens when a handler ends, in each of the ways."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.scratch.raw import Raw, until
from tests.server.peers import address, asking, dial, silent
from wsdemo import engines
from wsdemo.server import Connection, Handler, serve


async def outcome(handler: Handler, engine: str, **options: Any) -> tuple[int | None, int]:
    """Return the close code that a client of a handler gets, and how many errors are counted."""
    async with serve(handler, port=0, engine=engine, **options) as server, dial(server) as client:
        await client.wait_closed()
    code: int | None = client.close_code
    return code, server.metrics.snapshot().errors


async def test_a_handler_that_returns_closes_with_1000(engine: str) -> None:
    """Which is no error."""

    async def nothing(connection: Connection) -> None:
        pass

    assert await outcome(nothing, engine) == (1000, 0)


async def test_a_handler_that_raises_closes_with_1011(
    engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, with the connection's id and the traceback, and counted once."""
    ids = []

    async def broken(connection: Connection) -> None:
        ids.append(str(connection.id))
        raise LookupError("no such room")

    assert await outcome(broken, engine) == (1011, 1)
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.getMessage() == f"connection {ids[0]}: the handler failed"
    assert record.exc_info is not None
    assert "no such room" in str(record.exc_info[1])


async def leaves(engine: str, handler: Handler) -> tuple[int, int]:
    """Let a client vanish under a handler; return the errors counted, and the slots still taken."""
    async with serve(handler, port=0, engine=engine, max_connections=1) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.shake(asking())
            raw.reset()
        await until(lambda: server.metrics.snapshot().closed == {1006: 1})
        await until(lambda: not server._register.tasks)
        return server.metrics.snapshot().errors, server._register.slots.taken


async def test_a_client_that_vanishes_is_no_error(
    engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A handler that lets the exception through has done nothing wrong."""

    async def reads(connection: Connection) -> None:
        while True:
            await connection.recv()

    async def iterates(connection: Connection) -> None:
        async for _ in connection:
            pass

    async def groups(connection: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(reads(connection))
            group.create_task(iterates_later(connection))

    async def iterates_later(connection: Connection) -> None:
        await connection.wait_closed()
        await connection.send("too late")

    for handler in (reads, iterates, groups):
        assert await leaves(engine, handler) == (0, 0)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_what_goes_wrong_after_the_client_has_left_is_an_error_all_the_same(
    engine: str,
) -> None:
    """Whoever cleans up, and fails, wants to know."""

    async def cleans_up(connection: Connection) -> None:
        await connection.wait_closed()
        raise OSError("disk full")

    async def among_others(connection: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(cleans_up(connection))
            group.create_task(silent(connection))

    for handler in (cleans_up, among_others):
        assert await leaves(engine, handler) == (1, 0)


async def test_another_connection_that_is_closed_is_an_error(engine: str) -> None:
    """The exception is of the right kind, and of the wrong connection."""
    closed = engines.get(engine).ConnectionClosed

    async def upstream_gone(connection: Connection) -> None:
        raise closed(None, None)

    assert await outcome(upstream_gone, engine) == (1011, 1)


async def test_a_handler_may_close_with_a_code_of_its_own(engine: str) -> None:
    """And go on afterwards, and even fail."""

    async def private(connection: Connection) -> None:
        await connection.close(4001, "token expired")
        raise LookupError

    assert await outcome(private, engine) == (4001, 1)
