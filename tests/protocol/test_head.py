"""Reading a head piece by piece: what is refused, how soon, and at what cost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsdemo.errors import HandshakeError
from wsdemo.protocol.http import RequestReader
from wsdemo.protocol.limits import Limits

GOOD = b"GET /chat HTTP/1.1\r\nHost: a.example\r\nX: \t y  z \r\n\r\n"


def refused(data: bytes, limits: Limits | None = None) -> HandshakeError:
    """Feed a request whole, and return what it is refused with."""
    reader = RequestReader(limits)
    reader.feed(data)
    with pytest.raises(HandshakeError) as caught:
        reader.read()
    return caught.value


def refused_bytewise(data: bytes, limits: Limits | None = None) -> tuple[HandshakeError, int]:
    """Feed a request octet by octet; return the refusal and how many octets it took."""
    reader = RequestReader(limits)
    for size, octet in enumerate(data, 1):
        reader.feed(bytes([octet]))
        try:
            reader.read()
        except HandshakeError as error:
            return error, size
    raise AssertionError("not refused")


def test_a_head_arrives_whole() -> None:
    """What comes after it is left over."""
    reader = RequestReader()
    reader.feed(GOOD + b"\x81\x00")
    request = reader.read()
    assert request is not None
    assert (request.method, request.target, request.version) == ("GET", "/chat", "HTTP/1.1")
    assert list(request.headers.items()) == [("Host", "a.example"), ("X", "y  z")]
    assert (reader.used, reader.leftover) == (len(GOOD), b"\x81\x00")


def test_a_head_arrives_octet_by_octet() -> None:
    """It is there with its last octet and not before, and stays there."""
    reader = RequestReader()
    for octet in GOOD[:-1]:
        reader.feed(bytes([octet]))
        assert reader.read() is None
    reader.feed(GOOD[-1:])
    assert reader.read() is reader.read() is not None


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(0, len(GOOD)), max_size=6))
def test_a_head_arrives_in_any_portions(cuts: list[int]) -> None:
    """Where the network cuts it makes no difference."""
    reader = RequestReader()
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(GOOD)], strict=True):
        reader.feed(GOOD[start:stop])
        reader.read()
    request = reader.read()
    assert request is not None
    assert request.serialize() == GOOD.replace(b"\t y  z ", b"y  z")


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (b"\x16\x03\x01\x02\x00", 400, r"0x16: this looks like TLS \(wss://\)"),
        (b"\x00", 400, "octet 0x00 in the method"),
        (b"hello\r\n", 400, "'hello' ends within the method"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", 400, "'SSH-2.0-OpenSSH_9.2' ends within the method"),
        (b" GET", 400, "octet 0x20|the method is empty"),
        (b"\r\n\r\n", 400, "'' ends within the method"),
        (b"\rG", 400, "a CR without LF at the beginning"),
        (b"A" * 33, 501, "is longer than 32 octets"),
        (b"GET  HTTP/1.1", 400, "the request target is empty"),
        (b"GET /\xc3\xa4", 400, "octet 0xc3 in the request target"),
        (b"GET /\r\n", 400, "ends within the request target"),
        (b"GET / F", 400, "octet 0x46 in the HTTP version"),
        (b"GET / HTTP/11\r\n", 400, "the HTTP version 'HTTP/11' is none"),
        (b"GET / http/1.1", 400, "octet 0x68"),
        (b"GET / HTTP/1.1 \r\n", 400, "octet 0x20"),
        (b"GET / HTTP/1.1\n", 400, "bare LF"),
        (b"GET / HTTP/1.1\rX", 400, "CR without LF"),
        (b"GET / HTTP/1.1.1", 400, "longer than 8 octets"),
        (b"GET / HTTP/2.0\r\n", 505, "HTTP/2.0 is not supported"),
        (b"PRI * HTTP/2.0\r\n", 505, "HTTP/2.0 is not supported"),
    ],
)
def test_a_start_line_that_is_none_is_refused(data: bytes, status: int, message: str) -> None:
    """With the octet, or the value, that shows it."""
    assert refused(data).status == status
    with pytest.raises(HandshakeError, match=message):
        raise refused(data)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"Host : x", "whitespace follows 'Host'"),
        (b"Host\t: x", "whitespace follows 'Host'"),
        (b" folded", r"begins with whitespace \(obsolete line folding\)"),
        (b"A: b\r\n\tfolded", r"begins with whitespace \(obsolete line folding\)"),
        (b": x", "the header name is empty"),
        (b"Host\r\n", "'Host' ends within the header name"),
        (b"Ho(st: x", "octet 0x28 in the header name"),
        (b"H\xc3\xb6st: x", "octet 0xc3 in the header name"),
        (b"A: b\n", "bare LF"),
        (b"A: b\rc", "CR without LF"),
        (b"A: b\r\r\n", "CR without LF"),
        (b"A: b\0", "octet 0x00 in the header value, after 'A: b'"),
        (b"A: b\x7f", "octet 0x7f in the header value"),
        (b"\n", "bare LF"),
        (b"\rX", "CR without LF at the beginning of a line"),
    ],
)
def test_a_bad_header_line_is_refused(line: bytes, message: str) -> None:
    """400, and the message names the fault: smuggling lives from leniency here."""
    error = refused(b"GET / HTTP/1.1\r\n" + line)
    assert error.status == 400
    with pytest.raises(HandshakeError, match=message):
        raise error


def test_any_octets_above_127_may_stand_in_a_value() -> None:
    """RFC 9110, 5.5: obs-text is opaque, and no reason to refuse."""
    reader = RequestReader()
    reader.feed(b"GET / HTTP/1.1\r\nA: \x80\xff\r\n\r\n")
    request = reader.read()
    assert request is not None
    assert request.headers["A"] == "\x80\xff"


@pytest.mark.parametrize("wrong", [b"\x16", b"GET / X", b"GET / HTTP/1.1\r\nA b", b"GET /\x7f"])
def test_a_wrong_octet_is_refused_at_once(wrong: bytes) -> None:
    """Not at the end of the line or the head, which may never come."""
    assert refused_bytewise(wrong + b"a" * 50)[1] <= len(wrong)


LIMITS = Limits(handshake_size=100, header_count=3, header_line=40)


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (
            b"GET /" + b"a" * 26 + b" HTTP/1.1\r\n",
            414,
            "the HTTP version 'HTTP/1' .* line longer than 40",
        ),
        (b"GET /" + b"a" * 99, 414, "line longer than 40 octets"),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 36 + b"\r\n", 431, "line longer than 40 octets"),
        (b"GET / HTTP/1.1\r\n" + b"a" * 40, 431, "the header name 'aaa.* line longer than 40"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 4, 431, "more than 3 headers"),
        (b"GET / HTTP/1.1\r\n" + b"A: %s\r\n" % (b"b" * 30) * 3, 431, "head longer than 100"),
    ],
)
def test_limits_hold_while_reading(data: bytes, status: int, message: str) -> None:
    """414 for the target, 431 for headers; the same whole and octet by octet."""
    whole, (bytewise, size) = refused(data, LIMITS), refused_bytewise(data, LIMITS)
    assert whole.status == bytewise.status == status
    assert str(whole) == str(bytewise)
    assert size <= 101
    with pytest.raises(HandshakeError, match=message):
        raise whole


def test_what_reaches_a_limit_exactly_passes() -> None:
    """A line of 40 octets with its CRLF, 3 headers, and 100 octets in all."""
    lines = [b"GET /%s HTTP/1.1\r\n" % (b"a" * 24), b"A: %s\r\n" % (b"b" * 35), b"B: \r\n"]
    data = b"".join(lines) + b"C: %s\r\n" % (b"c" * 8) + b"\r\n"
    assert (len(lines[0]), len(lines[1]), len(data)) == (40, 40, 100)
    reader = RequestReader(LIMITS)
    reader.feed(data)
    assert reader.read() is not None
    assert refused(data.replace(b"C: ", b"C: c"), LIMITS).status == 431


def test_without_limits_anything_long_passes() -> None:
    """None means no limit."""
    reader = RequestReader(Limits(handshake_size=None, header_count=None, header_line=None))
    reader.feed(b"GET /%s HTTP/1.1\r\n" % (b"a" * 20_000) + b"A: b\r\n" * 500 + b"\r\n")
    request = reader.read()
    assert request is not None
    assert len(request.headers) == 500


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from([GOOD, b"GET ", b"/", b" ", b"\r", b"\n", b"A:", b"\t", b"\0", b"x" * 45])
    )
)
def test_the_verdict_does_not_depend_on_the_portions(pieces: list[bytes]) -> None:
    """Whole and octet by octet: the same request, the same refusal, the same waiting."""
    data = b"".join(pieces)
    whole, bytewise = RequestReader(LIMITS), RequestReader(LIMITS)
    verdicts = []
    for reader, portions in ((whole, [data]), (bytewise, [bytes([octet]) for octet in data])):
        verdict: object = None
        for portion in portions:
            reader.feed(portion)
            try:
                verdict = reader.read()
            except HandshakeError as error:
                verdict = (str(error), error.status)
        verdicts.append(verdict)
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "before the first octet"), (b"GET / HT", "within the handshake, after 'GET / HT'")],
)
def test_the_end_of_the_connection_is_told(data: bytes, message: str) -> None:
    """And again whenever the reader is asked."""
    reader = RequestReader()
    reader.feed(data)
    assert reader.read() is None
    reader.feed_eof()
    for _ in range(2):
        with pytest.raises(HandshakeError, match=message):
            reader.read()


def test_feeding_octet_by_octet_is_linear() -> None:
    """Four times the octets cost about four times as much, not sixteen times."""

    def cost(size: int) -> float:
        data = b"GET /%s HTTP/1.1\r\nA: %s\r\n" % (b"a" * size, b"b" * size)
        reader = RequestReader(Limits(header_line=None, handshake_size=None))
        start = time.process_time()
        for octet in data:
            reader.feed(bytes([octet]))
            reader.read()
        return time.process_time() - start

    # The best of a few runs, since a busy machine adds to some of them.
    short, long = (min(cost(size) for _ in range(5)) for size in (4_000, 16_000))
    assert long < 8 * short, "4 times the octets; quadratic would be 16 times"
