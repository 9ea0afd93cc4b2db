"""The client's half of the conversation, with messages in any order that cuts can make."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import pytest

from wsdemo.apps.door import JSON, Error
from wsdemo.apps.feed.exchange import BURST, PATIENCE, RATE, Exchange, FeedError
from wsdemo.apps.feed.messages import (
    Ack,
    FromClient,
    Quote,
    Refresh,
    Resume,
    Snapshot,
    Start,
    Started,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Update,
    Updates,
)


class Pipe:
    """A line whose other end is the test."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.coming: deque[Any] = deque()

    async def send(self, message: Any, /) -> None:
        """Remember what was sent."""
        self.sent.append(JSON.decoder(FromClient)(message))

    async def recv(self) -> Any:
        """Give the next message; there must be one."""
        return JSON.encode(self.coming.popleft())


class Scene:
    """An exchange, and the other end of its line.

    Args:
        window: of the exchange.
        patterns: what it wants.
    """

    def __init__(self, window: int = 0, patterns: tuple[str, ...] = ("*",)) -> None:
        self.pipe = Pipe()
        self.now = 0.0
        self.exchange = Exchange(
            self.pipe, JSON, patterns, slow="drop", window=window, clock=lambda: self.now
        )

    @property
    def sent(self) -> list[Any]:
        """What was sent so far."""
        return self.pipe.sent

    async def hear(self, *messages: Any) -> None:
        """Read these, and no more."""
        self.pipe.coming.extend(messages)
        await self.exchange.until(lambda: not self.pipe.coming)

    async def begin(self, seq: int = 10) -> None:
        """Start, and be answered."""
        await self.exchange.start()
        await self.hear(started(self.sent[-1].id, seq))
        self.sent.clear()


def started(re: int, seq: int = 10, how: Any = "snapshot") -> Started:
    """Return an answer to `start`."""
    return Started(re, how, "f", seq, ("*",), "drop", 1, 1, 50, (Quote("X", 5, 5),))


def updates(prev: int, seq: int, *changes: Update) -> Updates:
    """Return a message."""
    return Updates(prev, seq, 1, 0, updates=changes)


async def test_it_starts_with_what_is_wanted_and_goes_on_from_where_it_was() -> None:
    """On the second connection with its place."""
    scene = Scene(window=3)
    await scene.exchange.start()
    assert scene.sent == [Start(1, ("*",), "drop", 3)]
    await scene.hear(started(1), updates(10, 12))
    await scene.exchange.start()
    assert scene.sent[-1] == Start(2, ("*",), "drop", 3, Resume("f", 12))


async def test_what_came_on_the_connection_before_is_thrown_away() -> None:
    """It comes again."""
    scene = Scene()
    await scene.begin()
    await scene.exchange.start()
    await scene.hear(updates(10, 11, Update("X", 9)), started(1), Subscribed(7, 11, ()))
    assert not scene.exchange.started
    assert (scene.exchange.view.seq, scene.exchange.view.prices) == (10, {"X": 5})
    await scene.hear(started(2, 10, "resumed"), updates(10, 11, Update("X", 9)))
    assert scene.exchange.view.prices == {"X": 9}
    assert list(scene.exchange.ready)[-1:] == [Update("X", 9)]


async def test_every_fourth_part_of_a_window_is_acknowledged() -> None:
    """With one message."""
    scene = Scene(window=8)
    await scene.begin()
    for seq in range(10, 15):
        await scene.hear(updates(seq, seq + 1, Update("X", 1)))
    assert scene.sent == [Ack(12), Ack(14)]


async def test_a_message_without_updates_is_acknowledged_at_once() -> None:
    """The server may wait for it."""
    scene = Scene(window=8)
    await scene.begin()
    await scene.hear(updates(10, 11))
    assert scene.sent == [Ack(11)]


async def test_a_gap_is_asked_about_once() -> None:
    """Until there is an answer; then about the next."""
    scene = Scene()
    await scene.begin()
    await scene.hear(updates(12, 13), updates(15, 16))
    assert scene.sent == [Refresh(2, 10)]
    await scene.hear(Snapshot(2, 10, 16), updates(20, 21))
    assert scene.sent == [Refresh(2, 10), Refresh(3, 16)]


async def test_an_answer_of_no_makes_it_wait() -> None:
    """For as long as the server says."""
    scene = Scene()
    await scene.begin()
    await scene.hear(updates(12, 13), Error("too_fast", "slower", 2, retry_after=3.0))
    scene.now = 2.9
    await scene.hear(updates(13, 14))
    assert scene.sent == [Refresh(2, 10)]
    scene.now = 3.0
    await scene.hear(updates(14, 15))
    assert scene.sent == [Refresh(2, 10), Refresh(3, 10)]
    await scene.hear(Error("too_fast", "slower", 3), updates(15, 16))
    scene.now += PATIENCE
    await scene.hear(updates(16, 17))
    assert scene.sent[2:] == [Refresh(4, 10)]


async def test_gaps_are_not_asked_about_more_often_than_the_server_likes() -> None:
    """Who drops messages may have one in every batch; a later answer is for all of them."""
    scene = Scene()
    await scene.begin()
    for seq in range(20, 1000, 10):
        await scene.hear(updates(seq, seq + 1))
        if len(scene.sent) == seq // 10 - 1:
            await scene.hear(Snapshot(scene.sent[-1].id, scene.sent[-1].since, seq + 1))
    assert len(scene.sent) == BURST
    assert scene.exchange.view.missing is not None
    scene.now += 1 / RATE
    await scene.hear(updates(1000, 1001))
    assert len(scene.sent) == BURST + 1
    assert scene.sent[-1].since == scene.exchange.view.missing


async def test_what_is_wanted_by_now_is_asked_for_after_a_cut() -> None:
    """Room is made first: there may be no more than so many patterns."""
    scene = Scene()
    await scene.begin()
    scene.exchange.wanted = dict.fromkeys(["A", "B"])
    await scene.exchange.start()
    await scene.hear(started(2, 10, "resumed"))
    assert scene.sent[1:] == [Unsubscribe(3, ("*",)), Subscribe(4, ("A", "B"))]


async def test_a_request_is_refused_to_whoever_has_made_it() -> None:
    """Others don't hear of it."""
    scene = Scene()
    await scene.begin()
    scene.pipe.coming.append(Error("too_many_patterns", "no", 2))
    with pytest.raises(FeedError, match="too_many_patterns: no"):
        await scene.exchange.request(Subscribe, ("B",), lambda: False)
    await scene.hear(updates(10, 11))


async def test_a_request_made_during_a_cut_is_refused_to_whoever_has_made_it() -> None:
    """It is sent with its own number, once there is a connection."""
    scene = Scene()
    await scene.begin()
    await scene.exchange.start()
    scene.exchange.wanted = dict.fromkeys(["*", "B"])
    scene.pipe.coming.extend([started(2, 10, "resumed"), Error("invalid", "no", 3)])
    with pytest.raises(FeedError, match="invalid: no"):
        await scene.exchange.request(Subscribe, ("B",), lambda: False)
    assert scene.sent[1:] == [Subscribe(3, ("B",))]


async def test_a_request_that_came_too_early_is_not_refused() -> None:
    """It was sent into a connection that was just cut, and is made again."""
    scene = Scene()
    await scene.begin()
    await scene.hear(Error("not_started", "the first message is `start`", 2))
    assert scene.exchange.started


async def test_a_start_that_is_refused_is_an_error() -> None:
    """There is nothing to go on with."""
    scene = Scene()
    await scene.exchange.start()
    with pytest.raises(FeedError, match="invalid"):
        await scene.hear(Error("invalid", "no", 1, "$.patterns[0]"))


async def test_an_error_that_nobody_waits_for_is_one_for_everybody() -> None:
    """It is a fault of ours."""
    scene = Scene()
    await scene.begin()
    with pytest.raises(FeedError) as caught:
        await scene.hear(Error("malformed", "no json"))
    assert caught.value.error.code == "malformed"


async def test_several_may_wait_and_one_reads() -> None:
    """All see what it has read."""
    scene = Scene()
    await scene.begin()
    scene.pipe.coming.extend(updates(seq, seq + 1) for seq in range(10, 14))
    view = scene.exchange.view
    await asyncio.gather(
        scene.exchange.until(lambda: view.seq >= 11),
        scene.exchange.until(lambda: view.seq >= 14),
        scene.exchange.until(lambda: view.seq >= 12),
    )
    assert view.seq == 14
