"""Many connections at a time: the load generator opens them, and closes them.

A batch after the other: all requests of a batch are under way before the first answer is read,
so the server need not wait for us, and no batch overflows what it lets wait for `accept`.

Leaves out everything between the opening and the closing handshake.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.octets import (
    ACCEPT,
    CLOSE,
    CLOSE_FRAME,
    CODE,
    FIN,
    TEXT,
    WELCOME,
    header,
    request,
)

__all__ = ["STALL", "Door"]

HOST = "127.0.0.1"

# asyncio lets a hundred connections wait for accept(); above, the kernel drops the next for 1 s.
BATCH = 50

# Seconds of silence after which a server is given up: far more than any answer takes here.
STALL = 30.0

WELCOMED = header(FIN | TEXT, len(WELCOME), 0) + WELCOME


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server's connections are opened and closed.

    Attributes:
        port: where it listens.
        deflate: whether to ask for permessage-deflate, and to insist on it.
        raw: whether the server knows nothing of WebSocket, and sends back what comes.
        welcomed: whether the server says so when its program has a new connection.
        stall: seconds of silence after which a server is given up.
    """

    port: int
    deflate: bool = False
    raw: bool = False
    welcomed: bool = False
    stall: float = STALL

    def open(self, number: int, into: list[socket.socket]) -> None:
        """Open connections.

        Args:
            number: how many.
            into: gets them, also those opened before an error.

        Raises:
            BadAnswer: the server did not agree.
            OSError: it could not be reached, or said nothing for too long.
        """
        asked = request(f"{HOST}:{self.port}", deflate=self.deflate)
        end = b"\r\n\r\n" + (WELCOMED if self.welcomed else b"")
        for size in _batches(number):
            batch = []
            for _ in range(size):
                connection = socket.create_connection((HOST, self.port), self.stall)
                into.append(connection)
                batch.append(connection)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(asked)
            for connection in batch:
                self._check(_until(connection, end), asked)

    def _check(self, answer: bytes, asked: bytes) -> None:
        if self.raw:
            agreed = answer == asked
        else:
            agreed = answer.startswith(b"HTTP/1.1 101 ") and ACCEPT in answer
            agreed = agreed and (b"permessage-deflate" in answer) == self.deflate
        if not agreed:
            raise BadAnswer(f"the opening handshake was answered with {answer!r}")

    def close(self, connections: list[socket.socket]) -> None:
        """Close connections, as a client should, and forget them.

        Raises:
            BadAnswer: the server sent something else than its close frame.
            OSError: it did not end the connection.
        """
        while connections:
            batch = connections[-BATCH:]
            del connections[-BATCH:]
            with contextlib.ExitStack() as stack:
                for connection in batch:
                    stack.enter_context(connection)
                    self._say_goodbye(connection)
                for connection in batch:
                    self._see_off(connection)

    def _say_goodbye(self, connection: socket.socket) -> None:
        connection.settimeout(self.stall)
        if self.raw:
            connection.shutdown(socket.SHUT_WR)
        else:
            connection.sendall(CLOSE)

    def _see_off(self, connection: socket.socket) -> None:
        came = b""
        while data := connection.recv(4096):
            came += data
        # A ping may have been under way. That the last frame is a close frame is what counts.
        if not self.raw and came[-4:] != bytes([FIN | CLOSE_FRAME, 2]) + CODE:
            raise BadAnswer(f"the closing handshake was answered with {came!r}")


def _batches(number: int) -> Iterator[int]:
    while number > 0:
        yield min(number, BATCH)
        number -= BATCH


def _until(connection: socket.socket, end: bytes) -> bytes:
    """Read up to the end of an answer, which is the last thing that a server sends by itself."""
    came = b""
    while not came.endswith(end):
        data = connection.recv(4096)
        if not data:
            raise BadAnswer(f"the server ended the connection after {came!r}")
        came += data
    return came
