"""What a client is told when it is made.

Leaves out what a single call is told, such as ``resend`` of a request.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from wsdemo.client.backoff import Backoff
from wsdemo.client.endings import CLOSE_CODES, Verdict
from wsdemo.client.timing import Deadlines, check_seconds
from wsdemo.engines import Engine
from wsdemo.protocol.handshake import build_request, parse_uri
from wsdemo.scratch.options import Clock, LoopClock

__all__ = ["Heartbeat", "Meter", "Settings"]


class Meter(Protocol):
    """What a client tells its metrics: `wsdemo.metrics.Metrics`, or anything with these verbs."""

    def opened(self) -> None:
        """A connection is open."""

    def closed(self, code: int) -> None:
        """A connection has ended, with this close code."""

    def refused(self, status: int) -> None:
        """A handshake was answered with this HTTP status."""

    def received(self, octets: int) -> None:
        """A message came, with a payload of so many octets."""

    def sent(self, octets: int) -> None:
        """A message was sent, with a payload of so many octets."""

    def observe(self, seconds: float) -> None:
        """A round trip took so long."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How a client finds out that the server is gone though nobody said so.

    TCP doesn't tell: a connection over which nothing is sent stays open for ever. It is found out
    after ``interval + timeout`` at the latest.

    Attributes:
        interval: seconds between a pong and the next ping.
        timeout: seconds for the pong; any message counts as a sign of life, too.
    """

    interval: float = 20.0
    timeout: float = 20.0

    def __post_init__(self) -> None:
        check_seconds("interval", self.interval)
        check_seconds("timeout", self.timeout)

    @classmethod
    def of(cls, value: Heartbeat | tuple[float, float] | None) -> Heartbeat | None:
        """Complete what the caller gave: (interval, timeout), or None for no heartbeat."""
        return cls(*value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Settings:
    """What the parts of a client have in common.

    Attributes:
        uri: where to connect to.
        engine: what to connect with.
        backoff: delays before further attempts.
        deadlines: how long what may take.
        heartbeat: when to ping; None for never.
        subprotocols: to offer, the best first.
        close_codes: what close codes mean.
        metrics: is told what happens; None for nobody.
        clock: tells the time; None for the event loop's.
        tls: for wss://; None for the usual one.
        headers: fields to add to the request.
        options: for the engine's ``connect``, as they are.

    Raises:
        ValueError: the URI is none, or doesn't go with the rest.
    """

    uri: str
    engine: Engine
    backoff: Backoff = field(default_factory=Backoff)
    deadlines: Deadlines = field(default_factory=Deadlines)
    heartbeat: Heartbeat | None = field(default_factory=Heartbeat)
    subprotocols: Sequence[str] = ()
    close_codes: Mapping[int, Verdict] = field(default_factory=lambda: CLOSE_CODES)
    metrics: Meter | None = None
    clock: Clock | None = None
    tls: ssl.SSLContext | None = None
    headers: Iterable[tuple[str, str]] | Mapping[str, str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        uri = parse_uri(self.uri)
        if self.tls is not None and not uri.secure:
            raise ValueError("tls is for wss:// URIs, and this one is ws://")
        build_request(self.uri, subprotocols=self.subprotocols)
        self.dialler()  # so that what is wrong is told here, and not by a task

    @property
    def where(self) -> str:
        """The URI for people, without the password that may be in it."""
        return str(parse_uri(self.uri))

    def timekeeper(self) -> Clock:
        """Return the clock; there must be a running loop."""
        return self.clock or LoopClock(asyncio.get_running_loop())

    def dialler(self) -> Any:
        """Make what the engine can be awaited for: a connection."""
        fields = self.headers.items() if isinstance(self.headers, Mapping) else self.headers
        options: dict[str, Any] = {
            "subprotocols": list(self.subprotocols) or None,
            "additional_headers": list(fields),
            # The same on both engines: no proxy unless one is asked for.
            "proxy": None,
            # Both are the client's own work, by its own clock.
            "open_timeout": None,
            "ping_interval": None,
            # A server that answers our close and never ends TCP must not keep a connection.
            "close_timeout": self.deadlines.close,
        }
        if self.tls is not None:
            options["ssl"] = self.tls
        return self.engine.connect(self.uri, **options | dict(self.options))
