"""The states of a client, and those who follow them.

    CONNECTING ─▶ OPEN ─▶ WAITING ─▶ CONNECTING …     (CONNECTING ─▶ WAITING if nobody answers)
    any of them ─▶ CLOSING ─▶ CLOSED                  (CLOSED at once by a permanent failure)

Changes form a chain: each knows the next. A follower holds the one that it has seen last, and
nobody holds the followers: one that is forgotten costs nothing, one that is slow misses nothing.

Leaves out why a state changes; the keeper knows.
"""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass

__all__ = ["Following", "Phase", "State", "States"]


class Phase(enum.StrEnum):
    """Where a client is."""

    CONNECTING = "CONNECTING"
    OPEN = "OPEN"
    WAITING = "WAITING"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a client.

    Attributes:
        phase: where it is.
        attempt: which attempt this is, or was, or the next will be: 1 for the first of a series,
            which a steady connection ends; 0 for a client that was not started.
        reason: why it is there, in words; "" where that goes without saying.
        delay: seconds until the next attempt, while WAITING.
        error: what went wrong, where something did.
    """

    phase: Phase
    attempt: int
    reason: str = ""
    delay: float | None = None
    error: BaseException | None = None

    def __str__(self) -> str:
        words = [self.phase.value]
        if self.delay is not None:
            words.append(f"{self.delay:.2f} s before attempt {self.attempt}")
        elif self.attempt > 1:
            words.append(f"(attempt {self.attempt})")
        return " ".join(words) + (f": {self.reason}" if self.reason else "")


class _Link:
    """A state, and the one that came after it."""

    __slots__ = ("after", "followed", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.after: _Link | None = None
        self.followed = asyncio.Event()


class States:
    """The chain of a client's states. Begins with one that was never changed to."""

    def __init__(self) -> None:
        self._last = _Link(State(Phase.CONNECTING, 0, "not started"))

    @property
    def now(self) -> State:
        """The present state."""
        return self._last.state

    def change(self, state: State) -> None:
        """Go on to another state, and wake those who wait for it."""
        last = self._last
        self._last = last.after = _Link(state)
        last.followed.set()

    def follow(self) -> Following:
        """Return an iterator that begins with the present state."""
        return Following(self._last)


class Following:
    """An iterator over states, from the one that was present when it was made to CLOSED."""

    def __init__(self, link: _Link) -> None:
        self._link = link
        self._fresh = link.state.attempt > 0  # not one that nobody has changed to

    def __aiter__(self) -> Following:
        return self

    async def __anext__(self) -> State:
        if self._fresh:
            self._fresh = False
            return self._link.state
        if self._link.state.phase is Phase.CLOSED:
            raise StopAsyncIteration
        await self._link.followed.wait()
        assert self._link.after is not None
        self._link = self._link.after
        return self._link.state
