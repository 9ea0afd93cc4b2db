"""The rules: what holds in every game, and what each part of a tick does."""

import pytest
from hypothesis import given

from tests import house
from tests.apps.game.worlds import (
    OPEN,
    WALLED,
    at,
    crowd,
    inside,
    numbered,
    played,
    rates,
    setting,
    turns,
    world,
)
from wsdemo.apps.game.field import UNIT, Field
from wsdemo.apps.game.rules import advance, farthest, fires, newcomer, step, struck
from wsdemo.apps.game.world import HEADINGS, HEALTH, Input, Player, Shot, World

RIGHT = Input(1, move=1)


@pytest.mark.parametrize(
    "name", ["field", "world", "rules", "predict", "reconcile", "interpolate", "rewind"]
)
def test_the_rules_are_pure(name: str) -> None:
    """No I/O, and nothing that others wrote: JavaScript has to have it, too."""
    source = (house.PACKAGE / "apps" / "game" / f"{name}.py").read_text("utf-8")
    assert house.impure_imports(source, "wsdemo.apps.game") == []


# In every game


@given(turns, rates)
def test_players_stay_inside_and_out_of_walls(
    wanted: list[dict[int, list[Input]]], rate: int
) -> None:
    """Whatever they want, at whatever rate."""
    for now, _ in played(wanted, setting(WALLED, rate)):
        assert all(inside(player, WALLED) for player in now.players.values())


@given(turns, rates)
def test_everything_stays_in_its_bounds(wanted: list[dict[int, list[Input]]], rate: int) -> None:
    """Health, reload, lying, speed, and the aim, which is never nothing."""
    terms = setting(WALLED, rate)
    for now, _ in played(wanted, terms):
        for player in now.players.values():
            assert 0 <= player.health <= HEALTH
            assert 0 <= player.reload <= terms.reload
            assert (player.health == 0) == (player.down > 0)
            assert max(abs(player.vx), abs(player.vy)) <= terms.straight
            assert (player.ax, player.ay) != (0, 0)


@given(turns)
def test_the_same_inputs_give_the_same_game(wanted: list[dict[int, list[Input]]]) -> None:
    """A step is a function of its arguments."""
    assert played(wanted, setting(WALLED)) == played(wanted, setting(WALLED))


@given(turns)
def test_the_order_of_players_does_not_matter(wanted: list[dict[int, list[Input]]]) -> None:
    """Neither in the world nor among the inputs."""
    terms = setting(WALLED)
    one, other = crowd(4, WALLED), crowd(4, WALLED)
    for tick, turn in enumerate(wanted):
        inputs = numbered(turn, tick)
        turned = World(other.tick, dict(reversed(list(other.players.items()))))
        one, shots = step(one, inputs, terms)
        other, others = step(turned, dict(reversed(list(inputs.items()))), terms)
        assert (one, shots) == (other, others)


@given(turns)
def test_a_step_changes_nothing_that_it_is_given(wanted: list[dict[int, list[Input]]]) -> None:
    """Worlds are replaced, never changed."""
    before = crowd(4, WALLED)
    copy = World(before.tick, dict(before.players))
    step(before, numbered(wanted[0], 0), setting(WALLED))
    assert before == copy


@given(turns)
def test_every_point_was_a_fall(wanted: list[dict[int, list[Input]]]) -> None:
    """At least one hit in the tick of each fall, and each who hit scores one."""
    for (before, _), (after, shots) in zip(
        (games := played(wanted, setting(OPEN))), games[1:], strict=False
    ):
        for id_, player in after.players.items():
            gained = player.score - before.players[id_].score
            fallen = {shot.victim for shot in shots if shot.shooter == id_ and shot.victim}
            assert gained == sum(after.players[victim].health == 0 for victim in fallen)


# Move


def test_a_player_takes_a_fifth_of_a_second_to_full_speed() -> None:
    """And as long to stop."""
    player, terms = at(1, 5, 5), setting()
    for _ in range(7):
        player = advance(player, RIGHT, terms)
    assert player.vx == terms.straight
    for _ in range(7):
        player = advance(player, Input(2), terms)
    assert player.vx == 0


def test_headings_go_clockwise_from_the_right() -> None:
    """On a canvas, where y grows downwards; each to its own side."""
    places = [advance(at(1, 5, 5), Input(1, move), setting()) for move in range(len(HEADINGS))]
    signs = [((p.x > 5120) - (p.x < 5120), (p.y > 5120) - (p.y < 5120)) for p in places]
    assert tuple(signs) == HEADINGS


def test_a_wall_takes_only_the_speed_against_it() -> None:
    """Along it one slides."""
    field = Field(9, 9, ((4, 0, 1, 9),), ((0, 0),))
    player = at(1, 3.5, 4, vx=193, vy=193)
    moved = advance(player, Input(1, move=2), setting(field))
    assert (moved.vx, moved.x) == (0, player.x)
    assert moved.vy == 193
    assert moved.y == player.y + 193


def test_without_an_input_time_stands_still() -> None:
    """Neither speed nor reloading goes on: it is the inputs that carry a player."""
    player = at(1, 5, 5, vx=200, reload=3)
    after, _ = step(world(player), {}, setting())
    assert after.players[1] == player


def test_two_inputs_in_a_tick_are_two_steps() -> None:
    """A late one catches up, and ends where it would have been in time."""
    terms, both = setting(), (RIGHT, RIGHT._replace(seq=2))
    after, _ = step(world(at(1, 5, 5)), {1: both}, terms)
    assert after.players[1] == advance(advance(at(1, 5, 5), both[0], terms), both[1], terms)


def test_no_aim_leaves_the_aim() -> None:
    """(0, 0) points nowhere."""
    player = advance(at(1, 5, 5, ax=3, ay=4), Input(1), setting())
    assert (player.ax, player.ay) == (3, 4)


def test_who_lies_only_aims() -> None:
    """Its inputs count as applied, and move nothing."""
    lying = at(1, 5, 5, health=0, down=9)
    assert advance(lying, Input(7, 1, 1, 2, True), setting()) == lying._replace(ax=1, ay=2, seq=7)


def test_inputs_of_nobody_are_ignored() -> None:
    """The player has just left."""
    after, shots = step(world(at(1, 5, 5)), {9: (Input(1, fire=True),)}, setting())
    assert set(after.players) == {1}
    assert shots == ()


# Shoot


def test_a_shot_needs_a_loaded_gun_and_a_living_player() -> None:
    """And the trigger."""
    trigger = Input(1, fire=True)
    assert fires(at(1, 5, 5), trigger)
    assert not fires(at(1, 5, 5), Input(1))
    assert not fires(at(1, 5, 5, reload=1), trigger)
    assert not fires(at(1, 5, 5, health=0, down=1), trigger)


def test_the_trigger_held_shoots_in_a_steady_rhythm() -> None:
    """With twelve inputs between two shots at thirty ticks a second."""
    now, terms, fired = world(at(1, 5, 5)), setting(), []
    for tick in range(40):
        now, shots = step(now, {1: (Input(tick + 1, fire=True),)}, terms)
        fired += [tick] * len(shots)
    assert fired == [0, 13, 26, 39]


def _hit(*others: Player, ax: int = 127, ay: int = 0, field: Field = OPEN) -> int:
    return struck(Shot(1, 5 * UNIT, 5 * UNIT, ax, ay), others, field)


def test_a_shot_hits_the_first_in_its_line() -> None:
    """Not who stands behind, nor who stands aside."""
    assert _hit(at(2, 9, 5), at(3, 7, 5), at(4, 6, 7)) == 3


def test_of_two_at_the_same_distance_the_lower_id_is_hit() -> None:
    """In whatever order they are named."""
    assert _hit(at(3, 9, 5.2), at(2, 9, 4.8)) == _hit(at(2, 9, 4.8), at(3, 9, 5.2)) == 2


def test_a_body_is_as_wide_as_it_is_drawn() -> None:
    """Half a unit beside the line is a hit, one part more is none; the aim's length is nothing."""
    assert _hit(at(2, 9, 5.5)) == _hit(at(2, 9, 5.5), ax=1) == 2
    assert _hit(at(2, 9, 5.5)._replace(y=5 * UNIT + 513)) == 0


def test_a_shot_reaches_twelve_units_and_not_backwards() -> None:
    """Measured along the line."""
    assert _hit(at(2, 17, 5)) == 2
    assert _hit(at(2, 17, 5)._replace(x=17 * UNIT + 1)) == 0
    assert _hit(at(2, 4, 5)) == 0


def test_a_wall_and_a_lying_player_are_no_targets() -> None:
    """And whoever stands behind who lies is one."""
    assert _hit(at(2, 9, 5), field=Field(32, 16, ((7, 4, 1, 3),), ((1, 1),))) == 0
    assert _hit(at(2, 9, 5, health=0), at(3, 11, 5)) == 3


def test_nobody_hits_itself() -> None:
    """Not even where it was a moment ago, in front of itself."""
    assert _hit(at(1, 7, 5)) == 0


# Hurt, wait, rise


def test_two_who_shoot_in_the_same_tick_both_fall() -> None:
    """And both score: nobody is first because of its number."""
    both = world(at(1, 5, 5, health=25), at(2, 9, 5, health=25))
    after, _ = step(both, {1: (Input(1, 0, 127, 0, True),), 2: (Input(1, 0, -127, 0, True),)},
                    setting())  # fmt: skip
    assert [(p.health, p.score, p.deaths) for p in after.players.values()] == [(0, 1, 1)] * 2


def test_a_shot_is_judged_by_what_the_shooter_saw() -> None:
    """The target has moved on; on the shooter's screen it was in the line."""
    here = world(at(1, 5, 5), at(2, 9, 8))
    inputs = {1: (Input(1, 0, 127, 0, True),)}
    _, (missed,) = step(here, inputs, setting())
    _, (hit,) = step(here, inputs, setting(), {1: {2: at(2, 9, 5)}})
    assert (missed.victim, hit.victim) == (0, 2)


def test_who_is_gone_or_down_can_not_be_hit_in_the_past() -> None:
    """A sight tells of places, not of lives."""
    inputs, sights = {1: (Input(1, 0, 127, 0, True),)}, {1: {2: at(2, 9, 5)}}
    _, (gone,) = step(world(at(1, 5, 5)), inputs, setting(), sights)
    _, (down,) = step(world(at(1, 5, 5), at(2, 9, 5, health=0, down=9)), inputs, setting(), sights)
    assert (gone.victim, down.victim) == (0, 0)


def test_who_falls_rises_after_two_seconds_far_from_all() -> None:
    """With full health; at thirty ticks a second that is sixty."""
    now, terms = world(at(1, 2, 2), at(2, 5, 2, health=25)), setting()
    now, _ = step(now, {1: (Input(1, 0, 127, 0, True),)}, terms)
    for _ in range(60):
        assert now.players[2].health == 0
        now, _ = step(now, {}, terms)
    risen = now.players[2]
    assert (risen.x, risen.y) == OPEN.middle(1)
    assert (risen.health, risen.down, risen.deaths) == (HEALTH, 0, 1)


def test_the_farthest_spawn_is_far_from_the_nearest() -> None:
    """Who lies doesn't count, and without anybody it is the first."""
    assert farthest([at(1, 2, 2)], OPEN) == OPEN.middle(1)
    assert farthest([at(1, 30, 14), at(2, 2, 2, health=0)], OPEN) == OPEN.middle(0)
    assert farthest([], OPEN) == OPEN.middle(0)


def test_newcomers_keep_apart() -> None:
    """As long as there are spawns."""
    places = {(player.x, player.y) for player in crowd(len(WALLED.spawns), WALLED).players.values()}
    assert len(places) == len(WALLED.spawns)


def test_an_id_is_given_once() -> None:
    """Twice would be two players in one."""
    with pytest.raises(ValueError, match="player 1"):
        newcomer(world(at(1, 5, 5)), 1, "again", OPEN)
