"""WebSocket URIs, with websockets as the oracle where both agree."""

import pytest
from websockets.headers import build_host
from websockets.uri import parse_uri as oracle

from wsdemo.protocol.uri import URI, parse_uri


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("ws://example.com", URI(False, "example.com", 80)),
        ("wss://example.com/", URI(True, "example.com", 443)),
        ("ws://example.com:443/a/b", URI(False, "example.com", 443, "/a/b")),
        ("WS://Example.COM/A?b=C", URI(False, "example.com", 80, "/A", "b=C")),
        ("ws://127.0.0.1:8080?x", URI(False, "127.0.0.1", 8080, "/", "x")),
        ("ws://[::1]:8080/", URI(False, "::1", 8080)),
        ("ws://[2001:DB8:0::1]/", URI(False, "2001:db8::1", 80)),
        ("ws://u:p%40ss@h/", URI(False, "h", 80, user_info=("u", "p@ss"))),
        ("ws://u@h/", URI(False, "h", 80, user_info=("u", ""))),
        (
            "ws://bücher.example/ä?ö=%20ü",
            URI(False, "xn--bcher-kva.example", 80, "/%C3%A4", "%C3%B6=%20%C3%BC"),
        ),
    ],
)
def test_uris_are_taken_apart(text: str, uri: URI) -> None:
    """Default ports, IPv6 literals, user and password, names and paths beyond ASCII."""
    assert parse_uri(text) == uri


@pytest.mark.parametrize(
    "text",
    [
        "ws://example.com",
        "wss://example.com:8443/chat?a=b&c=d%20e",
        "ws://u:p%3A@[::1]:9/~x;y=1?",
        "ws://bücher.example/ä?ö=ü",
    ],
)
def test_uris_are_read_as_websockets_reads_them(text: str) -> None:
    """The same host, port, resource name, Host header and credentials."""
    ours, theirs = parse_uri(text), oracle(text)
    assert (ours.secure, ours.host, ours.port) == (theirs.secure, theirs.host, theirs.port)
    assert (ours.resource_name, ours.user_info) == (theirs.resource_name, theirs.user_info)
    assert ours.host_header == build_host(theirs.host, theirs.port, theirs.secure)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://example.com/", "neither ws:// nor wss://"),
        ("example.com", "neither ws:// nor wss://"),
        ("ws:/path", "names no host"),
        ("ws://:80/", "names no host"),
        ("ws://h/#top", "has a fragment"),
        ("ws://h/#", "has a fragment"),
        ("ws://h/a b", "whitespace"),
        ("ws://h/a\r\nX: y", "whitespace"),
        ("ws://h:99999/", "out of range"),
        ("ws://h:0/", "port 0"),
        ("ws://h:x/", "could not be cast|invalid"),
        ("ws://[::g]/", "."),
        ("ws://[v1.x]/", "."),
        ("ws://[::1", "."),
        ("ws://a_b!<c/", "not a host name"),
        ("ws://ex%41mple.com/", "not a host name"),
        ("ws://ä" + "a" * 80 + ".example/", "can't be written in ASCII"),
    ],
)
def test_what_is_no_websocket_uri_is_refused(text: str, why: str) -> None:
    """ValueError, and the message says why."""
    with pytest.raises(ValueError, match=why):
        parse_uri(text)


@pytest.mark.parametrize("text", ["ws://u:secret@h/#x", "http://u:secret@h", "ws://u:secret@"])
def test_no_error_tells_a_password(text: str) -> None:
    """Errors end up in logs."""
    with pytest.raises(ValueError, match="//…@") as refused:
        parse_uri(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ws://u:secret@h:80/", "ws://h/"),
        ("wss://h:80?x", "wss://h:80/?x"),
        ("ws://[::1]:80/a", "ws://[::1]/a"),
    ],
)
def test_a_uri_can_be_shown(text: str, shown: str) -> None:
    """Without the password, and without a port that goes without saying."""
    assert str(parse_uri(text)) == shown


def test_the_zone_of_an_address_stays_at_home() -> None:
    """RFC 6874: the zone means something on this machine only, so Host does not carry it."""
    uri = parse_uri("ws://[fe80::1%25eth0]:81/")
    assert uri.host == "fe80::1%eth0"
    assert uri.host_header == "[fe80::1]:81"
