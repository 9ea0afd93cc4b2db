"""Which pages may connect."""

from __future__ import annotations

import re
from typing import Any

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Request
from wsdemo.security import EVERYBODY, SAME_HOST, Origins


def lets_in(origins: Any, origin: str | None, host: str = "example.com") -> bool:
    """Tell whether a request passes."""
    lines = [("Host", host), *([] if origin is None else [("Origin", origin)])]
    request = Request("/ws", Headers(lines))
    try:
        Origins.parse(origins).check(request)
    except HandshakeError as error:
        return error.status != 403
    return True


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://example.com", "example.com"),
        ("http://example.com:80", "example.com"),
        ("http://example.com", "example.com:80"),
        ("https://example.com", "example.com"),
        ("https://example.com", "example.com:443"),
        ("http://EXAMPLE.com:8080", "example.COM:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
        (None, "example.com"),
    ],
)
def test_the_same_host_may_connect(origin: str | None, host: str) -> None:
    """Port included, in any spelling; and whoever is no browser."""
    assert lets_in(SAME_HOST, origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "example.com"),
        ("http://example.com.evil.example", "example.com"),
        ("http://example.com@evil.example", "example.com"),
        ("http://example.com:8081", "example.com:8080"),
        ("http://example.com", "example.com:8080"),
        ("https://example.com", "example.com:80"),
        ("null", "null"),
        ("file://", ""),
        ("chrome-extension://example.com", "example.com"),
        ("http://example.com:port", "example.com"),
        ("http://[::1", "[::1"),
        ("", "example.com"),
        ("http://example.com", ""),
    ],
)
def test_another_host_may_not(origin: str, host: str) -> None:
    """A neighbour's port, a name that begins alike, a page without an origin."""
    assert not lets_in(SAME_HOST, origin, host)


def test_everybody_may() -> None:
    """What gorilla's CheckOrigin does when it returns true."""
    for origin in ("http://evil.example", "null", None):
        assert lets_in(EVERYBODY, origin)
        assert lets_in(["https://a.example", EVERYBODY], origin)


def test_a_list_is_the_whole_list() -> None:
    """Neither the same host nor clients without an origin, unless it names them."""
    listed = ["https://a.example", re.compile(r"https://[a-z]+\.b\.example"), "null"]
    assert lets_in(listed, "https://a.example")
    assert lets_in(listed, "HTTPS://A.example")
    assert lets_in(listed, "https://www.b.example")
    assert lets_in(listed, "null")
    assert not lets_in(listed, "https://www.b.example.evil.example")
    assert not lets_in(listed, "http://a.example")
    assert not lets_in(listed, "https://example.com")
    assert not lets_in(listed, None)
    assert lets_in([*listed, SAME_HOST, None], "https://example.com")
    assert lets_in([*listed, SAME_HOST, None], None)


def test_an_origin_is_brought_into_the_form_that_browsers_write() -> None:
    """Lower case, without the port that the scheme has anyway."""
    assert Origins.parse(["HTTPS://A.Example:443", "http://[::1]:80"]).accepted == (
        "https://a.example",
        "http://[::1]",
    )


@pytest.mark.parametrize(
    "wrong", ["https://a.example/", "a.example", "https://a.example/page", "https://", "//a", "a:b"]
)
def test_what_no_browser_writes_is_refused(wrong: str) -> None:
    """At the start, and not by a client that is turned away."""
    with pytest.raises(ValueError, match="is no origin"):
        Origins.parse([wrong])


def test_one_origin_is_no_list() -> None:
    """Else its letters would be taken for origins."""
    with pytest.raises(TypeError, match=r"are a list, such as \['https://a.example'\]"):
        Origins.parse("https://a.example")


def test_two_origins_are_none() -> None:
    """A request that says two things is refused for that."""
    headers = [("Host", "a"), ("Origin", "http://a"), ("Origin", "http://b")]
    request = Request("/", Headers(headers))
    with pytest.raises(HandshakeError, match="more than once"):
        Origins.parse(SAME_HOST).check(request)
