"""Which descriptors are ready: `epoll` where there is one, with nothing around it.

`selectors` makes two objects for every event, half a microsecond each time: as much as the
comparison of an answer.

Leaves out what became ready for what: whoever asks just tries.
"""

from __future__ import annotations

import select
import selectors
import sys
from collections.abc import Sequence
from typing import Protocol

__all__ = ["Readiness", "Selector", "readiness"]


class Readiness(Protocol):
    """What tells which descriptors are ready."""

    def watch(self, descriptor: int) -> None:
        """Tell when there is something to read, from now on."""

    def watch_writing(self, descriptor: int, wanted: bool) -> None:
        """Tell also when something can be written, or no more."""

    def poll(self, timeout: float) -> Sequence[tuple[int, int]]:
        """Return the descriptors that are ready, each with what only the kernel's calls name.

        Args:
            timeout: seconds; after them the answer is empty.
        """

    def close(self) -> None:
        """Forget them all."""


class Selector:
    """The one for all systems."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self.close = self._selector.close

    def watch(self, descriptor: int) -> None:
        """Tell when there is something to read, from now on."""
        self._selector.register(descriptor, selectors.EVENT_READ)

    def watch_writing(self, descriptor: int, wanted: bool) -> None:
        """Tell also when something can be written, or no more."""
        writing = selectors.EVENT_WRITE if wanted else 0
        self._selector.modify(descriptor, selectors.EVENT_READ | writing)

    def poll(self, timeout: float) -> Sequence[tuple[int, int]]:
        """Return the descriptors that are ready."""
        return [(key.fd, events) for key, events in self._selector.select(timeout)]


def readiness() -> Readiness:
    """Return the quickest that this system has."""
    return _Epoll() if sys.platform == "linux" else Selector()


if sys.platform == "linux":

    class _Epoll:
        """Linux's own."""

        def __init__(self) -> None:
            self._epoll = select.epoll()
            self.poll = self._epoll.poll
            self.close = self._epoll.close

        def watch(self, descriptor: int) -> None:
            self._epoll.register(descriptor, select.EPOLLIN)

        def watch_writing(self, descriptor: int, wanted: bool) -> None:
            writing = select.EPOLLOUT if wanted else 0
            self._epoll.modify(descriptor, select.EPOLLIN | writing)
