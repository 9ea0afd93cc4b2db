"""A small application for tests, here so that a child process can import it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Annotated, Any, Self

import msgspec

from wsdemo.apps.door import JSON, BadMessage, Codec, Door


class Say(msgspec.Struct, tag="say", forbid_unknown_fields=True):
    """Something to be said back."""

    id: int
    text: Annotated[str, msgspec.Meta(max_length=20)]


class Fail(msgspec.Struct, tag="fail"):
    """An order to fail."""


class Toy:
    """Says everything back; its log tells what happened to it."""

    name = "chat"
    subprotocols: tuple[str, ...] = ()
    compression = True

    def __init__(self, codec: Codec = JSON) -> None:
        self.codec = codec
        self.log: list[str] = []
        self.loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        self.log.append("begins")
        self.loop = asyncio.get_running_loop()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.log.append("ends")

    async def handle(self, connection: Any) -> None:
        """Say everything back, until the connection ends."""
        door: Door[Say | Fail] = Door(Say | Fail, self.codec, budget=2, clock=lambda: 0.0)
        try:
            async for message in connection:
                await self._answer(connection, door, message)
        finally:
            self.log.append("goodbye")

    async def _answer(self, connection: Any, door: Door[Say | Fail], message: str | bytes) -> None:
        try:
            request = door.admit(message)
        except BadMessage as bad:
            await door.reject(connection, bad)
            return
        if isinstance(request, Fail):
            raise KeyError("as told")
        await connection.send(door.codec.encode(request))
