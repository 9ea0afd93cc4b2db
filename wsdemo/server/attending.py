"""Running handlers: what an engine does with a connection that is open.

An exception in a handler is our fault and not the client's: it gets 1011, the log gets the
traceback with the connection's id, and the metrics get a count, once each. An exception that only
says that the client has left is none of that: clients may leave.

Leaves out which handler: the gate has chosen it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from wsdemo.protocol import CloseCode
from wsdemo.server.register import Register, Visit

__all__ = ["Attending"]


class Attending:
    """What runs the handlers of a server.

    Args:
        register: the books.
        closed: the engine's `ConnectionClosed`.
        logger: gets what went wrong.
    """

    def __init__(self, register: Register, closed: type[Exception], logger: logging.Logger) -> None:
        self._register = register
        self._closed = closed
        self._logger = logger

    async def attend(self, connection: Any) -> None:
        """Run the handler of a connection, to whatever end."""
        visit: Visit = connection.visit
        task = asyncio.current_task()
        assert visit.handler is not None
        assert task is not None
        self._register.tasks.add(task)
        try:
            await visit.handler(connection)
        except Exception as error:
            if not self._says_goodbye(visit, error):
                self._register.metrics.failed()
                self._logger.exception("connection %s: the handler failed", connection.id)
                await connection.close(CloseCode.INTERNAL_ERROR)
        finally:
            self._register.tasks.discard(task)
            self._register.look_round()

    def _says_goodbye(self, visit: Visit, error: Exception) -> bool:
        """Whether an exception says no more than that the connection is closed."""
        if visit.is_open:
            return False
        if isinstance(error, ExceptionGroup):  # of a TaskGroup with a reader and a writer
            return error.split(self._closed)[1] is None
        return isinstance(error, self._closed)
