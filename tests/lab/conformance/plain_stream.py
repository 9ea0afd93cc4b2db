"""The octets that come from a peer, taken in the pieces in which they come."""

from __future__ import annotations

import asyncio

MOST = 65_536  # octets read at a time


class Stream:
    """What a peer sends, buffered.

    Every method that needs octets raises EOFError when the peer has ended TCP, properly or not.

    Attributes:
        buffer: octets that have come and have not been taken.

    Args:
        reader: of the TCP connection.
    """

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.buffer = bytearray()
        self._reader = reader

    async def more(self) -> None:
        """Wait for octets to come, and add them to the buffer."""
        try:
            data = await self._reader.read(MOST)
        except OSError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        self.buffer += data

    async def some(self, most: int) -> bytes:
        """Take what is there, or else what comes next."""
        if not self.buffer:
            await self.more()
        return self.take(min(most, len(self.buffer)))

    async def exactly(self, size: int) -> bytes:
        """Take so many octets."""
        while len(self.buffer) < size:
            await self.more()
        return self.take(size)

    async def line(self, most: int) -> bytes:
        """Take a line with its end, or more than ``most`` octets without one."""
        while (end := self.buffer.find(b"\n") + 1) == 0 and len(self.buffer) <= most:
            await self.more()
        return self.take(end or len(self.buffer))

    async def discard(self) -> None:
        """Read to the end, and keep nothing."""
        while True:
            self.buffer.clear()
            try:
                await self.more()
            except EOFError:
                return

    def take(self, size: int) -> bytes:
        """Take so many octets out of the buffer."""
        taken = bytes(memoryview(self.buffer)[:size])
        del self.buffer[:size]
        return taken
