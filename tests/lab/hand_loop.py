"""A loop whose time a test turns by hand, and sockets that only remember."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Any


class HandTimer:
    """An appointment with a HandLoop."""

    def __init__(self, when: float, callback: Callable[[], Any]) -> None:
        self._when = when
        self.callback = callback
        self.cancelled = False

    def when(self) -> float:
        """Return the time of the appointment."""
        return self._when

    def cancel(self) -> None:
        """Call it off."""
        self.cancelled = True


class HandLoop:
    """What a lane needs of an event loop; it stands still until `run_until` is called."""

    def __init__(self) -> None:
        self.now = 0.0
        self._numbers = itertools.count()
        self._timers: list[tuple[float, int, HandTimer]] = []

    def time(self) -> float:
        """Return the time."""
        return self.now

    def call_at(self, when: float, callback: Callable[[], Any]) -> HandTimer:
        """Make an appointment."""
        timer = HandTimer(when, callback)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def call_soon(self, callback: Callable[[], Any]) -> HandTimer:
        """Make one for now."""
        return self.call_at(self.now, callback)

    def run_until(self, end: float) -> None:
        """Let time pass, keeping each appointment at its own time."""
        while self._timers and self._timers[0][0] <= end:
            when, _, timer = heapq.heappop(self._timers)
            self.now = max(self.now, when)
            if not timer.cancelled:
                timer.callback()
        self.now = end


class HandSide:
    """The socket of a lane: it remembers what it was told, and when."""

    def __init__(self, loop: HandLoop) -> None:
        self._loop = loop
        self.log: list[tuple[float, Any]] = []
        self.reading = True
        self.lost = False

    def write(self, data: bytes) -> None:
        """Remember bytes."""
        self.log.append((round(self._loop.now, 6), data))

    def finish(self) -> None:
        """Remember a FIN."""
        self.log.append((round(self._loop.now, 6), "FIN"))

    def break_off(self) -> None:
        """Remember a RST."""
        self.log.append((round(self._loop.now, 6), "RST"))
        self.lost = True

    def pause_reading(self) -> None:
        """Remember to wait."""
        self.reading = False

    def resume_reading(self) -> None:
        """Remember to go on."""
        self.reading = True


class HandTransport(asyncio.Transport):
    """A transport that goes nowhere, and is lost as soon as it is closed."""

    def __init__(self, side: asyncio.BufferedProtocol) -> None:
        super().__init__()
        self.reading = True
        self._side = side
        self.told: list[object] = []
        side.connection_made(self)

    def write(self, data: object) -> None:
        """Remember."""
        self.told.append(data)

    def write_eof(self) -> None:
        """Remember."""
        self.told.append("FIN")

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Stand in for the socket, too."""
        return self

    def setsockopt(self, *option: object) -> None:
        """Remember the only option that is set: what closes is not a FIN."""
        self.told.append("RST")

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Take no notice."""

    def pause_reading(self) -> None:
        """Remember."""
        self.reading = False

    def resume_reading(self) -> None:
        """Remember."""
        self.reading = True

    def close(self) -> None:
        """End."""
        self.abort()

    def abort(self) -> None:
        """End."""
        if "end" not in self.told:
            self.told.append("end")
            self._side.connection_lost(None)


def say(side: Any, data: bytes) -> None:
    """Let an endpoint send bytes, as asyncio would bring them."""
    buffer = side.get_buffer(-1)
    buffer[: len(data)] = data
    side.buffer_updated(len(data))
