"""What the subject runs: an echo that ends a connection when it is told to, right or with a fault.

The faults are implanted on purpose, to show that the soak finds each of them.

Leaves out faults of the protocol: the conformance suite has two hundred of those.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from typing import Any

COMMAND = "soak: "
LEAK = 300  # octets


class Deliberate(Exception):
    """A handler's failure that a visitor has asked for."""


def order(message: str | bytes) -> tuple[str, int, str] | None:
    """Read a command: how to end the connection, with which code and reason.

    Args:
        message: what a visitor has sent.

    Returns:
        None if it is a message like any other.
    """
    if not isinstance(message, str) or not message.startswith(COMMAND):
        return None
    how, code, reason = message.removeprefix(COMMAND).split(" ", 2)
    return how, int(code), reason


class Echo:
    """A coroutine handler: sends back what comes, until it is told to end."""

    async def __call__(self, connection: Any) -> None:
        """Serve one connection."""
        async for message in connection:
            told = order(message)
            if told is None:
                await self.send(connection, message)
                continue
            how, code, reason = told
            if how == "raise":
                raise Deliberate
            if how == "close":
                await self.close(connection, code, reason)
            return

    async def send(self, connection: Any, message: str | bytes) -> None:
        """Send a message back; for subclasses."""
        await connection.send(message)

    async def close(self, connection: Any, code: int, reason: str) -> None:
        """Close the connection; for subclasses."""
        await connection.close(code, reason)


def answer(connection: Any, message: str | bytes) -> None:
    """Do the same as ``Echo``, as a callback."""
    told = order(message)
    if told is None:
        connection.send_nowait(message)
        return
    how, code, reason = told
    if how == "raise":
        raise Deliberate
    connection.start_close(code, reason)


class Loses(Echo):
    """Loses one message of each connection."""

    async def __call__(self, connection: Any) -> None:
        """Serve one connection."""
        connection.lost = False
        await super().__call__(connection)

    async def send(self, connection: Any, message: str | bytes) -> None:
        """Forget the first message."""
        if connection.lost:
            await super().send(connection, message)
        connection.lost = True


class Duplicates(Echo):
    """Sends every message twice, and calls it safe."""

    async def send(self, connection: Any, message: str | bytes) -> None:
        """Send it twice."""
        await super().send(connection, message)
        await super().send(connection, message)


class Reorders(Echo):
    """Sends the first message after the second."""

    async def __call__(self, connection: Any) -> None:
        """Serve one connection."""
        connection.held = None
        connection.swapped = False
        await super().__call__(connection)

    async def send(self, connection: Any, message: str | bytes) -> None:
        """Hold the first message back."""
        if connection.held is None:
            connection.held = message
            return
        await super().send(connection, message)
        if not connection.swapped:
            connection.swapped = True
            await super().send(connection, connection.held)


class Alters(Echo):
    """Adds something of its own."""

    async def send(self, connection: Any, message: str | bytes) -> None:
        """Send a little more than came."""
        more = message + "." if isinstance(message, str) else message + b"."
        await super().send(connection, more)


class Stalls(Echo):
    """Takes a message, and does nothing any more."""

    async def send(self, connection: Any, message: str | bytes) -> None:
        """Wait for the end instead."""
        await connection.wait_closed()


class Misspeaks(Echo):
    """Closes with a code of its own choice."""

    async def close(self, connection: Any, code: int, reason: str) -> None:
        """Close, for another reason than the right one."""
        await super().close(connection, 4321, reason)


class Dies(Echo):
    """Takes the process with it."""

    async def close(self, connection: Any, code: int, reason: str) -> None:
        """End at once, in the middle of everything."""
        os._exit(3)


class Complains(Echo):
    """Logs an error that nobody has asked for."""

    async def close(self, connection: Any, code: int, reason: str) -> None:
        """Close, and complain."""
        logging.getLogger("wsdemo").error("something is rotten")
        await super().close(connection, code, reason)


class Keeps(Echo):
    """Keeps something of every connection: some octets, a task, a descriptor.

    Args:
        thing: makes what is kept.
    """

    def __init__(self, thing: Callable[[], object]) -> None:
        self._thing = thing
        self._kept: list[object] = []

    async def __call__(self, connection: Any) -> None:
        """Serve one connection, and keep something."""
        self._kept.append(self._thing())
        await super().__call__(connection)


FAULTS: dict[str, Callable[[], Echo]] = {
    "none": Echo,
    "loses": Loses,
    "duplicates": Duplicates,
    "reorders": Reorders,
    "alters": Alters,
    "stalls": Stalls,
    "misspeaks": Misspeaks,
    "dies": Dies,
    "complains": Complains,
    "keeps octets": lambda: Keeps(lambda: bytearray(LEAK)),
    "keeps tasks": lambda: Keeps(lambda: asyncio.ensure_future(asyncio.Event().wait())),
    "keeps descriptors": lambda: Keeps(lambda: os.open(os.devnull, os.O_RDONLY)),
}
