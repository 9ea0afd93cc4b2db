"""A socket that holds little makes its sender feel early that nobody reads."""

import socket

import pytest

from wsdemo import lab
from wsdemo.apps.echo import echo
from wsdemo.lab.broadcasts.dialing import dial


async def test_the_one_that_stalls_has_a_small_buffer() -> None:
    """Smaller than any that is left alone; a kernel may double what it is asked for."""
    async with lab.running(echo, where="loop") as server:
        sockets = [await dial(server), await dial(server, stalls=True)]
        usual, small = (made.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) for made in sockets)
        for made in sockets:
            made.close()
    assert small < usual


async def test_nobody_listens() -> None:
    """The socket is closed then; a warning would say so."""
    async with lab.running(echo, where="loop") as server:
        pass
    with pytest.raises(ConnectionRefusedError):
        await dial(server)
