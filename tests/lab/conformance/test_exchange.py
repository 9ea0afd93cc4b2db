"""One run of a case: what is written and when, how long is waited, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.lab.conformance.scripted import Peer, pair, until
from wsdemo.lab.conformance import exchange as module
from wsdemo.lab.conformance.case import FRAMES, OCTETS, Case, Why
from wsdemo.lab.conformance.exchange import Exchange
from wsdemo.lab.conformance.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PONG,
    TEXT,
    Frame,
    Reader,
    Seen,
    binary,
    close,
    ping,
    text,
)
from wsdemo.lab.conformance.moves import (
    Await,
    HalfClose,
    Listen,
    Message,
    Move,
    Part,
    Raw,
    blob,
    words,
)
from wsdemo.lab.conformance.transcript import Ended
from wsdemo.lab.conformance.wants import Echo, Goodbye, Hangs

pytestmark = pytest.mark.usefixtures("nothing_left")

HEAD = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
PATIENT = 30.0  # seconds: whoever waits for all of it has failed
HASTY = 0.1
HELLO, BYE = text("Hello"), close(1000)


@pytest.fixture(autouse=True)
def polite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give an endpoint all the time it needs to say goodbye, on a busy machine too."""
    monkeypatch.setattr(module, "POLITE", PATIENT)


Script = Callable[[Peer, Exchange], Coroutine[Any, Any, None]]


def case_of(*moves: Move, want: Any = None, **rest: Any) -> Case:
    """Make a case with these moves."""
    return Case("0", "a test", moves, want or Echo(), Why("RFC 6455, 5", ""), **rest)


async def run(
    case: Case,
    script: Script,
    *,
    server: bool = True,
    patience: float = PATIENT,
    ahead: bytes = b"",
    head: bytes = HEAD,
) -> Exchange:
    """Run a case against a script, behind an opening handshake that has taken place."""
    async with pair(masks=not server) as (stream, peer):
        exchange = Exchange(stream, case, server=server, patience=patience)
        exchange.began(head)
        playing = asyncio.create_task(script(peer, exchange))
        async with exchange.reading():
            exchange.seen.open(None)
            exchange.ahead = ahead
            await exchange.play()
        await playing
    return exchange


async def listen(peer: Peer, exchange: Exchange) -> None:
    """Hear all there is, and echo nothing."""
    await peer.part()


def ours(exchange: Exchange) -> list[bytes]:
    """Return what was sent, write by write."""
    return [piece.data for piece in exchange.seen.pieces if piece.ours and piece.data]


# --- what is written


async def test_all_moves_go_in_one_write() -> None:
    """An endpoint has to find the frames by itself."""
    moves = text("a"), Raw(b"\x81\x80\0\0\0\0", "an empty text"), BYE
    exchange = await run(case_of(*moves, want=Goodbye()), listen)
    a, bye = (frame.serialize(masked=True) for frame in (text("a"), BYE))
    assert ours(exchange) == [a + moves[1].data + bye]


async def test_a_write_for_each_frame() -> None:
    """The fragments of a message are one move."""
    moves = text("a"), words("bcd", part=2), BYE
    exchange = await run(case_of(*moves, want=Goodbye(), piece=FRAMES), listen)
    message = text("bc", fin=False), Frame(CONTINUATION, b"d")
    frames = [frame.serialize(masked=True) for frame in (text("a"), *message, BYE)]
    assert ours(exchange) == [frames[0], frames[1] + frames[2], frames[3]]


@pytest.mark.parametrize("piece", [OCTETS, 3, 1000])
async def test_pieces(piece: int) -> None:
    """All of that length but the last one, which is what is left."""
    whole = b"".join(frame.serialize(masked=True) for frame in (HELLO, BYE))
    exchange = await run(case_of(HELLO, BYE, want=Goodbye(), piece=piece), listen)
    assert ours(exchange) == [whole[at : at + piece] for at in range(0, len(whole), piece)]


@pytest.mark.parametrize("piece", [None, FRAMES, OCTETS, 1000])
async def test_what_goes_ahead_is_not_lost(piece: int | None) -> None:
    """It is in front of the first frame, in one write with it if there are no pieces."""
    case = case_of(HELLO, BYE, want=Goodbye(), piece=piece)

    async def greeted(peer: Peer, _: Exchange) -> None:
        assert await peer.take(lambda data: (data[:6], 6) if len(data) > 6 else None) == b"ahead!"
        await peer.part()

    exchange = await run(case, greeted, ahead=b"ahead!")
    assert ours(exchange)[0].startswith(b"ahead!"[: piece or 6])
    assert exchange.seen.end_of(BYE) == len(b"".join(ours(exchange)))


async def test_a_message_in_fragments() -> None:
    """The first bears the opcode, the last one FIN, and an empty message is one frame."""
    moves = blob(b"abcde", part=2), blob(b"", part=2), BYE
    heard: list[Seen] = []

    async def collect(peer: Peer, _: Exchange) -> None:
        while len(heard) < 4:
            heard.append(await peer.heard())
        await peer.part()

    await run(case_of(*moves, want=Goodbye()), collect)
    assert [frame.opcode for frame in heard] == [BINARY, CONTINUATION, CONTINUATION, BINARY]
    assert [frame.payload for frame in heard] == [b"ab", b"cd", b"e", b""]
    assert [frame.fin for frame in heard] == [False, False, True, True]


async def test_a_coded_message_goes_as_it_is() -> None:
    """Without an agreement on compression nothing is compressed, nor marked so."""
    moves = Message(TEXT, b"plain", coded=b"coded"), BYE
    exchange = await run(case_of(*moves, want=Goodbye()), listen)
    expected = Frame(TEXT, b"coded").serialize(masked=True)
    assert ours(exchange)[0].startswith(expected)


@pytest.mark.parametrize("server", [True, False])
async def test_masks_are_as_our_role_demands(server: bool) -> None:
    """We are the client of a server, and the server of a client."""
    exchange = await run(case_of(BYE, want=Goodbye()), listen, server=server)
    assert ours(exchange) == [BYE.serialize(masked=server)]


async def test_what_was_sent_is_noted_with_where_it_ends() -> None:
    """It is what a complaint points at; what went before the frames counts."""
    exchange = await run(case_of(HELLO, BYE, want=Goodbye()), listen, ahead=b"\x8a\0" * 2)
    assert exchange.seen.sent == [(HELLO, 4 + 11), (BYE, 4 + 11 + 8)]
    assert exchange.seen.end_of(HELLO) == 15


# --- pings of the endpoint


def decoded(data: list[bytes]) -> list[Frame]:
    """Read what we sent as the frames that an endpoint sees."""
    return list(Reader().feed(b"".join(data)))


async def test_pings_of_the_endpoint_are_answered() -> None:
    """Each once, with what was in it, in their order."""
    answers = []

    async def tease(peer: Peer, _: Exchange) -> None:
        await peer.echo()
        for payload in ("a", "", "b"):
            await peer.say(ping(payload))
            answers.append(await peer.heard())
        await peer.say(BYE)
        await peer.part()

    await run(case_of(HELLO, Await(), Listen(PATIENT), want=Goodbye()), tease)
    assert [(each.opcode, each.payload) for each in answers] == [
        (PONG, b"a"),
        (PONG, b""),
        (PONG, b"b"),
    ]


async def test_no_pong_goes_into_the_middle_of_a_frame() -> None:
    """A case may leave a frame unfinished while it listens; the pong comes behind it."""
    hello = text("Hello")
    case = case_of(
        Part(hello, 0, 2), Listen(0.3), Part(hello, 2, 5), Listen(PATIENT), want=Goodbye()
    )

    async def tease(peer: Peer, exchange: Exchange) -> None:
        await until(lambda: len(ours(exchange)) == 1)
        await peer.say(ping("now"))
        assert [(await peer.heard()).opcode for _ in range(2)] == [TEXT, PONG]
        await peer.say(BYE)
        await peer.part()

    exchange = await run(case, tease)
    assert [frame.opcode for frame in decoded(ours(exchange))] == [TEXT, PONG, CLOSE]


async def test_a_ping_in_the_middle_of_pieces() -> None:
    """The pong comes behind all that is being sent."""
    case = case_of(binary(b"*" * 5000), Listen(PATIENT), want=Goodbye(), piece=OCTETS)

    async def tease(peer: Peer, exchange: Exchange) -> None:
        await until(lambda: ours(exchange))
        await peer.say(ping("now"))
        assert [(await peer.heard()).opcode for _ in range(2)] == [BINARY, PONG]
        await peer.say(BYE)
        await peer.part()

    exchange = await run(case, tease)
    assert [frame.opcode for frame in decoded(ours(exchange))] == [BINARY, PONG, CLOSE]


async def test_a_ping_in_the_same_write_as_the_head() -> None:
    """It is answered like any other, though it came before frames were read."""

    async def hear(peer: Peer, _: Exchange) -> None:
        assert {(await peer.heard()).opcode for _ in range(2)} == {TEXT, PONG}
        await peer.say(BYE)
        await peer.part()

    case = case_of(HELLO, Listen(PATIENT), want=Goodbye())
    exchange = await run(case, hear, head=HEAD + ping("early").serialize())
    assert exchange.seen.frames[0].payload == b"early"


async def test_a_ping_does_not_keep_us_from_reading() -> None:
    """While we can't write, as the endpoint doesn't read: it may be waiting for us to read."""
    case = case_of(binary(b"*" * 2**24), Await(), BYE, want=Goodbye())

    async def stand_still(peer: Peer, exchange: Exchange) -> None:
        await until(lambda: ours(exchange))
        await peer.say(ping("now"))
        await until(lambda: exchange.seen.frames)
        await peer.say(text("and on"))
        await until(lambda: exchange.seen.got)
        await peer.part()

    exchange = await run(case, stand_still)
    assert [got.payload for got in exchange.seen.got] == [b"and on"]


async def test_nothing_is_answered_behind_our_close_frame() -> None:
    """RFC 6455, 5.5.1: it is the last thing that is sent."""

    async def tease(peer: Peer, _: Exchange) -> None:
        await peer.heard()
        await peer.say(ping("too late"), BYE)
        peer.sock.shutdown(1)
        await peer.rest()

    exchange = await run(case_of(BYE, want=Goodbye()), tease)
    assert ours(exchange) == [BYE.serialize(masked=True)]


# --- pauses


def order(exchange: Exchange) -> list[str]:
    """Say who has spoken, turn by turn."""
    pieces = exchange.seen.pieces[1:]  # the first one is the head
    return ["we" if piece.ours else "they" for piece in pieces if piece.data]


async def test_await_goes_on_when_the_messages_are_back() -> None:
    """The next write comes behind the answer to the one before."""

    async def answer(peer: Peer, _: Exchange) -> None:
        await peer.echo()
        await peer.echo()
        await peer.part()

    moves = text("a"), Await(), text("b"), Await(), BYE
    exchange = await run(case_of(*moves, want=Goodbye()), answer)
    assert order(exchange) == ["we", "they", "we", "they", "we", "they"]


async def test_await_goes_on_when_nothing_is_to_come() -> None:
    """Nobody waits for the echo of a control frame."""
    moves = ping("a"), Await(), BYE
    exchange = await run(case_of(*moves, want=Goodbye()), listen)
    assert order(exchange) == ["we", "we", "they"]


async def test_await_goes_on_when_its_patience_is_over() -> None:
    """What is behind it is sent all the same, if there is time."""
    case = case_of(text("a"), Await(), BYE, want=Goodbye())
    async with pair() as (stream, peer):
        exchange = Exchange(stream, case, server=True, patience=HASTY)
        exchange.began(HEAD)
        async with exchange.reading():
            exchange.seen.open(None)
            await exchange._play()
        assert [(await peer.heard()).opcode for _ in range(2)] == [TEXT, CLOSE]


async def test_listen_goes_on_when_the_endpoint_has_closed() -> None:
    """It takes no longer than need be."""

    async def refuse(peer: Peer, _: Exchange) -> None:
        await peer.heard()
        await peer.say(close(1002))
        await peer.part()

    moves = text("a"), Listen(PATIENT)
    exchange = await run(case_of(*moves, want=Goodbye()), refuse)
    assert not exchange.seen.silent
    assert not exchange.seen.late


async def test_listen_goes_on_when_its_time_is_up() -> None:
    """And that is noted."""
    moves = text("a"), Listen(HASTY), BYE
    exchange = await run(case_of(*moves, want=Goodbye()), listen)
    assert exchange.seen.silent
    assert order(exchange) == ["we", "we", "they"]


async def test_half_close_ends_our_direction() -> None:
    """The other one goes on; no close frame follows."""
    heard = []

    async def outlive(peer: Peer, _: Exchange) -> None:
        heard.append(await peer.rest())
        await peer.say(text("still here"), BYE)
        peer.sock.close()

    exchange = await run(case_of(HELLO, HalfClose(), want=Hangs()), outlive)
    assert heard == [HELLO.serialize(masked=True)]
    assert [got.payload for got in exchange.seen.got] == [b"still here"]
    assert exchange.seen.pieces[2].ended is Ended.FIN


# --- waiting


async def test_the_time_is_up() -> None:
    """Late is what waited for all of its patience; the endpoint hears a farewell."""
    heard = []

    async def ignore(peer: Peer, _: Exchange) -> None:
        heard.extend([await peer.heard(), await peer.heard()])
        await peer.say(BYE)
        peer.sock.shutdown(1)

    exchange = await run(case_of(HELLO), ignore, patience=HASTY)
    assert exchange.seen.late
    assert [frame.opcode for frame in heard] == [TEXT, CLOSE]


async def test_nothing_is_waited_for_behind_the_end() -> None:
    """An endpoint that has hung up won't speak again."""

    async def hang_up(peer: Peer, _: Exchange) -> None:
        await peer.heard()
        peer.sock.shutdown(1)
        await peer.rest()

    exchange = await run(case_of(HELLO), hang_up)
    assert not exchange.seen.late
    assert exchange.seen.ended is Ended.FIN


async def test_what_came_before_a_reset_is_kept() -> None:
    """And the reset is told from an orderly end."""

    async def reset(peer: Peer, exchange: Exchange) -> None:
        await peer.say(text("last words"), close(1011))
        await until(lambda: exchange.seen.close)
        peer.reset()

    moves = binary(b"*" * 2**22), Await(), HELLO
    exchange = await run(case_of(*moves), reset)
    assert [got.payload for got in exchange.seen.got] == [b"last words"]
    assert exchange.seen.close_code == 1011


async def test_a_reset_is_no_orderly_end() -> None:
    """It has a name of its own."""

    async def reset(peer: Peer, _: Exchange) -> None:
        await peer.heard()
        peer.reset()

    exchange = await run(case_of(HELLO), reset)
    ends = [piece.ended for piece in exchange.seen.pieces if not piece.ours and piece.ended]
    assert ends == [exchange.seen.ended] == [Ended.RST]


async def test_an_endpoint_that_does_not_read_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A farewell that can't be sent is not sent."""
    monkeypatch.setattr(module, "POLITE", HASTY)
    async with pair() as (stream, _):
        exchange = Exchange(stream, case_of(binary(b"*" * 2**24)), server=True, patience=HASTY)
        exchange.began(HEAD)
        async with asyncio.timeout(10), exchange.reading():
            exchange.seen.open(None)
            await exchange.play()
    assert exchange.seen.late


# --- the farewell


async def test_a_server_is_told_goodbye_and_ends_tcp_first() -> None:
    """RFC 6455, 7.1.1: we end our direction when it has."""
    heard: list[Seen] = []

    async def leave(peer: Peer, exchange: Exchange) -> None:
        await peer.echo()
        heard.append(await peer.heard())
        await peer.say(close(1000))
        await until(lambda: exchange.seen.close)
        assert not any(piece.ours and piece.ended for piece in exchange.seen.pieces)
        peer.sock.shutdown(1)
        assert await peer.rest() == b""

    exchange = await run(case_of(HELLO), leave)
    assert [frame.payload for frame in heard] == [b"\x03\xe8"]
    assert [piece.ours for piece in exchange.seen.pieces if piece.ended] == [False, True]


async def test_a_client_is_left_first() -> None:
    """We are the server then."""

    async def wait(peer: Peer, _: Exchange) -> None:
        await peer.echo()
        await peer.heard()
        await peer.say(close(1000))
        assert await peer.rest() == b""
        peer.sock.shutdown(1)

    exchange = await run(case_of(HELLO), wait, server=False)
    ends = [piece.ours for piece in exchange.seen.pieces if piece.ended]
    assert ends[0] is True


@pytest.mark.parametrize(
    ("theirs", "answer"),
    [(close(1000), close(1000)), (close(4321, "bye"), close(4321)), (close(), close())],
)
async def test_a_close_frame_is_answered_with_its_code(theirs: Frame, answer: Frame) -> None:
    """Without one if it has none."""

    async def leave(peer: Peer, _: Exchange) -> None:
        await peer.heard()
        await peer.say(theirs)
        assert (await peer.heard()).payload == answer.payload
        peer.sock.shutdown(1)
        await peer.rest()

    exchange = await run(case_of(HELLO), leave)
    assert ours(exchange)[-1] == answer.serialize(masked=True)


@pytest.mark.parametrize("payload", [b"a", b"\0\0", b"\x03\xed"])
async def test_a_code_that_none_may_send_is_not_sent_back(payload: bytes) -> None:
    """An endpoint that gets it wrong gets an answer that is right."""

    async def leave(peer: Peer, _: Exchange) -> None:
        await peer.heard()
        await peer.say(Frame(CLOSE, payload))
        assert (await peer.heard()).payload == b""
        peer.sock.shutdown(1)
        await peer.rest()

    await run(case_of(HELLO), leave)


async def test_one_close_frame_is_enough() -> None:
    """A case that closes by itself needs no farewell."""
    exchange = await run(case_of(HELLO, BYE, want=Goodbye()), listen)
    assert [frame.opcode for frame in decoded(ours(exchange))] == [TEXT, CLOSE]


async def test_the_connection_is_closed_at_the_end() -> None:
    """Also when the block ends with an error."""
    async with pair() as (stream, peer):
        exchange = Exchange(stream, case_of(), server=True, patience=PATIENT)
        with contextlib.suppress(LookupError):
            async with exchange.reading():
                raise LookupError
        assert not await peer.more()
        assert exchange.seen.ended is None
