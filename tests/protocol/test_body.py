"""The body of a refusal: complete, cut, or broken off, and never waited for in vain."""

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.protocol.body import BODY_LIMIT
from wsdemo.protocol.http import Response, ResponseReader

HEAD = b"HTTP/1.1 503 Service Unavailable\r\n"


def body(data: bytes, *, eof: bool = False) -> bytes | None:
    """Return the body of a response, or None while it is awaited."""
    parsed = Response.parse(HEAD + data, eof=eof)
    return None if parsed is None else parsed[0].body


def test_a_body_of_known_length() -> None:
    """It is there with its last octet, and what follows is no part of it."""
    assert body(b"Content-Length: 5\r\n\r\nhell") is None
    assert body(b"Content-Length: 5\r\n\r\nhello, world") == b"hello"
    assert body(b"Content-Length: 0\r\n\r\n") == b""


def test_a_body_up_to_the_end() -> None:
    """Without a length the end of the connection ends it."""
    assert body(b"\r\nhello") is None
    assert body(b"\r\nhello", eof=True) == b"hello"
    assert body(b"Transfer-Encoding: gzip\r\n\r\nhello", eof=True) == b"hello"


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def test_a_body_in_chunks() -> None:
    """RFC 9112, 7.1: sizes in hexadecimal, extensions ignored."""
    assert body(CHUNKED + b"5\r\nhello\r\nA ;x=y\r\n, good wor\r\n0\r\n") == b"hello, good wor"
    assert body(b"Transfer-Encoding: gzip, Chunked\r\n\r\n1\r\na\r\n0\r\n") == b"a"
    assert body(CHUNKED + b"5\r\nhello\r\n") is None


@pytest.mark.parametrize(
    "data", [b"5\r\nhello\r\nx\r\n", b"5\r\nhelloXX", b"5\r\nhello\r\n" + b"0" * 300]
)
def test_broken_chunks_end_the_body(data: bytes) -> None:
    """What came so far is worth more to a person than the fault in the rest."""
    assert body(CHUNKED + data) == b"hello"


@pytest.mark.parametrize(
    "data",
    [b"Content-Length: 9\r\n\r\nhello", CHUNKED + b"9\r\nhello", CHUNKED + b"5\r\nhello\r\n3"],
)
def test_a_body_that_breaks_off_is_kept(data: bytes) -> None:
    """The status and the beginning of the text are what is looked for."""
    assert body(data, eof=True) == b"hello"


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Length: 999999999\r\n\r\n" + b"x" * BODY_LIMIT,
        b"\r\n" + b"x" * (BODY_LIMIT + 1),
        CHUNKED + b"FFFFFFF\r\n" + b"x" * (BODY_LIMIT + 9),
        CHUNKED + b"400\r\n%s\r\n" % (b"x" * 1024) * 70,
    ],
)
def test_a_long_body_is_cut(data: bytes) -> None:
    """It is not waited for beyond what is kept."""
    assert body(data) == b"x" * BODY_LIMIT


@pytest.mark.parametrize("status", [101, 204, 304])
def test_some_responses_have_no_body(status: int) -> None:
    """RFC 9112, 6.3: whatever their headers say."""
    parsed = Response.parse(b"HTTP/1.1 %d x\r\nContent-Length: 5\r\n\r\nhello" % status)
    assert parsed is not None
    assert parsed[0].body == b""


def test_equal_lengths_are_one() -> None:
    """RFC 9110, 8.6: several proxies may have said the same."""
    assert body(b"Content-Length: 5\r\nContent-Length: 5, 5\r\n\r\nhello") == b"hello"


@pytest.mark.parametrize("length", ["-1", "5, 6", "x", "", "+5", "9" * 20])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    """RFC 9112, 6.3: the response is to be discarded."""
    with pytest.raises(HandshakeError, match="is not one number"):
        body(b"Content-Length: %s\r\n\r\n" % length.encode())


def test_a_body_arrives_octet_by_octet() -> None:
    """Chunks included."""
    data = HEAD + CHUNKED + b"5\r\nhello\r\n7\r\n, world\r\n0\r\n"
    reader = ResponseReader()
    for octet in data[:-1]:
        reader.feed(bytes([octet]))
        assert reader.read() is None
    reader.feed(data[-1:])
    response = reader.read()
    assert response is not None
    assert response.body == b"hello, world"
