"""From chunks to entries."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.traffic import (
    ACCEPTED,
    DEFLATE_HANDSHAKE,
    DOWN,
    HANDSHAKE,
    REQUEST,
    UP,
    Step,
    masked,
    plain,
    play,
    record,
    said,
    texts,
)
from wsdemo.lab.chunks import Chunk, Direction, Kind
from wsdemo.lab.decode import Decoder
from wsdemo.lab.entries import Entry
from wsdemo.lab.recording import Recording
from wsdemo.protocol import Deflate, Opcode

GET = b"GET /news HTTP/1.1\r\nHost: localhost\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
CLOSE = b"\x03\xe8"


def _deflated() -> tuple[Step, ...]:
    """Return a conversation that both sides compress, with context takeover."""
    client, server = Deflate(), Deflate()
    return (
        *DEFLATE_HANDSHAKE,
        (UP, masked(client.compress(b"Hello"), rsv1=True)),
        (DOWN, plain(server.compress(b"Hello"), rsv1=True)),
        (UP, masked(client.compress(b"Hello"), rsv1=True)),
        (DOWN, plain(server.compress(b"Hello"), rsv1=True)),
    )


CONVERSATION: tuple[Step, ...] = (
    *HANDSHAKE,
    (UP, masked(b"Hello") + masked(b"ping", Opcode.PING)),
    (DOWN, plain(b"ping", Opcode.PONG) + plain(b"a" * 300, Opcode.BINARY)),
    (UP, masked(CLOSE, Opcode.CLOSE)),
    (DOWN, plain(CLOSE, Opcode.CLOSE)),
    (DOWN, Kind.EOF),
    (UP, Kind.EOF),
)
POLLING: tuple[Step, ...] = (
    (UP, GET + b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
    (DOWN, OK + b"HTTP/1.1 204 No Content\r\n\r\n"),
    (UP, GET),
    (DOWN, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
    (DOWN, Kind.EOF),
)
EVENTS: tuple[Step, ...] = (
    (UP, GET),
    (DOWN, b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\ndata: 2\n\n"),
    (DOWN, Kind.EOF),
)
FAULTY: tuple[Step, ...] = (
    *HANDSHAKE,
    (UP, plain(b"unmasked") + masked(b"\xff")),
    (DOWN, plain(b"") + b"\x83\x00 and what is behind"),
    (UP, masked(b"broken off")[:5]),
    (UP, Kind.RESET),
    (DOWN, Kind.EOF),
)
ENCRYPTED: tuple[Step, ...] = (
    (UP, b"\x16\x03\x01\x00\x05hello"),
    (DOWN, b"\x16\x03\x03\x00\x05hello\x17\x03\x03\x00\x01x"),
)
NONSENSE: tuple[Step, ...] = ((UP, b"EHLO\n there"), (DOWN, b"220 ready\r\n"), (DOWN, Kind.EOF))

TRACES = {
    "conversation": CONVERSATION,
    "deflated": _deflated(),
    "polling": POLLING,
    "events": EVENTS,
    "faulty": FAULTY,
    "encrypted": ENCRYPTED,
    "nonsense": NONSENSE,
}


def test_a_conversation_is_understood() -> None:
    """Handshake, messages, control frames and ends, in the order of their bytes."""
    assert said(*CONVERSATION) == [
        "GET /chat HTTP/1.1",
        "101 Switching Protocols",
        "TEXT 'Hello' [5 bytes, masked]",
        "PING 'ping' [4 bytes, masked]",
        "PONG 'ping' [4 bytes]",
        "BINARY " + "61 " * 16 + "… [300 bytes]",
        "CLOSE 1000 [2 bytes, masked]",
        "CLOSE 1000 [2 bytes]",
        "FIN",
        "FIN",
    ]


def test_compression_is_followed_in_both_directions() -> None:
    """Each direction has its own context."""
    assert said(*_deflated())[2:] == [
        "TEXT 'Hello' [7 bytes, masked, compressed from 5]",
        "TEXT 'Hello' [7 bytes, compressed from 5]",
        "TEXT 'Hello' [5 bytes, masked, compressed from 5]",
        "TEXT 'Hello' [5 bytes, compressed from 5]",
    ]


def test_requests_and_responses_follow_each_other_on_a_connection() -> None:
    """HTTP that is no WebSocket is shown with its bodies."""
    assert said(*POLLING) == [
        "GET /news HTTP/1.1",
        "POST / HTTP/1.1",
        "BODY 'abc' [3 bytes]",
        "200 OK",
        "BODY 'hi' [2 bytes]",
        "204 No Content",
        "GET /news HTTP/1.1",
        "200 OK",
        "BODY 'hi' [2 bytes, more to come]",
        "BODY [0 bytes]",
        "FIN",
    ]


def test_events_are_shown_one_by_one() -> None:
    """Server-sent events are what the stream is about."""
    assert said(*EVENTS)[2:] == [
        r"BODY 'data: 1\n\n' [9 bytes, more to come]",
        r"BODY 'data: 2\n\n' [9 bytes, more to come]",
        "FIN",
    ]


def test_faults_are_named_and_nothing_is_raised() -> None:
    """An observer sees what an endpoint would have failed the connection for."""
    assert said(*FAULTY)[2:] == [
        "FAULT unmasked TEXT frame from a client (1002): TEXT 'unmasked' [8 bytes]",
        said(*FAULTY)[3],
        "TEXT '' [0 bytes]",
        "FAULT reserved opcode 0x3 (1002)",
        "unread, behind a fault [19 bytes]",
        "FAULT frame broken off in its header, after 5 bytes",
        "RST",
        "FIN",
    ]
    assert said(*FAULTY)[3].startswith("FAULT text is not UTF-8")


def test_tls_is_shown_as_records() -> None:
    """Sizes are all that is left of what was said."""
    assert said(*ENCRYPTED) == [
        "TLS handshake [10 bytes]",
        "TLS handshake [10 bytes]",
        "TLS application data [6 bytes]",
    ]


def test_a_refused_handshake_goes_on_as_http() -> None:
    """Without a 101 nobody speaks WebSocket, and the client may ask again."""
    refused = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
    assert said((UP, REQUEST.serialize()), (DOWN, refused), (UP, GET))[1:] == [
        "403 Forbidden",
        "BODY 'no' [2 bytes]",
        "GET /news HTTP/1.1",
    ]


def test_frames_sent_too_early_are_understood_when_the_answer_comes() -> None:
    """Their time is when they were sent, so they stand before the answer."""
    recording = record((UP, REQUEST.serialize() + masked(b"early")))
    assert "before the handshake was answered [11 bytes]" in texts(recording.pending())[0]
    recording.add(1, DOWN, ACCEPTED.serialize(), at=5.0)
    assert texts(recording.entries())[1:] == [
        "TEXT 'early' [5 bytes, masked]",
        "101 Switching Protocols",
    ]


@pytest.mark.parametrize(
    ("request_bytes", "response", "fault"),
    [
        (REQUEST.serialize().replace(b": 13", b": 12"), b"", "Sec-WebSocket-Version"),
        (REQUEST.serialize(), ACCEPTED.serialize().replace(b"Accept: s", b"Accept: S"), "Accept"),
    ],
)
def test_a_wrong_handshake_has_its_fault_behind_it(
    request_bytes: bytes, response: bytes, fault: str
) -> None:
    """The head is shown, and then what is wrong with it, which has no bytes of its own."""
    entry = record((UP, request_bytes), (DOWN, response)).entries()[-1]
    assert str(entry).startswith("FAULT")
    assert fault in str(entry)
    assert entry.raw == b""


def test_an_upgrade_to_something_else_is_left_alone() -> None:
    """HTTP/2 is no WebSocket."""
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"
    recording = record((UP, GET), (DOWN, switch + b"PRI * HTTP/2.0"))
    assert texts(recording.pending()) == ["unread, of another protocol [14 bytes]"]


def test_a_body_that_nobody_can_measure_ends_the_reading() -> None:
    """What follows could be anything."""
    wrong = b"HTTP/1.1 200 OK\r\nContent-Length: much\r\n\r\n"
    recording = record((UP, GET), (DOWN, wrong + b"hi"))
    assert str(recording.entries()[-1]).startswith("FAULT Content-Length")
    assert texts(recording.pending()) == ["unread, behind a fault [2 bytes]"]


def test_an_end_counts_as_a_byte() -> None:
    """Positions in a stream go on like TCP's sequence numbers."""
    assert [entry.end for entry in record((UP, GET), (UP, Kind.EOF)).entries()] == [39, 40]


def test_a_cut_by_the_wire_ends_no_stream() -> None:
    """The endpoint doesn't know, and what it goes on sending is still understood."""
    steps = (*HANDSHAKE, (UP, Kind.CUT), (UP, masked(b"lost")))
    assert said(*steps)[2:] == ["FIN from the wire", "TEXT 'lost' [4 bytes, masked]"]


def test_connections_are_kept_apart() -> None:
    """Bytes of one never complete a frame of another."""
    recording = Recording()
    for number in (1, 2):
        play(recording, [(UP, REQUEST.serialize()[:50])], number)
    play(recording, [(UP, REQUEST.serialize()[50:])], 2)
    assert [(e.connection, str(e)) for e in recording.entries()] == [(2, "GET /chat HTTP/1.1")]


def test_behind_a_gap_nothing_is_guessed() -> None:
    """Bytes that follow lost ones are not read as something they are not."""
    decoder = Decoder()
    for chunk in record(*HANDSHAKE).chunks:
        decoder.feed(chunk)
    decoder.lose_track()
    assert decoder.feed(Chunk(9.0, 1, UP, masked(b"x"))) == []
    assert texts(decoder.pending()) == ["unread, behind a gap in the recording [7 bytes]"]


def _cut(steps: tuple[Step, ...], sizes: Iterator[int]) -> Iterator[Step]:
    """Cut the bytes into other chunks, in the same order."""
    for direction, item in steps:
        if isinstance(item, Kind):
            yield direction, item
            continue
        start = 0
        while start < len(item):
            size = next(sizes)
            yield direction, item[start : start + size]
            start += size


def _meaning(recording: Recording) -> dict[Direction, list[tuple[str, bytes, int]]]:
    entries = recording.entries() + recording.pending()
    return {way: [_gist(entry) for entry in entries if entry.direction is way] for way in Direction}


def _gist(entry: Entry) -> tuple[str, bytes, int]:
    return str(entry), entry.raw, entry.end


@pytest.mark.parametrize("trace", TRACES)
def test_one_byte_at_a_time_means_the_same(trace: str) -> None:
    """TCP keeps no message together."""
    crumbs = _cut(TRACES[trace], iter(lambda: 1, 0))
    assert _meaning(record(*crumbs)) == _meaning(record(*TRACES[trace]))


@given(
    trace=st.sampled_from(sorted(TRACES)),
    seed=st.integers(0, 2**16),
    most=st.sampled_from([3, 40, 400]),
)
def test_how_the_network_cuts_bytes_means_nothing(trace: str, seed: int, most: int) -> None:
    """Any chunking of the same bytes gives the same entries."""
    random = Random(seed)
    sizes = iter(lambda: random.randint(1, most), 0)
    assert _meaning(record(*_cut(TRACES[trace], sizes))) == _meaning(record(*TRACES[trace]))


@given(
    steps=st.lists(st.tuples(st.sampled_from(Direction), st.binary(max_size=40)), max_size=8),
    opened=st.sampled_from([(), HANDSHAKE, DEFLATE_HANDSHAKE]),
)
def test_no_bytes_raise_and_none_get_lost(steps: list[Step], opened: tuple[Step, ...]) -> None:
    """Whatever peers send, the entries of a stream add up to the stream."""
    recording = record(*opened, *steps)
    everything = recording.decoded() + recording.pending()
    for way in Direction:
        raw = b"".join(entry.raw for entry in everything if entry.direction is way)
        assert raw == recording.raw(1, way)
