"""Who is here, and what they cost: the books of a server.

Every TCP connection is a `Visit`. It begins with ``connection_made`` and ends with
``connection_lost``, which asyncio calls once for each and always, however a client leaves. That is
why a slot is given back there, and not at the end of a handler that may never have begun.

What is counted on the wire is what passes between the engine and asyncio: with TLS, the octets
inside of it.

Leaves out the metrics themselves, and everything a handler counts on its own.
"""

from __future__ import annotations

import asyncio
from typing import Any

from wsdemo.limits import Slot, Slots
from wsdemo.metrics import Metrics
from wsdemo.server.connection import Counted, Handler, Sendable, payload_size, pieces

__all__ = ["Register", "Visit"]

ABNORMAL = 1006  # RFC 6455, 7.1.5: the close code when no close frame came


class Register:
    """The books of one server.

    Args:
        metrics: gets everything that can be counted.
        slots: the places for open connections.

    Attributes:
        present: everybody who is connected, if only by TCP.
        open: those whose opening handshake was answered with 101, until TCP has ended.
        tasks: those in which a handler runs.
        draining: whether nobody is let in any more.
        quiet: set once it is draining, and nobody is open and no handler runs.
    """

    def __init__(self, metrics: Metrics, slots: Slots) -> None:
        self.metrics = metrics
        self.slots = slots
        self.present: set[Visit] = set()
        self.open: set[Visit] = set()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.draining = False
        self.quiet = asyncio.Event()

    def drain(self) -> None:
        """Let nobody in any more."""
        self.draining = True
        self.look_round()

    def look_round(self) -> None:
        """See whether the last one has left."""
        if self.draining and not self.open and not self.tasks:
            self.quiet.set()


class Visit:
    """One client's stay, from the first octet to the last.

    Args:
        connection: the engine's.
        register: where it is written down.

    Attributes:
        handler: what will run, once the gate has chosen it.
        metrics: the register's.
        refusable: whether an error status is the refusal of a handshake; a health check's is none.
        status: of the HTTP response; 0 before there is one.
    """

    __slots__ = (
        "_slot",
        "connection",
        "gone",
        "handler",
        "metrics",
        "refusable",
        "register",
        "status",
    )

    def __init__(self, connection: Any, register: Register) -> None:
        self.connection = connection
        self.register = register
        self.metrics = register.metrics
        self.handler: Handler | None = None
        self.refusable = True
        self.status = 0
        self.gone = False
        self._slot: Slot | None = None

    @property
    def is_open(self) -> bool:
        """Whether the engine would still send a message."""
        return self.status == 101 and str(self.connection.state.name) == "OPEN"

    def take_slot(self) -> bool:
        """Take a slot, unless there is none."""
        if self.gone:
            # Left between the request and our looking at it. Whatever the answer, nobody reads
            # it, and ``connection_lost`` will not come again to give a slot back.
            return True
        self._slot = self.register.slots.take()
        return self._slot is not None

    # What the engine's connection tells

    def arrived(self) -> None:
        """Note that TCP is connected."""
        self.register.present.add(self)

    def came(self, data: bytes) -> None:
        """Count what was read."""
        self.metrics.wire(received=len(data))

    def goes(self, first: bytes, size: int) -> None:
        """Count what is about to be written.

        Args:
            first: it, or the first part of it.
            size: all of it, in octets.
        """
        if not self.status:
            # The first that any server writes: "HTTP/1.1 101 Switching Protocols". Read here
            # because it is sent in six places of two engines, and comes past here each time.
            self.answered(int(first[9:12]))
        self.metrics.wire(sent=size)

    def answered(self, status: int) -> None:
        """Count what the opening handshake was answered with.

        Args:
            status: of the response.
        """
        self.status = status
        if status == 101:
            self.register.open.add(self)
            self.metrics.opened()
        elif status >= 400 and self.refusable:
            self.metrics.refused(status)

    def left(self, code: int | None) -> None:
        """Note that TCP has ended."""
        self.gone = True
        self.register.present.discard(self)
        if self._slot is not None:
            self._slot.release()
        if self in self.register.open:
            self.register.open.discard(self)
            self.metrics.closed(ABNORMAL if code is None else code)
        self.register.look_round()

    def received(self, message: str | bytes) -> None:
        """Count a message that a handler was given."""
        self.metrics.received(payload_size(message))

    async def sending(self, send: Any, message: Sendable, text: bool | None) -> None:
        """Send a message by the engine's own method, and count it."""
        if isinstance(message, (str, bytes, bytearray, memoryview)):
            await send(message, text=text)
            self.metrics.sent(payload_size(message))
            return
        counted = Counted()
        await send(pieces(message, counted), text=text)
        if counted.begun:
            self.metrics.sent(counted.size)
