"""A handler on a stage may do what it likes: the checker's loop goes on, and the stage is left."""

import asyncio
import threading
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from wsdemo.lab.exercises import handler_stage
from wsdemo.lab.exercises.handler_stage import Stage


def _stage_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "exercise"]


async def _all_gone() -> None:
    for thread in _stage_threads():
        await asyncio.to_thread(thread.join)


async def _echo(connection: Any) -> None:
    async for message in connection:
        await connection.send(message)


async def test_clients_talk_to_the_handler_in_another_thread() -> None:
    """And all is gone afterwards."""
    async with Stage(_echo) as stage:
        first, second = await stage.client(), await stage.client()
        await second.send("hello")
        assert await second.recv() == "hello"
        assert stage.thread != threading.get_ident()
    await _all_gone()
    for client in first, second:
        with pytest.raises(ConnectionClosed):
            await client.recv()


async def test_what_a_handler_raises_is_kept() -> None:
    """The client is told 1011, and nothing is logged."""

    async def fail(connection: Any) -> None:
        raise KeyError("nobody")

    async with Stage(fail) as stage:
        client = await stage.client()
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 1011
        assert isinstance(stage.error, KeyError)


async def test_a_handler_that_waits_for_ever_is_cancelled() -> None:
    """Leaving the stage does not wait for it."""
    cancelled = threading.Event()

    async def wait(connection: Any) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cancelled.set()

    async with Stage(wait) as stage:
        client = await stage.client()
        await client.ping()
    assert await asyncio.to_thread(cancelled.wait, 30)
    assert stage.error is None


async def test_a_frozen_loop_is_thawed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`while True: pass` in a handler ends with the stage."""
    monkeypatch.setattr(handler_stage, "CLOSING_TIME", 0.05)
    began = threading.Event()

    async def freeze(connection: Any) -> None:
        began.set()
        while True:
            pass

    async with Stage(freeze) as stage:
        await stage.client()
        await asyncio.to_thread(began.wait)
    await _all_gone()


async def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of waiting for its port for ever."""
    monkeypatch.setattr(handler_stage, "HOST", "256.256.256.256")
    with pytest.raises(OSError):  # noqa: PT011 - its text is the system's
        async with Stage(_echo):
            pytest.fail("it has started")


async def test_who_is_stopped_while_the_server_starts_leaves_nothing_behind() -> None:
    """The stop button may come at any moment."""
    stage = Stage(_echo)
    task = asyncio.create_task(stage.__aenter__())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _all_gone()
