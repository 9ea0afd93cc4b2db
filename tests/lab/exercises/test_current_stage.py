"""The stage of `keep_them_current`: the newest for who is slow, everything for who is not."""

import pytest

from wsdemo.lab.exercises.current_stage import SYMBOLS, Heard, Outboxed, perform


class Line:
    """Keeps everything."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def put(self, symbol: str, update: str) -> None:
        """Keep it."""
        self.waiting.append(update)

    def take(self) -> str | None:
        """Give the oldest."""
        return self.waiting.pop(0) if self.waiting else None


class Latest(Line):
    """Keeps the newest four, which is one of each symbol as they come in turn."""

    def put(self, symbol: str, update: str) -> None:
        """Keep four."""
        self.waiting = [*self.waiting, update][-len(SYMBOLS) :]


class First(Line):
    """Keeps the oldest four."""

    def put(self, symbol: str, update: str) -> None:
        """Keep four."""
        self.waiting = [*self.waiting, update][: len(SYMBOLS)]


class Silent(Line):
    """Gives nothing."""

    def take(self) -> str | None:
        """Give nothing."""
        return None


class Broken(Line):
    """Keeps nothing."""

    def put(self, symbol: str, update: str) -> None:
        """Fail."""
        raise ZeroDivisionError(symbol)


async def test_who_gets_everything_is_current_in_the_end() -> None:
    """It took as many messages as there were."""
    assert await perform(Line) == Heard(missed=0, current=True, fewer=False)


async def test_who_gets_the_newest_is_current_with_less() -> None:
    """The others got everything."""
    assert await perform(Latest) == Heard(missed=0, current=True, fewer=True)


async def test_who_gets_the_oldest_is_not_current() -> None:
    """Though it got all that waited."""
    assert await perform(First) == Heard(missed=0, current=False, fewer=True)


async def test_an_outbox_that_gives_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who read wait, and not for ever."""
    monkeypatch.setattr("wsdemo.lab.exercises.current_stage.PATIENCE", 0.2)
    with pytest.raises(TimeoutError):
        await perform(Silent)


async def test_what_an_outbox_raises_is_raised() -> None:
    """It ends the performance."""
    with pytest.raises(ZeroDivisionError):
        await perform(Broken)


def test_nobody_is_told_of_what_nobody_hears() -> None:
    """A broadcast to an empty house."""
    Outboxed(Broken).broadcast("A", "A1")
