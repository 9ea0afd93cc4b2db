"""What all live tests share: nothing may be left when a test is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

PATIENCE = 60  # seconds; a test that takes so long waits for something that can't come


def give_up(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel everything, so that a test fails instead of hanging."""
    for task in asyncio.all_tasks(loop):
        task.cancel("the test took too long")


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    """Fail when a test leaves a task behind, or an error that nobody has seen."""
    loop = asyncio.get_running_loop()
    unseen: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: unseen.append(context))
    alarm = loop.call_later(PATIENCE, give_up, loop)
    yield
    alarm.cancel()
    # A transport that was aborted is closed in the next turns of the loop.
    for _ in range(10):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
    assert not unseen
