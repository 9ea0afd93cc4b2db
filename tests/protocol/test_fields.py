"""Header fields that stand once, that are counted, and that callers may add."""

from collections.abc import Callable

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.protocol.fields import add_headers, count, http_date, only, optional
from wsdemo.protocol.headers import Headers


def test_only_and_optional_return_the_value() -> None:
    """Of a header that stands once."""
    headers = Headers([("A", "x")])
    assert only(headers, "a") == optional(headers, "a") == "x"
    assert optional(headers, "B") is None


def test_a_missing_header_is_named() -> None:
    """400, with the headers that the refusal is to carry."""
    with pytest.raises(HandshakeError, match="header Host is missing") as refused:
        only(Headers(), "Host", [("X", "y")])
    assert (refused.value.status, refused.value.headers) == (400, [("X", "y")])


@pytest.mark.parametrize("read", [only, optional])
def test_a_repeated_header_is_shown(read: Callable[[Headers, str], object]) -> None:
    """400, with both values, the same or not."""
    with pytest.raises(HandshakeError, match="A stands more than once: 'x', 'y'") as refused:
        read(Headers([("A", "x"), ("A", "y")]), "A")
    assert refused.value.status == 400


def test_count_ignores_case() -> None:
    """Words of Connection and Upgrade do."""
    assert count(["Upgrade", "keep-alive", "UPGRADE"], "upgrade") == 2


@pytest.mark.parametrize("name", ["Host", "upgrade", "Sec-WebSocket-Protocol", "X-Mine"])
def test_a_caller_can_not_repeat_what_the_handshake_writes(name: str) -> None:
    """Neither its own fields nor one that is there already."""
    headers = Headers([("X-Mine", "1")])
    with pytest.raises(ValueError, match=f"writes {name} itself"):
        add_headers(headers, [(name, "x")])


def test_a_caller_may_repeat_headers_of_its_own() -> None:
    """Two cookies are two lines."""
    headers = Headers()
    add_headers(headers, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_dates_are_those_of_http() -> None:
    """The example of RFC 9110, 5.6.7."""
    assert http_date(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert http_date().endswith(" GMT")
