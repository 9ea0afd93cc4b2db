"""Members that are fast, stalled or broken on demand, and a model of what they should get."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Any

from wsdemo.hub import Client, Hub, Member, Policy, Snapshot
from wsdemo.hub.counting import FATES

Message = str | bytes


async def turns(number: int = 10) -> None:
    """Let the loop go round."""
    for _ in range(number):
        await asyncio.sleep(0)


class Peer:
    """A connection whose other side reads as much as a test allows.

    Args:
        permits: how many messages it takes before it stalls; None for any number.

    Attributes:
        begun: messages given to ``send``.
        received: messages whose ``send`` has returned.
        closes: what ``close`` was called with.
        error: what ``send`` raises, if anything.
        closing: what ``close`` waits for, or raises, if anything.
    """

    def __init__(self, permits: int | None = None) -> None:
        self.permits = permits
        self.begun: list[Message] = []
        self.received: list[Message] = []
        self.closes: list[tuple[int, str]] = []
        self.error: BaseException | None = None
        self.closing: asyncio.Event | Exception | None = None
        self._reads = asyncio.Event()

    def read(self, number: int | None = None) -> None:
        """Take that many more; None for everything from now on."""
        self.permits = None if number is None else (self.permits or 0) + number
        self._reads.set()

    async def send(self, message: Message) -> None:
        """Wait until it is read."""
        self.begun.append(message)
        while self.permits == 0 and self.error is None:
            self._reads.clear()
            await self._reads.wait()
        if self.error is not None:
            raise self.error
        self._take(message)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send the close frame, then wait for the other side."""
        self.closes.append((code, reason))
        if isinstance(self.closing, Exception):
            raise self.closing
        if self.closing is not None:
            await self.closing.wait()

    def _take(self, message: Message) -> None:
        if self.permits is not None:
            self.permits -= 1
        self.received.append(message)


class QuickPeer(Peer):
    """A connection that also takes messages at once, while it doesn't stall."""

    @property
    def is_full(self) -> bool:
        """Whether it stalls."""
        return self.permits == 0

    def send_nowait(self, message: Message) -> None:
        """Take the message."""
        if self.error is not None:
            raise self.error
        self._take(message)


class Party:
    """A hub with clients that come and go in any order; leave it to make all of them leave."""

    def __init__(self, policy: Policy, **options: Any) -> None:
        self.hub = Hub(policy, **options)
        self._stack = AsyncExitStack()

    async def come(self, member: Member, *rooms: str, policy: Policy | None = None) -> Client:
        """Let a member in, and let it join."""
        client = await self._stack.enter_async_context(self.hub.client(member, policy=policy))
        for room in rooms:
            client.join(room)
        await turns()
        return client

    async def crowd(self, room: str, members: Iterable[Member]) -> list[Client]:
        """Let many in."""
        return [await self.come(member, room) for member in members]

    async def __aenter__(self) -> Party:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()
        assert balanced(self.hub.snapshot())
        await self.hub.close(within=0)


def balanced(seen: Snapshot) -> bool:
    """Whether every copy has one fate, or waits."""
    fates: int = sum(getattr(seen, fate) for fate in FATES)
    return seen.copies == seen.waiting + fates


def is_subsequence(part: Iterable[object], whole: Iterable[object]) -> bool:
    """Whether something is left of the other by taking things out."""
    rest = iter(whole)
    return all(each in rest for each in part)
