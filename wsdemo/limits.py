"""How much a server takes on: a number of connections, of open files, and of anything a second.

``sync.Mutex`` guards a counter in Go, because goroutines run at the same time. Here nothing runs
between two lines without an ``await``, so `Slots` looks and takes in one step and needs no lock;
a check, an ``await`` and then a take would let everybody through who arrives in between.

Leaves out limits for each address, and everything that a single connection is limited to (size,
fragments), which is the engine's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

__all__ = ["Bucket", "Slot", "Slots", "raise_open_files"]

# macOS says "no limit" and means this: OPEN_MAX of its <sys/syslimits.h>.
OPEN_MAX = 10_240


class Slots:
    """So many places, and who has one.

    Args:
        most: how many there are; None for any number.

    Attributes:
        taken: how many are taken.

    Raises:
        ValueError: less than one place.
    """

    def __init__(self, most: int | None = None) -> None:
        if most is not None and most < 1:
            raise ValueError(f"a server for {most} connections serves nobody; None is no limit")
        self.most = most
        self.taken = 0

    def take(self) -> Slot | None:
        """Take a place, and return it; None if there is none."""
        if self.most is not None and self.taken >= self.most:
            return None
        self.taken += 1
        return Slot(self)

    def __repr__(self) -> str:
        return f"<{self.taken} of {'any number' if self.most is None else self.most} taken>"


class Slot:
    """A place that somebody has taken, and gives back once, however often it is told to."""

    __slots__ = ("_slots",)

    def __init__(self, slots: Slots) -> None:
        self._slots: Slots | None = slots

    def release(self) -> None:
        """Give it back; to do so again changes nothing."""
        if self._slots is not None:
            self._slots.taken -= 1
            self._slots = None


class Bucket:
    """A token bucket: so many at once, and from then on so many a second.

    It holds ``burst`` tokens at most and begins full; ``rate`` tokens fall into it every second.
    Over any stretch of time a client gets no more than ``burst + rate * seconds`` (RFC 2697 calls
    the two the committed burst size and the committed information rate).

    Args:
        rate: tokens a second.
        burst: how many it holds.
        clock: tells the time, in seconds; only differences matter.

    Raises:
        ValueError: a bucket from which nothing could ever be taken.
    """

    __slots__ = ("_at", "_clock", "_tokens", "burst", "rate")

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if not (0 < rate < float("inf") and 1 <= burst < float("inf")):
            raise ValueError(f"a bucket of {burst!r} tokens, {rate!r} more a second")
        self.rate = rate
        self.burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._at = clock()

    def take(self, tokens: float = 1) -> float:
        """Take tokens, all of them or none.

        Returns:
            0.0 if they were taken; else the seconds after which there will be as many.

        Raises:
            ValueError: more than it can ever hold.
        """
        if not 0 < tokens <= self.burst:
            raise ValueError(f"{tokens!r} tokens from a bucket that holds {self.burst!r}")
        now = self._clock()
        self._tokens = min(self.burst, self._tokens + self.rate * (now - self._at))
        self._at = now
        if tokens > self._tokens:
            return (tokens - self._tokens) / self.rate
        self._tokens -= tokens
        return 0.0

    def __repr__(self) -> str:
        return f"<bucket of {self.burst:g}, {self.rate:g} a second>"


def raise_open_files() -> int | None:
    """Let this process have as many files and sockets open as it is allowed to.

    The usual limit (1,024, and 256 on macOS) is there for programs that still use ``select()``;
    raising it is what the Go runtime does at the start of every program.

    Returns:
        The limit that holds now; None where there is none, as on Windows.
    """
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    endless = hard == resource.RLIM_INFINITY
    for wanted in (hard, OPEN_MAX):
        if soft == resource.RLIM_INFINITY or (not endless and soft >= wanted):
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):
            continue
        break
    now: int = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if now == resource.RLIM_INFINITY else now
