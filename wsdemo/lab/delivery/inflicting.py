"""`inflict()`: lets a schedule of faults come over a network, and leaves the network healthy.

Leaves out drawing the schedule, which is `wsdemo.lab.schedule`, and what a fault does to the bytes,
which is `wsdemo.lab.control`.
"""

from __future__ import annotations

import asyncio
import inspect
import operator
import time
from collections.abc import Awaitable, Callable, Iterable

from wsdemo.lab.control import Connection
from wsdemo.lab.live_wire import Wire

__all__ = ["inflict"]

DELAY = 0.1
"""Seconds that a delay adds in each direction unless told otherwise: another continent."""


async def inflict(
    schedule: Iterable[tuple[float, str]],
    link: Wire | Connection,
    *,
    restart: Callable[[], object] | None = None,
    delay: float = DELAY,
    note: Callable[[str], object] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Do to a wire, or to one of its connections, what a schedule says.

    Whatever happens, and even if this is cancelled, the link is healthy again in the end: nothing
    stalls, who is refused is accepted, delays are as they were, and connections that were half open
    are reset, as by the peer's machine when it is back.

    Args:
        schedule: Seconds from now, and what to do then, as `faults` draws it; in any order.
        link: What to do it to. Only a whole wire can refuse and accept.
        restart: Restarts the server, at the same port; awaited if it can be.
        delay: Seconds that "delay" lets each byte travel, in each direction.
        note: Called with the name of everything that is done, right before: `Delivery.fault`.
        clock: Tells how late it is, in seconds.
        sleep: Waits for as many seconds.

    Raises:
        AttributeError: A link can do no such thing.
        ValueError: The server is to be restarted, and `restart` is not given.
    """
    patient = _Patient(link, restart, delay)
    steps = [(at, name, patient.step(name)) for at, name in schedule]
    start = clock()
    try:
        for at, name, step in sorted(steps, key=operator.itemgetter(0)):
            await sleep(max(0.0, start + at - clock()))
            if note is not None:
                note(name)
            done = step()
            if inspect.isawaitable(done):
                await done
    finally:
        patient.heal()


class _Patient:
    """A link, and what has to be undone."""

    def __init__(
        self, link: Wire | Connection, restart: Callable[[], object] | None, delay: float
    ) -> None:
        self._link = link
        self._restart = restart
        self._delay = delay
        self._delays = [(side, side.delay) for side in (link.up, link.down)]
        self._half_open: list[Connection] = []

    def step(self, name: str) -> Callable[[], object]:
        """Return what to do for a name."""
        if name == "restart":
            if self._restart is None:
                raise ValueError("to restart the server, inflict() has to be given `restart`")
            return self._restart
        own = {"delay": self._slow, "hasten": self._hasten, "half_open": self._silence}
        found: Callable[[], object] = own.get(name) or operator.attrgetter(name)(self._link)
        return found

    def heal(self) -> None:
        """Undo what can be undone."""
        self._link.resume()
        self._hasten()
        if isinstance(self._link, Wire):
            self._link.accept()
        for connection in self._half_open:
            connection.reset()

    def _slow(self) -> None:
        for side, _ in self._delays:
            side.delay = self._delay

    def _hasten(self) -> None:
        for side, before in self._delays:
            side.delay = before

    def _silence(self) -> None:
        # Those that have ended already are none the worse for a reset.
        link = self._link
        self._half_open += [link] if isinstance(link, Connection) else link.connections.values()
        link.half_open()
