"""`Delivery`: writes down what clients send, are told and receive.

A checker judges it afterwards::

    record = lab.Delivery()
    record.joined("bob", "lobby")
    record.sent("ann", "ann/1", to="lobby", body="Hello")
    record.acknowledged("ann", "ann/1", offset=1)
    record.received("bob", "ann/1", "lobby", offset=1, body="Hello")
    record.check()

What is written where decides what the verdicts mean:

- *sent* before the message is handed to the connection, and again at each retry, with the same id;
- *acknowledged* and *refused* when the answer has come, and not when the server gave it;
- *received* where the application acts upon the message. A duplicate that the client's own memory
  throws away has no effect, so it isn't recorded; a page of history that is shown again neither.
- *joining* before the request, *joined* when it is granted; *leaving* before the request, *left*
  when it is granted (or joining is not), and nothing may come any more. In between a member may
  get a message, and need not. Who is connected again is still a member and doesn't join again.

Leaves out several machines: their clocks don't agree about what came first, and the order of one
recorder's events does (Lamport, 1978).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from wsdemo.lab.delivery.checker import check
from wsdemo.lab.delivery.events import Event, Kind, Run
from wsdemo.lab.delivery.report import Report

__all__ = ["Delivery"]


class Delivery:
    """Records a run; any number of tasks and threads may write.

    Args:
        clock: Returns seconds; only differences matter.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = clock()
        self._lock = threading.Lock()
        self._events: list[Event] = []

    def __repr__(self) -> str:
        return f"<Delivery: {len(self._events)} events>"

    @property
    def run(self) -> Run:
        """What has been recorded so far."""
        with self._lock:
            return Run(tuple(self._events))

    def check(self, *, echo: bool = True) -> Report:
        """Judge what has been recorded so far, see `checker.check`."""
        return check(self.run, echo=echo)

    def sent(self, client: str, message: str, *, to: str, body: str = "") -> None:
        """Record that a client is about to send a message, or to send it again.

        Args:
            client: Who.
            message: Its id: any text that no other message of the run has, such as "ann/1".
            to: The room.
            body: What the message says.
        """
        self._add(Kind.SENT, client, message=message, room=to, body=body)

    def acknowledged(self, client: str, message: str, offset: int | None = None) -> None:
        """Record that the server promised its sender to deliver a message.

        Args:
            client: Who was told.
            message: Its id.
            offset: Its place in the log of the room, if that was told.
        """
        self._add(Kind.ACKNOWLEDGED, client, message=message, offset=offset)

    def refused(self, client: str, message: str) -> None:
        """Record that the server told the sender that it won't deliver a message."""
        self._add(Kind.REFUSED, client, message=message)

    def received(
        self, client: str, message: str, room: str, offset: int | None = None, body: str = ""
    ) -> None:
        """Record that a client's application got a message.

        Args:
            client: Who.
            message: The id that it came with.
            room: The room that it came for.
            offset: Its place in the log of the room, if that was told.
            body: What it says.
        """
        self._add(Kind.RECEIVED, client, message=message, room=room, offset=offset, body=body)

    def joining(self, client: str, room: str) -> None:
        """Record that a client asks for access to a room."""
        self._add(Kind.JOINING, client, room=room)

    def joined(self, client: str, room: str) -> None:
        """Record that a client has access to a room from now on."""
        self._add(Kind.JOINED, client, room=room)

    def leaving(self, client: str, room: str) -> None:
        """Record that a client is about to lose access to a room."""
        self._add(Kind.LEAVING, client, room=room)

    def left(self, client: str, room: str) -> None:
        """Record that a client has no access to a room any more."""
        self._add(Kind.LEFT, client, room=room)

    def connected(self, client: str) -> None:
        """Record that a client has a connection."""
        self._add(Kind.CONNECTED, client)

    def disconnected(self, client: str) -> None:
        """Record that a client has no connection any more; it remains a member of its rooms."""
        self._add(Kind.DISCONNECTED, client)

    def restarted(self, server: str) -> None:
        """Record that a server was started again."""
        self._add(Kind.RESTARTED, server)

    def fault(self, name: str) -> None:
        """Record a fault, such as "cut"; this is what `inflict` may be given as `note`."""
        self._add(Kind.FAULT, name)

    def _add(self, kind: Kind, who: str, **more: Any) -> None:
        with self._lock:  # so that the order of the times is that of the events
            self._events.append(Event(self._clock() - self._start, kind, who, **more))
