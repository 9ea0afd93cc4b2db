"""A wire's socket towards one endpoint of a connection.

Leaves out what is done with the bytes, which is `link`. Belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from wsdemo.lab.chunks import Kind

if TYPE_CHECKING:
    from wsdemo.lab.link import Lane

__all__ = ["Side"]

# SO_LINGER on, and for no time at all, makes close() send a RST. Windows counts in shorts.
NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Side(asyncio.BufferedProtocol):
    """The wire's socket towards one endpoint.

    Args:
        out: What the endpoint sends into.
        into: What it receives from.
        buffer: What to read into. All sides of a loop can share one: it is emptied at once.
        on_end: Called whenever something has ended.
    """

    def __init__(
        self, out: Lane, into: Lane, buffer: memoryview, on_end: Callable[[], None]
    ) -> None:
        self._out = out
        self._into = into
        self._buffer = buffer
        self._on_end = on_end
        self._transport: asyncio.Transport | None = None
        self._reading = True
        self._ours = False  # the connection was closed by us
        self.ended = False
        """The endpoint has sent its FIN."""
        self.told_end = False
        """The endpoint was sent one."""
        self.lost = False
        """The connection is gone."""

    @property
    def done(self) -> bool:
        """Whether there is nothing left to say in either direction."""
        return self.lost or (self.ended and (self.told_end or self._into.over))

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # What the kernel does not take at once waits in the lane, where it can be counted.
        transport.set_write_buffer_limits(high=0)
        if not self._reading:
            transport.pause_reading()
        # What was said before there was somebody to say it to.
        if self._ours:
            transport.abort()
        elif self.told_end:
            transport.write_eof()
        self._into.hold(held=False)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's guess
        """Lend the buffer of the wire, or as much of it as there is room for in the lane."""
        room = self._buffer.nbytes if self._out.severed else self._out.shaper.room
        return self._buffer[: max(1, room)]

    def buffer_updated(self, nbytes: int) -> None:
        """Take over what was read."""
        self._out.put(bytes(self._buffer[:nbytes]))

    def eof_received(self) -> bool:
        """Pass on that the endpoint sends no more; it may still receive."""
        self.ended = True
        self._out.put(Kind.EOF)
        self._on_end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on that the endpoint broke the connection off, unless it was us."""
        self.lost = True
        self._into.close()
        if exc is not None and not self._ours:
            self._out.put(Kind.RESET)
        self._on_end()

    def pause_writing(self) -> None:
        """Wait: the endpoint reads too slowly."""
        self._into.hold(held=True)

    def resume_writing(self) -> None:
        """Go on."""
        self._into.hold(held=False)

    # What lanes and links call

    def write(self, data: bytes) -> None:
        """Send."""
        if self._transport is not None and not self._ours and not self.lost:
            self._transport.write(data)

    def finish(self) -> None:
        """Send a FIN, behind everything written."""
        if self.told_end or self.lost:
            return
        self.told_end = True
        if self._transport is not None:
            # If the endpoint has gone meanwhile, connection_lost() is about to say so.
            with contextlib.suppress(OSError):
                self._transport.write_eof()

    def break_off(self) -> None:
        """Send a RST, and lose what has not been sent."""
        if self._transport is not None and not self.lost:
            raw: socket.socket = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.abort()

    def abort(self) -> None:
        """Close the socket at once, or never open it."""
        self._ours = True
        if self._transport is not None:
            self._transport.abort()
        else:
            self.lost = True
            self._on_end()

    def close(self) -> None:
        """Close the socket when everything has been sent."""
        self._ours = True
        if self._transport is not None:
            self._transport.close()

    def pause_reading(self) -> None:
        """Let the sender wait."""
        # Behind a FIN there is nothing to read, and asyncio would report it again.
        if self._reading and not self.ended and self._transport is not None:
            self._transport.pause_reading()
        self._reading = False

    def resume_reading(self) -> None:
        """Let the sender go on."""
        if not self._reading and not self.ended and self._transport is not None:
            self._transport.resume_reading()
        self._reading = True
