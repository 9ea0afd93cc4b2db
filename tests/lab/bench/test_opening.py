"""Connections are opened and closed, and whatever answers wrongly is told."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.lab.bench.fakes import answering
from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.octets import ACCEPT, CLOSE
from wsdemo.lab.bench.opening import BATCH, WELCOMED, Door

ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + ACCEPT + b"\r\n\r\n"
GOODBYE = b"\x88\x02\x03\xe8"
NOBODY = Door(0)

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def into() -> Iterator[list[socket.socket]]:
    """Where open connections go."""
    connections: list[socket.socket] = []
    yield connections
    for connection in connections:
        connection.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    """An open connection, and the server's end of it."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_more_than_a_batch_is_opened(into: list[socket.socket]) -> None:
    """Each asks, and each is answered."""
    with answering(lambda _: ACCEPTED) as port:
        Door(port).open(BATCH + 2, into)
        assert len({connection.getsockname() for connection in into}) == BATCH + 2


def test_a_raw_server_only_has_to_send_back(into: list[socket.socket]) -> None:
    """What it got, whatever it is."""
    with answering(lambda data: data) as port:
        Door(port, raw=True).open(1, into)
        with pytest.raises(BadAnswer, match="opening handshake was answered with b'GET /ws"):
            Door(port).open(1, into)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 403 Forbidden\r\n\r\n",
        ACCEPTED.replace(ACCEPT, ACCEPT[::-1]),
        ACCEPTED[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    ],
)
def test_another_answer_than_yes_is_an_error(answer: bytes, into: list[socket.socket]) -> None:
    """No; a yes to somebody else; and a yes to what nobody asked."""
    with answering(lambda _: answer) as port, pytest.raises(BadAnswer, match="opening handshake"):
        Door(port).open(1, into)
    assert len(into) == 1  # whoever ordered it can close it


def test_a_server_that_does_not_compress_is_an_error(into: list[socket.socket]) -> None:
    """It would look fast."""
    with answering(lambda _: ACCEPTED) as port, pytest.raises(BadAnswer):
        Door(port, deflate=True).open(1, into)


def test_a_member_is_one_when_it_is_welcomed(into: list[socket.socket]) -> None:
    """Whether the welcome comes with the handshake or after it."""
    with answering(lambda _: ACCEPTED + WELCOMED) as port:
        Door(port, welcomed=True).open(1, into)
    with answering(lambda _: ACCEPTED) as port, pytest.raises(TimeoutError):
        Door(port, welcomed=True, stall=0.01).open(1, into)


def test_a_server_that_hangs_up_is_an_error(into: list[socket.socket]) -> None:
    """In the middle of its answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hang_up = threading.Thread(target=_hang_up, args=(listener,))
        hang_up.start()
        with pytest.raises(BadAnswer, match="ended the connection after b'HTTP"):
            Door(listener.getsockname()[1]).open(1, into)
        hang_up.join()


def _hang_up(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(ACCEPTED[:20])


@pytest.mark.parametrize("before", [b"", b"\x89\x00"])
def test_a_connection_is_closed_when_the_server_has_hung_up(pair: Pair, before: bytes) -> None:
    """After its close frame, and whatever was under way before that."""
    pair[1].sendall(before + GOODBYE)
    pair[1].shutdown(socket.SHUT_WR)
    connections = [pair[0]]
    NOBODY.close(connections)
    assert connections == []
    assert pair[1].recv(4096) == CLOSE
    assert pair[0].fileno() == -1


@pytest.mark.parametrize("answer", [b"", b"\x88\x00", b"\x88\x02\x03\xea"])
def test_another_farewell_is_an_error(pair: Pair, answer: bytes) -> None:
    """And the connection is closed all the same."""
    pair[1].sendall(answer)
    pair[1].shutdown(socket.SHUT_WR)
    with pytest.raises(BadAnswer, match="closing handshake"):
        NOBODY.close([pair[0]])
    assert pair[0].fileno() == -1


def test_a_raw_connection_is_closed_without_a_word(pair: Pair) -> None:
    """The end of what we send is all there is."""
    pair[1].shutdown(socket.SHUT_WR)
    Door(0, raw=True).close([pair[0]])
    assert pair[1].recv(4096) == b""


def test_a_server_that_does_not_hang_up_is_given_up(pair: Pair) -> None:
    """After the time that was given."""
    pair[1].sendall(GOODBYE)
    with pytest.raises(TimeoutError):
        Door(0, stall=0.01).close([pair[0]])
