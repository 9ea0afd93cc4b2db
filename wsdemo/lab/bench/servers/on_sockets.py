"""A hub of bare sockets: the limit of fan-out on this machine, from whatever language.

To everybody the ready frame goes by one system call from a loop that does nothing else: what
it costs is the kernel's `send`, and about 0.1 µs of Python around it. A hub in C costs the same.

Leaves out all that makes a server: whoever doesn't read at once loses messages, and what comes
is trusted to be one whole masked frame of a short message.
"""

from __future__ import annotations

import asyncio
import socket
from itertools import cycle

from wsdemo.lab.bench.job import HOST, Job
from wsdemo.lab.bench.octets import ACCEPT, CLOSE_FRAME, FIN, TEXT, WELCOME, header

__all__ = ["start"]

RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: " + ACCEPT + b"\r\n\r\n"
)


async def start(job: Job) -> tuple[socket.socket, int]:
    """Start the server."""
    listener = socket.create_server((HOST, 0))
    listener.setblocking(False)
    hub = _Hub(job.copies)
    asyncio.get_running_loop().add_reader(listener, hub.accept, listener)
    return listener, listener.getsockname()[1]


class _Hub:
    def __init__(self, copies: int) -> None:
        self._copies = copies
        self._members: set[socket.socket] = set()
        self._loop = asyncio.get_running_loop()

    def accept(self, listener: socket.socket) -> None:
        member, _ = listener.accept()
        member.setblocking(False)
        member.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop.add_reader(member, self._read, member)

    def _read(self, member: socket.socket) -> None:
        data = member.recv(4096)
        if data.startswith(b"GET"):
            self._members.add(member)
            member.send(RESPONSE + header(FIN | TEXT, len(WELCOME), 0) + WELCOME)
            return
        opcode, payload = data[0] & 0xF, _unmasked(data)
        if opcode == CLOSE_FRAME:
            self._part_with(member, data[:1] + bytes([len(payload)]) + payload)
        else:
            self._shout((header(data[0], len(payload), 0) + payload) * self._copies)

    def _shout(self, frames: bytes) -> None:
        for member in self._members:
            member.send(frames)

    def _part_with(self, member: socket.socket, farewell: bytes) -> None:
        self._members.discard(member)
        self._loop.remove_reader(member)
        member.send(farewell)
        member.close()


def _unmasked(data: bytes) -> bytes:
    return bytes(octet ^ key for octet, key in zip(data[6:], cycle(data[2:6]), strict=False))
