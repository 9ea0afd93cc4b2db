"""The client's half of the conversation: start, go on, acknowledge, ask for what is missing.

It is driven by whoever waits for something (`Exchange.until`): one reads, the others see what it
has read. Nothing is read for later, so that a program which is slow acknowledges late, and the
server knows.

Leaves out the connection, which a `wsdemo.client.Client` keeps, and what a program calls.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from wsdemo.apps.door import Codec, Error
from wsdemo.apps.feed.messages import (
    Ack,
    FromClient,
    FromServer,
    Refresh,
    Slow,
    Snapshot,
    Start,
    Started,
    Subscribe,
    Unsubscribe,
    Update,
    Updates,
)
from wsdemo.apps.feed.view import View
from wsdemo.errors import PeerError
from wsdemo.limits import Bucket

__all__ = ["Exchange", "FeedError", "Line"]

# Seconds to wait before a gap is asked about again, when the server said no.
PATIENCE = 1.0
# Gaps that are asked about at once, and a second after that: half of what the server takes, and who
# is refused too often is sent away. The answer to a later question fills all the gaps before it.
BURST, RATE = 16, 8.0


class FeedError(PeerError):
    """The server says no to a request; ``error`` is what it said."""

    def __init__(self, error: Error) -> None:
        super().__init__(f"{error.code}: {error.reason}")
        self.error = error


class Line(Protocol):
    """What a conversation needs of a client: messages out, messages in, over all connections."""

    async def send(self, message: Any, /) -> None:
        """Send a message."""

    async def recv(self) -> Any:
        """Wait for the next one."""


class Exchange:
    """A conversation with a feed, over one connection after the other.

    Args:
        line: carries the messages.
        codec: how they are written.
        patterns: what to subscribe to.
        slow: what the server does when we are behind.
        window: messages that may be unacknowledged.
        clock: tells the time, in seconds.

    Attributes:
        view: what is known.
        ready: changes that nobody has gone over yet.
        wanted: the patterns that the program wants, in the order of subscribing.
        started: whether the server has answered `start` on the present connection.
    """

    def __init__(
        self,
        line: Line,
        codec: Codec,
        patterns: Iterable[str],
        *,
        slow: Slow,
        window: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.view = View()
        self.ready: deque[Update] = deque()
        self.wanted = dict.fromkeys(patterns)
        self.started = False
        self._line = line
        self._codec = codec
        self._decode: Callable[[Any], FromServer] = codec.decoder(FromServer)
        self._slow: Slow = slow
        self._window = window
        self._clock = clock
        self._ids = itertools.count(1)
        self._starting: int | None = None  # the id of the `start` whose answer is still to come
        self._refreshing: int | None = None
        self._patient = 0.0  # until when no gap is asked about
        self._questions = Bucket(RATE, BURST, clock)
        self._taken = 0  # messages since the last acknowledgement
        self._asked: dict[int, Subscribe | Unsubscribe] = {}  # that somebody waits for
        self._refused: dict[int | None, Error] = {}
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Say `start`, on a new connection.

        What is still unread came on the old one, from behind the place that is named now: it will
        come again, and is thrown away.

        Raises:
            WsdemoError: it can't be said.
        """
        number, resume = next(self._ids), self.view.resume()
        self._starting, self.started, self._refreshing = number, False, None
        patterns = self.view.patterns if resume else tuple(self.wanted)
        await self._send(Start(number, patterns, self._slow, self._window, resume))

    async def request(
        self,
        kind: type[Subscribe | Unsubscribe],
        patterns: tuple[str, ...],
        done: Callable[[], bool],
    ) -> None:
        """Ask for something, and read until it is so, over whatever connections it takes.

        Raises:
            FeedError: the server says no.
            WsdemoError: it will never be so.
        """
        number = next(self._ids)
        message = self._asked[number] = kind(number, patterns)
        try:
            if self.started:  # else it is asked for as soon as it has
                await self._send(message)
            await self.until(lambda: done() or number in self._refused)
        finally:
            del self._asked[number]
        error = self._refused.pop(number, None)
        if error is not None:
            raise FeedError(error)

    async def until(self, done: Callable[[], bool]) -> None:
        """Read until something is so, whoever reads it. To cancel this loses nothing.

        Raises:
            FeedError: the server says no to what nobody waits for.
            WsdemoError: there is nothing more to read.
        """
        while not done():
            async with self._lock:
                if done():
                    return
                message = self._decode(await self._line.recv())
                if self._starting is None or self._begins(message):
                    await self._take(message)

    def _begins(self, message: FromServer) -> bool:
        """Return whether this is the answer to `start`."""
        if getattr(message, "re", None) != self._starting:
            return False
        if isinstance(message, Error):
            raise FeedError(message)
        self._starting, self.started, self._taken = None, True, 0
        return True

    async def _take(self, message: FromServer) -> None:
        self.ready.extend(self.view.apply(message))
        match message:
            case Updates():
                await self._acknowledge(at_once=not message.updates)
            case Started():
                await self._reconcile()
            case Snapshot():
                self._refreshing = None
            case Error():
                self._refuse(message)
        if self.view.missing is not None and self._refreshing is None:
            await self._refresh(self.view.missing)

    async def _acknowledge(self, *, at_once: bool) -> None:
        self._taken += 1
        if self._window and (at_once or self._taken >= max(1, self._window // 4)):
            self._taken = 0
            await self._send(Ack(self.view.seq))

    async def _reconcile(self) -> None:
        """Ask for what was asked for while there was no connection.

        A request that somebody waits for keeps its number, so that a no is told to nobody else.
        """
        has, asked = self.view.patterns, tuple(self._asked.values())
        known = {pattern for message in asked for pattern in message.patterns}
        more = tuple(each for each in self.wanted if each not in has and each not in known)
        less = tuple(each for each in has if each not in self.wanted and each not in known)
        if less:
            await self._send(Unsubscribe(next(self._ids), less))
        for message in asked:
            await self._send(message)
        if more:
            await self._send(Subscribe(next(self._ids), more))

    async def _refresh(self, since: int) -> None:
        if self._clock() >= self._patient and not self._questions.take():
            number = next(self._ids)
            await self._send(Refresh(number, since))
            self._refreshing = number

    def _refuse(self, error: Error) -> None:
        if error.code == "not_started":
            return  # it was said on a connection before this one
        if error.re is not None and error.re == self._refreshing:
            self._refreshing = None
            self._patient = self._clock() + (error.retry_after or PATIENCE)
        elif error.re in self._asked:
            self._refused[error.re] = error
        else:
            raise FeedError(error)

    async def _send(self, message: FromClient) -> None:
        await self._line.send(self._codec.encode(message))
