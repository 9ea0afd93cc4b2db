"""When bytes move, and how a connection ends, on a transport that goes nowhere."""

from __future__ import annotations

import asyncio

import pytest

from tests.scratch.fakes import open_connection
from tests.scratch.raw import masked
from wsdemo.errors import ConnectionClosedError, ConnectionClosedOK
from wsdemo.protocol import Event, Opcode, State
from wsdemo.scratch.inbox import Hold

PING = masked(Opcode.PING, b"?")
PONG = b"\x8a\x01?"
CLOSE = masked(Opcode.CLOSE, b"\x03\xe8")
CLOSED = b"\x88\x02\x03\xe8"


async def test_what_one_read_leads_to_leaves_in_one_write() -> None:
    """Thirty pings are answered by one packet."""
    connection, transport, _ = open_connection()
    connection.data_received(PING * 30)
    assert transport.take() == [PONG * 30]


async def test_a_close_frame_is_answered_in_the_same_write_as_what_came_before() -> None:
    """Pongs first, then the close frame, then the end of our half of TCP."""
    connection, transport, _ = open_connection()
    connection.data_received(PING + CLOSE)
    assert transport.take() == [PONG + CLOSED]
    assert transport.done == ["write_eof"]


async def test_tls_is_closed_because_it_has_no_half() -> None:
    """Asyncio sends close_notify and waits for the peer's."""
    connection, transport, _ = open_connection(tls=True)
    connection.data_received(CLOSE)
    assert transport.done == ["close"]


async def test_a_peer_that_was_faster_is_cut_off() -> None:
    """A socket whose peer has reset it can't be half-closed."""
    connection, transport, _ = open_connection()

    def not_connected() -> None:
        raise OSError("not connected")

    transport.write_eof = not_connected  # type: ignore[method-assign]
    connection.data_received(CLOSE)
    assert transport.done == ["abort"]


async def test_nothing_is_written_to_a_closing_transport() -> None:
    """Asyncio would drop it, and complain after the fifth time."""
    connection, transport, _ = open_connection()
    transport.close()
    connection.data_received(PING)
    assert transport.take() == []


async def test_the_marks_of_the_write_buffer_are_set() -> None:
    """Asyncio calls when they are crossed."""
    _, transport, _ = open_connection()
    assert transport.limits == (32_768, 8_192)


async def test_a_full_write_buffer_stops_reading() -> None:
    """Or a peer that pings and doesn't read would fill our memory with pongs."""
    connection, transport, _ = open_connection()
    connection.pause_writing()
    connection.data_received(PING)
    assert connection.is_full
    assert transport.done == ["pause_reading"]
    connection.resume_writing()
    assert not connection.is_full
    assert transport.done == ["pause_reading", "resume_reading"]


async def test_something_is_read_whenever_the_write_buffer_was_emptied() -> None:
    """Or a program that fills it again at once would keep a slow client's pongs out."""
    connection, transport, _ = open_connection()
    for _ in range(3):
        connection.pause_writing()
        assert connection.valve.held is Hold.NONE
        connection.data_received(PING)
        connection.resume_writing()
    assert transport.take() == [PONG] * 3


async def test_room_is_waited_for() -> None:
    """All who wait are woken together; one that gave up is not missed."""
    connection, _, _ = open_connection()
    await connection.room()
    connection.pause_writing()
    waiters = [asyncio.create_task(connection.room()) for _ in range(3)]
    await asyncio.sleep(0)
    waiters[0].cancel()
    await asyncio.sleep(0)
    assert not any(waiter.done() for waiter in waiters[1:])
    connection.resume_writing()
    await asyncio.gather(*waiters[1:])


async def test_the_end_wakes_those_who_wait_for_room() -> None:
    """There will be none."""
    connection, _, _ = open_connection()
    connection.pause_writing()
    waiter = asyncio.create_task(connection.room())
    await asyncio.sleep(0)
    connection.connection_lost(None)
    await waiter
    await connection.room()


async def test_a_peer_that_never_answers_the_close_is_cut_off() -> None:
    """After close_timeout, whether anybody waits or not."""
    connection, transport, clock = open_connection(close_timeout=10)
    connection.start_close()
    clock.advance(9.9)
    assert transport.done == []
    clock.advance(0.1)
    assert transport.done == ["abort"]
    connection.connection_lost(None)
    error = connection.closed_error()
    assert isinstance(error, ConnectionClosedError)
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_peer_that_answers_and_never_ends_tcp_is_cut_off() -> None:
    """But it has said goodbye as it should."""
    connection, transport, clock = open_connection(close_timeout=10)
    connection.start_close()
    connection.data_received(CLOSE)
    clock.advance(10)
    assert transport.done == ["write_eof", "abort"]
    connection.connection_lost(None)
    assert isinstance(connection.closed_error(), ConnectionClosedOK)
    assert connection.close_code == 1000


async def test_without_a_close_timeout_there_is_no_timer() -> None:
    """None waits for ever."""
    connection, transport, clock = open_connection(close_timeout=None, ping_interval=None)
    connection.start_close()
    assert clock.pending == 0
    assert transport.done == []


async def test_no_timer_is_left_at_the_end() -> None:
    """Not that of the closing handshake, nor that of keepalive."""
    connection, _, clock = open_connection()
    connection.keepalive.start()
    connection.start_close()
    assert clock.pending == 1
    connection.connection_lost(None)
    assert clock.pending == 0


async def test_a_lost_connection_sets_no_timer() -> None:
    """It has ended."""
    connection, _, clock = open_connection()
    connection.connection_lost(ConnectionResetError())
    connection.start_close()
    assert clock.pending == 0
    assert connection.state is State.CLOSED


async def test_the_cause_of_the_loss_is_kept() -> None:
    """A program that wants to know more than 1006 can."""
    connection, _, _ = open_connection()
    connection.connection_lost(ConnectionResetError("by peer"))
    with pytest.raises(ConnectionClosedError) as raised:
        await connection.recv()
    assert isinstance(raised.value.__cause__, ConnectionResetError)
    assert connection.close_code == 1006


async def test_closing_reads_on_though_the_inbox_is_full() -> None:
    """The peer's close frame is behind the messages that nobody reads any more."""
    connection, transport, _ = open_connection()
    connection.data_received(masked(Opcode.TEXT, b"x") * 20)
    assert transport.done == ["pause_reading"]
    connection.start_close()
    assert transport.done == ["pause_reading", "resume_reading"]
    connection.data_received(masked(Opcode.TEXT, b"x") * 1000)
    assert len(connection.inbox) == 20


async def test_closing_does_not_pong_a_peer_that_does_not_read() -> None:
    """Until the closing handshake is done; then nothing is answered, and all can be read."""
    connection, _, _ = open_connection()
    connection.pause_writing()
    connection.start_close()
    connection.data_received(PING)
    assert Hold.OUTPUT in connection.valve.held
    connection.data_received(CLOSE)
    assert Hold.OUTPUT not in connection.valve.held


async def test_a_fault_in_our_own_code_does_not_leave_the_cork_in() -> None:
    """What there was to say is said, and the next read can be answered; asyncio has the fault."""
    connection, transport, _ = open_connection()

    def fail(event: Event) -> None:
        raise LookupError

    connection.handle = fail  # type: ignore[method-assign]
    with pytest.raises(LookupError):
        connection.data_received(PING)
    del connection.handle
    connection.data_received(PING)
    assert transport.take() == [PONG, PONG]
