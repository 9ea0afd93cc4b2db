"""Deadlines and pauses by a clock that can be replaced.

asyncio's own ``timeout`` and ``sleep`` go by the event loop's time. These go by a ``Clock``, whose
hands a test may turn itself. Leaves out the clocks; they are the engine's (``scratch.Clock``).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields

from wsdemo.client.errors import DeadlineExceeded
from wsdemo.scratch.options import Clock, Timer

__all__ = ["Deadlines", "sleep", "within"]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long what may take, in seconds; None for as long as it likes.

    Attributes:
        connect: one attempt, from the host's name to the answer to the opening handshake.
        send: room in the outbox for a message, and then its way into the socket.
        reply: from the call of ``request`` to its reply, reconnects included.
        close: the rest of the outbox, and the closing handshake.
    """

    connect: float | None = 10.0
    send: float | None = 10.0
    reply: float | None = 10.0
    close: float | None = 10.0

    def __post_init__(self) -> None:
        for each in fields(self):
            check_seconds(each.name, getattr(self, each.name))


def check_seconds(name: str, seconds: float | None) -> None:
    """Check a time limit.

    Raises:
        ValueError: it is not above 0, or not finite; None is for no limit.
    """
    if seconds is not None and not 0 < seconds < math.inf:
        raise ValueError(f"{name} is a number of seconds above 0, or None, not {seconds!r}")


@asynccontextmanager
async def within(
    clock: Clock,
    seconds: float | None,
    deadline: str,
    what: Callable[[], str],
    *,
    grace: Callable[[], float] = lambda: 0.0,
) -> AsyncIterator[None]:
    """Cancel the block when its time is over.

    Args:
        clock: tells when.
        seconds: how long the block may take; None for as long as it likes.
        deadline: a name for programs, such as "connect".
        what: says in words what took so long; asked at the end.
        grace: asked when the time is over: how many more seconds it gets; 0 for none.

    Raises:
        DeadlineExceeded: the block was cancelled.
    """
    if seconds is None:
        yield
        return
    loop = asyncio.get_running_loop()
    timer: Timer

    def over() -> None:
        nonlocal timer
        if (more := grace()) > 0:
            timer = clock.call_later(more, over)
        else:
            scope.reschedule(loop.time())

    try:
        async with asyncio.timeout(None) as scope:
            timer = clock.call_later(seconds, over)
            try:
                yield
            finally:
                timer.cancel()
    except TimeoutError:
        if not scope.expired():
            raise  # somebody else's
        raise DeadlineExceeded(deadline, what(), seconds) from None


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait.

    Args:
        clock: tells how long.
        seconds: how long.
    """
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ring() -> None:
        if not over.done():
            over.set_result(None)

    timer = clock.call_later(seconds, ring)
    try:
        await over
    finally:
        timer.cancel()
