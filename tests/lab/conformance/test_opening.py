"""The opening handshake as octets: what we send, right or wrong, and what came taken apart."""

from __future__ import annotations

import pytest

from wsdemo.lab.conformance.opening import Head, Request, Response, accept_for, key_for, options

REQUEST = (
    b"GET /chat?a=1 HTTP/1.1\r\n"
    b"Host: example.com\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, 1.3


def _ask(request: Request, *lines: str) -> bytes:
    return request.serialize("example.com", "/chat?a=1", KEY, lines)


def test_the_key_of_the_rfc_is_answered() -> None:
    """RFC 6455, 1.3."""
    assert accept_for(KEY) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_a_case_has_a_key_of_its_own() -> None:
    """The same in every run, so that reports can be compared."""
    assert key_for("1.1.1") == key_for("1.1.1") != key_for("1.1.2")
    assert len(key_for("1.1.1")) == 24
    assert key_for("20.1.1") == "3gvySjOVZstaOovO6sib5Q=="


def test_a_request_in_order() -> None:
    """What RFC 6455, 4.1, wants and nothing else."""
    assert _ask(Request()) == REQUEST


def test_a_request_out_of_order() -> None:
    """Other values, lines left out, lines added behind, another first line."""
    request = Request(
        "POST {target} HTTP/1.0",
        change={"Upgrade": None, "Connection": "close", "Sec-WebSocket-Version": None},
        add=("X-A : b", " folded"),
    )
    assert _ask(request, "Authorization: x") == (
        b"POST /chat?a=1 HTTP/1.0\r\nHost: example.com\r\nConnection: close\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"X-A : b\r\n folded\r\nAuthorization: x\r\n\r\n"
    )


def test_what_is_no_request_goes_as_it_is() -> None:
    """Nothing is added to it."""
    assert _ask(Request(raw=b"\x16\x03\x01"), "Authorization: x") == b"\x16\x03\x01"


def test_a_response_in_order() -> None:
    """What RFC 6455, 4.2.2, wants."""
    assert Response().serialize(KEY) == RESPONSE


def test_a_response_out_of_order() -> None:
    """The lines of the case come before those of an extension."""
    response = Response("HTTP/1.1 200 OK", {"Upgrade": None, "X-B": "é"}, ("X-A: a",))
    assert response.serialize(KEY, ("X-C: c",)) == (
        b"HTTP/1.1 200 OK\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"X-B: \xe9\r\nX-A: a\r\nX-C: c\r\n\r\n"
    )


def test_a_response_with_something_made_of_the_accept() -> None:
    """Such as the same letters in the other case."""
    octets = Response(accept=str.swapcase).serialize(KEY)
    assert octets == RESPONSE.replace(ACCEPT, ACCEPT.swapcase())
    assert octets != RESPONSE


@pytest.mark.parametrize(
    ("what", "odd"),
    [
        (Request(), ""),
        (Response(), ""),
        (Request(raw=b"hello\n"), "instead of a request: 68 65 6c 6c 6f 0a"),
        (Request("POST {target} HTTP/1.1"), "a request with POST / HTTP/1.1"),
        (
            Request(change={"Upgrade": None, "Connection": "close"}, piece=1),
            "a request with no Upgrade; Connection: close; in pieces of 1",
        ),
        (Response("HTTP/1.1 200 OK"), "a response with HTTP/1.1 200 OK"),
        (
            Response(add=("a: 1", "b: 2"), joined=True),
            "a response with a: 1; b: 2; and the first frames in the same write",
        ),
        (Request(add=("Cookie: " + "a" * 90,)), f"a request with Cookie: {'a' * 64}…"),
        (Request(add=("a", "b", "c", "d", "e")), "a request with a; b; c; and 2 more"),
    ],
)
def test_what_is_odd_is_told(what: Request | Response, odd: str) -> None:
    """In a line that fits one; nothing of what is as usual."""
    assert what.odd == odd


@pytest.mark.parametrize("end", [0, 1, len(RESPONSE) - 1])
def test_a_head_without_an_end_is_none(end: int) -> None:
    """There is nothing to take apart."""
    assert Head.of(RESPONSE[:end]) is None


def test_a_head_is_taken_apart() -> None:
    """Names in lower case, values without the space around them, and how long it was."""
    head = Head.of(bytearray(b"HTTP/1.1 101 Web\r\nUPGRADE:websocket \r\nx:  a:b\r\n\r\n\x81\x00"))
    assert head is not None
    assert head.start == "HTTP/1.1 101 Web"
    assert head.fields == (("upgrade", "websocket"), ("x", "a:b"))
    assert head.size == 49
    assert head.status == 101


def test_fields_are_looked_up_by_name() -> None:
    """In any case; those that come twice are kept apart, or joined."""
    head = Head.of(b"GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\na: 3\r\n\r\n")
    assert head is not None
    assert (head.all("a"), head.get("A"), head.get("b")) == (["1", "3"], "1, 3", "2")
    assert (head.all("c"), head.get("c")) == ([], "")


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("HTTP/1.1 101 Switching Protocols", 101),
        ("HTTP/1.1 404", 404),
        ("HTTP/1.0 400 Bad Request", 400),
        ("HTTP/1.1", 0),
        ("HTTP/1.1 OK", 0),
        ("HTTP/1.1 \xb2\xb2\xb2 OK", 0),
        ("HTTP/1.1 1010 OK", 0),
        ("SSH-2.0 101 x", 0),
        ("", 0),
    ],
)
def test_a_status_is_found(start: str, status: int) -> None:
    """Zero where there is none, whatever stands there instead."""
    head = Head.of(start.encode("latin-1") + b"\r\n\r\n")
    assert head is not None
    assert head.status == status


@pytest.mark.parametrize(
    ("start", "target"),
    [("GET /a?b HTTP/1.1", "/a?b"), ("GET /a b HTTP/1.1", ""), ("GET /a", ""), ("hello", "")],
)
def test_a_target_is_found(start: str, target: str) -> None:
    """Empty where there is none."""
    head = Head.of(start.encode() + b"\r\n\r\n")
    assert head is not None
    assert head.target == target


def test_octets_that_are_no_text_are_a_head_too() -> None:
    """A case says what is wrong with it, and nothing fails before."""
    head = Head.of(b"\xff\xfe\r\n\x80\r\n\r\n")
    assert head is not None
    assert (head.start, head.fields) == ("\xff\xfe", (("\x80", ""),))


def test_lists_are_split() -> None:
    """Lower case, nothing empty."""
    assert options("keep-alive, Upgrade,,  ") == ["keep-alive", "upgrade"]
    assert options("") == []
