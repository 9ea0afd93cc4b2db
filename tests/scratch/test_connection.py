"""What a program may expect of a connection, whichever engine is at either end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from tests.scratch.engines import PAIRS, Pair
from tests.scratch.fakes import frames, open_client, open_connection, outside
from tests.scratch.raw import masked
from tests.scratch.scenarios import SCENARIOS, Scenario
from wsdemo.errors import ConnectionClosedError, ConnectionClosedOK
from wsdemo.protocol import Deflate, Opcode, State
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.options import READ_SIZE
from wsdemo.scratch.waiter import ConcurrencyError

ONE, TWO, THREE = (masked(Opcode.TEXT, word) for word in (b"one", b"two", b"three"))
PING, CLOSE = masked(Opcode.PING, b"?"), masked(Opcode.CLOSE, b"\x03\xe8")
FAULT = b"\xff\xff"


async def test_a_ping_that_was_refused_is_forgotten() -> None:
    """It can be refused again, for the same reason."""
    connection, _, _ = open_connection()
    for _ in range(2):
        with pytest.raises(ValueError, match="over 125"):
            await connection.ping(bytes(126))
    assert len(connection.pings) == 0


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_scenario(scenario: Scenario, pair: Pair) -> None:
    """Both engines behave the same, at both ends."""
    async with asyncio.timeout(20):
        await scenario(pair)


# Iteration


async def listen(connection: Connection, heard: list[Any]) -> None:
    """Hear all there is to hear."""
    async for message in connection:
        heard.append(message)  # noqa: PERF401 - it is looked at meanwhile
    heard.append("the end")


async def listener(connection: Connection) -> tuple[asyncio.Task[None], list[Any]]:
    """Return a listener that waits, and what it has heard."""
    heard: list[Any] = []
    task = asyncio.create_task(listen(connection, heard))
    await asyncio.sleep(0)
    return task, heard


async def test_a_listener_hears_each_message_before_the_read_is_over() -> None:
    """It is woken by the first, and finds the others there."""
    connection, _, _ = open_connection()
    task, heard = await listener(connection)
    await outside(
        lambda: connection.data_received(ONE + TWO), lambda: heard.append("read"),
        lambda: connection.data_received(THREE), lambda: heard.append("read"),
    )  # fmt: skip
    assert heard == ["one", "two", "read", "three", "read"]
    task.cancel()
    await asyncio.wait([task])


async def test_iteration_ends_with_the_connection() -> None:
    """After what came before its end."""
    connection, _, _ = open_connection()
    task, heard = await listener(connection)
    await outside(lambda: connection.data_received(ONE + CLOSE + TWO))
    assert not task.done()
    connection.connection_lost(None)
    await task
    assert heard == ["one", "the end"]
    with pytest.raises(StopAsyncIteration) as raised:
        await anext(connection)
    assert isinstance(raised.value.__cause__, ConnectionClosedOK)


async def test_iteration_raises_what_ended_the_connection_badly() -> None:
    """So that it is not taken for an end."""
    connection, _, _ = open_connection()
    task, heard = await listener(connection)
    connection.connection_lost(ConnectionResetError("by peer"))
    with pytest.raises(ConnectionClosedError) as raised:
        await task
    assert isinstance(raised.value.__cause__, ConnectionResetError)
    assert heard == []


async def test_iteration_may_be_cancelled_and_taken_up_again() -> None:
    """Nothing is lost."""
    connection, _, _ = open_connection()
    task, heard = await listener(connection)
    connection.data_received(ONE)
    task.cancel()
    await asyncio.wait([task])
    assert (task.cancelled(), heard) == (True, [])
    connection.data_received(TWO)
    assert [await anext(connection), await connection.recv()] == ["one", "two"]


async def test_two_listeners_are_one_too_many() -> None:
    """And the first isn't disturbed."""
    connection, _, _ = open_connection()
    task, heard = await listener(connection)
    for again in (anext(connection), connection.recv()):
        with pytest.raises(ConcurrencyError):
            await again
    connection.data_received(ONE + CLOSE)
    connection.connection_lost(None)
    await task
    assert heard == ["one", "the end"]


# A handler that was woken amid a read


async def test_the_answers_of_a_handler_leave_in_one_write() -> None:
    """With the pongs, which come after what was whole before them."""
    connection, transport, _ = open_connection()

    async def echo() -> None:
        async for message in connection:
            await connection.send(message)

    task = asyncio.create_task(echo())
    await asyncio.sleep(0)
    await outside(lambda: connection.data_received(ONE + TWO + PING + THREE))
    assert len(transport.written) == 1
    words = [line.split("'")[1] for line in frames(transport)]
    assert words[:2] == ["one", "two"]
    assert sorted(words[2:]) == ["?", "three"]
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize("after", [b"", ONE, PING, CLOSE, FAULT])
async def test_a_handler_may_close_amid_a_read(after: bytes) -> None:
    """Its close frame is in the same write; what else was read is taken as after a close."""
    connection, transport, _ = open_connection()

    async def handle() -> None:
        await connection.recv()
        connection.start_close(1001, "enough")

    task = asyncio.create_task(handle())
    await asyncio.sleep(0)
    await outside(lambda: connection.data_received(ONE + after))
    await task
    assert len(transport.written) == 1
    words = [line.split()[0] for line in frames(transport)]
    assert words == {PING: ["CLOSE", "PONG"]}.get(after, ["CLOSE"])
    is_over = after in (CLOSE, FAULT)
    assert connection.state is (State.DRAINING if is_over else State.LOCAL_CLOSING)
    connection.connection_lost(None)


async def test_a_handler_may_fail_amid_a_read() -> None:
    """Asyncio hears nothing of it, and the rest of the read is read."""
    connection, transport, _ = open_connection()

    async def handle() -> None:
        raise LookupError(await connection.recv())

    task = asyncio.create_task(handle())
    await asyncio.sleep(0)
    await outside(lambda: connection.data_received(ONE + PING + TWO))
    with pytest.raises(LookupError, match="one"):
        await task
    assert frames(transport) == ["PONG '?' [1 byte]"]
    assert await connection.recv() == "two"


async def test_a_handler_may_send_on_another_connection_amid_a_read() -> None:
    """There it is written at once: nothing is being read."""
    (one, first, _), (two, second, _) = open_connection(), open_connection()
    order: list[str] = []

    async def relay() -> None:
        await two.send(await one.recv())
        order.extend(frames(second))
        await one.send("done")
        order.extend(frames(first))

    task = asyncio.create_task(relay())
    await asyncio.sleep(0)
    await outside(lambda: one.data_received(ONE))
    await task
    assert order == ["TEXT 'one' [3 bytes]"]
    assert frames(first) == ["TEXT 'done' [4 bytes]"]


async def test_connections_read_into_the_same_memory() -> None:
    """One after the other; what is left of a frame is no longer in it when the next one reads."""
    memory = memoryview(bytearray(READ_SIZE))
    connections = [open_connection(memory=memory)[0] for _ in range(3)]
    words = [bytes([letter]) * size for letter, size in zip(b"abc", (1, 200, 70_000), strict=True)]
    streams = [masked(Opcode.BINARY, word) * 2 for word in words]
    for at in range(0, max(map(len, streams)), 4_001):
        for connection, stream in zip(connections, streams, strict=True):
            piece = stream[at : at + 4_001]
            connection.get_buffer(-1)[: len(piece)] = piece
            connection.buffer_updated(len(piece))
    for connection, word in zip(connections, words, strict=True):
        assert [await connection.recv(), await connection.recv()] == [word, word]


async def test_more_than_the_memory_holds_may_come_at_once() -> None:
    """From a transport that has a memory of its own."""
    connection, _, _ = open_connection()
    message = bytes(range(256)) * 1200
    connection.data_received(masked(Opcode.BINARY, message) + ONE)
    assert [await connection.recv(), await connection.recv()] == [message, "one"]


# The function for messages


async def test_on_message_is_called_with_each_message_in_order() -> None:
    """Whole, compressed, or in fragments; before the read is over, and with a pong between."""
    heard: list[Any] = []

    def on_message(connection: Connection, message: str | bytes) -> None:
        heard.append(message)
        connection.send_nowait(message)

    zipped = Deflate().compress(b"zip")
    connection, transport, _ = open_connection(on_message=on_message, codec=Deflate())
    connection.data_received(
        ONE
        + masked(Opcode.BINARY, b"two")
        + masked(Opcode.TEXT, b"th", fin=False)
        + PING
        + masked(Opcode.CONTINUATION, b"ree")
        + bytes((0xC1, 0x80 | len(zipped), 0, 0, 0, 0)) + zipped
        + masked(Opcode.TEXT, b"")
    )  # fmt: skip
    assert heard == ["one", b"two", "three", "zip", ""]
    assert len(transport.written) == 1
    words = [line.split()[0] for line in frames(transport)]
    assert words == ["TEXT", "BINARY", "PONG", "TEXT", "TEXT", "TEXT"]


async def test_on_message_is_not_called_once_the_connection_is_closing() -> None:
    """By itself, for example; what else has come is dropped."""
    heard: list[Any] = []

    def on_message(connection: Connection, message: str | bytes) -> None:
        heard.append(message)
        connection.start_close(1000, "enough")

    connection, transport, _ = open_connection(on_message=on_message)
    connection.data_received(ONE + TWO + masked(Opcode.TEXT, b"th", fin=False))
    connection.data_received(masked(Opcode.CONTINUATION, b"ree") + ONE)
    assert heard == ["one"]
    assert frames(transport) == ["CLOSE 1000 'enough' [8 bytes]"]
    connection.connection_lost(None)


async def test_on_message_that_fails_closes_with_1011(caplog: pytest.LogCaptureFixture) -> None:
    """It is in the log with its traceback; the next message is not for it any more."""
    heard: list[Any] = []

    def on_message(connection: Connection, message: str | bytes) -> None:
        heard.append(message)
        raise LookupError("on purpose")

    connection, transport, _ = open_connection(on_message=on_message)
    connection.data_received(ONE + TWO)
    assert (heard, connection.state) == (["one"], State.LOCAL_CLOSING)
    assert frames(transport) == ["CLOSE 1011 [2 bytes]"]
    (record,) = caplog.records
    assert record.getMessage() == f"connection {connection.id}: on_message failed"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)
    connection.connection_lost(None)


async def test_with_on_message_recv_only_hears_the_end() -> None:
    """Every message is for the function."""
    heard: list[Any] = []
    connection, _, _ = open_connection(on_message=lambda _, message: heard.append(message))
    task, listened = await listener(connection)
    await outside(lambda: connection.data_received(ONE + CLOSE))
    connection.connection_lost(None)
    await task
    assert (heard, listened) == (["one"], ["the end"])


async def test_with_on_message_nothing_is_read_while_the_peer_does_not_read() -> None:
    """So nothing has to be answered that there is no room for."""
    connection, transport, _ = open_connection(
        on_message=lambda connection, message: connection.send_nowait(message)
    )
    connection.data_received(ONE)
    assert transport.done == []
    connection.pause_writing()
    connection.data_received(TWO)
    assert transport.done == ["pause_reading"]
    connection.resume_writing()
    assert transport.done == ["pause_reading", "resume_reading"]
    assert [line.split("'")[1] for line in frames(transport)] == ["one", "two"]


# The sums


@dataclass
class Sums:
    """A tally."""

    messages_in: int = 0
    payload_in: int = 0
    wire_in: int = 0
    messages_out: int = 0
    payload_out: int = 0
    wire_out: int = 0

    def since(self, before: Sums) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return what has come and what has gone: messages, their octets, octets of the wire."""
        now, then = vars(self), vars(before)
        grown = [now[name] - then[name] for name in now]
        return tuple(grown[:3]), tuple(grown[3:])


@pytest.mark.parametrize("by_octets", [False, True])
async def test_what_has_come_is_in_the_sums(by_octets: bool) -> None:
    """The same for both paths, and however it was cut; a control frame is no message."""
    tally = Sums()
    connection, _, _ = open_connection(tally=tally)
    before = Sums(**vars(tally))
    sent = (
        masked(Opcode.TEXT, "é".encode() * 100)  # 8 + 200
        + masked(Opcode.BINARY, b"")  # 6
        + PING  # 7
        + masked(Opcode.TEXT, b"\xc3", fin=False)  # 7
        + masked(Opcode.CONTINUATION, b"\xa9")  # 7
        + masked(Opcode.BINARY, bytes(65_536))  # 14 + 65536
        + masked(Opcode.BINARY, bytes(65_536))[:1000]
    )
    pieces = [bytes((octet,)) for octet in sent] if by_octets else [sent]
    for piece in pieces:
        connection.data_received(piece)
    came, went = tally.since(before)
    assert came == (4, 200 + 0 + 2 + 65_536, 208 + 6 + 7 + 7 + 7 + 65_550 + 1000)
    assert went == (0, 0, 3)  # a pong


async def test_what_has_gone_is_in_the_sums() -> None:
    """Each message once, however many pieces it has; octets when they are written."""
    tally = Sums()
    connection, _, _ = open_connection(tally=tally)
    before = Sums(**vars(tally))
    await connection.send("é" * 100)  # 4 + 200
    connection.send_nowait(b"")  # 2
    await connection.send(bytearray(b"abc"))  # 5
    await connection.send(["é", "a", ""])  # 4 + 3 + 2 + 2
    await connection.send(iter([]))
    await connection.pong(b"1234")  # 6
    connection.start_close(1000, "bye")  # 7
    came, went = tally.since(before)
    assert came == (0, 0, 0)
    assert went == (4, 200 + 0 + 3 + 3, 204 + 2 + 5 + 11 + 6 + 7)
    connection.connection_lost(None)


async def test_compression_is_in_the_sums_of_the_wire() -> None:
    """And not in those of the payloads."""
    tally = Sums()
    connection, transport, _ = open_connection(tally=tally, codec=Deflate())
    before = Sums(**vars(tally))
    await connection.send("x" * 10_000)
    written = len(transport.take()[0])
    assert written < 100
    assert tally.since(before)[1] == (1, 10_000, written)
    zipped = Deflate().compress(b"x" * 10_000)
    frame = bytes((0xC1, 0x80 | len(zipped), 0, 0, 0, 0)) + zipped
    connection.data_received(frame)
    assert tally.since(before)[0] == (1, 10_000, len(frame))


async def test_a_client_has_sums_too() -> None:
    """Its masks are on the wire."""
    tally = Sums()
    connection, _, _ = open_client(tally=tally)
    before = Sums(**vars(tally))
    await connection.send("Hello")
    connection.data_received(b"\x81\x05Hello")
    assert tally.since(before) == ((1, 5, 7), (1, 5, 11))


async def test_what_is_not_written_is_not_in_the_sums_of_the_wire() -> None:
    """The transport is closing, and would drop it."""
    tally = Sums()
    connection, transport, _ = open_connection(tally=tally)
    before = Sums(**vars(tally))
    transport.close()
    connection.send_nowait("Hello")
    assert tally.since(before)[1] == (1, 5, 0)
