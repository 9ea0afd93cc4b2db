"""Arguments that can't be right are refused with their value."""

from typing import Any

import pytest

from wsdemo.log import checks


@pytest.mark.parametrize("name", ["a", "x" * 128, "größe/№ 1", "é" * 64])
def test_a_name_is_any_short_text(name: str) -> None:
    """Up to 128 octets, whatever they say."""
    checks.check_name("room", name)


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("", ValueError, "room '' has 0 bytes; it takes 1 to 128"),
        ("x" * 129, ValueError, f"room '{'x' * 40}…' has 129 bytes"),
        ("é" * 65, ValueError, "has 130 bytes"),
        ("\ud83d", ValueError, r"room '\ud83d' is no Unicode"),
        (b"lobby", TypeError, "room is a string, not b'lobby'"),
        (None, TypeError, "room is a string, not None"),
    ],
)
def test_a_bad_name_is_refused(name: Any, error: type[Exception], words: str) -> None:
    """Empty, too long, half a character, or no text; a long one isn't shown in full."""
    with pytest.raises(error) as caught:
        checks.check_name("room", name)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (-1, ValueError, "after -1 is out of range; it takes 0 to"),
        (2**63, ValueError, "after 9223372036854775808 is out of range"),
        (1.0, TypeError, "after is an integer, not 1.0"),
        (True, TypeError, "after is an integer, not True"),
    ],
)
def test_a_bad_integer_is_refused(value: Any, error: type[Exception], words: str) -> None:
    """Negative, more than is stored, or something else."""
    checks.check_integer("after", 0)
    checks.check_integer("after", 2**63 - 1)
    with pytest.raises(error, match=words):
        checks.check_integer("after", value)


@pytest.mark.parametrize("limit", [0, 1_001])
def test_a_page_has_one_entry_to_a_thousand(limit: int) -> None:
    """A page of none would look like the end, a page of all fill the memory."""
    checks.check_limit(1)
    checks.check_limit(1_000)
    with pytest.raises(ValueError, match=rf"limit {limit} is out of range; it takes 1 to"):
        checks.check_limit(limit)


def test_a_body_is_bytes_and_bounded() -> None:
    """The limit itself still fits; a bytearray could change after the call."""
    checks.check_body(b"12345", 5)
    with pytest.raises(ValueError, match="body has 6 bytes; it takes 5 at most"):
        checks.check_body(b"123456", 5)
    with pytest.raises(TypeError, match="body is bytes, not bytearray"):
        checks.check_body(bytearray(b"1"), 5)
