"""The kernel is asked until it has something, and the time of it is told."""

from collections.abc import Iterator, Sequence

from wsdemo.lab.bench.spinning import Spinning


class Answers:
    """What answers as it was told to, and counts how long it may take."""

    def __init__(self, answers: Sequence[Sequence[tuple[int, int]]]) -> None:
        self._answers = iter(answers)
        self.timeouts: list[float] = []
        self.done: list[str] = []

    def watch(self, descriptor: int) -> None:
        """Note it."""
        self.done.append(f"watch {descriptor}")

    def watch_writing(self, descriptor: int, wanted: bool) -> None:
        """Note it."""
        self.done.append(f"write {descriptor} {wanted}")

    def poll(self, timeout: float) -> Sequence[tuple[int, int]]:
        """Give the next answer; nothing after the last."""
        self.timeouts.append(timeout)
        return next(self._answers, ())

    def close(self) -> None:
        """Note it."""
        self.done.append("close")


def ticking() -> Iterator[float]:
    """Yield the time of a clock that goes on by a second whenever it is looked at."""
    yield from (float(second) for second in range(1000))


def test_what_is_there_is_told_at_once() -> None:
    """Nothing was waited for."""
    spinning = Spinning(Answers([[(3, 1)]]), ticking().__next__)
    assert spinning.poll(30) == [(3, 1)]
    assert spinning.idle == 0


def test_it_asks_until_there_is_something_and_never_sleeps() -> None:
    """And adds up the time."""
    answers = Answers([(), (), (), [(3, 1)], (), [(4, 1)]])
    spinning = Spinning(answers, ticking().__next__)
    assert [spinning.poll(30), spinning.poll(30)] == [[(3, 1)], [(4, 1)]]
    assert set(answers.timeouts) == {0}
    assert spinning.idle == 3 + 1


def test_it_gives_up_in_time() -> None:
    """With an empty answer, as one that sleeps."""
    spinning = Spinning(Answers([]), ticking().__next__)
    assert not spinning.poll(30)
    assert spinning.idle > 30


def test_the_rest_is_left_to_what_is_asked() -> None:
    """Whom to watch, and the end."""
    answers = Answers([])
    spinning = Spinning(answers)
    spinning.watch(3)
    spinning.watch_writing(3, True)
    spinning.close()
    assert answers.done == ["watch 3", "write 3 True", "close"]
