"""`FeedClient`: what everything costs, kept current over gaps, cuts and restarts of the server.

    async with FeedClient(uri, ["A*", "B?"]) as feed:
        print(feed.prices)                  # the snapshot
        async for update in feed:           # what changes from now on
            print(update.symbol, update.price, feed.gaps)

Whoever goes over it drives it: nothing is read, and nothing is acknowledged, but for the next
update. So a slow program is a slow consumer, and the server sees it within a window of messages,
whatever the buffers between them hold.

Leaves out keeping a history: `prices` is the present.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self

from wsdemo import engines
from wsdemo.apps.feed.exchange import Exchange, FeedError
from wsdemo.apps.feed.messages import CODECS, Slow, Subscribe, Unsubscribe, Update
from wsdemo.apps.feed.view import View
from wsdemo.client import Client, ClientClosed, Phase, State
from wsdemo.client.states import Following
from wsdemo.errors import WsdemoError

__all__ = ["FeedClient", "FeedError"]

logger = logging.getLogger("wsdemo.apps.feed")

# Messages on their way: at 20 a second, a client gets prices that are 0.8 s old at most, and one
# with a round trip of 0.4 s still gets every change.
WINDOW = 16


class FeedClient:
    """A client of a feed; to be entered with ``async with``, and gone over with ``async for``.

    Args:
        uri: of the feed: ``ws://...`` or ``wss://...``.
        patterns: what to subscribe to at first: ``*`` is any text, ``?`` any character.
        engine: "websockets" or "scratch".
        codec: "json" or "msgpack".
        slow: what the server does when this client is behind: "conflate", "drop" or "disconnect".
        window: messages that may be on their way to the program; 0 for any number, which leaves
            it to TCP to find out whether it can follow.
        **options: for `wsdemo.client.Client`, such as ``backoff`` or ``compression``.

    Raises:
        ValueError: an argument makes no sense, such as a URI that is none, or a pattern that
            UTF-8 has no octets for.
        TypeError: the patterns are no list of strings.
    """

    def __init__(
        self,
        uri: str,
        patterns: Collection[str] = ("*",),
        *,
        engine: str = engines.DEFAULT,
        codec: Literal["json", "msgpack"] = "json",
        slow: Slow = "conflate",
        window: int = WINDOW,
        **options: Any,
    ) -> None:
        subprotocol = f"wsdemo.feed.{codec}"
        if subprotocol not in CODECS:
            raise ValueError(f"the codec is 'json' or 'msgpack', not {codec!r}")
        if isinstance(patterns, str):
            raise TypeError(f"patterns are a list, such as [{patterns!r}]")
        _check(patterns)
        self._client = Client(uri, engine=engine, subprotocols=[subprotocol], **options)
        self._exchange = Exchange(
            self._client, CODECS[subprotocol], patterns, slow=slow, window=window
        )

    # What it knows

    @property
    def prices(self) -> Mapping[str, int]:
        """What each symbol costs, in cents, as far as the updates were read."""
        return MappingProxyType(self.view.prices)

    @property
    def view(self) -> View:
        """Everything else: opening prices, ``at``, counts; to be read only."""
        return self._exchange.view

    @property
    def patterns(self) -> tuple[str, ...]:
        """What the server has confirmed to send."""
        return self.view.patterns

    @property
    def seq(self) -> int:
        """Up to which number of the market everything is known."""
        return self.view.seq

    @property
    def gaps(self) -> int:
        """How often something was lost, and had to be asked for."""
        return self.view.gaps

    @property
    def conflated(self) -> int:
        """How many changes were left out for a newer one."""
        return self.view.conflated

    @property
    def resumed(self) -> int:
        """How often it went on, after a cut, where it had been."""
        return self.view.resumed

    @property
    def snapshots(self) -> int:
        """How often it began anew; the first time is one."""
        return self.view.snapshots

    @property
    def state(self) -> State:
        """Where the connection is."""
        return self._client.state

    def states(self) -> Following:
        """Follow the connection's states: ``async for state in feed.states()``."""
        return self._client.states()

    # What it does

    async def subscribe(self, *patterns: str) -> None:
        """Subscribe to more; when this returns, their prices are there.

        Raises:
            FeedError: the server says no.
            WsdemoError: the client has ended, of this.
            ValueError: a pattern that UTF-8 has no octets for.
        """
        _check(patterns)
        wanted = self._exchange.wanted
        wanted.update(dict.fromkeys(patterns))
        try:
            await self._exchange.request(
                Subscribe, patterns, lambda: {*patterns} <= {*self.patterns}
            )
        except FeedError:
            for pattern in {*patterns} - {*self.patterns}:
                wanted.pop(pattern, None)
            raise

    async def unsubscribe(self, *patterns: str) -> None:
        """Subscribe to less; when this returns, what no other pattern covers is forgotten.

        Raises:
            FeedError: the server says no.
            WsdemoError: the client has ended, of this.
            ValueError: a pattern that UTF-8 has no octets for.
        """
        _check(patterns)
        for pattern in patterns:
            self._exchange.wanted.pop(pattern, None)
        await self._exchange.request(
            Unsubscribe, patterns, lambda: not {*patterns} & {*self.patterns}
        )

    async def reach(self, seq: int) -> None:
        """Read until everything up to a number is known; the updates wait to be gone over.

        Raises:
            WsdemoError: it will never be, for the client has ended.
        """
        await self._exchange.until(lambda: self.seq >= seq and self.view.missing is None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Update:
        ready = self._exchange.ready
        try:
            await self._exchange.until(lambda: bool(ready))
        except ClientClosed:
            raise StopAsyncIteration from None
        return ready.popleft()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._client)
            follower = asyncio.create_task(self._follow(), name="feed client: follower")
            stack.push_async_callback(_ended, follower)
            await self._exchange.until(lambda: self._exchange.started)
            self._exchange.ready.clear()  # the first prices are no changes
            self._running = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._running.__aexit__(kind, error, trace)

    def __repr__(self) -> str:
        return f"<feed client: {len(self.prices)} symbols at change {self.seq}, {self.state}>"

    async def _follow(self) -> None:
        """Say `start` on every new connection."""
        async for state in self._client.states():
            if state.phase is Phase.OPEN:
                try:
                    await self._exchange.start()
                except ClientClosed:
                    return
                except WsdemoError as error:
                    logger.info("the feed was not started: %s", error)  # on the next connection


def _check(patterns: Collection[str]) -> None:
    """Refuse here what could not be sent: later, nobody would hear of it."""
    "".join(patterns).encode()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
