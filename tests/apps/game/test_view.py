"""The view: what a client knows, without a wire."""

from __future__ import annotations

from tests.apps.game.worlds import OPEN, at, setting, world
from wsdemo.apps.game.delta import difference, whole
from wsdemo.apps.game.messages import Full, Map, Welcome
from wsdemo.apps.game.rules import step
from wsdemo.apps.game.timeline import SECOND
from wsdemo.apps.game.view import View
from wsdemo.apps.game.world import Player, World

TERMS = setting()
WELCOME = Welcome(1, 1, "token", 9, 30, 20.0, 0, Map.of(OPEN))
TICK = SECOND // 30


def _full(*players: Player, tick: int = 10) -> Full:
    return whole(world(*players, tick=tick))


def _walk(view: View, ticks: int, **other: int) -> None:
    """Let player 2 walk a unit a tick, seen in snapshots that come in time."""
    for tick in range(10, 10 + ticks):
        view.hear(_full(at(1, 5, 5), at(2, tick, 5, **other), tick=tick), tick * TICK)


def test_before_the_first_snapshot_there_is_nothing() -> None:
    """And inputs can be made even so."""
    view = View(WELCOME)
    assert (view.me, view.newest, dict(view.others(0))) == (None, None, {})
    assert (view.press(0, 1).seq, view.press(0, 1).ack) == (1, 0)


def test_our_own_player_moves_at_once() -> None:
    """And the snapshot that knows nothing of it yet changes nothing."""
    view = View(WELCOME)
    view.hear(_full(at(1, 5, 5)), 0)
    view.press(0, move=1)
    assert view.me is not None
    moved = view.me.x
    view.hear(_full(at(1, 5, 5), tick=11), TICK)
    assert view.me.x == moved > 5 * 1024
    assert list(view.corrections) == [0, 0]


def test_without_prediction_it_moves_when_the_server_says_so() -> None:
    """A round trip later."""
    view = View(WELCOME, prediction=False)
    view.hear(_full(at(1, 5, 5)), 0)
    view.press(0, move=1)
    assert view.me == at(1, 5, 5)
    view.hear(_full(at(1, 6, 5, seq=1), tick=11), TICK)
    assert view.me == at(1, 6, 5, seq=1)


def test_without_reconciliation_every_snapshot_pulls_it_back() -> None:
    """By what the server has not seen."""
    view = View(WELCOME, reconciliation=False)
    view.hear(_full(at(1, 5, 5)), 0)
    view.press(0, move=1)
    view.hear(_full(at(1, 5, 5), tick=11), TICK)
    assert view.me == at(1, 5, 5)
    assert view.corrections[-1] > 0


def test_the_others_are_shown_three_ticks_late() -> None:
    """At 100 ms; and between two snapshots between two places."""
    view = View(WELCOME)
    _walk(view, 10)
    assert set(view.others(19 * TICK)) == {2}
    assert view.others(19 * TICK)[2].x in range(16 * 1024 - 64, 16 * 1024 + 1)
    assert view.others(19 * TICK + TICK // 2)[2].x in range(16 * 1024 + 448, 16 * 1024 + 513)


def test_without_interpolation_they_are_shown_as_they_come() -> None:
    """Until the next snapshot they stand."""
    view = View(WELCOME, interpolation=False)
    _walk(view, 10)
    assert [view.others(now * TICK)[2].x for now in (19, 25)] == [19 * 1024] * 2
    assert view.press(19 * TICK).seen == 19 * 16


def test_time_never_goes_back() -> None:
    """Though the estimate may: old arrivals are forgotten."""
    view = View(WELCOME)
    _walk(view, 10)
    late = view.moment(25 * TICK)
    assert view.moment(19 * TICK) == late == 19 * 16


def test_an_input_says_what_was_seen_and_what_has_arrived() -> None:
    """For the server, to rewind and to send less."""
    view = View(WELCOME)
    _walk(view, 10)
    made = view.press(19 * TICK, 3, 9, -9, fire=True)
    assert (made.move, made.aim, made.fire) == (3, (9, -9), True)
    assert (made.ack, made.seen) == (19, view.moment(19 * TICK))


def test_deltas_are_added_to_what_was_acknowledged() -> None:
    """Whichever that was."""
    view = View(WELCOME)
    first = world(at(1, 5, 5), at(2, 9, 9), tick=10)
    second, _ = step(first, {}, TERMS)
    third = World(12, {1: at(1, 6, 5)})
    view.hear(whole(first), 0)
    view.hear(difference(first, second), TICK)
    view.hear(difference(first, third), 2 * TICK)
    assert list(view.worlds) == [first, second, third]
    assert view.ack == 12


def test_a_delta_against_nothing_we_have_asks_for_a_full_one() -> None:
    """By acknowledging nothing."""
    view = View(WELCOME)
    view.hear(_full(at(1, 5, 5)), 0)
    view.hear(difference(World(7, {}), world(at(1, 9, 9), tick=11)), TICK)
    assert (view.ack, view.me) == (0, at(1, 5, 5))


def test_old_snapshots_are_let_go() -> None:
    """After two seconds."""
    view = View(WELCOME)
    for tick in range(1, 200):
        view.hear(_full(at(1, 5, 5), tick=tick), tick * TICK)
    assert len(view.worlds) == 60


def test_who_comes_back_goes_on_counting() -> None:
    """The server refuses numbers that it has seen."""
    view = View(Welcome(1, 1, "token", 9, 30, 20.0, 41, Map.of(OPEN)))
    assert view.press(0).seq == 42
