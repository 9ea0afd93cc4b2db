"""What can be sent, and as what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from wsdemo.scratch.fragments import as_octets, as_payload, is_whole, pieces


@pytest.mark.parametrize(
    ("data", "text", "payload"),
    [
        ("Hello", None, "Hello"),
        ("Hello", True, "Hello"),
        ("Hello", False, b"Hello"),
        (b"Hello", None, b"Hello"),
        (b"Hello", False, b"Hello"),
        (b"Hello", True, "Hello"),
        (bytearray(b"x"), None, b"x"),
        (memoryview(b"abcdef")[::2], None, b"ace"),
    ],
)
def test_a_payload_is_text_or_bytes(data: Any, text: bool | None, payload: str | bytes) -> None:
    """As it is, or as it was asked for."""
    assert as_payload(data, text) == payload


@pytest.mark.parametrize("data", [1, None, ["x"], object()])
def test_nothing_else_is_a_payload(data: Any) -> None:
    """Its type is named."""
    with pytest.raises(TypeError, match=type(data).__name__):
        as_payload(data)


def test_bytes_that_are_no_text_are_not_sent_as_text() -> None:
    """The peer would fail the connection."""
    with pytest.raises(UnicodeDecodeError):
        as_payload(b"\xff", text=True)


@pytest.mark.parametrize("data", ["x", b"x", bytearray(b"x"), memoryview(b"x")])
def test_pings_and_pongs_hold_octets(data: Any) -> None:
    """Text is encoded."""
    assert as_octets(data) == b"x"


@pytest.mark.parametrize(("message", "whole"), [("x", True), (b"x", True), (["x"], False)])
def test_a_message_is_whole_or_in_pieces(message: Any, whole: bool) -> None:
    """A string is iterable, and yet one piece."""
    assert is_whole(message) is whole


@pytest.mark.parametrize(("message", "hint"), [({"a": 1}, "keys"), (1, "int"), (None, "None")])
def test_what_can_not_be_sent_is_named(message: Any, hint: str) -> None:
    """With what to do instead, for the commonest mistake."""
    with pytest.raises(TypeError, match=hint):
        is_whole(message)


async def test_pieces_of_an_iterable() -> None:
    """Each as it comes."""
    assert [piece async for piece in pieces(iter(["a", "b"]))] == ["a", "b"]
    assert [piece async for piece in pieces([b"a", b"b"], text=True)] == ["a", "b"]


async def test_pieces_of_an_asynchronous_iterable() -> None:
    """The same."""

    async def numbers() -> AsyncIterator[bytes]:
        for octet in b"ab":
            yield bytes([octet])

    assert [piece async for piece in pieces(numbers())] == [b"a", b"b"]


async def test_pieces_are_of_one_kind() -> None:
    """The one before is not taken back."""
    mixed = pieces(["a", b"b"])
    assert await anext(mixed) == "a"
    with pytest.raises(TypeError, match="all"):
        await anext(mixed)
