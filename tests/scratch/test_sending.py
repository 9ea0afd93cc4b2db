"""Sending at the pace of the peer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.scratch.fakes import FakeTransport, open_connection
from wsdemo.errors import ConnectionClosedError
from wsdemo.protocol import Frame, State
from wsdemo.scratch.connection import Connection


def frames(transport: FakeTransport) -> list[str]:
    """Return what was written, in words."""
    data, shown = b"".join(transport.take()), []
    while data:
        parsed = Frame.parse(data)
        assert parsed is not None
        shown.append(str(parsed[0]))
        data = data[parsed[1] :]
    return shown


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
