"""Asking for a connection, and judging the answer."""

import base64
from typing import Any

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.protocol.client_handshake import BadResponse, build_request, check_response
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Response
from wsdemo.protocol.uri import parse_uri

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
GOOD = (
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
)
DEFLATE = ("permessage-deflate", [("client_max_window_bits", None)])


def test_the_request_of_the_rfc() -> None:
    """RFC 6455, 1.2, with the headers in the order of 4.1."""
    request = build_request(
        "ws://server.example.com/chat",
        key=KEY,
        origin="http://example.com",
        subprotocols=["chat", "superchat"],
    )
    assert str(request) == (
        "GET /chat HTTP/1.1\n"
        "Host: server.example.com\n"
        "Upgrade: websocket\n"
        "Connection: Upgrade\n"
        f"Sec-WebSocket-Key: {KEY}\n"
        "Origin: http://example.com\n"
        "Sec-WebSocket-Version: 13\n"
        "Sec-WebSocket-Protocol: chat, superchat"
    )


def test_a_request_with_everything() -> None:
    """Offers, credentials, and headers of the caller's own."""
    request = build_request(
        parse_uri("wss://us%20er:p%3A@[::1]:8443/?q"),
        extensions=[DEFLATE, ("permessage-deflate", [])],
        headers=[("User-Agent", "u"), ("Cookie", "a=1"), ("Cookie", "b=2")],
    )
    headers = request.headers
    assert (request.target, headers["Host"]) == ("/?q", "[::1]:8443")
    offers = "permessage-deflate; client_max_window_bits, permessage-deflate"
    assert headers["Sec-WebSocket-Extensions"] == offers
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"us er:p:"
    assert headers.get_all("Cookie") == ["a=1", "b=2"]


def test_every_request_has_a_key_of_its_own() -> None:
    """Random by default."""
    first, second = (build_request("ws://h").headers["Sec-WebSocket-Key"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"key": "short"}, "not 16 octets"),
        ({"subprotocols": ["a b"]}, "not a token"),
        ({"subprotocols": ["a", "a"]}, "offered twice"),
        ({"extensions": [("a b", [])]}, "no token"),
        ({"headers": {"Host": "other"}}, "writes Host itself"),
        ({"headers": {"authorization": "x"}}, "writes authorization itself"),
        ({"origin": "a\r\nb"}, "no header can carry"),
    ],
)
def test_a_bad_argument_is_a_value_error(arguments: dict[str, Any], why: str) -> None:
    """Our own fault, told before anything is sent."""
    with pytest.raises(ValueError, match=why):
        build_request("ws://u:p@h/", **arguments)


def test_a_user_name_with_a_colon_is_refused() -> None:
    """RFC 7617, 2: it could not be told from the password."""
    with pytest.raises(ValueError, match="can't hold a colon"):
        build_request("ws://a%3Ab:c@h/")


def test_one_subprotocol_is_a_list_of_one() -> None:
    """A string would be a list of letters."""
    with pytest.raises(TypeError, match=r"such as \['chat'\]"):
        build_request("ws://h/", subprotocols="chat")


def response(*changes: tuple[str, str | None], **start: Any) -> Response:
    """Make a good answer, then replace headers, or remove those whose new value is None."""
    changed = {name for name, _ in changes}
    kept = [(name, value) for name, value in GOOD if name not in changed]
    added = [(name, value) for name, value in changes if value is not None]
    return Response(start.pop("status", 101), "Reason", Headers([*kept, *added]), **start)


def check(answer: Response) -> None:
    """Check an answer to the request of the RFC with one extension offered."""
    check_response(answer, key=KEY, subprotocols=["chat", "superchat"], extensions=[DEFLATE])


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [("Upgrade", "WebSocket"), ("Connection", "keep-alive, upgrade")],
        [("Connection", "keep-alive"), ("Connection", "Upgrade")],
        [("Sec-WebSocket-Protocol", "superchat")],
        [("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10")],
    ],
)
def test_a_good_answer_passes(changes: list[tuple[str, str]]) -> None:
    """With or without what was offered; the parameters are the extension's business."""
    check(response(*changes))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([("Upgrade", None)], "header Upgrade is missing"),
        ([("Upgrade", "h2c, websocket")], "Upgrade: 'h2c, websocket' is not websocket"),
        ([("Upgrade", "websocket")] * 2, "Upgrade stands more than once"),
        ([("Connection", None)], "header Connection is missing"),
        ([("Connection", "close")], "Connection: 'close' does not name upgrade"),
        ([("Connection", "a b")], "Connection: can't read 'a b'"),
        ([("Sec-WebSocket-Accept", None)], "header Sec-WebSocket-Accept is missing"),
        ([("Sec-WebSocket-Accept", "x")], "'x' does not answer the key"),
        ([("Sec-WebSocket-Accept", "s3pplmbitxaq9kygzzhzrbk+xoo=")], "does not answer the key"),
        ([GOOD[2]] * 2, "Sec-WebSocket-Accept stands more than once"),
        ([("Sec-WebSocket-Protocol", "other")], "'other', but we offered chat, superchat"),
        ([("Sec-WebSocket-Protocol", "chat, superchat")], "'chat, superchat', but we offered"),
        ([("Sec-WebSocket-Protocol", "chat")] * 2, "stands more than once"),
        ([("Sec-WebSocket-Extensions", "x")], "'x' is in use, but we offered permessage"),
        ([("Sec-WebSocket-Extensions", "a;;")], "can't read 'a;;'"),
        ([("Sec-WebSocket-Extensions", "permessage-deflate")] * 2, "stands more than once"),
    ],
)
def test_a_bad_answer_is_refused(changes: list[tuple[str, str | None]], why: str) -> None:
    """The message names the value, and the error holds the answer."""
    answer = response(*changes)
    with pytest.raises(BadResponse, match=why) as refused:
        check(answer)
    assert refused.value.response is answer


def test_nothing_offered_is_nothing_agreed() -> None:
    """A subprotocol or an extension that comes unasked is refused."""
    for name in ("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"):
        with pytest.raises(HandshakeError, match="but we offered nothing"):
            check_response(response((name, "x")), key=KEY)


def test_a_refusal_is_shown_with_its_reason() -> None:
    """Status, reason phrase, and how the body begins."""
    body = b"not today\r\n" + b"." * 1000
    with pytest.raises(
        BadResponse, match=r"answered 403 Reason: 'not today\\r\\n\.+'… \(\d+ c"
    ) as refused:
        check(response(status=403, body=body))
    assert refused.value.status == 403
    assert refused.value.response.body == body
    with pytest.raises(BadResponse, match=r"answered 200 Reason$"):
        check(response(status=200))


def test_http_1_0_can_not_switch() -> None:
    """RFC 9110, 7.8: Upgrade begins with HTTP/1.1."""
    with pytest.raises(BadResponse, match=r"in HTTP/1\.0"):
        check(response(version="HTTP/1.0"))
