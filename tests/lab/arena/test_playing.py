"""Virtual games: the same numbers everywhere, and what each way to hide a delay is good for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.lab.arena.games import game
from wsdemo.apps.game import Input, Player, Setting
from wsdemo.apps.game.reconcile import snap
from wsdemo.lab.arena.played import Played
from wsdemo.lab.arena.playing import play


def test_the_same_seed_gives_the_same_game() -> None:
    """Every curve and every count, jitter and losses included; another seed another game."""
    one, same, other = (play(seconds=2, jitter=40, loss=0.02, seed=seed) for seed in (5, 5, 6))
    assert _all(one) == _all(same)
    assert _all(one) != _all(other)


def _all(played: Played) -> tuple[object, ...]:
    return (played.own, played.others, played.steps, played.corrections, played.shots,
            played.up, played.down, played.frames)  # fmt: skip


def test_the_numbers_are_the_same_on_every_machine() -> None:
    """These have been computed with Python 3.11 and 3.13; a change of the rules changes them."""
    played = game(jitter=30, loss=0.01)
    assert tuple(played.shots) == (28, 18, 20, 18)
    assert (played.up, played.down) == (2368, 6511)
    assert sum(error for _, error in played.others) == 198_023


def test_prediction_shows_oneself_where_one_will_be() -> None:
    """Without it, one is shown a round trip behind: at full speed half a unit and more."""
    assert game().own_error == 0
    assert game(prediction=False).own_error > 0.3


def test_without_reconciliation_every_snapshot_pulls_back() -> None:
    """While it moves."""
    assert len(game().corrections) <= 3
    assert len(game(reconciliation=False).corrections) > 5
    assert game(reconciliation=False).own_error > 0.1


def test_interpolation_is_later_and_smoother() -> None:
    """What is true is always late; what is new leaps."""
    smooth, new = game(), game(interpolation=False)
    assert smooth.others_error > new.others_error
    assert smooth.roughness < 1.3
    assert new.roughness > 1.9


def test_with_compensation_what_hits_on_the_screen_hits() -> None:
    """Unless the target has fallen in the meantime; without it, many miss."""
    fair, unfair = game(seconds=20).shots, game(seconds=20, compensation=False).shots
    assert fair.confirmed >= 0.95 * fair.on_screen > 20
    assert unfair.confirmed < 0.6 * unfair.on_screen


def test_deltas_save_a_third_and_more() -> None:
    """And the game is the same."""
    delta, full = game(), game(deltas=False)
    assert delta.down * 3 < full.down * 2
    assert delta.own == full.own
    assert (full.deltas, delta.fulls < delta.deltas) == (0, True)


def test_message_pack_is_smaller_than_json() -> None:
    """Both ways."""
    assert (game(packed=True).down < game().down, game(packed=True).up < game().up) == (True, True)


def test_losses_are_survived() -> None:
    """With stalls of a fifth of a second, more than the buffer of inputs holds, and no error."""
    assert game(loss=0.15, seconds=8).deltas > 100


def test_a_reconcile_of_ones_own_is_run() -> None:
    """One that snaps is as bad as none."""
    mine = play(seconds=4, delay=60, reconcile=snap)
    assert mine.own == game(reconciliation=False).own


def test_a_wrong_reconcile_shows() -> None:
    """This one never forgets an input."""

    def wrong(
        player: Player, pending: Sequence[Input], setting: Setting
    ) -> tuple[Player, list[Input]]:
        return snap(player, pending, setting)[0], list(pending)

    assert play(seconds=2, reconcile=wrong).own_error > 0.1


def test_an_interpolate_of_ones_own_is_run() -> None:
    """One that shows the newest leaps."""
    mine = play(seconds=4, delay=60, interpolate=lambda worlds, _: worlds[-1].players)
    assert mine.roughness > 1.9


def test_an_unknown_condition_is_an_error() -> None:
    """It would change nothing."""
    with pytest.raises(TypeError, match="latency"):
        play(latency=3)
