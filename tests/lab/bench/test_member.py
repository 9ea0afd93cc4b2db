"""A member sends what the kernel takes, and keeps the rest in order."""

import socket
from collections.abc import Iterator

import pytest

from wsdemo.lab.bench.inbound import BadAnswer, Inbound
from wsdemo.lab.bench.member import Member
from wsdemo.lab.bench.octets import FIN, PING, PONG, exchange, header, masked
from wsdemo.lab.bench.workloads import echo

ONE = exchange(echo(), raw=False)
MUCH = bytes(range(256)) * 2**14  # 4 MiB: more than any kernel's buffer


@pytest.fixture
def pair() -> Iterator[tuple[Member, socket.socket]]:
    """A member, and the server's end of its connection."""
    one, other = socket.socketpair()
    with one, other:
        yield Member(one, Inbound(ONE, 1)), other


def test_what_the_kernel_does_not_take_is_sent_later(pair: tuple[Member, socket.socket]) -> None:
    """Whole, and before what was sent afterwards."""
    member, other = pair
    assert not member.send(MUCH)
    assert not member.send(b"end")
    came = bytearray()
    while member.is_behind:
        came += other.recv(2**20)
        member.send(b"")
    while len(came) < len(MUCH) + 3:
        came += other.recv(2**20)
    assert came == MUCH + b"end"


def test_an_answer_is_awaited_no_more(pair: tuple[Member, socket.socket]) -> None:
    """And one that nobody awaits is an error."""
    member, other = pair
    member.awaited = 1
    other.send(ONE.reply)
    assert member.receive(4096)
    assert member.awaited == 0
    other.send(ONE.reply)
    with pytest.raises(BadAnswer, match="more than it was asked for"):
        member.receive(4096)


def test_a_ping_is_answered(pair: tuple[Member, socket.socket]) -> None:
    """Or a server's keepalive would end the connection."""
    member, other = pair
    other.send(header(FIN | PING, 1, 0) + b"x")
    assert member.receive(4096)
    assert other.recv(4096) == masked(FIN | PONG, b"x")


def test_nothing_to_read_is_no_error(pair: tuple[Member, socket.socket]) -> None:
    """It was ready for writing."""
    assert pair[0].receive(4096)
    assert pair[0].awaited == 0
