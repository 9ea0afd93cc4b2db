"""SQLite gives the very answers that a list gives, whatever is asked of it and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.log.hands import HandClock
from tests.log.model import Model
from wsdemo.log import Ahead, Entry, Gone, Retention, SqliteLog
from wsdemo.log.subscription import Subscription

T = TypeVar("T")

ROOMS = st.sampled_from(["lobby", "№ 2"])
CLIENTS = st.sampled_from(["ada", "bob"])
OFFSETS = st.integers(0, 12)
LIMITS = st.integers(1, 5)
LIMIT_COUNT = st.none() | st.integers(1, 4)
LIMIT_AGE = st.none() | st.integers(1, 20)


class LogMachine(RuleBasedStateMachine):
    """A log and its model, asked the same."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = HandClock()
        # Each subscription, with the offset its reader has.
        self.subscriptions: list[tuple[Subscription, list[int]]] = []

    @initialize(count=LIMIT_COUNT, age=LIMIT_AGE, remember=st.integers(0, 30))
    def begin(self, count: int | None, age: int | None, remember: int) -> None:
        """Make both, with the same retention."""
        keep = Retention(count, age, remember)
        self.model = Model(keep)
        self.log = SqliteLog(keep=keep, clock=self.clock)
        self.runner.run(self.log.open())

    def teardown(self) -> None:
        """Close the log and its loop."""
        if hasattr(self, "log"):
            self.runner.run(self.log.close())
        self.runner.close()

    def same(self, ours: Callable[[], Awaitable[T]], models: Callable[[], T]) -> None:
        """Assert that both return, or raise, the same."""

        async def ask() -> Any:
            return await ours()

        answer = _outcome(lambda: self.runner.run(ask()))
        assert repr(answer) == repr(_outcome(models))  # `duplicate`, too, which == leaves out

    @rule(room=ROOMS, client=CLIENTS, seq=st.integers(0, 6), body=st.binary(max_size=3))
    def append(self, room: str, client: str, seq: int, body: bytes) -> None:
        """Append; sequences are few, so that many are duplicates."""
        self.same(
            lambda: self.log.append(room, client, seq, body),
            lambda: self.model.append(room, client, seq, body, self.clock.now),
        )

    @rule(room=ROOMS, after=OFFSETS, limit=LIMITS)
    def read(self, room: str, after: int, limit: int) -> None:
        """Read forwards."""
        self.same(
            lambda: self.log.read(room, after=after, limit=limit),
            lambda: self.model.read(room, after, limit, self.clock.now),
        )

    @rule(room=ROOMS, before=st.none() | st.integers(1, 12), limit=LIMITS)
    def read_back(self, room: str, before: int | None, limit: int) -> None:
        """Read backwards."""
        self.same(
            lambda: self.log.read_back(room, before=before, limit=limit),
            lambda: self.model.read_back(room, before, limit, self.clock.now),
        )

    @rule(room=ROOMS)
    def bounds(self, room: str) -> None:
        """Ask what there is."""
        self.same(lambda: self.log.bounds(room), lambda: self.model.bounds(room, self.clock.now))

    @rule(seconds=st.integers(-2, 10))
    def wait(self, seconds: int) -> None:
        """Let time pass, or set the clock back."""
        self.clock.now += seconds

    @rule()
    def retain(self) -> None:
        """Remove what is due."""
        self.same(self.log.retain, lambda: self.model.retain(self.clock.now))

    @rule(room=ROOMS, after=OFFSETS)
    def subscribe(self, room: str, after: int) -> None:
        """Begin to follow a room."""

        async def subscribe() -> Subscription:
            return self.log.subscribe(room, after=after)

        self.subscriptions.append((self.runner.run(subscribe()), [after]))

    @rule(data=st.data(), steps=st.integers(1, 4))
    def follow(self, data: st.DataObject, steps: int) -> None:
        """Take from a subscription what its room has, entry after entry."""
        if not self.subscriptions:
            return
        subscription, seen = data.draw(st.sampled_from(self.subscriptions))
        room, now = subscription.room, self.clock.now
        while steps and seen[-1] < self.model.last(room):
            steps -= 1
            step = _outcome(lambda: self.runner.run(_step(subscription)))
            if isinstance(step, Entry):
                # It may have been offered before retention took it; it is the next in any case.
                assert step == self.model.entry(room, seen[-1] + 1)
                seen.append(step.offset)
            else:
                assert step == _outcome(lambda: self.model.read(room, seen[-1], 1, now))
                return


async def _step(subscription: Subscription) -> Entry:
    async with asyncio.timeout(60):  # an entry that never comes is a failure, and no hang
        return await anext(subscription)


def _outcome(call: Callable[[], T]) -> Any:
    """Return what a call returns, or what it raises as something to compare."""
    try:
        return call()
    except (Ahead, Gone) as error:
        return type(error), vars(error)


TestLog = LogMachine.TestCase
TestLog.settings = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
