"""A handler that sends back what it gets: what conformance suites and load tests talk to.

Leaves out everything that could be between a message and its echo.
"""

from __future__ import annotations

from wsdemo.server import Connection

__all__ = ["echo"]


async def echo(connection: Connection) -> None:
    """Send every message back, text as text and bytes as bytes."""
    async for message in connection:
        await connection.send(message)
