"""A wire's socket towards one endpoint."""

import asyncio
import socket
import struct
from typing import Any

import pytest

from tests.lab.hand_loop import HandTransport, say
from wsdemo.lab.chunks import Kind
from wsdemo.lab.shaping import Item
from wsdemo.lab.side import NO_LINGER, Side
from wsdemo.lab.sockets import bind


class HandLane:
    """Remembers what a side made of its endpoint."""

    def __init__(self, room: int = 1000) -> None:
        self.items: list[Item] = []
        self.held: list[bool] = []
        self.closed = False
        self.severed = self.over = self.dead = False
        self.shaper = self
        self.room = room

    def put(self, item: Item) -> None:
        """Remember."""
        self.items.append(item)

    def hold(self, *, held: bool) -> None:
        """Remember."""
        self.held.append(held)

    def close(self) -> None:
        """Remember."""
        self.closed = True


class Bench:
    """A side with a hand-made lane each way."""

    def __init__(self, room: int = 1000) -> None:
        self.out, self.into = HandLane(room), HandLane()
        self.ends = 0
        out: Any = self.out
        into: Any = self.into
        self.side = Side(out, into, memoryview(bytearray(1000)), self._end)

    def _end(self) -> None:
        self.ends += 1


def test_what_the_endpoint_sends_goes_into_its_lane() -> None:
    """The buffer is the wire's, the bytes are copied."""
    bench = Bench()
    say(bench.side, b"one")
    say(bench.side, b"two")
    assert bench.out.items == [b"one", b"two"]


@pytest.mark.parametrize(("room", "lent"), [(10, 10), (5000, 1000), (0, 1), (-9, 1)])
def test_no_more_is_read_than_there_is_room_for(room: int, lent: int) -> None:
    """And never nothing, which asyncio would take for an end."""
    assert len(Bench(room).side.get_buffer(-1)) == lent


def test_what_goes_nowhere_is_read_as_fast_as_it_comes() -> None:
    """A severed lane has no queue."""
    bench = Bench(room=0)
    bench.out.severed = True
    assert len(bench.side.get_buffer(-1)) == 1000


def test_the_endpoint_is_there_once_it_is_connected() -> None:
    """Until then the lane towards it is held."""
    bench = Bench()
    transport = HandTransport(bench.side)
    bench.side.write(b"hi")
    assert bench.into.held == [False]
    assert transport.told == [b"hi"]


def test_a_slow_endpoint_holds_its_lane() -> None:
    """What asyncio calls pausing and resuming is backpressure."""
    bench = Bench()
    HandTransport(bench.side)
    bench.side.pause_writing()
    bench.side.resume_writing()
    assert bench.into.held == [False, True, False]


def test_a_fin_leaves_the_other_direction_open() -> None:
    """The socket is kept."""
    bench = Bench()
    HandTransport(bench.side)
    assert bench.side.eof_received()
    assert bench.out.items == [Kind.EOF]
    assert (bench.side.ended, bench.side.done, bench.ends) == (True, False, 1)
    bench.side.finish()
    assert bench.side.done


def test_a_fin_is_sent_once() -> None:
    """The second one would be an error."""
    bench = Bench()
    transport = HandTransport(bench.side)
    bench.side.finish()
    bench.side.finish()
    assert transport.told == ["FIN"]


def test_a_fin_to_an_endpoint_that_is_not_there_yet_waits_for_it() -> None:
    """A cut may be quicker than a connection."""
    bench = Bench()
    bench.side.finish()
    assert HandTransport(bench.side).told == ["FIN"]


def test_an_endpoint_that_is_given_up_before_it_is_there_is_closed_at_once() -> None:
    """A reset may be quicker, too."""
    bench = Bench()
    bench.side.abort()
    assert (bench.side.lost, bench.ends) == (True, 1)
    assert HandTransport(bench.side).told == ["end"]


def test_a_reset_by_the_endpoint_goes_into_its_lane() -> None:
    """And nothing can be delivered to it any more."""
    bench = Bench()
    HandTransport(bench.side)
    bench.side.connection_lost(ConnectionResetError())
    assert bench.out.items == [Kind.RESET]
    assert bench.into.closed
    assert bench.side.done


def test_closing_it_ourselves_is_no_reset() -> None:
    """What the wire does is not what the endpoint did."""
    bench = Bench()
    HandTransport(bench.side)
    bench.side.abort()
    assert bench.out.items == []
    assert bench.side.lost


def test_nothing_is_written_to_what_is_lost() -> None:
    """After the fifth time, asyncio would complain."""
    bench = Bench()
    transport = HandTransport(bench.side)
    bench.side.close()
    bench.side.write(b"late")
    bench.side.finish()
    assert transport.told == ["end"]


def test_behind_a_fin_there_is_nothing_to_pause() -> None:
    """Reading again would make asyncio report the FIN again."""
    bench = Bench()
    transport = HandTransport(bench.side)
    bench.side.pause_reading()
    assert not transport.reading
    bench.side.resume_reading()
    assert transport.reading
    bench.side.eof_received()
    bench.side.pause_reading()
    assert transport.reading


def test_pausing_may_come_before_the_connection() -> None:
    """A client that floods the wire is stopped before the server is reached."""
    bench = Bench()
    bench.side.pause_reading()
    assert not HandTransport(bench.side).reading


def test_an_endpoint_that_ended_and_can_be_told_nothing_is_done() -> None:
    """Else a half-open connection would keep its socket until the wire is closed."""
    bench = Bench()
    HandTransport(bench.side)
    bench.side.eof_received()
    bench.into.over = True
    assert bench.side.done


async def test_breaking_off_sends_a_rst() -> None:
    """The other end gets an error, not an end."""
    loop = asyncio.get_running_loop()
    with bind((socket.AF_INET, ("127.0.0.1", 0))) as door, socket.socket() as peer:
        door.listen()
        peer.setblocking(False)
        await loop.sock_connect(peer, door.getsockname())
        accepted, _ = await loop.sock_accept(door)
        side = Bench().side
        await loop.create_connection(lambda: side, sock=accepted)
        side.break_off()
        with pytest.raises(ConnectionResetError):
            await loop.sock_recv(peer, 1)


def test_the_option_for_a_rst_is_what_the_system_reads() -> None:
    """SO_LINGER on, with no time."""
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        size = struct.calcsize("ii")
        got = plain.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, size)
    assert got[: len(NO_LINGER)] == NO_LINGER
