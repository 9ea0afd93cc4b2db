"""Sockets for clients: one that is like any other, and one that holds next to nothing.

A client that stops reading is noticed only when everything between it and the server is full. Left
alone, a kernel takes some megabytes for that, and not as many the next time; with small buffers at
both ends it is the same number of octets in every run.

Leaves out the WebSocket, which is for the library to speak.
"""

from __future__ import annotations

import asyncio
import socket

from wsdemo.lab.server import Server

__all__ = ["SOCKET_BUFFER", "dial"]

# Octets, at either end.
SOCKET_BUFFER = 32_768


async def dial(server: Server, *, stalls: bool = False) -> socket.socket:
    """Return a socket that is connected to a server.

    Args:
        server: which.
        stalls: whether its client will stop reading, and its buffer is to be small.

    Raises:
        OSError: nobody listens there.
    """
    made = socket.socket()
    try:
        made.setblocking(False)
        if stalls:
            # Before it is connected: from then on, the size is agreed.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        await asyncio.get_running_loop().sock_connect(made, (server.host, server.port))
    except BaseException:
        made.close()
        raise
    return made
