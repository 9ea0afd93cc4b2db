"""Requests and responses: parsed, printed, serialized, and read as they arrive."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Request, Response, ResponseReader, http_reason

# RFC 6455, 1.2.
RFC_REQUEST = b"""\
GET /chat HTTP/1.1
Host: server.example.com
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Origin: http://example.com
Sec-WebSocket-Protocol: chat, superchat
Sec-WebSocket-Version: 13

""".replace(b"\n", b"\r\n")
RFC_RESPONSE = b"""\
HTTP/1.1 101 Switching Protocols
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
Sec-WebSocket-Protocol: chat

""".replace(b"\n", b"\r\n")


def test_the_request_of_the_rfc() -> None:
    """RFC 6455, 1.2: parsed, with what follows it left alone, and written again."""
    parsed = Request.parse(RFC_REQUEST + b"more")
    assert parsed is not None
    request, used = parsed
    assert used == len(RFC_REQUEST)
    assert request.start_line == "GET /chat HTTP/1.1"
    assert request.headers["sec-websocket-protocol"] == "chat, superchat"
    assert request.serialize() == RFC_REQUEST


def test_the_response_of_the_rfc() -> None:
    """RFC 6455, 1.2: what follows a 101 are frames, not a body."""
    parsed = Response.parse(RFC_RESPONSE + b"\x81\x00")
    assert parsed is not None
    response, used = parsed
    assert (used, response.status, response.body) == (len(RFC_RESPONSE), 101, b"")
    assert response.serialize() == RFC_RESPONSE


@pytest.mark.parametrize("size", range(0, len(RFC_REQUEST), 7))
def test_a_part_of_a_message_is_none_yet(size: int) -> None:
    """None means: wait for more."""
    assert Request.parse(RFC_REQUEST[:size]) is None
    assert Response.parse(RFC_RESPONSE[: min(size, len(RFC_RESPONSE) - 1)]) is None


def test_messages_print_as_on_the_wire() -> None:
    """The head as text; for a response also its body."""
    request = Request("/", Headers([("Host", "a.example")]))
    assert str(request) == "GET / HTTP/1.1\nHost: a.example"
    response = Response(403, "Forbidden", Headers([("A", "b")]), b"go away\n")
    assert str(response) == "HTTP/1.1 403 Forbidden\nA: b\n\ngo away"
    assert str(Response(204, "No Content")) == "HTTP/1.1 204 No Content"


tokens = st.text("!#$%&'*+-.^_`|~09AZaz", min_size=1, max_size=8)
values = st.text('\t !"(),:;<=>?@[]{}~09AZaz\x80\xff', max_size=20).map(
    lambda text: text.strip(" \t")
)
fields = st.lists(st.tuples(tokens, values), max_size=5).map(Headers)


@settings(derandomize=True, deadline=None)
@given(st.text("/?a=%2F&~", min_size=1), fields, tokens)
def test_requests_survive_the_wire(target: str, headers: Headers, method: str) -> None:
    """Any request that can be written is read as what it was."""
    request = Request(target, headers, method)
    data = request.serialize()
    assert Request.parse(data) == (request, len(data))


@settings(derandomize=True, deadline=None)
@given(st.integers(200, 599).filter(lambda status: status not in (204, 304)), values, st.binary())
def test_responses_survive_the_wire(status: int, reason: str, body: bytes) -> None:
    """Any response that can be written is read as what it was, body included."""
    headers = Headers([("Content-Length", str(len(body)))])
    response = Response(status, reason, headers, body)
    data = response.serialize()
    assert Response.parse(data) == (response, len(data))


@pytest.mark.parametrize(
    "request_",
    [
        Request("/a b"),
        Request(""),
        Request("/\r\nX: y"),
        Request("/", method="G T"),
        Request("/", version="HTTP"),
    ],
)
def test_a_request_line_can_not_be_split(request_: Request) -> None:
    """ValueError, before a second request is smuggled into the first."""
    with pytest.raises(ValueError, match="a request can't have the"):
        request_.serialize()


@pytest.mark.parametrize(
    "response",
    [
        Response(99, "x"),
        Response(600, "x"),
        Response(200, "a\r\nb"),
        Response(200, "", version="x"),
    ],
)
def test_a_status_line_can_not_be_split(response: Response) -> None:
    """ValueError, as for requests."""
    with pytest.raises(ValueError, match=r"no response|not between"):
        response.serialize()


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/a?b=http://c/", "/a?b=http://c/"),
        ("http://h:80/a?b=c", "/a?b=c"),
        ("https://h", "/"),
        ("http://h?x", "/?x"),
        ("*", "*"),
    ],
)
def test_the_path_of_any_form_of_target(target: str, path: str) -> None:
    """RFC 9112, 3.2: a request to a proxy has the whole URI in its first line."""
    assert Request(target).path == path


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x15\x03\x01", "this looks like TLS"),
        (b"SSH-2.0-x\r\n", "octet 0x53 in the HTTP version"),
        (b"HTTP/1.1 1O1 ", "octet 0x4f in the status code"),
        (b"HTTP/1.1 99 ", "status code 99"),
        (b"HTTP/1.1 600 ", "status code 600"),
        (b"HTTP/1.1 1010", "longer than 3 octets"),
        (b"HTTP/1.1 101\r\n", "ends within the status code"),
        (b"HTTP/1.1 101 a\0", "octet 0x00 in the reason phrase"),
        (b"HTTP/2.0 101 ", "HTTP/2.0 is not supported"),
        (b"HTTP/1.1 101 x\r\nA : b", "whitespace follows 'A'"),
    ],
)
def test_what_is_no_response_is_refused(data: bytes, message: str) -> None:
    """As soon as it shows."""
    with pytest.raises(HandshakeError, match=message):
        Response.parse(data)


def test_an_empty_reason_phrase_is_legal() -> None:
    """RFC 9112, 4: the space before it is not optional, the phrase is."""
    parsed = Response.parse(b"HTTP/1.1 101 \r\n\r\n")
    assert parsed is not None
    assert (parsed[0].reason, parsed[0].reason_phrase) == ("", "")
    assert parsed[0].status == parsed[0].status_code == 101


def test_interim_responses_are_skipped() -> None:
    """RFC 9110, 15.2: a client must be able to parse 1xx responses before the final one."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    parsed = Response.parse(early * 2 + RFC_RESPONSE)
    assert parsed is not None
    assert parsed[0].status == 101


def test_interim_responses_come_to_an_end() -> None:
    """All of them together are held to the limit on a head."""
    reader = ResponseReader()
    reader.feed(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
    with pytest.raises(HandshakeError, match="head longer than 16384"):
        reader.read()


def test_one_empty_line_before_a_request_is_ignored() -> None:
    """RFC 9112, 2.2; two are too many."""
    parsed = Request.parse(b"\r\n" + RFC_REQUEST)
    assert parsed is not None
    assert parsed[0].serialize() == RFC_REQUEST
    with pytest.raises(HandshakeError):
        Request.parse(b"\r\n\r\n" + RFC_REQUEST)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(101, "Switching Protocols"), (413, "Content Too Large"), (414, "URI Too Long"), (599, "")],
)
def test_reason_phrases_are_the_same_on_every_python(status: int, reason: str) -> None:
    """Python's own table changed with RFC 9110."""
    assert http_reason(status) == reason
