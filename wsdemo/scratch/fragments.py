"""What ``send`` was given, made into what the endpoint takes.

A program may send text or bytes, whole or in pieces. A piece of a message becomes a frame of
its own, so that a long message need never be in memory whole, on either side.

Left out: sending.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import TypeAlias, TypeGuard, cast

DataLike: TypeAlias = str | bytes | bytearray | memoryview
Sendable: TypeAlias = DataLike | Iterable[DataLike] | AsyncIterable[DataLike]

BYTES_LIKE = (bytes, bytearray, memoryview)


def as_payload(data: DataLike, text: bool | None = None) -> str | bytes:
    """Make a payload of text or bytes.

    Args:
        data: text or bytes.
        text: True to send bytes as text, False to send text as bytes; None to leave it.

    Returns:
        A string to be sent as text, or bytes to be sent as binary.

    Raises:
        TypeError: it is something else.
        UnicodeDecodeError: the bytes to be sent as text aren't UTF-8.
    """
    if isinstance(data, str):
        return data.encode() if text is False else data
    if isinstance(data, BYTES_LIKE):
        return bytes(data).decode() if text else bytes(data)
    raise TypeError(f"a message is str or bytes, not {type(data).__name__}")


def as_octets(data: DataLike) -> bytes:
    """Make the payload of a ping or pong of text or bytes.

    Raises:
        TypeError: it is something else.
    """
    payload = as_payload(data, text=False)
    assert isinstance(payload, bytes), "text=False makes bytes of everything"
    return payload


async def pieces(message: Sendable, text: bool | None = None) -> AsyncGenerator[str | bytes]:
    """Yield the payloads of the frames of a message that comes in pieces.

    Args:
        message: an iterable, asynchronous or not, of text or of bytes.
        text: as in ``as_payload``.

    Raises:
        TypeError: a piece is neither text nor bytes, or not what the first one was.
    """
    kind: type | None = None
    async for piece in _each(message):
        payload = as_payload(piece, text)
        kind = kind or type(payload)
        if type(payload) is not kind:
            raise TypeError("all pieces of a message are str, or all are bytes")
        yield payload


def is_whole(message: Sendable) -> TypeGuard[DataLike]:
    """Tell whether a message is one piece, or several.

    Raises:
        TypeError: it can't be sent at all.
    """
    if isinstance(message, (str, *BYTES_LIKE)):
        return True
    # A dict is iterable, and to send its keys is hardly what anybody means.
    if isinstance(message, Mapping):
        raise TypeError("a message can't be a mapping; use json.dumps, or send its keys()")
    if isinstance(message, (Iterable, AsyncIterable)):
        return False
    raise TypeError(f"can't send {type(message).__name__}; a message is str, bytes or an iterable")


async def _each(message: Sendable) -> AsyncIterator[DataLike]:
    if isinstance(message, AsyncIterable):
        async for piece in message:
            yield piece
    else:
        for piece in cast(Iterable[DataLike], message):
            yield piece
