"""The coroutine handlers, for the engines that have the verbs of `websockets`.

Leaves out any other style: see each server.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from wsdemo.lab.bench.octets import WELCOME

__all__ = ["handler"]

Handler = Callable[[Any], Coroutine[Any, Any, None]]
Broadcast = Callable[[set[Any], Any], object]


async def echo(connection: Any) -> None:
    """Send back what comes."""
    async for message in connection:
        await connection.send(message)


def room(broadcast: Broadcast, copies: int) -> Handler:
    """Return a handler that sends what comes to everybody.

    Args:
        broadcast: sends one message to many connections.
        copies: how often, at once.
    """
    members: set[Any] = set()

    async def attend(connection: Any) -> None:
        members.add(connection)
        try:
            await connection.send(WELCOME.decode())
            async for message in connection:
                for _ in range(copies):
                    broadcast(members, message)
        finally:
            members.discard(connection)

    return attend


def handler(broadcast: Broadcast, copies: int) -> Handler:
    """Return the handler for a job."""
    return room(broadcast, copies) if copies else echo
