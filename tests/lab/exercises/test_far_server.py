"""The server far away says late what it has done, and takes one input for each turn."""

from typing import Any

import pytest

from wsdemo.apps.game import reconcile
from wsdemo.apps.game.reconcile import snap
from wsdemo.lab.exercises.answers import Unwritten
from wsdemo.lab.exercises.far_server import Faulty, corrected, follow, setting, start, walk


def test_who_agrees_is_never_corrected() -> None:
    """And has no more pending than what is under way."""
    end = follow(reconcile, walk(60), way=4)
    assert (end.corrections, end.refused) == (0, 0)
    assert end.shown == end.truth
    assert end.shown != start()
    assert end.most <= 2 * 4 + 1


def test_who_only_believes_is_pulled_back() -> None:
    """Every time that it has moved since."""
    assert follow(snap, walk(60), way=4).corrections > 30


def test_more_inputs_than_turns_are_refused() -> None:
    """But for those few that a buffer holds."""
    end = follow(reconcile, walk(60, each=2), way=4)
    assert 40 < end.refused < 60


def test_the_same_seed_leads_to_the_same_place() -> None:
    """And another one somewhere else."""
    places = [follow(reconcile, walk(60, seed), way=2).truth for seed in (1, 1, 2)]
    assert places[0] == places[1] != places[2]


def _raises(*_: Any) -> None:
    raise KeyError("seq")


def _empties(player: Any, pending: list[Any], _: Any) -> Any:
    pending.clear()
    return player, pending


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (_raises, "Your code raises KeyError"),
        (_empties, "belongs to the caller"),
        (lambda player, *_: player, "Return two things"),
        (lambda player, *_: (player, (1, 2)), "Return two things"),
        (lambda player, *_: (player, [1, 2]), "Return two things"),
    ],
)
def test_what_can_not_be_gone_on_with_is_told(answer: Any, fault: str) -> None:
    """The client has nothing to show then."""
    with pytest.raises(Faulty, match=fault):
        corrected(answer, start(), walk(1)[0], setting())


def test_a_blank_is_no_answer() -> None:
    """A function without a body."""
    with pytest.raises(Unwritten):
        corrected(lambda *_: None, start(), [], setting())
