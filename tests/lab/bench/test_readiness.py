"""What is ready is told, in the quick way and in the one for all systems."""

import socket
from collections.abc import Callable, Iterator

import pytest

from wsdemo.lab.bench.readiness import Readiness, Selector, readiness

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two ends of a connection."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


@pytest.fixture(params=[readiness, Selector])
def ready(request: pytest.FixtureRequest) -> Iterator[Readiness]:
    """One of both."""
    make: Callable[[], Readiness] = request.param
    made = make()
    yield made
    made.close()


def test_what_can_be_read_is_ready(pair: Pair, ready: Readiness) -> None:
    """And only then."""
    ready.watch(pair[0].fileno())
    assert not ready.poll(0)
    pair[1].send(b"x")
    assert [descriptor for descriptor, _ in ready.poll(30)] == [pair[0].fileno()]


def test_what_can_be_written_is_ready_while_that_is_wanted(pair: Pair, ready: Readiness) -> None:
    """To ask again changes nothing."""
    ready.watch(pair[0].fileno())
    for _ in range(2):
        ready.watch_writing(pair[0].fileno(), True)
        assert [descriptor for descriptor, _ in ready.poll(30)] == [pair[0].fileno()]
    ready.watch_writing(pair[0].fileno(), False)
    assert not ready.poll(0)
