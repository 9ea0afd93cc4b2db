"""The stage hands over what a client sends, or holds it back until the stop; nothing gets lost."""

import asyncio
from typing import Any

import pytest

from wsdemo.lab.exercises import drain_stage
from wsdemo.lab.exercises.deadline import TimeIsUp
from wsdemo.lab.exercises.drain import attend
from wsdemo.lab.exercises.drain_stage import END, NOTHING, Stage
from wsdemo.protocol import Opcode


async def _wait(reader: Any, writer: Any, stopping: asyncio.Event, patience: float) -> None:
    """Read to the end, and say nothing."""
    while await reader.read(100):
        pass


async def test_a_client_says_and_hears_in_words() -> None:
    """What a report shows."""
    async with Stage(attend) as stage:
        client = await stage.client()
        assert await client.open()
        client.say(Opcode.TEXT, "é".encode())
        assert await client.hear() == "TEXT 'é'"
        client.say(Opcode.PING)
        assert await client.hear() == "PONG"
        client.say(Opcode.CLOSE)
        assert await client.hear() == "CLOSE"
        assert await client.hear() == END
        assert await stage.returned()
    assert not stage.errors


async def test_what_is_held_back_comes_with_the_stop() -> None:
    """Not before; and the answer has both at the same moment."""
    seen = []

    async def look(reader: Any, writer: Any, stopping: asyncio.Event, patience: float) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        seen.append((await reader.read(100), stopping.is_set()))

    async with Stage(look) as stage:
        client = await stage.client()
        assert await client.open()
        stage.hold()
        client.say(Opcode.TEXT, b"order")
        await stage.holds()
        assert not seen
        stage.stop()
        assert await client.hear() == END
    ((data, stopped),) = seen
    assert data.endswith(b"order")
    assert stopped


async def test_what_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handshake, a frame, a return."""
    monkeypatch.setattr(drain_stage, "WAIT", 0.05)
    async with Stage(_wait) as stage:
        client = await stage.client()
        assert not await client.open()
        assert await client.hear() == NOTHING
        assert not await stage.returned()


async def test_what_a_task_raises_that_nobody_awaits_is_kept() -> None:
    """Beside what the answer itself raises."""

    async def fail(what: str) -> None:
        raise KeyError(what)

    async def careless(reader: Any, *rest: Any) -> None:
        task = asyncio.create_task(fail("in a task"))
        await asyncio.wait([task])
        await fail("in the answer")

    async with Stage(careless) as stage:
        assert await (await stage.client()).hear() == END
    assert sorted(str(error) for error in stage.errors) == ["'in a task'", "'in the answer'"]


async def test_an_answer_that_is_stopped_stops_the_scene() -> None:
    """A task keeps to itself what a thread is interrupted with."""

    async def frozen(*rest: Any) -> None:
        raise TimeIsUp

    with pytest.raises(TimeIsUp):
        async with Stage(frozen) as stage:
            await (await stage.client()).hear()


async def test_answers_that_wait_for_ever_are_cancelled() -> None:
    """The stage is left all the same."""
    async with Stage(_wait) as stage:
        await stage.client()
        await stage.begun()
    assert not stage.errors
