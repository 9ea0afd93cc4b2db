"""Sending at the pace of the peer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.scratch.fakes import FakeTransport, frames, open_connection, outside
from tests.scratch.raw import masked
from wsdemo.errors import ConnectionClosed, ConnectionClosedError
from wsdemo.protocol import Opcode, State
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.waiter import ConcurrencyError


async def begin(connection: Connection, message: object) -> asyncio.Task[None]:
    """Begin to send, and see how far it gets."""
    task = asyncio.create_task(connection.send(message))  # type: ignore[arg-type]
    for _ in range(5):
        await asyncio.sleep(0)
    return task


async def endless() -> AsyncIterator[str]:
    """Yield a piece, and never another."""
    yield "half"
    await asyncio.Event().wait()


async def test_a_message_is_one_frame() -> None:
    """As long as it is given whole."""
    connection, transport, _ = open_connection()
    await connection.send("Hello")
    assert frames(transport) == ["TEXT 'Hello' [5 bytes]"]


async def test_pieces_are_frames_and_an_empty_one_ends_them() -> None:
    """Whether a piece is the last is not known when it is sent."""
    connection, transport, _ = open_connection()
    await connection.send(["Hel", "lo"])
    assert frames(transport) == [
        "TEXT 'Hel' [3 bytes, more to come]",
        "CONTINUATION 'lo' [2 bytes, more to come]",
        "CONTINUATION [0 bytes]",
    ]


async def test_a_full_buffer_is_waited_for_before_anything_is_sent() -> None:
    """Who gives up waiting has sent nothing, and may try again."""
    connection, transport, _ = open_connection()
    connection.pause_writing()
    first, second = await begin(connection, "first"), await begin(connection, "second")
    first.cancel()
    await asyncio.wait([first])
    assert frames(transport) == []
    connection.resume_writing()
    await second
    assert frames(transport) == ["TEXT 'second' [6 bytes]"]


async def test_those_who_waited_for_room_look_again() -> None:
    """The first of them may have filled the buffer."""
    connection, transport, _ = open_connection()
    connection.pause_writing()
    waiting = await begin(connection, "patient")
    connection.resume_writing()
    connection.pause_writing()
    await asyncio.sleep(0)
    assert frames(transport) == []
    connection.resume_writing()
    await waiting


async def test_the_end_is_told_to_those_who_wait_for_room() -> None:
    """Their message was not sent."""
    connection, _, _ = open_connection()
    connection.pause_writing()
    waiting = await begin(connection, "too late")
    connection.connection_lost(None)
    with pytest.raises(ConnectionClosedError):
        await waiting


async def test_to_be_cancelled_between_two_pieces_fails_the_connection() -> None:
    """The peer would wait for the rest for ever."""
    connection, transport, _ = open_connection()
    task = await begin(connection, endless())
    task.cancel()
    await asyncio.wait([task])
    assert frames(transport)[1:] == ["CLOSE 1011 'error in fragmented message' [29 bytes]"]
    assert connection.state is State.DRAINING


async def test_to_be_cancelled_before_the_first_piece_does_no_harm() -> None:
    """Nothing was sent."""
    connection, transport, _ = open_connection()

    async def never() -> AsyncIterator[str]:
        await asyncio.Event().wait()
        yield "never"

    task = await begin(connection, never())
    task.cancel()
    await asyncio.wait([task])
    await connection.send("still open")
    assert frames(transport) == ["TEXT 'still open' [10 bytes]"]


async def test_to_close_amid_a_message_is_a_failure() -> None:
    """A close with 1000 would say that all is well."""
    connection, transport, _ = open_connection()
    task = await begin(connection, endless())
    connection.start_close()
    assert frames(transport)[1:] == ["CLOSE 1011 'close during fragmented message' [33 bytes]"]
    task.cancel()
    await asyncio.wait([task])
    assert frames(transport) == []


async def test_pieces_of_two_kinds_fail_the_connection() -> None:
    """A message is text, or it is binary."""
    connection, transport, _ = open_connection()
    with pytest.raises(TypeError, match="all"):
        await connection.send(["text", b"bytes"])
    assert "1011" in frames(transport)[-1]


async def test_a_first_piece_that_can_not_be_sent_does_no_harm() -> None:
    """Nothing was sent."""
    connection, transport, _ = open_connection()
    with pytest.raises(TypeError):
        await connection.send([1, 2, 3])  # type: ignore[list-item]
    assert frames(transport) == []
    assert connection.state is State.OPEN


async def test_text_that_has_no_utf8_is_refused() -> None:
    """Half a surrogate pair is a string in Python, and no text anywhere else."""
    connection, transport, _ = open_connection()
    with pytest.raises(UnicodeEncodeError):
        await connection.send("\ud800")
    await connection.send("fine")
    assert frames(transport) == ["TEXT 'fine' [4 bytes]"]


async def test_control_frames_pass_a_message_in_pieces() -> None:
    """RFC 6455, 5.4: they "MAY be injected in the middle of a fragmented message"."""
    connection, transport, _ = open_connection()
    task = await begin(connection, endless())
    await connection.pong(b"beat")
    assert frames(transport)[1:] == ["PONG 'beat' [4 bytes]"]
    task.cancel()
    await asyncio.wait([task])


# What doesn't wait


@pytest.mark.parametrize(
    ("message", "text", "shown"),
    [
        ("é", None, "TEXT 'é' [2 bytes]"),
        (b"a", None, "BINARY 61 [1 byte]"),
        (bytearray(b"a"), None, "BINARY 61 [1 byte]"),
        (memoryview(b"a"), True, "TEXT 'a' [1 byte]"),
        ("a", False, "BINARY 61 [1 byte]"),
        ("a", True, "TEXT 'a' [1 byte]"),
    ],
)
async def test_send_nowait_takes_what_send_takes_whole(
    message: Any, text: bool | None, shown: str
) -> None:
    """And has written it when it returns."""
    connection, transport, _ = open_connection()
    connection.send_nowait(message, text=text)
    assert frames(transport) == [shown]
    await connection.send(message, text=text)
    assert frames(transport) == [shown]


@pytest.mark.parametrize("message", [None, 1, ["a", "b"], {"a": "b"}, iter("ab")])
async def test_send_nowait_takes_nothing_else(message: Any) -> None:
    """Pieces would have to be waited for."""
    connection, transport, _ = open_connection()
    with pytest.raises(TypeError, match="str or bytes"):
        connection.send_nowait(message)
    assert frames(transport) == []


async def test_send_nowait_does_not_wait_for_room() -> None:
    """Whoever calls it has looked, or answers what could only come because there was some."""
    connection, transport, _ = open_connection()
    connection.pause_writing()
    connection.send_nowait("now")
    assert frames(transport) == ["TEXT 'now' [3 bytes]"]


async def test_send_nowait_amid_a_message_in_pieces_is_refused() -> None:
    """From before the first piece until after the last; then it may."""
    connection, transport, _ = open_connection()
    go_on = asyncio.Event()

    async def slow() -> AsyncIterator[str]:
        await go_on.wait()
        yield "piece"

    task = await begin(connection, slow())
    with pytest.raises(ConcurrencyError):
        connection.send_nowait("too early")
    go_on.set()
    await task
    connection.send_nowait("now")
    assert frames(transport)[-1] == "TEXT 'now' [3 bytes]"


@pytest.mark.parametrize("end", ["start_close", "fail", "connection_lost", "data_received"])
async def test_send_nowait_says_that_the_connection_is_closed(end: str) -> None:
    """Or closing; whoever did it."""
    connection, transport, _ = open_connection()
    arguments: dict[str, tuple[Any, ...]] = {
        "start_close": (),
        "fail": (1011, ""),
        "connection_lost": (None,),
        "data_received": (masked(Opcode.CLOSE, b"\x03\xe8"),),
    }
    getattr(connection, end)(*arguments[end])
    transport.take()
    with pytest.raises(ConnectionClosed):
        connection.send_nowait("too late")
    assert transport.take() == []


# What waits although there is room, and may not run on for ever


MANY = 60_000  # frames; the shortest have two octets


class SmallTransport(FakeTransport):
    """Has room for some octets, and says so when they are there."""

    connection: Connection
    room = 100_000

    def write(self, data: Any) -> None:
        """Keep the bytes."""
        super().write(data)
        if sum(map(len, self.written)) > self.room:
            self.connection.pause_writing()


def on_a_small_transport() -> tuple[Connection, SmallTransport]:
    """Return a connection that is open, and its transport."""
    connection, _, _ = open_connection()
    transport = SmallTransport()
    transport.connection, connection.transport = connection, transport
    return connection, transport


async def send_many(connection: Connection, octets: int) -> None:
    """Send more messages than there is room for."""
    for _ in range(MANY):
        await connection.send(bytes(octets))


async def send_pieces(connection: Connection, octets: int) -> None:
    """Send a message in more pieces than there is room for."""

    def pieces() -> Iterator[bytes]:
        for _ in range(MANY):
            yield bytes(octets)

    await connection.send(pieces())


async def send_pongs(connection: Connection, octets: int) -> None:
    """Send more pongs than there is room for."""
    for _ in range(MANY):
        await connection.pong(bytes(min(octets, 125)))


@pytest.mark.parametrize("octets", [0, 100, 1000, 50_000])
@pytest.mark.parametrize("pour", [send_many, send_pieces, send_pongs])
async def test_who_is_woken_amid_a_read_meets_the_write_buffer_too(
    pour: Callable[[Connection, int], Awaitable[None]], octets: int
) -> None:
    """Though what a read leads to leaves in one write, it can't be all there is to say."""
    connection, transport = on_a_small_transport()

    async def handle() -> None:
        await connection.recv()
        await pour(connection, octets)

    task = asyncio.create_task(handle())
    await asyncio.sleep(0)
    await outside(lambda: connection.data_received(masked(Opcode.TEXT, b"begin")))
    assert (connection.is_full, task.done()) == (True, False)
    assert sum(map(len, transport.written)) < 2 * transport.room
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize("pour", [send_many, send_pieces, send_pongs])
async def test_who_only_sends_hears_that_the_transport_has_failed(
    pour: Callable[[Connection, int], Awaitable[None]],
) -> None:
    """Asyncio tells so in a later turn of the loop, and there has to be one."""
    connection, transport, _ = open_connection()
    transport.abort()
    asyncio.get_running_loop().call_soon(connection.connection_lost, ConnectionResetError())
    with pytest.raises(ConnectionClosedError) as raised:
        await pour(connection, 10)
    assert isinstance(raised.value.__cause__, ConnectionResetError)
    assert transport.take() == []
