"""An outbox under observation: what is alive is counted, what is wrong is a verdict."""

import pytest

from wsdemo.lab.exercises.answers import Unwritten
from wsdemo.lab.exercises.watched_outbox import MOST_TAKEN, Faulty, Watched


class Line:
    """Keeps everything in a list."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def put(self, symbol: str, update: str) -> None:
        """Keep it."""
        self.waiting.append(update)

    def take(self) -> object:
        """Give the oldest."""
        return self.waiting.pop(0) if self.waiting else None


class Bottomless(Line):
    """Gives the same one again and again."""

    def take(self) -> object:
        """Give the first."""
        return self.waiting[0]


class Paraphrasing(Line):
    """Gives something that is no update."""

    def take(self) -> object:
        """Give a tuple."""
        return ("A", "A1")


def test_updates_are_numbered_and_come_out() -> None:
    """Each symbol has numbers of its own."""
    box = Watched(Line)
    for symbol in "ABA":
        box.put(symbol)
    assert box.take_all() == ["A1", "B1", "A2"]


def test_what_is_held_is_counted() -> None:
    """What was taken is gone."""
    box = Watched(Line)
    for symbol in "ABA":
        box.put(symbol)
    assert box.alive == 3
    box.take()
    assert box.alive == 2


def test_a_bottomless_outbox_is_left() -> None:
    """Nobody waits for its end."""
    box = Watched(Bottomless)
    box.put("A")
    assert len(box.take_all()) == MOST_TAKEN + 1


def test_what_is_raised_is_a_verdict() -> None:
    """With the line that did it."""
    with pytest.raises(Faulty, match="Your code raises IndexError") as caught:
        Watched(Bottomless).take()
    assert "list index out of range" in caught.value.verdict.came_back


def test_what_comes_out_is_what_was_put_in() -> None:
    """Not something made of it."""
    with pytest.raises(Faulty, match="this is tuple"):
        Watched(Paraphrasing).take()


@pytest.mark.parametrize("value", [..., NotImplemented])
def test_a_blank_is_told_apart(value: object) -> None:
    """Whatever stands there for nothing."""
    made = type("Blank", (Line,), {"take": lambda _: value})
    with pytest.raises(Unwritten):
        Watched(made).take()


def test_what_is_no_outbox_is_told_so() -> None:
    """It is asked for both methods before anything is put in."""
    with pytest.raises(Faulty, match="`put` and `take`"):
        Watched(dict)
