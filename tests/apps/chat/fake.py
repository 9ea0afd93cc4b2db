"""A client below `wsdemo.apps.chat.client`: it connects when a test says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from wsdemo.client import Phase, State


class FakeClient:
    """What a `Line` needs of a client.

    Attributes:
        sent: what was sent, in order.
        unsent: what waits to be sent.
    """

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.unsent: tuple[str, ...] = ()
        self._states: asyncio.Queue[State] = asyncio.Queue()
        self._inbox: asyncio.Queue[str | BaseException] = asyncio.Queue()

    def enter(self, *phases: Phase) -> None:
        """Go through some states."""
        for phase in phases:
            self._states.put_nowait(State(phase, 1))

    def deliver(self, message: dict[str, Any]) -> None:
        """Let a message come."""
        self._inbox.put_nowait(json.dumps(message))

    def fail(self, error: BaseException) -> None:
        """End, of an error."""
        self._inbox.put_nowait(error)

    async def send(self, message: str) -> None:
        """Note what is sent."""
        self.sent.append(json.loads(message))

    async def states(self) -> AsyncIterator[State]:
        """Yield the states."""
        while True:
            yield await self._states.get()

    def __aiter__(self) -> AsyncIterator[str]:
        return self._messages()

    async def _messages(self) -> AsyncIterator[str]:
        while not isinstance(message := await self._inbox.get(), BaseException):
            yield message
        raise message
