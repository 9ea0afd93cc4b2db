"""What waits, step by step, is what the hub's own outbox holds."""

import pytest

from wsdemo.hub import Conflate, DropNewest, DropOldest
from wsdemo.lab.broadcasts.line import Step, draw, steps


def test_a_newer_update_takes_the_place_of_the_older_one() -> None:
    """And the line is as long as there are symbols."""
    assert steps(Conflate(), "ABA.") == [
        Step("A1", ("A1",)),
        Step("B1", ("A1", "B1")),
        Step("A2", ("A2", "B1")),
        Step("→ A2", ("B1",)),
    ]


@pytest.mark.parametrize(
    ("policy", "left"), [(DropOldest(), ("B1", "A2")), (DropNewest(), ("A1", "B1"))]
)
def test_a_full_outbox_drops(policy: DropOldest | DropNewest, left: tuple[str, ...]) -> None:
    """Two have room."""
    assert steps(policy, "ABA", room=2)[-1].waiting == left


def test_nothing_is_taken_out_of_nothing() -> None:
    """A script that does so is wrong."""
    with pytest.raises(IndexError):
        steps(Conflate(), "A..")


def test_each_policy_has_its_axes() -> None:
    """With a box for each update that waits, and a name for each step."""
    queue, conflate = draw("AAB.", a_queue=DropOldest(), conflate=Conflate()).axes
    assert (queue.get_title(loc="left"), conflate.get_title(loc="left")) == ("a queue", "conflate")
    assert (len(queue.patches), len(conflate.patches)) == (1 + 2 + 3 + 2, 1 + 1 + 2 + 1)
    assert [label.get_text() for label in queue.get_xticklabels()] == ["A1", "A2", "B1", "→ A1"]


def test_it_reads_as_text() -> None:
    """Where no picture is shown."""
    assert repr(draw("AA.", conflate=Conflate())) == "conflate: A1: A1 | A2: A2 | → A2:"
