"""The game on a wire, on both engines, on a clock that only the test turns."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.apps.game.peers import TICK, settled, table
from wsdemo.apps.door import BUDGET, Error
from wsdemo.apps.game.game import Game
from wsdemo.apps.game.messages import SUBPROTOCOLS, TAKEN_OVER, Ask, Delta, Full, Leave, Stats

ENGINES = ("websockets", "scratch")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    found: str = request.param
    return found


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
async def test_a_player_joins_and_walks(engine: str, subprotocol: str) -> None:
    """In JSON and in MessagePack."""
    async with table(engine) as game, game.peer(subprotocol) as ada:
        welcome = await ada.join("ada")
        await ada.press(1, move=3)
        await settled(game, ada)
        game.tick()
        full = await ada.hear(Full)
        me = next(player for player in full.players if player.id == welcome.player)
    assert (me.name, me.seq, me.vy) == ("ada", 1, 45)


async def test_two_see_each_other(engine: str) -> None:
    """In the same snapshot."""
    async with table(engine) as game, game.peer() as ada, game.peer() as bob:
        await ada.join("ada")
        await bob.join("bob")
        game.tick()
        seen = [[player.name for player in (await peer.hear(Full)).players] for peer in (ada, bob)]
    assert seen == [["ada", "bob"]] * 2


async def test_who_acknowledges_gets_deltas(engine: str) -> None:
    """Against that."""
    async with table(engine) as game, game.peer() as ada:
        await ada.join("ada")
        game.tick()
        first = await ada.hear(Full)
        await ada.press(1, move=1, ack=first.tick)
        await settled(game, ada)
        game.tick()
        second = await ada.hear(Delta)
    assert (second.tick, second.base) == (2, 1)


async def test_a_slow_client_gets_the_newest() -> None:
    """Of the snapshots that wait for it one is left; here no writer had a turn in between.

    On `websockets` only: the other engine takes messages without a turn, until its buffer is full.
    """
    async with table("websockets") as game, game.peer() as ada:
        await ada.join("ada")
        game.tick(50)
        assert (await ada.hear()).tick == 50
        assert game.game._hub.snapshot().conflated == 49


async def test_a_lost_player_is_found_again(engine: str) -> None:
    """With the token, on a new connection, where it stood."""
    async with table(engine) as game:
        async with game.peer() as ada:
            welcome = await ada.join("ada")
            game.tick()
        await game.lost()
        async with game.peer() as ada:
            again = await ada.join("ada", welcome.token)
            game.tick()
            full = await ada.hear(Full)
    assert again.player == welcome.player
    assert [player.name for player in full.players] == ["ada"]


async def test_a_player_is_held_on_the_games_clock(engine: str) -> None:
    """And then let go."""
    async with table(engine, hold=1.0) as game:
        async with game.peer() as ada:
            await ada.join("ada")
        await game.lost()
        game.tick(30)
        assert game.game.arena.present == 1
        game.tick()
        assert game.game.arena.present == 0


async def test_the_newer_connection_has_the_player(engine: str) -> None:
    """The older one is told; it may still be there after a change of networks."""
    async with table(engine) as game, game.peer() as old, game.peer() as new:
        welcome = await old.join("ada")
        await new.join("ada", welcome.token)
        assert (await old.end())[0] == TAKEN_OVER
        await new.press(1, move=3)
        await settled(game, new)
        game.tick()
        full = await new.hear(Full)
    assert [player.seq for player in full.players] == [1]
    assert game.game.arena.present == 1


async def test_who_leaves_is_gone_for_the_others(engine: str) -> None:
    """And gets no more snapshots."""
    async with table(engine) as game, game.peer() as ada, game.peer() as bob:
        await ada.join("ada")
        await bob.join("bob")
        await ada.say(Leave())
        await settled(game, ada)
        game.tick()
        full = await bob.hear(Full)
        assert len(game.game._guests) == 1
    assert [player.name for player in full.players] == ["bob"]


@pytest.mark.parametrize(
    ("field", "cheat"), [("x", "teleport"), ("player", "identity"), ("hat", "malformed")]
)
async def test_a_cheat_gets_an_error_and_is_counted(engine: str, field: str, cheat: str) -> None:
    """The error names the field; the player goes on."""
    async with table(engine) as game, game.peer() as eve:
        await eve.join("eve")
        await eve.say(f'{{"type":"input","seq":1,"{field}":5}}')
        error = await eve.hear(Error)
        await eve.say(Ask(5))
        stats = await eve.hear(Stats)
    assert f"`{field}`" in error.reason
    assert (stats.re, stats.refused) == (5, {cheat: 1})


async def test_too_many_bad_messages_are_the_end(engine: str) -> None:
    """With 1008, after the last error."""
    async with table(engine) as game, game.peer() as eve:
        for _ in range(BUDGET + 1):
            await eve.say("{")
        errors = [await eve.hear(Error) for _ in range(BUDGET + 1)]
        assert await eve.end() == (1008, "too many bad messages")
    assert {error.code for error in errors} == {"malformed"}
    assert game.game.arena.refused == {"malformed": BUDGET + 1}


async def test_a_flood_is_the_end(engine: str) -> None:
    """With 1008; the player stays for a while, as after any loss."""
    async with table(engine) as game, game.peer() as eve:
        await eve.join("eve")
        for seq in range(1, 121):
            await eve.press(seq)
        code, reason = await eve.end()
    assert code == 1008
    assert "more messages" in reason
    assert game.game.arena.refused["flood"] == 1


async def test_a_late_clock_is_an_overrun(engine: str) -> None:
    """A stall of a second gives four ticks, and skips the others."""
    async with table(engine) as game, game.peer() as ada:
        game.tick()
        assert game.game._alarm is not None
        game.game._alarm.cancel()
        game.clock.now += 1.0
        game.game._turn()
        await ada.say(Ask(1))
        stats = await ada.hear(Stats)
    assert (stats.tick, stats.overruns, stats.skipped) == (5, 1, 26)


async def test_the_end_leaves_nothing_behind(engine: str) -> None:
    """No timer; and the clients are told."""
    async with table(engine) as game, game.peer() as ada:
        await ada.join("ada")
        closing = asyncio.create_task(ada.end())
        clock = game.clock
        game.tick()
        await asyncio.sleep(0)
    assert (await closing)[0] in (1000, 1001)
    assert clock.pending == 0


async def test_a_failing_tick_does_not_stop_the_game(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one is due all the same, and the loop hears of the failure."""
    async with table("scratch") as game:
        good: Any = game.game.arena.tick
        monkeypatch.setattr(game.game.arena, "tick", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            game.tick()
        monkeypatch.setattr(game.game.arena, "tick", good)
        game.clock.advance(TICK)
    assert game.game.arena.world.tick == 1


def test_a_map_of_ones_own_is_a_field() -> None:
    """And something that is none is refused."""
    assert Game(field="o..\n..o").arena.setting.field.width == 3
    with pytest.raises(ValueError, match="spawn"):
        Game(field="medium")
