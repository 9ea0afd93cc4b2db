"""The arena: the whole server, tick by tick."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.apps.game.worlds import OPEN, WALLED, setting, turns
from wsdemo.apps.game.arena import Arena, ArenaFull, NoSuchPlayer
from wsdemo.apps.game.delta import patched
from wsdemo.apps.game.interpolate import PARTS
from wsdemo.apps.game.messages import Delta, Full
from wsdemo.apps.game.seats import Seat
from wsdemo.apps.game.world import HEALTH, Input, World


def _arena(rate: int = 30, **options: Any) -> Arena:
    numbers = iter(range(1000))
    return Arena(setting(OPEN, rate), tokens=lambda: f"token {next(numbers)}", **options)


def _pass(arena: Arena, ticks: int) -> None:
    for _ in range(ticks):
        arena.tick()


# Come and go


def test_a_player_is_in_the_world_from_the_next_tick_on() -> None:
    """With the next number."""
    arena = _arena()
    seat, token = arena.join("ada")
    assert (seat.player, token, arena.world.players) == (1, "token 0", {})
    assert arena.tick().players[1].name == "ada"


def test_who_leaves_is_gone_and_so_is_the_token() -> None:
    """From the next tick on."""
    arena = _arena()
    seat, token = arena.join("ada")
    arena.tick()
    arena.leave(seat)
    with pytest.raises(NoSuchPlayer):
        arena.come_back(token)
    assert arena.tick().players == {}


def test_a_lost_player_stays_and_is_found_again() -> None:
    """The same, where it stood."""
    arena = _arena(hold=1.0)
    seat, token = arena.join("ada")
    arena.tick()
    arena.lose(seat)
    _pass(arena, 20)
    assert arena.come_back(token) is seat
    _pass(arena, 60)
    assert set(arena.world.players) == {1}


def test_a_lost_player_does_not_stay_for_ever() -> None:
    """A second at 30 ticks is 30 ticks."""
    arena = _arena(hold=1.0)
    seat, token = arena.join("ada")
    arena.tick()
    arena.lose(seat)
    _pass(arena, 30)
    assert set(arena.world.players) == {1}
    arena.tick()
    assert (arena.world.players, arena.present) == ({}, 0)
    with pytest.raises(NoSuchPlayer):
        arena.come_back(token)


def test_a_token_that_is_nobodys_is_refused_and_counted() -> None:
    """Whoever has tried it."""
    arena = _arena()
    with pytest.raises(NoSuchPlayer):
        arena.come_back("token 0")
    assert arena.refused == {"identity": 1}


def test_tokens_can_not_be_guessed() -> None:
    """128 bits, by default."""
    arena = Arena(setting())
    tokens = {arena.join("ada")[1] for _ in range(100)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 22


def test_a_full_arena_lets_nobody_in_until_somebody_leaves() -> None:
    """Bots take places, too."""
    arena = _arena(players=2, bots=1)
    seat, _ = arena.join("ada")
    with pytest.raises(ArenaFull, match="2 players"):
        arena.join("bob")
    arena.leave(seat)
    arena.tick()
    assert arena.join("bob")[0].player == 3


def test_more_bots_than_players_are_refused() -> None:
    """There would be no place for them."""
    with pytest.raises(ValueError, match="3 bots"):
        _arena(players=2, bots=3)


# Play


def test_inputs_are_applied_at_the_tick_they_are_due() -> None:
    """One a tick, and acknowledged in the player's row."""
    arena = _arena()
    seat, _ = arena.join("ada")
    arena.take(seat, Input(1, 1), 0)
    arena.take(seat, Input(2, 1), 0)
    assert [arena.tick().players[1].seq for _ in range(3)] == [1, 2, 2]


def test_a_replayed_game_is_the_same_game() -> None:
    """The same calls in the same order: bots, seeds and all."""
    games = []
    for _ in range(2):
        arena = _arena(bots=6, seed=3)
        seat, _token = arena.join("ada")
        for seq in range(1, 200):
            arena.take(seat, Input(seq, seq // 20 % 9, 1, seq % 100, True), seq - 3)
            arena.tick()
        games.append((arena.world, arena.shots))
    assert games[0] == games[1]
    assert any(player.deaths for player in games[0][0].players.values())


def test_speed_and_replay_are_refused_and_counted() -> None:
    """And give nothing: after ten ticks it has moved as far as an honest one."""
    arena = _arena()
    honest, cheat = arena.join("ada")[0], arena.join("eve")[0]
    starts = {1: OPEN.middle(0)[1], 2: OPEN.middle(1)[1]}
    for tick in range(10):
        arena.take(honest, Input(tick + 1, 3), 0)
        for more in range(5):
            arena.take(cheat, Input(5 * tick + more + 1, 7), 0)
        arena.take(cheat, Input(1, 7), 0)
        arena.tick()
    moved = [abs(player.y - starts[id_]) for id_, player in arena.world.players.items()]
    assert moved[0] == moved[1] > 0
    assert (arena.refused["replay"], arena.refused["speed"] > 20) == (10, True)


def _duel(arena: Arena) -> tuple[Seat, Seat]:
    """Let two stand opposite each other, and the second walk down for ten ticks."""
    one, other = arena.join("ada")[0], arena.join("bob")[0]
    arena.tick()
    there = {1: arena.world.players[1]._replace(x=5120, y=5120),
             2: arena.world.players[2]._replace(x=9216, y=4096)}  # fmt: skip
    arena.world = World(arena.world.tick, there)
    for seq in range(1, 11):
        arena.take(other, Input(seq, 3), 0)
        arena.tick()
    return one, other


@pytest.mark.parametrize(("compensation", "health"), [(True, HEALTH - 25), (False, HEALTH)])
def test_a_shot_hits_what_was_on_the_shooters_screen(compensation: bool, health: int) -> None:
    """Five ticks ago the target stood there; without compensation the shot misses."""
    arena = _arena(compensation=compensation)
    shooter, _ = _duel(arena)
    moment = arena.world.tick - 5
    past = next(world for world in arena._worlds if world.tick == moment)
    me, target = arena.world.players[1], past.players[2]
    aim = ((target.x - me.x) * 127 // 4096, (target.y - me.y) * 127 // 4096)
    arena.take(shooter, Input(1, 0, *aim, True, moment * PARTS), 0)
    arena.tick()
    assert arena.world.players[2].health == health


# News


def test_who_has_acknowledged_nothing_gets_everything() -> None:
    """And so does everybody if deltas are off."""
    arena = _arena()
    seat, _ = arena.join("ada")
    arena.tick()
    assert isinstance(arena.news(seat), Full)
    _pass(arena, 1)
    seat.ack = 1
    assert isinstance(arena.news(seat), Delta)
    frugal = _arena(deltas=False)
    _pass(frugal, 2)
    assert isinstance(frugal.news(seat), Full)


def test_all_with_the_same_base_share_one_snapshot() -> None:
    """It is made once."""
    arena = _arena()
    seats = [arena.join(name)[0] for name in ("ada", "bob", "eve")]
    _pass(arena, 5)
    seats[0].ack, seats[1].ack = 3, 3
    assert arena.news(seats[0]) is arena.news(seats[1])
    assert arena.news(seats[0]) is not arena.news(seats[2])


@pytest.mark.parametrize("ack", [6, 99, 1])
def test_an_acknowledgement_of_what_is_not_there_gives_everything(ack: int) -> None:
    """Of the future, and of what was forgotten after two seconds."""
    arena = _arena(5)
    seat, _ = arena.join("ada")
    _pass(arena, 5 if ack != 1 else 20)
    seat.ack = ack
    assert isinstance(arena.news(seat), Full)


@given(turns)
def test_whoever_adds_the_news_up_has_the_world(wanted: list[dict[int, list[Input]]]) -> None:
    """With acknowledgements that are three ticks late, and players who come and go."""
    arena = Arena(setting(WALLED), bots=2)
    watcher, _ = arena.join("ada")
    heard: dict[int, World] = {}
    for turn in wanted:
        guests = [arena.join("bob")[0] for _ in turn]
        arena.tick()
        news = arena.news(watcher)
        if isinstance(news, Full):
            heard[news.tick] = World(news.tick, {player.id: player for player in news.players})
        else:
            heard[news.tick] = patched(heard[news.base], news)
        assert heard[news.tick] == arena.world
        for guest in guests[1:]:
            arena.leave(guest)
        watcher.ack = max(0, news.tick - 3)
