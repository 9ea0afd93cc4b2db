"""One message to many: framed once, written once a turn, and nobody is waited for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scratch.fakes import FakeTransport, frames, open_client, open_connection, outside
from tests.scratch.raw import masked
from wsdemo.protocol import Deflate, FrameReader, Opcode, ServerEndpoint, whole
from wsdemo.scratch import Connection, broadcast
from wsdemo.scratch.options import Options

HELLO = b"\x81\x05Hello"
IN_PIECES = "a message is being sent in pieces"


def members(count: int, **options: Any) -> tuple[list[Connection], list[FakeTransport]]:
    """Return connections that are open, and their transports."""
    opened = [open_connection(**options) for _ in range(count)]
    return [each[0] for each in opened], [each[1] for each in opened]


async def turn() -> None:
    """Let the loop go round once."""
    await asyncio.sleep(0)


async def test_all_members_get_it() -> None:
    """At the end of the loop's turn, and not before."""
    connections, transports = members(3)
    assert broadcast(connections, "Hello") == []
    assert [transport.take() for transport in transports] == [[]] * 3
    await turn()
    assert [transport.take() for transport in transports] == [[HELLO]] * 3


@pytest.mark.parametrize(
    ("message", "text", "octets"),
    [
        ("é", None, b"\x81\x02\xc3\xa9"),
        (b"\x00", None, b"\x82\x01\x00"),
        (bytearray(b"a"), None, b"\x82\x01a"),
        (memoryview(b"a"), True, b"\x81\x01a"),
        ("é", False, b"\x82\x02\xc3\xa9"),
        ("x" * 126, None, b"\x81\x7e\x00\x7e" + b"x" * 126),
    ],
)
async def test_a_message_is_text_or_bytes(message: Any, text: bool | None, octets: bytes) -> None:
    """As for ``send``, and of any length."""
    connections, (transport,) = members(1)
    broadcast(connections, message, text=text)
    await turn()
    assert transport.take() == [octets]


@pytest.mark.parametrize("message", [None, 1, ["a"], {"a": 1}])
async def test_what_is_no_message_is_refused(message: Any) -> None:
    """Before anybody has got it."""
    connections, (transport,) = members(1)
    with pytest.raises(TypeError, match="str or bytes"):
        broadcast(connections, message)
    await turn()
    assert transport.take() == []


async def test_it_is_framed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not once for each member."""
    calls: list[object] = []

    def framed(message: str | bytes) -> tuple[bytes, int]:
        calls.append(message)
        return whole.framed(message)

    # The name in the package is the function's, so the module has to be asked for.
    monkeypatch.setattr(import_module("wsdemo.scratch.broadcast"), "framed", framed)
    connections, transports = members(10)
    broadcast(connections, "Hello")
    await turn()
    assert calls == ["Hello"]
    assert [transport.take() for transport in transports] == [[HELLO]] * 10


async def test_ten_messages_at_once_leave_in_one_write() -> None:
    """For each member; a system call costs more than all the rest."""
    connections, transports = members(3)
    for _ in range(10):
        broadcast(connections, "Hello")
    await turn()
    assert [transport.take() for transport in transports] == [[HELLO * 10]] * 3
    broadcast(connections, "Hello")
    await turn()
    assert [transport.take() for transport in transports] == [[HELLO]] * 3


async def test_what_is_sent_in_between_stays_in_between() -> None:
    """It takes along what was there before it, and the order is that of the calls."""
    connections, (first, second) = members(2)
    broadcast(connections, "one")
    await connections[0].send("two")
    broadcast(connections, "three")
    connections[0].send_nowait("four")
    broadcast(connections[:1], "five")
    await turn()
    words = [line.split("'")[1] for line in frames(first)]
    assert words == ["one", "two", "three", "four", "five"]
    assert [line.split("'")[1] for line in frames(second)] == ["one", "three"]


async def test_a_room_of_nobody_is_no_problem() -> None:
    """Nor is an iterator."""
    connections, (transport,) = members(1)
    broadcast([], "Hello")
    assert broadcast(iter(connections), "Hello") == []
    await turn()
    assert transport.take() == [HELLO]


async def test_those_who_are_closing_are_passed_over() -> None:
    """And those who are closed, failed, or not yet open."""
    connections, transports = members(4)
    connections[0].start_close()
    connections[1].fail(1011, "")
    connections[2].connection_lost(None)
    for transport in transports:
        transport.take()
    connections.append(Connection(ServerEndpoint(), Options()))
    transports.append(FakeTransport())
    connections[4].connection_made(transports[4])
    assert broadcast(connections, "Hello") == []
    await turn()
    assert [transport.take() for transport in transports] == [[], [], [], [HELLO], []]


async def test_a_member_that_closes_before_the_end_of_the_turn_gets_it_first() -> None:
    """Its close frame is behind what was said before."""
    connections, (transport,) = members(1)
    broadcast(connections, "Hello")
    connections[0].start_close()
    await turn()
    assert frames(transport) == ["TEXT 'Hello' [5 bytes]", "CLOSE 1000 [2 bytes]"]


async def test_a_member_that_is_lost_before_the_end_of_the_turn_harms_nobody() -> None:
    """The others get it all the same."""
    connections, (first, second) = members(2)
    broadcast(connections, "Hello")
    first.abort()
    connections[0].connection_lost(None)
    await turn()
    assert (first.take(), second.take()) == ([], [HELLO])


async def test_a_member_amid_a_message_in_pieces_is_passed_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing may come between these; its log says what it has missed."""
    (one, other), (first, second) = members(2)
    go_on = asyncio.Event()

    async def halves() -> AsyncIterator[str]:
        yield "Hel"
        await go_on.wait()
        yield "lo"

    sending = asyncio.create_task(one.send(halves()))
    await turn()
    broadcast([one, other], "news")
    go_on.set()
    await sending
    broadcast([one, other], "more")
    await turn()
    assert [line.split()[0] for line in frames(first)] == ["TEXT"] + ["CONTINUATION"] * 2 + ["TEXT"]
    assert frames(second) == ["TEXT 'news' [4 bytes]", "TEXT 'more' [4 bytes]"]
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"connection {one.id}: skipped a broadcast: {IN_PIECES}"


async def test_who_compresses_gets_it_compressed() -> None:
    """Each by its own codec, which remembers what was said before."""
    codec = Deflate()
    plain, packed = open_connection(), open_connection(codec=codec)
    for _ in range(2):
        broadcast([plain[0], packed[0]], "Hello" * 20)
    await turn()
    reader = FrameReader(from_client=False, rsv1_allowed=True)
    reader.feed(b"".join(packed[1].take()))
    one, two = reader
    inflate = Deflate()
    for frame in (one, two):
        assert frame.rsv1
        assert inflate.decompress(frame.payload, True, None) == b"Hello" * 20
    assert len(two.payload) < len(one.payload) < 30
    assert len(b"".join(plain[1].take())) == 2 * 102


async def test_a_client_masks_it() -> None:
    """A broadcast to servers is rare, and legal."""
    connection, transport, _ = open_client()
    broadcast([connection], "Hello")
    await turn()
    assert transport.take() == [masked(Opcode.TEXT, b"Hello")]


async def test_those_who_are_full_get_it_and_are_named() -> None:
    """What to do with them is a policy's business."""
    connections, transports = members(3)
    connections[1].pause_writing()
    assert broadcast(connections, "Hello") == [connections[1]]
    await turn()
    assert [transport.take() for transport in transports] == [[HELLO]] * 3
    connections[1].resume_writing()
    assert broadcast(connections, "Hello") == []
    await turn()


async def test_from_amid_a_read_it_leaves_with_the_answer() -> None:
    """To the one who was read from; the others get it at the end of the turn."""
    (one, other), (first, second) = members(2)

    async def relay() -> None:
        message = await one.recv()
        await one.send("heard")
        broadcast([one, other], message)

    task = asyncio.create_task(relay())
    await turn()
    await outside(lambda: one.data_received(masked(Opcode.TEXT, b"Hello")))
    await task
    await turn()
    assert first.take() == [b"\x81\x05heard" + HELLO]
    assert second.take() == [HELLO]


async def test_it_is_in_the_sums() -> None:
    """A message and its payload for each member, and the octets when they are written."""
    tally = SimpleNamespace(messages_out=0, payload_out=0, wire_out=0, wire_in=0)
    connections, _ = members(3, tally=tally)
    handshakes = tally.wire_out
    connections[2].start_close()
    closing = tally.wire_out
    broadcast(connections, "é" * 100)
    assert (tally.messages_out, tally.payload_out) == (2, 2 * 200)
    await turn()
    assert (closing - handshakes, tally.wire_out - closing) == (4, 2 * 204)
