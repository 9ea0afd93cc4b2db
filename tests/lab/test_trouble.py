"""A bad day: the client gets through it, and who doesn't is found out."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

import pytest

from tests.client.conftest import engine, nothing_left
from wsdemo import engines
from wsdemo.client import Backoff, Client, Deadlines
from wsdemo.lab import trouble
from wsdemo.lab.trouble import SCRIPT, Trouble
from wsdemo.lab.wire import Wire

__all__ = ["engine", "nothing_left"]


def _client(uri: str, engine: str) -> Client:
    """Make one that notices within a fraction of a second."""
    return Client(
        uri,
        engine=engine,
        backoff=Backoff(0.02, 2, 0.2, random.Random(7)),
        heartbeat=(0.05, 0.2),
        deadlines=Deadlines(connect=0.3, reply=30, close=5),
    )


def _asking(client: Client, *, resend: bool) -> Callable[[int], Awaitable[int]]:
    async def ask(number: int) -> int:
        square: int = (await client.request({"n": number}, resend=resend))["square"]
        return square

    return ask


@pytest.mark.parametrize("server", engines.NAMES)
async def test_the_client_survives_it_with_every_request_answered(server: str, engine: str) -> None:
    """Cuts, resets, stalls, refusals, silence, each while questions are under way."""
    async with trouble.stage(engine=server) as day, _client(day.uri, engine) as client:
        outcome = await day.run(_asking(client, resend=True))
    assert outcome.wrong == {}
    assert outcome.met == tuple(each.name for each in SCRIPT)
    assert outcome.repeated > 0
    assert str(outcome).startswith("30 of 30 questions answered, ")


async def test_at_most_once_loses_some_and_repeats_none(engine: str) -> None:
    """What is lost is told, each time."""
    async with trouble.stage() as day, _client(day.uri, engine) as client:
        outcome = await day.run(_asking(client, resend=False))
    assert outcome.repeated == 0
    assert 0 < len(outcome.wrong) < outcome.asked
    assert {type(error).__name__ for error in outcome.wrong.values()} == {"RequestLost"}


async def test_a_client_that_gives_up_is_found_out(engine: str) -> None:
    """One connection, and no other."""
    script = [Trouble("a reset", Wire.reset), Trouble("peace")]
    one_by_one = asyncio.Lock()
    connect = engines.get(engine).connect
    async with trouble.stage(script) as day, connect(day.uri, proxy=None) as connection:

        async def ask(number: int) -> int:
            async with one_by_one:
                await connection.send(json.dumps({"n": number}))
                square: int = json.loads(await connection.recv())["square"]
                return square

        outcome = await day.run(ask)
    assert set(outcome.wrong) == {1, 2, 3, 4, 5}
    assert outcome.met == ("a reset",)


async def test_a_wrong_answer_is_found_out() -> None:
    """An exception is one, too."""

    async def ask(number: int) -> int:
        if number == 2:
            raise KeyError(number)
        return 1

    async with trouble.stage([Trouble("peace")]) as day:
        outcome = await day.run(ask)
    assert outcome.wrong == {0: 1, 2: outcome.wrong[2]}
    assert isinstance(outcome.wrong[2], KeyError)
    assert outcome.met == ()


async def test_a_stage_may_be_left_in_the_middle_of_it(engine: str) -> None:
    """Nothing is undone once there is no wire."""
    long = Trouble("a long stall", Wire.stall, Wire.resume, 1000)
    async with trouble.stage([long]) as day, _client(day.uri, engine) as client:
        asking = asyncio.create_task(client.request({"n": 1}))
        while not day.met:  # noqa: ASYNC110 - it is set from the server
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        with pytest.raises(asyncio.CancelledError):
            asking.result()
        day.wire.resume()
