"""Headers as a multi-dict, and the lists in their values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.headers import parse_connection, parse_subprotocol, parse_upgrade

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import (
    Headers,
    MultipleValues,
    excerpt,
    parse_protocol_list,
    parse_subprotocols,
    parse_token_list,
)

TCHAR = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"
tokens = st.text(TCHAR, min_size=1, max_size=8)


def test_names_ignore_case() -> None:
    """RFC 9110, 5.1: names are case-insensitive; the spelling is kept."""
    headers = Headers([("Host", "a.example")])
    assert headers["hOST"] == "a.example"
    assert "HOST" in headers
    assert list(headers) == ["Host"]


def test_a_missing_header_is_a_key_error_or_the_default() -> None:
    """As with a dict."""
    headers = Headers()
    assert headers.get("Host") is None
    assert headers.get("Host", "x") == "x"
    with pytest.raises(KeyError, match="Host"):
        headers["Host"]


def test_a_repeated_header_is_never_silently_one() -> None:
    """Reading it as a single one fails; all its lines are there."""
    headers = Headers([("A", "1"), ("B", "2"), ("a", "3")])
    assert headers.get_all("A") == ["1", "3"]
    assert headers.combined("A") == "1, 3"
    assert list(headers) == ["A", "B"]
    for read in (headers.get, headers.__getitem__):
        with pytest.raises(MultipleValues, match="A stands 2 times"):
            read("A")


def test_assignment_adds_and_del_removes_all() -> None:
    """The behaviour of websockets' Headers."""
    headers = Headers({"A": "1"})
    headers["A"] = "2"
    assert len(headers) == 2
    del headers["a"]
    assert len(headers) == 0
    with pytest.raises(KeyError):
        del headers["a"]


def test_order_is_kept_on_the_wire() -> None:
    """One line each, ended by CRLF, without the empty line at the end."""
    headers = Headers([("B", "1"), ("A", " 2\t"), ("B", "")])
    assert headers.serialize() == b"B: 1\r\nA: 2\r\nB: \r\n"
    assert str(headers) == "B: 1\nA: 2\nB: "
    assert repr(headers) == "Headers([('B', '1'), ('A', '2'), ('B', '')])"


def test_copies_are_equal_and_independent() -> None:
    """Equality ignores the case of names, and nothing else."""
    headers = Headers([("A", "x")])
    copy = headers.copy()
    assert copy == headers == Headers([("a", "x")])
    copy.add("B", "y")
    assert copy != headers
    assert headers != Headers([("A", "X")])
    assert headers != [("A", "x")]


@pytest.mark.parametrize("name", ["", "a b", "a:", "ä", "a\r\n", "(a)"])
def test_a_bad_name_is_our_fault(name: str) -> None:
    """ValueError, since the peer has nothing to do with what we write."""
    with pytest.raises(ValueError, match="not a token"):
        Headers([(name, "x")])


@pytest.mark.parametrize("value", ["a\r\nB: c", "a\nb", "a\rb", "\0", "\x7f", "€"])
def test_a_value_can_not_split_the_response(value: str) -> None:
    """CR, LF and NUL are refused, and what ISO-8859-1 can't hold."""
    with pytest.raises(ValueError, match="no header can carry"):
        Headers().add("A", value)


def test_octets_above_127_survive() -> None:
    """They are opaque: ISO-8859-1 takes each to one character and back."""
    assert Headers([("A", "\x80ÿ")]).serialize() == b"A: \x80\xff\r\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a'b", '"a\'b"'), (b"\x00\xff", "'\\x00ÿ'"), ("x" * 70, f"'{'x' * 60}'… (70 characters)")],
)
def test_excerpts_are_escaped_and_cut(value: str | bytes, shown: str) -> None:
    """What the peer sent can be shown without harm."""
    assert excerpt(value) == shown


@settings(derandomize=True, deadline=None)
@given(st.lists(tokens, min_size=1), st.sampled_from([",", ", ", " ,\t", ",,", ", ,"]))
def test_token_lists_are_read_as_websockets_reads_them(items: list[str], comma: str) -> None:
    """With whitespace around commas, and with empty elements."""
    value = comma.join(items).strip()
    assert parse_token_list(value) == items == parse_connection(value)


@pytest.mark.parametrize(
    ("value", "protocols"),
    [("websocket", ["websocket"]), ("h2c, TLS/1.0", ["h2c", "TLS/1.0"]), ("a,,b ", ["a", "b"])],
)
def test_protocols_may_have_versions(value: str, protocols: list[str]) -> None:
    """RFC 9110, 7.8."""
    assert parse_protocol_list(value) == protocols == parse_upgrade(value.strip())


@pytest.mark.parametrize("value", ["", ",", " , ", "a b", "a;b", "a,b c", "ä", '"a"', "a/b"])
def test_malformed_lists_are_refused(value: str) -> None:
    """400, with the name of the field."""
    with pytest.raises(HandshakeError, match=r"^Connection: ") as refused:
        parse_token_list(value)
    assert refused.value.status == 400


def test_the_message_shows_where_a_list_goes_wrong() -> None:
    """From the first element that can't be read."""
    with pytest.raises(HandshakeError, match=r"^Upgrade: can't read 'b c, d'$"):
        parse_protocol_list("a, b c, d", "Upgrade")


def test_subprotocols_keep_the_clients_order() -> None:
    """As websockets reads them."""
    value = "chat.v2, chat.v1"
    assert parse_subprotocols(value) == ["chat.v2", "chat.v1"] == parse_subprotocol(value)


def test_a_subprotocol_offered_twice_is_refused() -> None:
    """RFC 6455, 4.1, 10: they "MUST all be unique strings"; websockets lets it pass."""
    assert parse_subprotocol("a, b, a") == ["a", "b", "a"]
    with pytest.raises(HandshakeError, match="'a' is named twice"):
        parse_subprotocols("a, b, a")


def test_a_hostile_list_takes_linear_time() -> None:
    """Eight thousand characters that almost match, twenty times over, in no time."""
    for value in ("a" * 8000 + "\x01", "a" + " " * 8000 + "b", "a," * 4000 + ";"):
        for _ in range(20):
            with pytest.raises(HandshakeError):
                parse_token_list(value)
