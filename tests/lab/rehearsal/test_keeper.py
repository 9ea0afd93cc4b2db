"""The server that keeps a log, and the client that resumes: each half is needed, and both do."""

from typing import Any

import pytest

from wsdemo.lab.delivery import EXACTLY_ONCE_IN_EFFECT
from wsdemo.lab.rehearsal import Keeper, Member, rehearse, schedule


def _keeper(texts: int) -> tuple[Keeper, list[Any]]:
    keeper, sent = Keeper(), list[Any]()
    keeper.opened("ann", sent.append)
    for seq in range(1, texts + 1):
        keeper.hear("ann", {"say": f"text {seq}", "seq": seq})
    sent.clear()
    return keeper, sent


def test_a_copy_is_acknowledged_and_not_kept() -> None:
    """The first ack may have been lost."""
    keeper, sent = _keeper(1)
    keeper.hear("ann", {"say": "text 1", "seq": 1})
    assert keeper.log == ["text 1"]
    assert sent == [{"ack": 1}]


@pytest.mark.parametrize(("after", "first"), [(0, 1), (2, 1), (3, 4), (4, 4), (5, 4)])
def test_who_joins_gets_whole_pages(after: int, first: int) -> None:
    """From the one in which the first missing entry lies."""
    keeper, sent = _keeper(5)
    keeper.hear("ann", {"after": after})
    assert [message["offset"] for message in sent] == [*range(first, 6)]


def test_who_has_not_joined_gets_nothing_but_acks() -> None:
    """And who has gone, nothing at all."""
    keeper, sent = _keeper(1)
    keeper.hear("ann", {"after": 1})
    keeper.closed("ann")
    sent.clear()
    keeper.opened("bob", [].append)
    keeper.hear("bob", {"say": "hello", "seq": 1})
    assert sent == []


def test_member_and_keeper_lose_and_double_nothing() -> None:
    """Under three hundred schedules, with two people and with four."""
    for seed in range(150):
        for people in (["ann", "bob"], ["ann", "bob", "cleo", "dan"]):
            moves = schedule(seed, people, texts=15)
            report = rehearse(Member, Keeper, moves, people).report
            assert report.holds(EXACTLY_ONCE_IN_EFFECT), (seed, report)


class NoMemory(Keeper):
    """A server that takes a copy for something new."""

    def is_new(self, who: str, seq: int) -> bool:
        """Say yes."""
        return bool(who and seq)


class ShowsAll(Member):
    """A client that shows what it has shown."""

    def hear(self, message: dict[str, Any]) -> None:
        """Forget what was shown."""
        if "said" in message:
            self.last = min(self.last, message["offset"] - 1)
        super().hear(message)


class NoRetry(Member):
    """A client that says everything once."""

    def opened(self) -> None:
        """Only join."""
        self.send({"after": self.last})


@pytest.mark.parametrize(
    ("client", "server", "found"),
    [
        (Member, NoMemory, "duplicated"),
        (ShowsAll, Keeper, "duplicated"),
        (NoRetry, Keeper, "unknown"),
    ],
)
def test_without_one_half_the_verdict_flips(client: Any, server: Any, found: str) -> None:
    """Each of the three memories is there for something."""
    reports = [rehearse(client, server, schedule(seed)).report for seed in range(30)]
    assert any(report[found] for report in reports)
