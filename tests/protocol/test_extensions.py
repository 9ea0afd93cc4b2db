"""Sec-WebSocket-Extensions: its grammar, with websockets as the oracle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import InvalidHeaderFormat
from websockets.headers import build_extension, parse_extension

from wsdemo.errors import HandshakeError
from wsdemo.protocol.extensions import ExtensionItem, format_extensions, parse_extensions

TCHAR = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"
tokens = st.text(TCHAR, min_size=1, max_size=6)
parameters = st.lists(st.tuples(tokens, st.none() | tokens), max_size=3)
items = st.lists(st.tuples(tokens, parameters), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        # RFC 6455, 9.1.
        ("foo", [("foo", [])]),
        ("foo, bar; baz=2", [("foo", []), ("bar", [("baz", "2")])]),
        (
            "deflate-stream, mux; max-channels=4; flow-control",
            [("deflate-stream", []), ("mux", [("max-channels", "4"), ("flow-control", None)])],
        ),
        ("private-extension", [("private-extension", [])]),
        # RFC 7692, 7.1: several offers.
        ("a; b=10, a", [("a", [("b", "10")]), ("a", [])]),
        ('a; b="10"', [("a", [("b", "10")])]),
        ('a; b="1\\0"', [("a", [("b", "10")])]),
        (" a ;\tb = c ,, d ", [("a", [("b", "c")]), ("d", [])]),
    ],
)
def test_extensions_are_read(value: str, parsed: list[ExtensionItem]) -> None:
    """Names, parameters, values in quotes, whitespace, empty elements."""
    assert parse_extensions(value) == parsed == parse_extension(value.strip())


@settings(derandomize=True, deadline=None)
@given(items)
def test_what_is_written_is_read_again(extensions: list[ExtensionItem]) -> None:
    """By us and by websockets, which writes the same."""
    value = format_extensions(extensions)
    assert parse_extensions(value) == extensions == parse_extension(value)
    assert value == build_extension(extensions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    ["", ",", "a b", "a;", "a;;b", "a; =1", "a; b=", 'a; b="', 'a; b="c d"', 'a; b=""', "a; b=ä"],
)
def test_malformed_extensions_are_refused(value: str) -> None:
    """400, where websockets refuses as well."""
    with pytest.raises(InvalidHeaderFormat):
        parse_extension(value)
    with pytest.raises(HandshakeError, match=r"^Sec-WebSocket-Extensions: ") as refused:
        parse_extensions(value)
    assert refused.value.status == 400


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text('ab;,=" \t\\1', max_size=12))
def test_any_text_gets_the_verdict_of_websockets(value: str) -> None:
    """Refused by both, or read as the same by both."""
    value = value.strip(" \t")  # the reader of the head has done that
    try:
        expected = parse_extension(value)
    except InvalidHeaderFormat:
        with pytest.raises(HandshakeError):
            parse_extensions(value)
    else:
        assert parse_extensions(value) == expected


@pytest.mark.parametrize("item", [("a b", []), ("a", [("b", "c d")]), ("a", [("", None)])])
def test_what_is_no_token_is_not_written(item: ExtensionItem) -> None:
    """ValueError: it is our own fault."""
    with pytest.raises(ValueError, match="no token"):
        format_extensions([item])


def test_a_hostile_value_takes_linear_time() -> None:
    """Thousands of parameters before the fault, and quotes that never end."""
    for value in ("a" + ";b=c" * 2000 + "\x01", 'a;b="' + "\\x" * 4000, "a" + " " * 8000 + "=\x01"):
        for _ in range(20):
            with pytest.raises(HandshakeError):
                parse_extensions(value)
