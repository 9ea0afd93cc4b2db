"""Asking the kernel again and again, instead of sleeping until it has something.

A server whose answer wakes a process that sleeps pays for that: the system call that sends a short
message takes half as long again. A generator that sleeps while it waits for a slow server, and
is too busy to sleep with a quick one, would make the slow one look slower than it is. A real
client is another machine, and costs the server nothing of the kind. So the generator stays awake,
where it has a core of its own for that.

Leaves out what is ready: that is for the kernel to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from wsdemo.lab.bench.readiness import Readiness

__all__ = ["Spinning"]


class Spinning:
    """A `Readiness` that never sleeps.

    Args:
        ready: what is asked.
        clock: tells the time.

    Attributes:
        idle: seconds that were spent in asking for nothing.
    """

    def __init__(self, ready: Readiness, clock: Callable[[], float] = time.perf_counter) -> None:
        self._ready, self._clock = ready, clock
        self.watch = ready.watch
        self.watch_writing = ready.watch_writing
        self.close = ready.close
        self.idle = 0.0

    def poll(self, timeout: float) -> Sequence[tuple[int, int]]:
        """Return the descriptors that are ready, each with what only the kernel's calls name.

        Args:
            timeout: seconds; after them the answer is empty.
        """
        events = self._ready.poll(0)
        if events:
            return events
        began = now = self._clock()
        while not events and now - began <= timeout:
            events = self._ready.poll(0)
            now = self._clock()
        self.idle += now - began
        return events
