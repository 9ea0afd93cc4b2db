"""Checking a request: every fault has its status, and its message names the value."""

import re

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Request
from wsdemo.protocol.server_handshake import (
    check_origin,
    check_request,
    choose_subprotocol,
    offered_extensions,
    offered_subprotocols,
)

GOOD = (
    ("Host", "server.example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
)


def request(*changes: tuple[str, str | None], target: str = "/", **start: str) -> Request:
    """Make a good request, then replace headers, or remove those whose new value is None."""
    changed = {name for name, _ in changes}
    kept = [(name, value) for name, value in GOOD if name not in changed]
    added = [(name, value) for name, value in changes if value is not None]
    return Request(target, Headers([*kept, *added]), **start)


def refusal_of(request: Request) -> HandshakeError:
    """Check a request that must be refused."""
    with pytest.raises(HandshakeError) as refused:
        check_request(request)
    return refused.value


def test_a_good_request_passes() -> None:
    """The five headers are all it takes."""
    check_request(request())


@pytest.mark.parametrize(
    "changes",
    [
        [("Upgrade", "WebSocket"), ("Connection", "keep-alive, UPGRADE")],
        [("Connection", "keep-alive"), ("Connection", "Upgrade")],
        [("Upgrade", "h2c, websocket")],
        [("Upgrade", "h2c"), ("Upgrade", "websocket")],
        [("Host", "[::1]:8080"), ("Content-Length", "0")],
        [("Sec-WebSocket-Protocol", "a"), ("Sec-WebSocket-Protocol", "b")],
        [("Sec-WebSocket-Extensions", "a; b=c"), ("Sec-WebSocket-Extensions", "a")],
    ],
)
def test_what_the_rfcs_allow_passes(changes: list[tuple[str, str]]) -> None:
    """Any case, lists over several lines, other words beside ours."""
    check_request(request(*changes))


@pytest.mark.parametrize("target", ["/chat?room=1", "http://h/a", "https://h:443"])
def test_path_and_absolute_form_are_targets(target: str) -> None:
    """RFC 6455, 4.2.1, 1 allows both."""
    check_request(request(target=target))


def test_higher_minor_versions_pass() -> None:
    """RFC 6455, 4.2.1, 1: "An HTTP/1.1 or higher GET request"."""
    check_request(request(version="HTTP/1.2"))


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "get"])
def test_other_methods_are_refused(method: str) -> None:
    """405, which must say what is allowed, even when a body or anything else is wrong too."""
    error = refusal_of(request(("Content-Length", "5"), ("Upgrade", None), method=method))
    assert (error.status, error.headers) == (405, [("Allow", "GET")])
    assert repr(method) in str(error)


def test_http_1_0_is_refused() -> None:
    """505: it has no Upgrade."""
    assert refusal_of(request(version="HTTP/1.0")).status == 505


@pytest.mark.parametrize("target", ["*", "chat", "example.com:80", "/a#b"])
def test_a_target_that_is_no_path_is_refused(target: str) -> None:
    """400, and the message shows the target."""
    error = refusal_of(request(target=target))
    assert error.status == 400
    assert repr(target) in str(error)


NEEDS_UPGRADE = {("Upgrade", "websocket"), ("Connection", "Upgrade")}


@pytest.mark.parametrize(
    "change",
    [
        ("Upgrade", None),
        ("Upgrade", "h2c"),
        ("Upgrade", "websocket/13"),
        ("Connection", None),
        ("Connection", "keep-alive"),
    ],
)
def test_plain_http_is_told_to_upgrade(change: tuple[str, str | None]) -> None:
    """426, which must name the protocol to upgrade to."""
    error = refusal_of(request(change))
    assert error.status == 426
    assert set(error.headers) == NEEDS_UPGRADE


@pytest.mark.parametrize("version", ["0", "8", "12", "14", "255"])
def test_another_version_is_told_ours(version: str) -> None:
    """426 and Sec-WebSocket-Version: 13, as in RFC 6455, 4.4."""
    error = refusal_of(request(("Sec-WebSocket-Version", version)))
    assert error.status == 426
    assert set(error.headers) == {("Sec-WebSocket-Version", "13"), *NEEDS_UPGRADE}
    assert f"Sec-WebSocket-Version: {version} is not supported" in str(error)


@pytest.mark.parametrize("version", [None, "", "x", "013", "256", "13, 8", "-1"])
def test_what_is_no_version_is_told_ours(version: str | None) -> None:
    """400, and still the version that would do."""
    error = refusal_of(request(("Sec-WebSocket-Version", version)))
    assert (error.status, error.headers) == (400, [("Sec-WebSocket-Version", "13")])


@pytest.mark.parametrize("name", ["Host", "Sec-WebSocket-Key"])
def test_a_missing_header_is_refused(name: str) -> None:
    """400, with the header's name."""
    error = refusal_of(request((name, None)))
    assert (error.status, str(error)) == (400, f"the header {name} is missing")


@pytest.mark.parametrize("name", [name for name, _ in GOOD])
def test_a_repeated_header_is_refused(name: str) -> None:
    """400, even when both say the same."""
    value = dict(GOOD)[name]
    error = refusal_of(request((name, value), (name, value)))
    assert error.status == 400
    assert re.search("more than once|2 times", str(error))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", ""),
        ("Host", "a b"),
        ("Host", "a/b"),
        ("Host", "a@b"),
        ("Host", "[::1"),
        ("Host", "h:x"),
        ("Upgrade", "web socket"),
        ("Connection", "Upgrade;"),
        ("Sec-WebSocket-Key", "short"),
        ("Sec-WebSocket-Protocol", ""),
        ("Sec-WebSocket-Protocol", "a b"),
        ("Sec-WebSocket-Protocol", "a, a"),
        ("Sec-WebSocket-Extensions", "a;;b"),
        ("Content-Length", "5"),
        ("Content-Length", "00"),
        ("Transfer-Encoding", "chunked"),
    ],
)
def test_a_bad_value_is_refused(name: str, value: str) -> None:
    """400, and the message names the header, and the value as far as there is one."""
    error = refusal_of(request((name, value)))
    assert error.status == 400
    assert name in str(error)
    assert value.partition(",")[0] in str(error)


ORIGINS: list[str | re.Pattern[str] | None] = [
    "https://a.example",
    re.compile(r"https://.+\.b\.example"),
    None,
]


@pytest.mark.parametrize("origin", ["https://a.example", "https://x.b.example", None])
def test_an_expected_origin_passes(origin: str | None) -> None:
    """The same text, a match of the whole, or none at all where that is acceptable."""
    check_origin(request(("Origin", origin)), ORIGINS)


@pytest.mark.parametrize(
    "origin",
    ["http://a.example", "https://a.example/", "https://A.example", "https://x.b.example.evil"],
)
def test_an_unexpected_origin_is_refused(origin: str) -> None:
    """403, with the origin."""
    with pytest.raises(HandshakeError, match=re.escape(repr(origin))) as refused:
        check_origin(request(("Origin", origin)), ORIGINS)
    assert refused.value.status == 403


def test_a_missing_origin_is_refused_unless_accepted() -> None:
    """403: the list says what is acceptable, and only the list."""
    with pytest.raises(HandshakeError, match="no Origin") as refused:
        check_origin(request(), ["https://a.example"])
    assert refused.value.status == 403
    check_origin(request(), None)


def test_a_repeated_origin_is_refused() -> None:
    """400, whatever is acceptable: RFC 6454, 7.3 allows one."""
    twice = request(("Origin", "https://a.example"), ("Origin", "https://a.example"))
    for origins in (None, ORIGINS):
        with pytest.raises(HandshakeError, match="more than once") as refused:
            check_origin(twice, origins)
        assert refused.value.status == 400


@pytest.mark.parametrize(
    ("offered", "supported", "chosen"),
    [
        ("a, b", ["b", "a"], "b"),
        ("a", ["b", "a"], "a"),
        ("a", ["b"], None),
        ("a", [], None),
        (None, ["a"], None),
        ("A", ["a"], None),
    ],
)
def test_the_server_chooses_by_its_own_preference(
    offered: str | None, supported: list[str], chosen: str | None
) -> None:
    """Names are compared with their case; without a common one there is none."""
    assert choose_subprotocol(request(("Sec-WebSocket-Protocol", offered)), supported) == chosen


@pytest.mark.parametrize(("offered", "shown"), [("x", "'x'"), (None, "'none'")])
def test_a_subprotocol_may_be_required(offered: str | None, shown: str) -> None:
    """400 for who offers none of ours; no subprotocols of ours require nothing."""
    asked = request(("Sec-WebSocket-Protocol", offered))
    with pytest.raises(HandshakeError, match=f"offered: {shown}; supported: a, b") as refused:
        choose_subprotocol(asked, ["a", "b"], required=True)
    assert refused.value.status == 400
    assert choose_subprotocol(asked, [], required=True) is None


def test_offers_over_several_lines_are_one() -> None:
    """RFC 6455, 11.3.2 and 11.3.4."""
    lines = [("Sec-WebSocket-Protocol", "a"), ("Sec-WebSocket-Protocol", "b, c")]
    assert offered_subprotocols(request(*lines)) == ["a", "b", "c"]
    lines = [("Sec-WebSocket-Extensions", "a; b=1"), ("Sec-WebSocket-Extensions", "c")]
    assert offered_extensions(request(*lines)) == [("a", [("b", "1")]), ("c", [])]
    assert not offered_subprotocols(request())
    assert not offered_extensions(request())
