"""`Wire`: what a notebook holds in its hand while a wire is running.

Leaves out how it comes to be, which is `wire`.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import operator
import time
import weakref
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeAlias, TypeVar
from urllib.parse import SplitResult

from wsdemo.lab.chunks import Direction
from wsdemo.lab.control import Connection, Control
from wsdemo.lab.entries import Entry
from wsdemo.lab.link import Lane
from wsdemo.lab.loop_thread import LoopThread
from wsdemo.lab.proxy import GRACE, Proxy
from wsdemo.lab.recording import Recording
from wsdemo.lab.waiting import Want, first

__all__ = ["Action", "Wire"]

T = TypeVar("T")

Action: TypeAlias = "str | Callable[[Wire], object]"
"""What a schedule does at a time: the name of something a wire can do, such as ``"down.stall"``,
or a function that is given the wire."""


class Wire(Control):
    """A running wire; as a `Control`, of both directions of all connections.

    Attributes:
        recording: Everything that came, and what it means.
        up: Controls what goes from clients to the server.
        down: Controls what goes from the server to clients.
        uri: The server's URI with the wire's host and port: what clients connect to.
    """

    def __init__(self, target: SplitResult, proxy: Proxy, recording: Recording) -> None:
        self._target = target
        self._proxy = proxy
        self._thread = LoopThread("wsdemo wire")
        # No reference back to the wire: one that nobody has hold of must go, thread and all.
        weakref.finalize(self, _abandon, proxy, self._thread)
        call = partial(_call, self._thread)
        super().__init__(call, [*proxy.shapes.values()], partial(_lanes, proxy, *Direction))
        self.up = self._toward(Direction.UP)
        self.down = self._toward(Direction.DOWN)
        self.recording = recording
        self.uri = ""
        self._stopped = False

    def _toward(self, direction: Direction) -> Control:
        lanes = partial(_lanes, self._proxy, direction)
        return Control(self._call, [self._proxy.shapes[direction]], lanes)

    @property
    def connections(self) -> dict[int, Connection]:
        """Every connection so far, by number: 1, 2, and so on."""
        links = self._proxy.links.copy()
        return {number: Connection(self._call, link) for number, link in links.items()}

    async def wait_for(
        self, want: Want, *, arrived: bool = False, timeout: float | None = 5.0
    ) -> Entry:
        """Wait until the recording holds an entry, or a number of them.

        Args:
            want: A text that ``str(entry)`` contains; a function that is true of the entry; or
                how many entries there are to be.
            arrived: Whether it must have reached the other end, too.
            timeout: Seconds; None for no limit.

        Returns:
            The first such entry, which may have been there before; or the last one counted.

        Raises:
            TimeoutError: It did not come in time; the message tells what did.
            LocalError: The recording is full.
        """
        return await first(self.recording, want, arrived=arrived, timeout=timeout)

    async def wait_ended(
        self, connection: int | None = None, *, timeout: float | None = 5.0
    ) -> None:
        """Wait until connections have ended in both directions, and their sockets are closed.

        Args:
            connection: Which one, even if it has yet to come; all so far, unless given.
            timeout: Seconds; None for no limit.

        Raises:
            TimeoutError: One has not ended in time.
        """
        async with asyncio.timeout(timeout):
            await _elsewhere(self._thread, partial(self._proxy.wait_ended, connection))

    async def play(
        self,
        schedule: Iterable[tuple[float, Action]],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Do things at times, such as ``[(0.5, "down.stall"), (0.8, "down.resume"), (2, "cut")]``.

        Args:
            schedule: Seconds from now, and what to do then; in any order.
            clock: Tells how late it is, in seconds.
            sleep: Waits for as many seconds.

        Raises:
            AttributeError: A wire can do no such thing.
        """
        steps = [(at, self._action(action)) for at, action in schedule]
        start = clock()
        for at, step in sorted(steps, key=operator.itemgetter(0)):
            await sleep(max(0.0, start + at - clock()))
            step()

    def _action(self, action: Action) -> Callable[[], object]:
        if isinstance(action, str):
            found: Callable[[], object] = operator.attrgetter(action)(self)
            return found
        return partial(action, self)

    def refuse(self) -> None:
        """Refuse new connections; those that are open go on."""
        self._thread.submit(self._proxy.refuse).result()

    def accept(self) -> None:
        """Accept new connections again, at the same port."""
        self._thread.submit(self._proxy.accept).result()

    async def start(self, host: str, port: int) -> None:
        """Listen; `wire` does this."""
        port = await _elsewhere(self._thread, partial(self._proxy.start, host, port))
        # A certificate names "localhost", not the address.
        shown = "localhost" if self._target.hostname == "localhost" else host
        user, at, _ = self._target.netloc.rpartition("@")
        shown = f"[{shown}]" if ":" in shown else shown
        self.uri = self._target._replace(netloc=f"{user}{at}{shown}:{port}").geturl()

    async def stop(self) -> None:
        """Close every connection, and end; a second call does nothing.

        Raises:
            BaseException: What went wrong inside the wire.
            ExceptionGroup: Several things did.
        """
        if self._stopped:
            return
        self._stopped = True
        try:
            await _elsewhere(self._thread, self._proxy.close)
        finally:
            self._thread.close()
            await asyncio.wait([asyncio.wrap_future(self._thread.ended)])
            self._thread.close()  # joins it, now that it has nothing left to do
        if failures := self._proxy.failures:
            raise failures[0] if len(failures) == 1 else BaseExceptionGroup("in a wire", failures)

    def __repr__(self) -> str:
        # Without the port, which is another one in every run.
        connections = len(self._proxy.links)
        return f"<wire: {connections} connection(s), {super().__repr__()}>"


def _lanes(proxy: Proxy, *directions: Direction) -> list[Lane]:
    return [link.lane(direction) for link in proxy.links.values() for direction in directions]


def _call(thread: LoopThread, action: Callable[[], object]) -> None:
    """Do something in the wire's thread, and wait for it: it is done when this returns."""

    async def act() -> None:
        action()

    thread.submit(act).result()


async def _elsewhere(thread: LoopThread, work: Callable[[], Awaitable[T]]) -> T:
    """Await something in the wire's thread; it is cancelled if the caller is."""
    call = thread.submit(work)
    future = asyncio.wrap_future(call.future)
    # Nobody may be left to look at what a cancelled call ends in.
    future.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        # Unlike a plain await, this does not cancel the future, which is the other thread's to set.
        await asyncio.wait([future])
    finally:
        call.cancel()
    return future.result()


def _abandon(proxy: Proxy, thread: LoopThread) -> None:
    """Close a wire that nobody has hold of any more, or at the interpreter's end."""

    async def close() -> None:
        try:
            await proxy.close()
        finally:
            thread.close()

    if not thread.ended.done():
        thread.submit(close)
        if not thread.is_current():
            concurrent.futures.wait([thread.ended], 2 * GRACE)
            thread.close()
