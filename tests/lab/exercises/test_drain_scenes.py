"""Every scene has its own kind of client, and a right answer passes them all at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from wsdemo.lab.conformance import Role, select
from wsdemo.lab.exercises import drain_scenes as scenes
from wsdemo.lab.exercises.core import Verdict
from wsdemo.lab.exercises.drain import attend

Scene = Callable[[Any], Awaitable[Verdict]]

STOPS = (
    scenes.answers_close,
    scenes.message_is_there,
    scenes.says_nothing,
    scenes.talks_on,
    scenes.before_the_request,
)


@pytest.mark.parametrize("scene", [scenes.message, scenes.leaves, *STOPS, scenes.suite])
async def test_a_right_answer_passes(scene: Scene) -> None:
    """And what came back is what the case says."""
    assert (await scene(attend)).fault == ""


@pytest.mark.parametrize("scene", STOPS[:4])
async def test_an_answer_that_just_returns_is_found_out(scene: Scene) -> None:
    """By every scene with a stop: TCP ends, and nobody said why."""

    async def abrupt(reader: Any, writer: Any, stopping: asyncio.Event, patience: float) -> None:
        async def hang_up() -> None:
            await stopping.wait()
            writer.close()

        task = asyncio.create_task(hang_up())
        await attend(reader, writer, asyncio.Event(), patience)
        task.cancel()

    verdict = await scene(abrupt)
    assert "1006" in verdict.fault
    assert verdict.came_back.endswith("end of TCP")


def test_the_suite_is_one_of_seconds() -> None:
    """Some eighty cases, none of which waits for a time to pass."""
    chosen = select(scenes.SUITE, Role.SERVER)
    assert 60 <= len(chosen) <= 100
    assert not [case for case in chosen if case.alone]
