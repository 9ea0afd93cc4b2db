"""Sockets for a wire, made so that TCP behaves over them as it does over a network.

Leaves out reading and writing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any, TypeAlias

__all__ = ["Address", "bind", "connect", "resolve"]

Address: TypeAlias = tuple[socket.AddressFamily, tuple[Any, ...]]
"""A family and what its sockets are bound or connected to."""

# Octets of data in a segment over Ethernet. Over the loopback, Linux takes 65,483 instead and
# sizes the sender's buffer after it: 4 MB are swallowed before a sender feels that nothing gets
# through. With this it is as over a network, where it begins with 0.1 MB and grows.
SEGMENT = 1460


async def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, the best first.

    Raises:
        OSError: It has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def bind(address: Address) -> socket.socket:
    """Return a socket that is bound to an address, and does not listen.

    Raises:
        OSError: The address is taken, or is none of ours.
    """
    family, where = address
    made = _make(family)
    with _closed_on_failure(made):
        # On Unix it lets us have the port although connections there are open or were a moment
        # ago. On Windows that is so in any case, and the option would mean something else.
        if os.name == "posix":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
    return made


async def connect(host: str, port: int) -> socket.socket:
    """Return a socket that is connected to a host, at the first of its addresses that answers.

    Raises:
        OSError: None does.
    """
    failure = OSError(f"no address for {host}")
    for family, where in await resolve(host, port):
        made = _make(family)
        try:
            with _closed_on_failure(made):
                await asyncio.get_running_loop().sock_connect(made, where)
        except OSError as error:
            failure = error
        else:
            return made
    raise failure


def _make(family: socket.AddressFamily) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setblocking(False)
    # It can only be a wish: not every system lets it be set, or before there is a connection.
    if hasattr(socket, "TCP_MAXSEG"):
        with contextlib.suppress(OSError):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
    return made


@contextlib.contextmanager
def _closed_on_failure(made: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        made.close()
        raise
