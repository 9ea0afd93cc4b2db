"""Answers to a handshake: 101, and everything else."""

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Request, Response
from wsdemo.protocol.responses import build_response, refusal, reject_response

REQUEST = Request(
    "/chat",
    Headers(
        [
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("Sec-WebSocket-Protocol", "chat, superchat"),
            ("Sec-WebSocket-Extensions", "x; a, y"),
        ]
    ),
)


def test_the_answer_of_the_rfc() -> None:
    """RFC 6455, 1.2, octet for octet."""
    assert build_response(REQUEST, subprotocol="chat").serialize() == (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"Sec-WebSocket-Protocol: chat\r\n\r\n"
    )


def test_an_answer_with_everything() -> None:
    """Extensions, a date, and headers of the caller's own."""
    response = build_response(
        REQUEST, extensions=[("x", [("a", "1")])], headers={"Server": "s"}, date="today"
    )
    assert response.headers["Sec-WebSocket-Extensions"] == "x; a=1"
    assert (response.headers["Date"], response.headers["Server"]) == ("today", "s")


def test_only_what_was_offered_can_be_agreed_on() -> None:
    """ValueError: the peer would fail the connection, and be right."""
    with pytest.raises(ValueError, match="didn't offer the subprotocol 'other'"):
        build_response(REQUEST, subprotocol="other")
    with pytest.raises(ValueError, match="didn't offer the extension 'z'"):
        build_response(REQUEST, extensions=[("z", [])])


def test_a_refusal_says_why_and_closes() -> None:
    """Plain text of the right length, and no connection to go on with."""
    assert reject_response(403, "no entry: ü\n", date="today").serialize() == (
        b"HTTP/1.1 403 Forbidden\r\n"
        b"Connection: close\r\n"
        b"Content-Length: 13\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Date: today\r\n\r\n"
        b"no entry: \xc3\xbc\n"
    )


def test_a_plain_page_can_be_answered() -> None:
    """A health check has its own type; what the answer computes stays computed."""
    headers = [("Content-Type", "text/html"), ("Content-Length", "99")]
    response = reject_response(200, b"<p>", headers)
    assert response.headers["Content-Type"] == "text/html"
    assert response.headers["Content-Length"] == "3"


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body(status: int) -> None:
    """RFC 9110, 8.6: and 204 must not even have a length."""
    assert "Content-Length" not in reject_response(status).headers
    with pytest.raises(ValueError, match="has no body"):
        reject_response(status, "x")


@pytest.mark.parametrize("status", [101, 100, 600])
def test_what_refuses_nothing_is_no_refusal(status: int) -> None:
    """101 would open the connection."""
    with pytest.raises(ValueError, match="does not refuse"):
        reject_response(status)


def test_a_refusal_carries_what_the_error_brought() -> None:
    """Status, headers and reason; "close" joins what Connection says already."""
    error = HandshakeError("why", 426, [("Upgrade", "websocket"), ("Connection", "Upgrade")])
    response = refusal(error)
    assert (response.status, response.reason) == (426, "Upgrade Required")
    assert response.headers["Connection"] == "Upgrade, close"
    assert response.headers["Upgrade"] == "websocket"
    assert response.body == b"The WebSocket handshake failed: why.\n"
    data = response.serialize()
    assert Response.parse(data) == (response, len(data))
