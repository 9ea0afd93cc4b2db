"""Reconciliation: what the server says, and the rest on top."""

from hypothesis import given
from hypothesis import strategies as st

from tests.apps.game.worlds import WALLED, crowd, setting, wishes
from wsdemo.apps.game.reconcile import reconcile
from wsdemo.apps.game.rules import advance
from wsdemo.apps.game.world import Input, Player

TERMS = setting(WALLED)
many = st.lists(wishes, max_size=30).map(
    lambda these: [wish._replace(seq=seq) for seq, wish in enumerate(these, 1)]
)


def _after(player: Player, inputs: list[Input]) -> Player:
    for wish in inputs:
        player = advance(player, wish, TERMS)
    return player


@given(many, st.integers(0, 30))
def test_it_ends_where_the_server_will(inputs: list[Input], known: int) -> None:
    """However many of the inputs the server has applied: the end is the same."""
    start = crowd(1, WALLED).players[1]
    told = _after(start, inputs[:known])
    assert reconcile(told, inputs, TERMS)[0] == _after(start, inputs)


@given(many, st.integers(0, 30))
def test_only_what_the_server_has_not_applied_stays_pending(
    inputs: list[Input], known: int
) -> None:
    """In order."""
    told = crowd(1, WALLED).players[1]._replace(seq=known)
    assert reconcile(told, inputs, TERMS)[1] == inputs[known:]


def test_with_nothing_pending_the_server_is_believed() -> None:
    """Whatever was predicted."""
    told = crowd(1, WALLED).players[1]._replace(x=9999, seq=5)
    assert reconcile(told, [Input(5, 1)], TERMS) == (told, [])
