"""Readers of HTTP and TLS."""

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.lab.decode_http import (
    Chunked,
    Reader,
    Sized,
    TLSRecords,
    Unread,
    UntilEnd,
    is_tls,
    request_body,
    request_head,
    response_body,
    response_head,
)
from wsdemo.lab.entries import Body, Fault, Opaque, What
from wsdemo.protocol import Headers, Request, Response

RECORD = b"\x16\x03\x01\x00\x02hi"


def _response(status: int = 200, **headers: str) -> Response:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, "", Headers(named))


@pytest.mark.parametrize("reader", [request_head(), response_head()])
def test_a_head_is_awaited(reader: Reader) -> None:
    """Half a head is nothing yet."""
    assert reader.read(bytearray(b"")) is None


def test_a_wrong_head_ends_at_its_first_wrong_byte() -> None:
    """However much has come, the fault is where it is."""
    fault, used = request_head().read(bytearray(b"GET /\n and more")) or (None, 0)
    assert used == len(b"GET /\n")
    assert isinstance(fault, Fault)
    assert fault.code == 400


def test_a_fault_in_a_response_earns_no_status() -> None:
    """A client has nothing to answer."""
    fault, _ = response_head().read(bytearray(b"SMTP ready")) or (None, 0)
    assert isinstance(fault, Fault)
    assert fault.code is None


def test_a_head_broken_off_is_a_fault() -> None:
    """An end in the middle is reported as such."""
    reader = request_head()
    data = bytearray(b"GET / HT")
    assert reader.read(data) is None
    assert "ended within" in str(reader.read_end(data))


def test_interim_responses_are_read_one_by_one() -> None:
    """100 Continue is seen, and what follows is left for the next reader."""
    head = b"HTTP/1.1 100 Continue\r\n\r\n"
    found = response_head().read(bytearray(head + b"HTTP/1.1 200 OK\r\n\r\n"))
    assert found == (Response(100, "Continue"), len(head))


@pytest.mark.parametrize(
    ("response", "request_method", "kind"),
    [
        (_response(Content_Length="5"), "GET", Sized),
        (_response(Transfer_Encoding="gzip, chunked", Content_Length="5"), "GET", Chunked),
        (_response(Transfer_Encoding="gzip"), "GET", UntilEnd),
        (_response(), "GET", UntilEnd),
        (_response(Content_Length="0"), "GET", type(None)),
        (_response(Content_Length="5"), "HEAD", type(None)),
        (_response(304, Content_Length="5"), "GET", type(None)),
        (_response(100), "GET", type(None)),
    ],
)
def test_the_size_of_a_body_is_found_as_http_says(
    response: Response, request_method: str, kind: type
) -> None:
    """RFC 9112, 6.3, rule by rule."""
    assert isinstance(response_body(response, Request("/", method=request_method)), kind)


def test_a_request_without_a_size_has_no_body() -> None:
    """Unlike a response, a request cannot end with its connection."""
    assert request_body(Request("/", method="POST")) is None


def test_a_size_that_is_no_number_cannot_be_read() -> None:
    """Nobody can tell where such a body ends."""
    with pytest.raises(HandshakeError, match="'five' is not one number"):
        response_body(_response(Content_Length="five"), None)


CHUNKS = b"4;x=y\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\n"


def test_chunks_are_read_one_by_one() -> None:
    """Each chunk shows its content, without the framing around it."""
    assert list(_all(Chunked(), CHUNKS)) == [
        Body(b"Wiki", last=False),
        Body(b"pedia", last=False),
        Body(b""),
    ]


@pytest.mark.parametrize(
    ("data", "used", "rule"),
    [
        (b"xyz\r\nrest", 5, r"no chunk begins with b'xyz\r\n'"),
        (b"1" * 300, 256, "no chunk begins with"),
        (b"1\r\nabc", 6, "chunk of 1 bytes without CR LF behind it"),
    ],
)
def test_a_wrong_chunk_is_a_fault(data: bytes, used: int, rule: str) -> None:
    """The rule is named, and where it was broken."""
    fault, taken = Chunked().read(bytearray(data)) or (None, 0)
    assert rule in str(fault)
    assert taken == used


@pytest.mark.parametrize(
    ("reader", "data", "rule"),
    [
        (Sized(10), b"abc", "body ended after 3 of 10 bytes"),
        (Chunked(), b"5\r\nab", "body ended within a chunk, after 5 bytes of it"),
        (TLSRecords(), RECORD[:4], "TLS record broken off after 4 bytes"),
    ],
)
def test_what_breaks_off_is_a_fault(reader: Reader, data: bytes, rule: str) -> None:
    """An end in the middle is told from an end."""
    assert reader.read(bytearray(data)) is None
    assert reader.read_end(bytearray(data)) == Fault(rule)


def test_events_are_read_one_by_one() -> None:
    """A stream of server-sent events doesn't wait for its end."""
    reader = UntilEnd(events=True)
    assert list(_all(reader, b"data: 1\n\ndata: 2\r\n\r\ndata")) == [
        Body(b"data: 1\n\n", last=False),
        Body(b"data: 2\r\n\r\n", last=False),
    ]


def test_any_other_body_without_a_size_is_complete_at_its_end() -> None:
    """Nothing else says where it ends."""
    reader = UntilEnd(events=False)
    assert reader.read(bytearray(b"a\n\nb")) is None
    assert reader.read_end(bytearray(b"a\n\nb")) == Body(b"a\n\nb")


def test_tls_shows_its_records() -> None:
    """What is encrypted shows what it is and how long it is."""
    assert list(_all(TLSRecords(), RECORD + b"\x17\x03\x03\x00\x00")) == [
        Opaque("TLS handshake", RECORD),
        Opaque("TLS application data", b"\x17\x03\x03\x00\x00"),
    ]


def test_what_is_no_tls_record_is_a_fault() -> None:
    """A record of an unknown type ends the reading."""
    fault, used = TLSRecords().read(bytearray(b"HTTP/1.1")) or (None, 0)
    assert fault == Fault("no TLS record begins with 0x48")
    assert used == 5


def test_the_first_byte_tells_tls_from_http() -> None:
    """No method begins with a control character."""
    assert is_tls(bytearray(RECORD))
    assert not is_tls(bytearray(b"GET"))
    assert not is_tls(bytearray())


def test_what_cannot_be_read_is_kept_together() -> None:
    """All that is behind a fault makes one entry."""
    reader = Unread("unread")
    assert not _all(reader, b"abc")
    assert reader.read_end(bytearray(b"abc")) == Opaque("unread", b"abc")


def _all(reader: Reader, data: bytes) -> list[What]:
    """Read whole and byte by byte, and return what both agree on."""
    assert _read(reader, [data]) == _read(reader, [data[i : i + 1] for i in range(len(data))])
    return _read(reader, [data])


def _read(reader: Reader, pieces: list[bytes]) -> list[What]:
    buffer, things = bytearray(), []
    for piece in pieces:
        buffer += piece
        while (found := reader.read(buffer)) is not None:
            things.append(found[0])
            del buffer[: found[1]]
    return things
