"""Connecting again: when, how often, and when not."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.client.servers import (
    answering,
    closing,
    echo,
    http,
    hurried,
    leave,
    meeting,
    once,
    reach,
    serving,
    stay,
    take_and_leave,
)
from tests.scratch.clock import HandClock
from tests.scratch.raw import until
from wsdemo.client import Backoff, Client, ConnectionLost, Phase, State, Unreachable, errors
from wsdemo.metrics import Metrics

NOWHERE = "ws://127.0.0.1:9/"  # the port of "discard", which nobody has served for decades


@contextlib.asynccontextmanager
async def starting(client: Client) -> AsyncIterator[asyncio.Task[Client]]:
    """Start a client that may never get anywhere."""
    task = asyncio.ensure_future(client.__aenter__())
    try:
        yield task
    finally:
        await client.close()
        await asyncio.wait([task])
        task.exception()


async def test_delays_are_those_of_the_backoff() -> None:
    """To the last digit, with a seed; each goes by, and then comes the next attempt."""
    clock, expected = HandClock(), Backoff(rng=random.Random(5)).delays()
    client = Client(NOWHERE, clock=clock, backoff=Backoff(rng=random.Random(5)))
    states = client.states()
    async with starting(client):
        for attempt in (1, 2, 3, 4):
            state = await anext(states)
            assert (state.phase, state.attempt) == (Phase.CONNECTING, attempt)
            state = await anext(states)
            assert (state.phase, state.attempt) == (Phase.WAITING, attempt + 1)
            assert state.delay == next(expected)
            assert isinstance(state.error, Unreachable)
            await until(lambda: clock.pending == 1)
            clock.advance(state.delay)
    assert clock.pending == 0


async def test_a_lost_connection_is_replaced(engine: str) -> None:
    """What is said on the second arrives."""
    async with serving(leave, echo, engine=engine) as uri, hurried(uri, engine=engine) as client:
        await reach(client, Phase.WAITING)
        await reach(client, Phase.OPEN)
        await client.send("again")
        assert await client.recv() == "again"


async def lengths(seconds: float, losses: int) -> list[float | None]:
    """Lose some connections after so many seconds each, and return the delays."""
    clock = HandClock()
    rng: Any = random.Random()
    rng.uniform = lambda _, high: high
    backoff = Backoff(1, 2, 100, rng, steady=5)
    delays = []
    async with meeting("websockets", take_and_leave, clock=clock, backoff=backoff) as client:
        for _ in range(losses):
            await reach(client, Phase.OPEN)
            clock.advance(seconds)
            await client.send("go")
            state = await reach(client, Phase.WAITING)
            delays.append(state.delay)
            await until(lambda: clock.pending == 1)
            assert state.delay is not None
            clock.advance(state.delay)
    return delays


async def test_a_steady_connection_ends_the_series() -> None:
    """The next delay is a first one again."""
    assert await lengths(5.0, 3) == [1, 1, 1]


async def test_a_server_that_falls_over_at_once_is_dialled_ever_slower() -> None:
    """That it accepted is no reason to hurry."""
    assert await lengths(4.9, 4) == [1, 2, 4, 8]


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found"])
async def test_a_no_is_a_no(status: str, engine: str) -> None:
    """After one attempt, with a clear error."""
    async with answering(http(status)) as uri:
        client = hurried(uri, engine=engine)
        states = client.states()
        with pytest.raises(errors.Refused, match=f"answered {status}"):
            async with client:
                pass
        assert [state.phase async for state in states] == [Phase.CONNECTING, Phase.CLOSED]
    assert isinstance(client.state.error, errors.Refused)


async def test_a_server_that_is_busy_is_asked_when_it_says(engine: str) -> None:
    """Retry-After and our own delay: it asks everybody for the same."""
    clock = HandClock()
    busy = http("503 Service Unavailable", "Retry-After: 120")
    async with answering(busy, http("403 Forbidden")) as uri:
        client = Client(uri, engine=engine, clock=clock, backoff=Backoff(1, 1, 1))
        async with starting(client) as task:
            state = await reach(client, Phase.WAITING)
            assert state.delay is not None
            assert 120 <= state.delay <= 121
            await until(lambda: clock.pending == 1)
            clock.advance(119.9)
            assert client.state.phase is Phase.WAITING
            clock.advance(1.2)
            with pytest.raises(errors.Refused, match="403"):
                await task


async def test_a_certificate_that_nobody_signed_is_no_reason_to_try_again(engine: str) -> None:
    """Nor one that is for another host."""
    import ssl

    import trustme

    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with serving(echo, engine=engine, ssl=context) as uri:
        with pytest.raises(errors.Refused, match="its certificate is not trusted"):
            async with hurried(uri, engine=engine):
                pass
        ours = ssl.create_default_context()
        authority.configure_trust(ours)
        with pytest.raises(errors.Refused, match=r"not valid for '127\.0\.0\.1'"):
            async with hurried(uri.replace("localhost", "127.0.0.1"), engine=engine, tls=ours):
                pass
        async with hurried(uri, engine=engine, tls=ours) as client:
            await client.send("secret")
            assert await client.recv() == "secret"


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1008, 1009, 1010])
async def test_some_codes_mean_not_to_come_back(code: int, engine: str) -> None:
    """And the reason is told."""
    async with serving(closing(code, "no"), engine=engine) as uri:
        client = hurried(uri, engine=engine)
        with pytest.raises(errors.Dismissed, match=rf"{code} \(.*\) no"):
            async with client:
                await client.recv()
    assert client.state.attempt == 1


async def test_1000_means_that_all_is_said(engine: str) -> None:
    """The client ends, content; to go over its messages ends, too."""
    async with meeting(engine, closing(1000, "bye")) as client:
        assert [message async for message in client] == []
        with pytest.raises(errors.ClientClosed, match=r"1000 \(normal closure\) bye"):
            await client.send("wait")
    assert client.state.error is None


async def test_retries_are_counted(engine: str) -> None:
    """After the last, the client ends with what went wrong then."""
    client = hurried(NOWHERE, engine=engine, backoff=Backoff(0, 1, 0, retries=3))
    states = client.states()
    with pytest.raises(Unreachable, match=NOWHERE):
        await client
    phases = [state.phase async for state in states]
    assert phases.count(Phase.CONNECTING) == 4
    assert phases[-1] is Phase.CLOSED


async def test_a_client_of_one_attempt_ends_with_its_connection(engine: str) -> None:
    """For a program that wants to be told."""
    async with serving(leave, engine=engine) as uri:
        with pytest.raises(ConnectionLost, match="no close frame came"):
            async with once(uri, engine=engine) as client:
                await client.recv()


async def test_an_unknown_option_is_not_tried_again(engine: str) -> None:
    """A fault of the program's is raised as it is."""
    with pytest.raises(TypeError, match="colour"):
        async with hurried(NOWHERE, engine=engine, colour="red"):
            pass


async def test_metrics_hear_of_connections_and_refusals(engine: str) -> None:
    """Each as what it was."""
    metrics = Metrics()
    async with meeting(engine, leave, stay, metrics=metrics) as client:
        await reach(client, Phase.WAITING)
        await reach(client, Phase.OPEN)
    async with answering(http("503 Service Unavailable"), http("403 Forbidden")) as uri:
        with pytest.raises(errors.Refused):
            await hurried(uri, engine=engine, metrics=metrics)
    seen = metrics.snapshot()
    assert (seen.total, seen.now, dict(seen.closed)) == (2, 0, {1006: 1, 1000: 1})
    assert dict(seen.refused) == {503: 1, 403: 1}


async def test_metrics_hear_of_an_end_by_cancellation(engine: str) -> None:
    """What was opened is closed, however."""
    metrics = Metrics()

    async def program(uri: str) -> None:
        async with hurried(uri, engine=engine, metrics=metrics):
            await asyncio.Event().wait()

    async with serving(stay, engine=engine) as uri:
        task = asyncio.create_task(program(uri))
        await until(lambda: metrics.snapshot().now == 1)
        task.cancel()
        await asyncio.wait([task])
    seen = metrics.snapshot()
    assert (seen.now, dict(seen.closed)) == (0, {1006: 1})


async def test_every_state_is_told(engine: str) -> None:
    """With its attempt, its delay, and why."""
    seen: list[State] = []
    async with serving(closing(1012), stay, engine=engine) as uri:
        client = hurried(uri, engine=engine)
        states = client.states()
        async with client:
            await reach(client, Phase.WAITING)
            await reach(client, Phase.OPEN)
        seen = [state async for state in states]
    phases = "CONNECTING OPEN WAITING CONNECTING OPEN CLOSING CLOSED"
    assert " ".join(state.phase for state in seen) == phases
    assert [state.attempt for state in seen] == [1, 1, 2, 2, 2, 2, 2]
    assert "1012 (service restart)" in seen[2].reason
    assert isinstance(seen[2].error, ConnectionLost)
