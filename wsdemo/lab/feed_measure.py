"""`feed_load()`: a feed with many clients, and what became of the changes.

The server has a process of its own, and with two cores one to itself; all clients are in this one.
One of them, the probe, is behind a `wire`, which counts what crosses the network: frame headers,
compression, acknowledgements and all.

A latency counts from when a change was *due* (see `wsdemo.apps.feed.pace`), through the batch, the
outbox and the network, until it is decoded. Of every message of every client three are observed,
those of its first, its middle and its last change: between them they lie evenly.

Leaves out clients that are slow on purpose, for which there is `wire`, and other machines: the
clocks of both ends are one.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Literal

from wsdemo import engines, scratch
from wsdemo.apps.feed import Feed
from wsdemo.apps.feed.messages import CODECS, Ack, FromServer, Slow, Start, Started, Updates
from wsdemo.lab.app_server import AppServer, app
from wsdemo.lab.live_wire import Wire
from wsdemo.lab.wire import wire
from wsdemo.metrics import Latency, LatencyRecorder

__all__ = ["FeedLoad", "feed_load"]

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class FeedLoad:
    """What was measured.

    Attributes:
        clients: how many there were.
        rate: changes a second that were asked for.
        seconds: how long it was measured.
        changes: that the market has made in that time.
        messages: that all clients got.
        deliveries: changes that all clients got, conflated ones not counted.
        conflated: changes that clients didn't get, for they got a newer one.
        gaps: messages before which something was lost.
        latency: of a change, from when it was due to when a client had it.
        octets_per_update: on the wire of one client, everything counted.
        cpu: seconds of CPU that the server used for each second.
    """

    clients: int
    rate: float
    seconds: float
    changes: int
    messages: int
    deliveries: int
    conflated: int
    gaps: int
    latency: Latency
    octets_per_update: float
    cpu: float

    @property
    def deliveries_per_second(self) -> float:
        """Changes that clients got, a second."""
        return self.deliveries / self.seconds

    @property
    def keeps_up(self) -> bool:
        """Whether the market made its changes in time, and everybody got every one of them."""
        in_time = self.changes >= 0.95 * self.rate * self.seconds
        return in_time and not self.conflated and not self.gaps

    def __repr__(self) -> str:
        p50, p99 = self.latency.quantile(0.5) * 1e3, self.latency.quantile(0.99) * 1e3
        return (
            f"<{self.clients} clients: {self.deliveries_per_second:,.0f} deliveries/s, "
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, {self.octets_per_update:.1f} octets/update, "
            f"{self.cpu:.0%} of a core>"
        )


async def feed_load(
    clients: int = 100,
    symbols: int = 1000,
    rate: float = 2000,
    *,
    seconds: float = 2.0,
    interval: float = 0.05,
    patterns: Sequence[str] = ("*",),
    engine: str = engines.DEFAULT,
    codec: Literal["json", "msgpack"] = "json",
    compression: bool = False,
    slow: Slow = "conflate",
    window: int = 0,
) -> FeedLoad:
    """Let clients listen to a feed for some seconds.

    Args:
        clients: how many, the probe included.
        symbols: of the market.
        rate: changes a second.
        seconds: how long to measure, after everybody has started.
        interval: seconds of changes that go into one message.
        patterns: what everybody subscribes to.
        engine: of the server; the clients run on scratch, which costs this process less.
        codec: "json" or "msgpack".
        compression: whether to use permessage-deflate.
        slow: what happens to clients that are behind.
        window: messages that may be unacknowledged; 0 for no acknowledgements.

    Raises:
        ValueError: an argument makes no sense.
    """
    if clients < 1:
        raise ValueError(f"{clients!r} clients; the probe is one")
    make = functools.partial(Feed, symbols, rate, interval=interval)
    serving = app(make, where="process", engine=engine, name="feed load", compression=compression)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving)
        tap = await stack.enter_async_context(wire(server.uri))
        start = Start(1, tuple(patterns), slow, window)
        deflate = "deflate" if compression else None
        crowd = []
        for uri in [server.uri] * (clients - 1) + [tap.uri]:
            connection = await stack.enter_async_context(
                scratch.connect(uri, subprotocols=[f"wsdemo.feed.{codec}"], compression=deflate)
            )
            crowd.append(await _Listener.begin(connection, start))
        listening = [asyncio.create_task(each.listen()) for each in crowd]
        stack.push_async_callback(_ended, listening)
        await asyncio.sleep(min(0.5, seconds / 4))  # the warm-up
        return await _measure(server, tap, crowd, rate, seconds)


@dataclass(slots=True)
class _Listener:
    """A client that only counts."""

    connection: Any
    decode: Callable[[Any], FromServer]
    encode: Callable[[Any], str | bytes]
    window: int
    seq: int
    messages: int = 0
    updates: int = 0
    conflated: int = 0
    gaps: int = 0
    recorder: LatencyRecorder = field(default_factory=LatencyRecorder)

    @classmethod
    async def begin(cls, connection: Any, start: Start) -> _Listener:
        """Start, and take the snapshot."""
        codec = CODECS[connection.subprotocol]
        decode = codec.decoder(FromServer)
        await connection.send(codec.encode(start))
        started = decode(await connection.recv())
        assert isinstance(started, Started)  # it is the first message of a feed
        return cls(connection, decode, codec.encode, start.window, started.seq)

    async def listen(self) -> None:
        """Count what comes."""
        async for message in self.connection:
            updates = self.decode(message)
            if isinstance(updates, Updates):
                self._count(updates)
                if self.window and self.messages % max(1, self.window // 4) == 0:
                    await self.connection.send(self.encode(Ack(self.seq)))

    def _count(self, updates: Updates) -> None:
        now = time.time()
        self.messages += 1
        self.updates += len(updates.updates)
        self.conflated += updates.conflated
        self.gaps += updates.prev > self.seq
        self.seq = updates.seq
        if updates.updates:
            newest, span = now - updates.at / MICRO, updates.span / MICRO
            for share in (0.0, 0.5, 1.0):
                self.recorder.observe(max(0.0, newest + share * span))


@dataclass(frozen=True, slots=True)
class _Mark:
    """What everything stood at, at one moment."""

    at: float
    cpu: float
    octets: int
    seq: int
    messages: int
    updates: int
    probed: int
    conflated: int
    gaps: int

    @classmethod
    def set(cls, server: AppServer, tap: Wire, crowd: Sequence[_Listener]) -> _Mark:
        return cls(
            at=time.perf_counter(),
            cpu=server.cpu_seconds(),
            octets=tap.recording.bytes_down + tap.recording.bytes_up,
            seq=crowd[-1].seq,
            messages=sum(each.messages for each in crowd),
            updates=sum(each.updates for each in crowd),
            probed=crowd[-1].updates,
            conflated=sum(each.conflated for each in crowd),
            gaps=sum(each.gaps for each in crowd),
        )


async def _measure(
    server: AppServer, tap: Wire, crowd: Sequence[_Listener], rate: float, seconds: float
) -> FeedLoad:
    recorder = LatencyRecorder()
    for each in crowd:
        each.recorder = recorder
    before = _Mark.set(server, tap, crowd)
    await asyncio.sleep(seconds)
    after = _Mark.set(server, tap, crowd)
    took, probed = after.at - before.at, after.probed - before.probed
    return FeedLoad(
        clients=len(crowd),
        rate=rate,
        seconds=took,
        changes=after.seq - before.seq,
        messages=after.messages - before.messages,
        deliveries=after.updates - before.updates,
        conflated=after.conflated - before.conflated,
        gaps=after.gaps - before.gaps,
        latency=recorder.snapshot(),
        octets_per_update=(after.octets - before.octets) / probed if probed else 0.0,
        cpu=(after.cpu - before.cpu) / took,
    )


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
