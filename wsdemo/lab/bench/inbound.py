"""What comes to the load generator on a connection: every answer is checked, octet by octet.

The usual case is one comparison: what came is what was awaited. Everything else is taken apart:
half an answer, an answer and a half, a ping of the server's keepalive in between.

Leaves out what to do with a wrong answer: the measurement is over then.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from wsdemo.errors import LocalError
from wsdemo.lab.bench.octets import FIN, FLUSHED, KEY, MASK, PING, PONG, Exchange, masked

__all__ = ["BadAnswer", "Deflated", "Inbound"]

CONTINUATION, CONTROL = 0x0, 0x8


class BadAnswer(LocalError):
    """The server has sent what it should not: nothing of this may become a figure."""


class _Frame(NamedTuple):
    first: int
    payload: bytes
    whole: bytes


class Inbound:
    """What has come on a connection and was not looked at yet.

    Args:
        exchange: what is sent, and what is to come.
        depth: how many answers usually come together.
    """

    __slots__ = ("_exchange", "_rest", "_usual", "depth", "replies")

    def __init__(self, exchange: Exchange, depth: int) -> None:
        self._exchange = exchange
        self._usual = exchange.reply * depth
        self._rest = b""
        self.depth = depth
        self.replies: list[bytes] = []

    def take(self, data: bytes) -> int:
        """Look at what came.

        Args:
            data: from the socket; empty at its end.

        Returns:
            How many answers are complete by it. Frames that must be sent for it, which answer
            pings, are in `replies` then.

        Raises:
            BadAnswer: it is something else, or the end.
        """
        if data == self._usual and not self._rest:
            return self.depth
        if not data:
            raise BadAnswer("the server ended the connection")
        return self._take_apart(self._rest + data)

    def _take_apart(self, data: bytes) -> int:
        answers, at = 0, 0
        while (frame := _frame(data, at)) is not None:
            at += len(frame.whole)
            opcode = frame.first & 0xF
            if opcode == PING:
                self.replies.append(masked(FIN | PONG, frame.payload))
            elif opcode & CONTROL:
                raise BadAnswer(f"the server sent {frame.whole[:60]!r}")
            else:
                answers += self._completes(frame)
        self._rest = data[at:]
        return answers

    def _completes(self, frame: _Frame) -> bool:
        """Check a data frame, and tell whether an answer is complete by it."""
        if frame.whole != self._exchange.reply:
            raise _wrong(frame.whole, self._exchange.reply)
        return True


class Deflated(Inbound):
    """The same where answers are compressed: each server's and each time in its own way.

    Also in its own number of frames: gorilla sends what its buffer holds.
    """

    __slots__ = ("_inflate", "_message")

    def __init__(self, exchange: Exchange, depth: int) -> None:
        super().__init__(exchange, depth)
        self._usual = b""
        self._inflate = zlib.decompressobj(wbits=-15)
        self._message = b""

    def _completes(self, frame: _Frame) -> bool:
        wanted = self._exchange.first & ~FIN if not self._message else CONTINUATION
        if frame.first & ~FIN != wanted:
            raise _wrong(frame.whole, bytes([wanted]))
        self._message += frame.payload
        if not frame.first & FIN:
            return False
        try:
            payload = self._inflate.decompress(self._message + FLUSHED)
        except zlib.error as error:
            raise BadAnswer(f"{self._message[:60]!r} is not compressed: {error}") from error
        if payload != self._exchange.payload:
            raise _wrong(payload, self._exchange.payload)
        self._message = b""
        return True


def _wrong(came: bytes, wanted: bytes) -> BadAnswer:
    return BadAnswer(f"{came[:60]!r} came instead of {wanted[:60]!r}")


def _frame(data: bytes, at: int) -> _Frame | None:
    """Return the frame that begins at an index, if it is whole.

    It is masked only if our own comes back from a server that knows nothing of frames.
    """
    if len(data) < at + 2:
        return None
    first, masking, length = data[at], data[at + 1] & MASK, data[at + 1] & ~MASK
    start = at + 2
    if length >= 126:
        start += 2 if length == 126 else 8
        length = int.from_bytes(data[at + 2 : start], "big")
    start += len(KEY) if masking else 0
    end = start + length
    return None if len(data) < end else _Frame(first, data[start:end], data[at:end])
