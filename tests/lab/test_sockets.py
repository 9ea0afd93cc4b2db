"""Sockets for a wire."""

import asyncio
import socket
import sys

import pytest

from wsdemo.lab import sockets
from wsdemo.lab.sockets import SEGMENT, bind, connect, resolve

LOOPBACK = (socket.AF_INET, ("127.0.0.1", 0))


async def test_an_address_is_its_own_resolution() -> None:
    """No name server is asked for a number."""
    assert await resolve("127.0.0.1", 80) == [(socket.AF_INET, ("127.0.0.1", 80))]


def test_a_bound_socket_refuses() -> None:
    """It has a port, nobody else can have it, and who connects is refused."""
    with bind(LOOPBACK) as door, socket.socket() as client:
        assert door.getsockname()[1] > 0
        with pytest.raises(ConnectionRefusedError):
            client.connect(door.getsockname())


def test_a_port_can_be_bound_again_while_connections_on_it_are_open() -> None:
    """A wire that refuses for a while keeps its port, and the connections it has."""
    with bind(LOOPBACK) as door, socket.socket() as client:
        address = door.getsockname()
        door.listen()
        client.connect(address)
        door.setblocking(True)
        accepted, _ = door.accept()
        door.close()
        with accepted, bind((socket.AF_INET, address)) as again:
            assert again.getsockname() == address


def test_an_address_that_is_not_ours_is_an_error() -> None:
    """And leaves no socket behind."""
    with pytest.raises(OSError, match=r".+"):
        bind((socket.AF_INET, ("192.0.2.1", 0)))


async def test_connecting_tries_one_address_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name may stand for an address that nobody listens at."""
    with bind(LOOPBACK) as door, bind(LOOPBACK) as closed:
        door.listen()

        async def both(host: str, port: int) -> list[sockets.Address]:
            return [(socket.AF_INET, s.getsockname()) for s in (closed, door)]

        monkeypatch.setattr(sockets, "resolve", both)
        with await connect("somewhere", 80) as client:
            assert client.getpeername() == door.getsockname()


async def test_an_address_that_refuses_is_an_error() -> None:
    """Nobody is there, and no socket is left behind."""
    with bind(LOOPBACK) as closed, pytest.raises(ConnectionRefusedError):
        await connect(*closed.getsockname())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is a wish")
async def test_segments_are_those_of_a_network() -> None:
    """Both directions of a connection to a bound socket carry Ethernet's segments."""
    with bind(LOOPBACK) as door, socket.socket() as client:
        door.listen()
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, door.getsockname())
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= SEGMENT
