"""The bot: like a client, and the same every time."""

from hypothesis import given
from hypothesis import strategies as st

from tests.apps.game.worlds import OPEN, at, setting
from wsdemo.apps.game.bot import Bot, aim, heading
from wsdemo.apps.game.field import Field
from wsdemo.apps.game.world import HEADINGS, Input, Player

ME = at(1, 5, 5)
WALL = Field(32, 16, ((7, 3, 1, 4),), ((1, 1),))


def _wishes(bot: Bot, *others: Player, field: Field = OPEN) -> list[Input]:
    seen = {player.id: player for player in (ME, *others)}
    return [bot.decide(ME, seen, setting(field), seq, 99) for seq in range(1, 200)]


def test_the_same_seed_plays_the_same() -> None:
    """And another one another way."""
    one, same, other = (_wishes(Bot(seed), at(2, 9, 5)) for seed in (7, 7, 8))
    assert one == same != other


def test_it_wants_only_what_a_client_may() -> None:
    """In numbers, bounds and moments."""
    for seq, wish in enumerate(_wishes(Bot(7), at(2, 9, 5)), 1):
        assert (wish.seq, wish.seen) == (seq, 99)
        assert 0 <= wish.move < len(HEADINGS)
        assert -127 <= wish.ax <= 127
        assert -127 <= wish.ay <= 127


def test_it_shoots_at_the_nearest_who_lives() -> None:
    """To the right of it, and not at the one above, who lies."""
    wishes = _wishes(Bot(7), at(2, 9, 5), at(3, 5, 4, health=0))
    assert all(wish.fire and wish.ax == 127 for wish in wishes)


def test_it_wanders() -> None:
    """In all directions, in time."""
    assert len({wish.move for wish in _wishes(Bot(7))}) > 3


def test_alone_behind_a_wall_or_far_away_it_holds_its_fire() -> None:
    """There is nobody to be seen."""
    assert not any(wish.fire for wish in _wishes(Bot(7)))
    assert not any(wish.fire for wish in _wishes(Bot(7), at(2, 9, 5), field=WALL))
    assert not any(wish.fire for wish in _wishes(Bot(7), at(2, 25, 5)))


@given(st.integers(-(2**17), 2**17), st.integers(-(2**17), 2**17), st.integers(-10, 10))
def test_an_aim_is_in_bounds_and_points_there(dx: int, dy: int, off: int) -> None:
    """The longer side is full, so that an angle is as exact as it can be."""
    ax, ay = aim(dx, dy, off)
    assert max(abs(ax), abs(ay)) == (127 if dx or dy else 0)
    assert dx * ax + dy * ay >= 0


@given(st.integers(-9999, 9999), st.integers(-9999, 9999))
def test_a_heading_leads_nearest_there(dx: int, dy: int) -> None:
    """Never away; and nowhere only to where it is."""
    across, down = HEADINGS[heading(dx, dy)]
    assert dx * across + dy * down >= max(abs(dx), abs(dy)) or (dx, dy) == (0, 0)


def test_it_does_not_run_against_a_wall_for_long() -> None:
    """Who can't go on turns away."""
    bot, me = Bot(3), at(1, 0.5, 8)
    moves = [bot.decide(me, {1: me}, setting(), seq, 0).move for seq in range(1, 60)]
    assert len(set(moves)) > 4
