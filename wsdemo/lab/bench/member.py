"""A connection of the load generator's, once it is open.

Leaves out when it is ready to be read or written: see `wsdemo.lab.bench.crowd`.
"""

from __future__ import annotations

import socket

from wsdemo.lab.bench.inbound import BadAnswer, Inbound

__all__ = ["Member"]


class Member:
    """A connection that does not block.

    Args:
        connection: open.
        inbound: looks at what comes.

    Attributes:
        awaited: answers that are still to come.
    """

    __slots__ = ("_connection", "_inbound", "_unsent", "awaited")

    def __init__(self, connection: socket.socket, inbound: Inbound) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._inbound = inbound
        self._unsent = b""
        self.awaited = 0

    def send(self, data: bytes) -> bool:
        """Send what the kernel takes now, and keep the rest.

        Returns:
            Whether all is sent.
        """
        if self._unsent:
            data = self._unsent + data
        try:
            sent = self._connection.send(data)
        except BlockingIOError:
            sent = 0
        self._unsent = data[sent:]
        return not self._unsent

    def receive(self, room: int) -> bool:
        """Look at what came, and answer pings.

        Args:
            room: octets to read at most.

        Returns:
            Whether all that was sent by then is sent.

        Raises:
            BadAnswer: it is not what was to come.
        """
        try:
            data = self._connection.recv(room)
        except BlockingIOError:
            return True  # it was ready for writing
        self.awaited -= self._inbound.take(data)
        if self.awaited < 0:
            raise BadAnswer("the server sent more than it was asked for")
        if not self._inbound.replies:
            return True
        replies = b"".join(self._inbound.replies)
        self._inbound.replies.clear()
        return self.send(replies)

    @property
    def is_behind(self) -> bool:
        """Whether something is left to be sent."""
        return bool(self._unsent)
