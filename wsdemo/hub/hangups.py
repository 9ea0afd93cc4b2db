"""Hanging up: connections that are being closed while nobody waits for it.

To close a connection takes a closing handshake, and the peer that doesn't read takes its time. So
each runs in a task of its own, and all are known, so that none outlives the hub.

A member's ``close`` writes the close frame before it first waits, in either engine. So it is sent
even when there is no time left at all, and whoever reads it later knows why.

Leaves out TCP: what ``close`` has not ended when its time is over is left to the engine, whose
keepalive and close timeout end it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from wsdemo.protocol.closing import Close

__all__ = ["HangUps", "hang_up"]

logger = logging.getLogger("wsdemo.hub")


class Closable(Protocol):
    """What can be hung up."""

    async def close(self, code: int = ..., reason: str = ...) -> None:
        """Close the connection, and wait until it is closed."""


async def hang_up(member: Closable, close: Close, deadline: float | None) -> None:
    """Close a member's connection; whatever goes wrong is the member's own.

    Args:
        member: whose connection.
        close: with what.
        deadline: until when, by the event loop's clock; None for as long as it takes.
    """
    try:
        async with asyncio.timeout_at(deadline):
            await member.close(close.code, close.reason)
    except Exception as error:
        logger.info("closing with %s did not end well: %r", close, error)


class HangUps:
    """All that are going on.

    Args:
        timeout: seconds that each may take; None for as long as it takes.
    """

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, member: Closable, close: Close) -> None:
        """Close a member's connection, and don't wait for it."""
        loop = asyncio.get_running_loop()
        deadline = None if self._timeout is None else loop.time() + self._timeout
        task = loop.create_task(hang_up(member, close, deadline), name="wsdemo.hub: hang up")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, timeout: float | None) -> None:
        """Wait for all of them, then give up on the rest.

        Args:
            timeout: seconds; None for as long as they take.
        """
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout)
        self.give_up()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def give_up(self) -> None:
        """Cancel all of them; each ends in a turn of the loop."""
        for task in self._tasks:
            task.cancel()
