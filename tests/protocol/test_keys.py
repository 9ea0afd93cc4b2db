"""Sec-WebSocket-Key and Sec-WebSocket-Accept: vectors, sizes, and the oracle."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.utils import accept_key as oracle

from wsdemo.errors import HandshakeError
from wsdemo.protocol.keys import accept_key, check_key, make_key

# RFC 6455, 1.3.
RFC_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
RFC_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_accept_key_of_the_rfc() -> None:
    """The vector of RFC 6455, 1.3."""
    assert accept_key(RFC_KEY) == RFC_ACCEPT


def test_make_key_of_the_rfc() -> None:
    """RFC 6455, 4.1, 7: sixteen octets that count up.

    The RFC prints C for the last A, with two bits set that no octet holds; it is readable.
    """
    assert make_key(bytes(range(0x01, 0x11))) == "AQIDBAUGBwgJCgsMDQ4PEA=="
    check_key("AQIDBAUGBwgJCgsMDQ4PEC==")


@settings(derandomize=True, deadline=None)
@given(st.binary(min_size=16, max_size=16))
def test_accept_key_agrees_with_websockets(nonce: bytes) -> None:
    """Any key we make has the same answer there."""
    key = make_key(nonce)
    check_key(key)
    assert accept_key(key) == oracle(key)


def test_make_key_is_random_by_default() -> None:
    """Two keys differ, unless 128 random bits come twice."""
    assert make_key() != make_key()


@pytest.mark.parametrize("size", [0, 15, 17])
def test_make_key_refuses_other_sizes(size: int) -> None:
    """A nonce of another size is our own fault."""
    with pytest.raises(ValueError, match=f"this one {size}"):
        make_key(os.urandom(size))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "dGhlIHNhbXBsZSBub25jZQ",  # no padding
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25j",  # 15 octets
        "dGhlIHNhbXBsZSBub25jZWU=",  # 17 octets
        "dGhlIHNhbXBsZSBub25jZ-==",  # base64url
        "dGhl IHNhbXBsZSBub25jZ==",
        "ä" * 24,
    ],
)
def test_check_key_refuses_what_is_not_16_octets(key: str) -> None:
    """400, and the message shows the key."""
    with pytest.raises(HandshakeError, match="not 16 octets in base64") as refused:
        check_key(key)
    assert refused.value.status == 400
    assert repr(key)[:20] in str(refused.value)
