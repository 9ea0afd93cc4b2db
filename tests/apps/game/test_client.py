"""The client without a screen, against a real server, on a clock that only the test turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.apps.game.peers import LONG, Table, table
from wsdemo.apps.game.bot import Bot
from wsdemo.apps.game.client import AHEAD, STALE, GameClient, NotLetIn
from wsdemo.apps.game.messages import SUBPROTOCOLS, Ask, Stats
from wsdemo.client import Backoff, Deadlines, Dismissed, Phase

ENGINES = ("websockets", "scratch")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    found: str = request.param
    return found


async def _driven(
    game: Table, doing: Coroutine[Any, Any, Any], heard: Callable[[], bool] = lambda: True
) -> Any:
    """Let ticks pass until something is done, as many as that takes.

    Args:
        game: whose.
        doing: what is to be done.
        heard: whether the server has heard all that was sent; else the next tick waits for that.
    """
    task = asyncio.ensure_future(doing)
    async with asyncio.timeout(LONG):
        while not task.done():
            if heard():
                game.tick()
            await asyncio.sleep(0)
    return task.result()


@asynccontextmanager
async def _client(game: Table, name: str = "ada", **options: Any) -> AsyncIterator[GameClient]:
    client = GameClient(
        game.uri,
        name,
        engine=game.engine,
        clock=game.clock,
        deadlines=Deadlines(None, None, None, None),  # by a clock that runs ahead of the wire
        heartbeat=None,
        backoff=Backoff(first=0.0, most=0.0),
        **options,
    )
    await _driven(game, client.__aenter__())
    try:
        yield client
    finally:
        await client.__aexit__(None, None, None)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
async def test_it_is_in_the_world_when_it_is_entered(engine: str, subprotocol: str) -> None:
    """And knows itself and the others."""
    async with table(engine, bots=2) as game, _client(game, subprotocol=subprotocol) as ada:
        assert ada.me is not None
        assert (ada.me.name, set(ada.others)) == ("ada", {1, 2})
        assert set(ada.scores) == {"bot 1 (1)", "bot 2 (2)", "ada (3)"}


async def test_it_plays_and_is_never_corrected_alone(engine: str) -> None:
    """Four seconds of a bot's whims, each input applied at its tick."""
    async with table(engine) as game, _client(game) as ada:
        view = ada.view
        assert view is not None
        seat = game.game.arena._seats[1]
        playing = ada.play(Bot(7).decide, seconds=4.0)
        await _driven(game, playing, lambda: seat.accepted == view.seq)
        assert ada.view is view
        assert view.seq > 0
        assert set(view.corrections) == {0}
        assert game.game.arena.refused == {}


async def test_what_it_presses_the_server_applies(engine: str) -> None:
    """Its own player at once, the server's in the end."""
    async with table(engine) as game, _client(game) as ada:
        before = ada.me
        await ada.press(move=3)
        assert ada.me is not None
        assert before is not None
        assert ada.me.y > before.y
        async with asyncio.timeout(LONG):
            while game.game.arena.world.players[1].seq == 0:
                game.tick()
                await asyncio.sleep(0)
        assert game.game.arena.world.players[1].y == ada.me.y


async def test_it_comes_back_as_the_same_player(engine: str) -> None:
    """After its connection was cut off, without being told to."""
    async with table(engine, hold=1e6) as game, _client(game) as ada:
        assert ada.me is not None
        number, view = ada.me.id, ada.view
        ada._client._keeper.connection.transport.abort()
        async with asyncio.timeout(LONG):
            while ada.view is view or ada.me is None:
                game.tick()
                await asyncio.sleep(0)
        assert ada.me.id == number
        assert game.game.arena.present == 1


async def test_another_client_may_take_the_token_over(engine: str) -> None:
    """The first one ends, and does not fight for it."""
    async with table(engine) as game, _client(game) as old, _client(game, token=old.token) as new:
        assert old.me is not None
        assert new.me is not None
        assert new.me.id == old.me.id
        with pytest.raises(Dismissed, match="4001"):
            await _driven(game, old.play(Bot(1).decide, seconds=1e9))


async def test_a_token_that_is_worth_nothing_makes_a_new_player(engine: str) -> None:
    """And is forgotten."""
    async with table(engine) as game, _client(game, token="worthless") as ada:
        assert ada.me is not None
        assert ada.token != "worthless"
        assert [error.code for error in ada.errors] == ["token"]


async def test_a_full_arena_is_an_error(engine: str) -> None:
    """When it is entered."""
    async with table(engine, players=1, bots=1) as game:
        with pytest.raises(NotLetIn, match="1 players"):
            async with _client(game):
                raise AssertionError("it was let in")


async def test_who_leaves_presses_in_vain(engine: str) -> None:
    """The player is gone, and nothing is sent that would be an error."""
    async with table(engine) as game, _client(game) as ada:
        await ada.leave()
        await ada.press(move=1)
        async with asyncio.timeout(LONG):
            while game.game.arena.world.players:
                game.tick()
                await asyncio.sleep(0)
        assert ada.errors == []


async def test_a_stalled_connection_gathers_no_inputs(engine: str) -> None:
    """They would be sent on the next one, before the join; and nothing is predicted meanwhile."""
    async with table(engine) as game, _client(game) as ada:
        assert ada.view is not None
        for _ in range(3 * STALE):  # nobody has a turn in between to send them
            await ada.press(move=3)
        assert len(ada._client.unsent) <= STALE
        assert ada.view.seq <= STALE


async def test_a_silent_server_is_not_flooded(engine: str) -> None:
    """What waits in a stalled network comes at once; so after two seconds nothing more is sent."""
    async with table(engine) as game, _client(game) as ada:
        assert ada.view is not None
        most = AHEAD * ada.view.setting.rate
        async with asyncio.timeout(LONG):
            while ada.view.seq < most:
                await ada.press(move=3)
                await asyncio.sleep(0)
        for _ in range(2 * most):
            await ada.press(move=3)
            await asyncio.sleep(0)
        assert ada.view.seq == most
        async with asyncio.timeout(LONG):
            while ada.view.seq == most:  # until there is an answer
                game.tick()
                await asyncio.sleep(0)
                await ada.press(move=3)
        assert game.game.arena.refused["flood"] == 0
        assert not ada.closed


async def test_to_join_twice_does_no_harm(engine: str) -> None:
    """A join that could not be sent any more is sent on the next connection, besides its own."""
    async with table(engine) as game, _client(game) as ada:
        await ada._join()
        async with asyncio.timeout(LONG):
            while not ada.errors:
                game.tick()
                await asyncio.sleep(0)
        await ada.press(move=3)
        assert [error.code for error in ada.errors] == ["joined"]
        assert ada.view is not None
        assert (ada.closed, ada.view.seq) == (False, 1)


async def test_who_has_left_does_not_join_again(engine: str) -> None:
    """Not even on another connection, where a join would be answered before the question is."""
    async with table(engine) as game, _client(game) as ada:
        answered = asyncio.Event()
        decode = ada._decode

        def decoded(raw: Any) -> Any:
            message = decode(raw)
            if isinstance(message, Stats):
                answered.set()
            return message

        ada._decode = decoded
        await ada.leave()
        async with asyncio.timeout(LONG):
            while game.game.arena.present:
                game.tick()
                await asyncio.sleep(0)
        states = ada._client.states()

        async def come_back() -> None:
            assert (await anext(states)).phase is Phase.OPEN
            ada._client._keeper.connection.transport.abort()
            while (await anext(states)).phase is not Phase.OPEN:
                pass
            await ada._client.send(ada._codec.encode(Ask(1)))
            await answered.wait()

        await _driven(game, come_back())
        assert ada.errors == []
