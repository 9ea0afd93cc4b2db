"""What a connection is told when it is made, and stays true until it ends.

Limits, times, and the two things a test wants in its own hands: time and chance. A server
makes one ``Options`` and shares it between all its connections.

Left out: what only the opening handshake needs (origins, subprotocols, extensions), which the
server and the client keep for themselves.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeAlias

from wsdemo.protocol.deflate import DeflateConfig
from wsdemo.protocol.limits import Limits

MarksLike: TypeAlias = "int | tuple[int | None, int | None] | None"

# What the protocol allows unless told otherwise, so that it is said in one place.
MAX_SIZE = Limits().message_size
MAX_FRAGMENTS = Limits().fragments

# One message too many is in memory before reading stops, so a queue holds a few messages of a
# normal size and is still worth having for small ones.
MAX_QUEUE = 16
# The kernel's own buffer takes a few hundred KiB besides; more of ours adds delay, not speed.
WRITE_LIMIT = 32_768

# As much as asyncio reads at once. One such piece of memory serves all connections: what is read
# is taken out of it before the next one reads. Without it asyncio would ask for a new one with
# each read, which costs more than everything else that happens to a short message.
READ_SIZE = 262_144

logger = logging.getLogger("wsdemo.scratch")


class Tally(Protocol):
    """Sums that grow with each message.

    Attributes:
        messages_in: messages that have come.
        payload_in: octets of their payloads.
        wire_in: octets read from the transport.
        messages_out: messages that were sent.
        payload_out: octets of their payloads.
        wire_out: octets written to the transport.
    """

    messages_in: int
    payload_in: int
    wire_in: int
    messages_out: int
    payload_out: int
    wire_out: int


class Timer(Protocol):
    """What ``Clock.call_later`` returns."""

    def cancel(self) -> None:
        """Make sure that the callback isn't called any more."""


class Clock(Protocol):
    """A source of time; a test brings its own, and turns it by hand."""

    def time(self) -> float:
        """Return the seconds since some moment in the past; never goes back."""

    def call_later(self, delay: float, callback: Callable[..., Any], /, *args: Any) -> Timer:
        """Arrange for a call after a delay in seconds."""


class LoopClock:
    """The clock of every day: timers of the event loop, and the finest time there is.

    The loop's own ``time()`` would do for timers, but not for latencies: it moves in steps of
    1 ms on uvloop, and of 16 ms on Windows before Python 3.13.

    Args:
        loop: the running loop.
    """

    __slots__ = ("_context", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # One for all timers, which would else have a copy each. They set no context variables.
        self._context = copy_context()

    def time(self) -> float:
        """Return the seconds since some moment in the past."""
        return time.perf_counter()

    def call_later(self, delay: float, callback: Callable[..., Any], /, *args: Any) -> Timer:
        """Arrange for a call after a delay in seconds."""
        return self._loop.call_later(delay, callback, *args, context=self._context)


class Marks(NamedTuple):
    """The high-water mark, above which a flow stops, and the low one, where it goes on.

    Two marks, because with a single one the flow would stop and go on at every item.
    """

    high: int | None
    low: int | None

    @classmethod
    def of(cls, value: MarksLike) -> Marks:
        """Complete what the caller gave.

        Args:
            value: the high mark, or (high, low); of a pair either may be None. None: no marks.

        Raises:
            ValueError: the low mark is negative, or above the high one.
        """
        high, low = value if isinstance(value, tuple) else (value, None)
        if high is None:
            high = None if low is None else low * 4
        if high is not None and low is None:
            low = high // 4
        if high is not None and low is not None and not 0 <= low <= high:
            raise ValueError(f"marks must satisfy 0 <= low <= high, not {low} <= {high}")
        return cls(high, low)


@dataclass(frozen=True, slots=True)
class Options:
    """What every connection of a server, or of a client, has in common.

    Attributes:
        limits: how much one peer may send us.
        queue: marks in messages: received, and not yet read by ``recv``.
        write: marks in bytes: sent, and not yet taken by the kernel.
        open_timeout: seconds that the opening handshake may take; None for no limit.
        close_timeout: seconds from the last open moment to the end of TCP.
        ping_interval: seconds between keepalive pings; None for none.
        ping_timeout: seconds in which a keepalive ping wants its pong.
        clock: tells the time and sets timers; None for a ``LoopClock``.
        randbytes: gives that many random bytes, for ping payloads, masking keys and nonces.
        logger: gets a line for everything that goes wrong.
        tally: gets the sums of what comes and goes; None for none.
        on_message: called with the connection and each message, which is then not for ``recv``.
        memory: into which all connections read, one after the other.
    """

    limits: Limits = field(default_factory=Limits)
    queue: Marks = field(default_factory=lambda: Marks.of(MAX_QUEUE))
    write: Marks = field(default_factory=lambda: Marks.of(WRITE_LIMIT))
    open_timeout: float | None = 10
    close_timeout: float | None = 10
    ping_interval: float | None = 20
    ping_timeout: float | None = 20
    clock: Clock | None = None
    randbytes: Callable[[int], bytes] = os.urandom
    logger: logging.Logger | logging.LoggerAdapter[Any] = logger
    tally: Tally | None = None
    on_message: Callable[[Any, str | bytes], object] | None = None
    memory: memoryview = field(default_factory=lambda: memoryview(bytearray(READ_SIZE)))

    def on(self, loop: asyncio.AbstractEventLoop) -> Options:
        """Return these options with a clock, for connections on a loop."""
        return self if self.clock is not None else replace(self, clock=LoopClock(loop))


def deflate_config(
    compression: DeflateConfig | str | None, usual: DeflateConfig
) -> DeflateConfig | None:
    """Make the argument ``compression`` of ``serve`` and ``connect`` into a configuration.

    Args:
        compression: "deflate", None, or the configuration itself.
        usual: what "deflate" stands for.

    Raises:
        ValueError: another word.
    """
    if compression is None or isinstance(compression, DeflateConfig):
        return compression
    if compression != "deflate":
        raise ValueError(f"compression is 'deflate', None or a DeflateConfig, not {compression!r}")
    return usual
