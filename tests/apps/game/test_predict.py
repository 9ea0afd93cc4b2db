"""Prediction: at once, and in the end the same."""

from hypothesis import given
from hypothesis import strategies as st

from tests.apps.game.worlds import OPEN, WALLED, at, crowd, setting, wishes
from wsdemo.apps.game.predict import MOST, Prediction
from wsdemo.apps.game.reconcile import snap
from wsdemo.apps.game.rules import step
from wsdemo.apps.game.world import Input

TERMS = setting()


def test_an_input_takes_effect_at_once() -> None:
    """And waits for the server."""
    predicted = Prediction(at(1, 5, 5), TERMS)
    assert predicted.press(Input(1, 1)).x > 5 * 1024
    assert predicted.pending == [Input(1, 1)]


@given(st.lists(wishes, min_size=1, max_size=30), st.integers(0, 9))
def test_a_player_alone_is_never_corrected(wanted: list[Input], late: int) -> None:
    """However late the snapshots are."""
    terms = setting(WALLED)
    now = crowd(1, WALLED)
    predicted = Prediction(now.players[1], terms)
    on_the_way = [now] * late
    for seq, wish in enumerate(wanted, 1):
        predicted.press(wish._replace(seq=seq))
        now, _ = step(now, {1: (wish._replace(seq=seq),)}, terms)
        on_the_way.append(now)
        assert predicted.correct(on_the_way.pop(0).players[1]) == 0


def test_a_correction_says_how_far() -> None:
    """The greater of both directions; here the server has stopped us."""
    predicted = Prediction(at(1, 5, 5), TERMS)
    predicted.press(Input(1, 1))
    moved = predicted.player.x - 5 * 1024
    assert predicted.correct(at(1, 5, 5, seq=1)) == moved > 0


def test_who_only_snaps_is_pulled_back() -> None:
    """To where the server saw us: the rubber band."""
    predicted = Prediction(at(1, 5, 5), TERMS, reconcile=snap)
    predicted.press(Input(1, 1))
    predicted.correct(at(1, 5, 5))
    assert predicted.player == at(1, 5, 5)
    assert predicted.pending == [Input(1, 1)]


def test_inputs_for_a_silent_server_are_bounded() -> None:
    """The oldest are forgotten."""
    predicted = Prediction(at(1, 5, 5), setting(OPEN))
    for seq in range(1, MOST + 3):
        predicted.press(Input(seq))
    assert (len(predicted.pending), predicted.pending[0].seq) == (MOST, 3)
