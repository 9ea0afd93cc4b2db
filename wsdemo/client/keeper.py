"""The keeper: the one task that connects, and connects again, as long as there is hope.

Leaves out what happens on a connection (``conversation``), what an end means (``endings``), and how
long to wait (``backoff``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from wsdemo.client.conversation import Conversation, Desk, dial
from wsdemo.client.endings import Ending, Verdict
from wsdemo.client.errors import ClientClosed, DeadlineExceeded
from wsdemo.client.settings import Settings
from wsdemo.client.states import Phase, State, States
from wsdemo.client.timing import sleep, within
from wsdemo.protocol import CloseCode

__all__ = ["Keeper"]

logger = logging.getLogger("wsdemo.client")


class Keeper:
    """Keeps a client connected.

    Args:
        settings: the client's.
        desk: what outlives a connection.
        states: is told where the client is.

    Attributes:
        connection: the engine's, while there is one.
        closing: whether the program wants to end it.
        error: why the client is closed: a failure, or ClientClosed; None before.
    """

    def __init__(self, settings: Settings, desk: Desk, states: States) -> None:
        self.connection: Any = None
        self.closing = False
        self.error: BaseException | None = None
        self._settings = settings
        self._desk = desk
        self._states = states
        self._attempt = 0

    async def run(self) -> None:
        """Keep the client connected until it is closed, or there is no hope. Raises nothing."""
        error: BaseException | None = None
        try:
            error = await self._keep()
        except asyncio.CancelledError:
            pass  # by close(), or because the loop ends
        except Exception as failure:
            error = failure
        finally:
            self.end(error)

    async def goodbye(self, code: int, reason: str) -> None:
        """Send what is in the outbox, and close the connection, if there is one.

        Raises:
            DeadlineExceeded: the server didn't take, or answer, it in time.
        """
        self.closing = True
        self._change(Phase.CLOSING, reason)
        self._desk.inbox.overflow()
        connection, limit = self.connection, self._settings.deadlines.close
        if connection is None:
            return
        what = f"closing the connection to {self._settings.where}"
        try:
            async with within(self._settings.timekeeper(), limit, "close", lambda: what):
                await self._drained(connection)
                await connection.close(code, reason)
        except DeadlineExceeded:
            connection.transport.abort()
            await connection.wait_closed()
            # A server that answered, and only never ended TCP, has heard everything.
            if connection.close_code == CloseCode.ABNORMAL_CLOSURE:
                raise

    async def _drained(self, connection: Any) -> None:
        """Wait until everything was sent, or can't be any more."""
        ways = [
            asyncio.ensure_future(self._desk.outbox.drained()),
            asyncio.ensure_future(connection.wait_closed()),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _keep(self) -> BaseException:
        """Connect again and again; return why that has come to a good end."""
        delays = self._settings.backoff.delays()
        while True:
            self._attempt += 1
            self._change(Phase.CONNECTING)
            ending, steady = await self._once()
            if self.closing:
                return ClientClosed("the client is closed")
            if ending.verdict is Verdict.DONE:
                return ending.error
            if ending.verdict is Verdict.STOP:
                raise ending.error
            if steady:
                delays, self._attempt = self._settings.backoff.delays(), 0
            await self._pause(delays, ending)

    async def _once(self) -> tuple[Ending, bool]:
        """Connect once, and converse; return how that ended, and whether it had been steady."""
        metrics = self._settings.metrics
        clock = self._settings.timekeeper()
        made = await dial(self._settings, clock)
        if isinstance(made, Ending):
            if metrics is not None and made.status is not None:
                metrics.refused(made.status)
            return made, False
        opened = clock.time()
        self.connection = made
        if metrics is not None:
            metrics.opened()
        self._change(Phase.OPEN)
        try:
            ending = await Conversation(made, self._desk, self._settings, clock).run()
        finally:
            self.connection = None
            if metrics is not None:
                metrics.closed(made.close_code or CloseCode.ABNORMAL_CLOSURE)
        if ending.verdict is Verdict.RETRY and not self.closing:
            self._desk.requests.lost(str(ending.error))
        return ending, clock.time() - opened >= self._settings.backoff.steady

    async def _pause(self, delays: Iterator[float], ending: Ending) -> None:
        """Wait before the next attempt; raise the error when there is to be none."""
        delay = next(delays, None)
        if delay is None:
            raise ending.error
        # On top of what the server asks for: it asks everybody for the same.
        delay += ending.wait
        logger.info("%s; next attempt in %.2f s", ending.error, delay)
        state = State(Phase.WAITING, self._attempt + 1, str(ending.error), delay, ending.error)
        self._states.change(state)
        await sleep(self._settings.timekeeper(), delay)

    def _change(self, phase: Phase, reason: str = "", error: BaseException | None = None) -> None:
        self._states.change(State(phase, self._attempt, reason, error=error))

    def end(self, error: BaseException | None = None) -> None:
        """Tell everybody who waits, and whoever calls later, that nothing more will come.

        Args:
            error: why; by default that the program wanted it so.
        """
        if self.error is not None:
            return
        self.error = error or ClientClosed("the client is closed")
        self._desk.requests.end(self.error)
        self._desk.outbox.end(self.error)
        self._desk.inbox.end(self.error)
        if unsent := len(self._desk.outbox):
            logger.warning("messages that were never sent: %d", unsent)
        failed = None if isinstance(self.error, ClientClosed) else self.error
        self._change(Phase.CLOSED, str(self.error), failed)
