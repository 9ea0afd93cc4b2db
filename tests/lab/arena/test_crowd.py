"""The crowd, against a game on a clock that only the test turns."""

from __future__ import annotations

import asyncio

import pytest

from tests.apps.game.peers import LONG, Table, table
from tests.apps.game.worlds import OPEN, at, world
from tests.scratch.clock import HandClock
from wsdemo.apps.game import GameClient, View
from wsdemo.apps.game.delta import whole
from wsdemo.apps.game.messages import CODECS, SUBPROTOCOLS, Map, Welcome
from wsdemo.apps.game.timeline import SECOND
from wsdemo.lab.arena.crowd import UNANSWERED, Walker, Witness, ask, stroll


@pytest.fixture(params=["websockets", "scratch"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    found: str = request.param
    return found


async def _ticked(game: Table, walker: Walker, snapshots: int) -> None:
    """Let ticks pass until a walker has so many snapshots more."""
    wanted = walker.snapshots + snapshots
    async with asyncio.timeout(LONG):
        while walker.snapshots < wanted:
            game.tick()
            await asyncio.sleep(0)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
async def test_a_walker_walks_and_acknowledges(engine: str, subprotocol: str) -> None:
    """Its inputs are applied, and it gets deltas."""
    async with table(engine) as game, Walker(game.uri, 3, engine, subprotocol) as walker:
        await _ticked(game, walker, 2)
        await walker.press()
        seat = game.game.arena._seats[1]
        async with asyncio.timeout(LONG):
            while game.game.arena.world.players[1].seq == 0:
                game.tick()
                await asyncio.sleep(0)
        assert seat.ack > 0
        assert walker.sent > 0
        assert walker.received > 0
    assert game.game.arena.refused == {}


async def test_a_silent_server_gets_no_flood(engine: str) -> None:
    """Until there is a snapshot again, nothing more is sent."""
    subprotocol = SUBPROTOCOLS[0]
    async with table(engine) as game, Walker(game.uri, 3, engine, subprotocol) as walker:
        for _ in range(10 * UNANSWERED):
            await walker.press()
        assert walker._seq == UNANSWERED
        await _ticked(game, walker, 2)
        await walker.press()
        assert walker._seq == UNANSWERED + 1
    assert game.game.arena.refused["flood"] == 0


async def test_a_question_is_answered(engine: str) -> None:
    """On a connection that nobody plays on."""
    async with table(engine, bots=2) as game, game.peer() as peer:
        game.tick(3)
        stats = await ask(peer.connection, CODECS[SUBPROTOCOLS[0]])
    assert (stats.tick, stats.players) == (3, 2)


async def test_a_stroll_is_an_input_a_tick_for_each() -> None:
    """Until it is cancelled."""
    pressed: list[int] = []
    enough = asyncio.Event()

    class Counted(Walker):
        async def press(self) -> None:
            pressed.append(self._number)
            if len(pressed) == 10:
                enough.set()

    walkers: list[Walker] = [
        Counted("ws://nowhere", number, "scratch", SUBPROTOCOLS[0]) for number in (1, 2)
    ]
    strolling = asyncio.create_task(stroll(walkers, rate=120))
    async with asyncio.timeout(LONG):
        await enough.wait()
    strolling.cancel()
    assert pressed[:10] == [1, 2] * 5


def test_a_witness_compares_what_it_has_shown_with_what_was_true() -> None:
    """Itself by the number of the input, the others by the tick."""
    client = GameClient("ws://nowhere", "ada")
    client._clock = clock = HandClock()
    client.view = View(Welcome(1, 1, "token", 9, 30, 20.0, 0, Map.of(OPEN)))
    witness = Witness(client, seed=1)
    client.view.hear(whole(world(at(1, 5, 5), at(2, 9, 9), tick=10)), int(clock.now * SECOND))
    shown = {2: at(2, 8, 9)}
    witness._decide(at(1, 5, 6), shown, client.view.setting, 1, 0)
    assert (witness.own, witness.others, witness.errors) == ([1024], [1024], (1.0, 1.0))


def test_without_anything_compared_there_is_no_error() -> None:
    """And no division by nothing."""
    assert Witness(GameClient("ws://nowhere", "ada"), seed=1).errors == (0.0, 0.0)
