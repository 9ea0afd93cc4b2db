"""The door of an application: what comes in is a typed message, or gets an error reply.

    Say = msgspec.Struct ...            # what a client may send, each with a tag
    door = Door(Say | Join)             # one for each connection

    async for message in connection:
        try:
            request = door.admit(message)
        except BadMessage as bad:
            await door.reject(connection, bad)
            continue

A program behind the door never asks again whether a field is there or a number is in bounds. A
client that errs is told which field (``$.text``) and what was expected of it, and can go on. One
that errs again and again is no client of ours: when its budget is spent, the connection is closed
with 1008, "a message that violates its policy" (RFC 6455, 7.4.1).

On the wire every message is an object with ``type``; a request that wants an answer has an integer
``id``, and the answer has it as ``re``.

Leaves out the messages, which every application has of its own, and their rate.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from wsdemo.errors import PeerError
from wsdemo.limits import Bucket
from wsdemo.protocol import CloseCode

__all__ = [
    "BUDGET",
    "JSON",
    "MESSAGE_PACK",
    "BadMessage",
    "BudgetSpent",
    "Codec",
    "Door",
    "Error",
]

T = TypeVar("T")

# Bad messages that a connection may send at once, and how many more a second: a client with a
# fault in it learns what the fault is, and a fuzzer is gone after a blink.
BUDGET = 10
FORGIVEN = 0.1

# Characters of a reason: some of msgspec's quote what was sent.
REASON = 200


class Error(msgspec.Struct, tag="error", omit_defaults=True, frozen=True):
    """The reply to what can't be done.

    Attributes:
        code: for programs, such as "invalid"; it never changes.
        reason: for people.
        re: the ``id`` of the request, if it had one.
        field: which part of the request is wrong, such as ``$.text``.
        retry_after: seconds after which the same request may succeed.
    """

    code: str
    reason: str
    re: int | None = None
    field: str | None = None
    retry_after: float | None = None


class BadMessage(PeerError):
    """A message that is not let in; ``error`` is the reply to it."""

    def __init__(self, error: Error) -> None:
        where = "" if error.field is None else f" (at {error.field})"
        super().__init__(f"{error.reason}{where}")
        self.error = error


class BudgetSpent(BadMessage):
    """One bad message too many: reply, and close with 1008."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How messages are written.

    Attributes:
        name: such as "json".
        text: whether they are text messages; else they are binary.
        encode_octets: makes octets of a message.
        decoder: makes a function, which reads octets, of the kinds of messages there are.
    """

    name: str
    text: bool
    encode_octets: Callable[[Any], bytes]
    decoder: Callable[[Any], Callable[[Any], Any]]

    def encode(self, message: Any) -> str | bytes:
        """Return a message as it is sent: str as text, bytes as binary."""
        octets = self.encode_octets(message)
        return octets.decode() if self.text else octets


JSON = Codec("json", True, msgspec.json.encode, lambda kinds: msgspec.json.Decoder(kinds).decode)
MESSAGE_PACK = Codec(
    "msgpack",
    False,
    msgspec.msgpack.encode,
    lambda kinds: msgspec.msgpack.Decoder(kinds).decode,
)


class Closing(Protocol):
    """What a door needs of a connection."""

    async def send(self, message: Any, /) -> None:
        """Send a message."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection."""


class _Numbered(msgspec.Struct):
    """What is left to read of a message that is wrong elsewhere: whose answer the error is."""

    id: int | None = None


class Door(Generic[T]):
    """The door for one connection.

    Args:
        kinds: a union of Structs with tags: all that a client may send.
        codec: how it is written.
        budget: how many bad messages there may be at once; one more is forgiven every ten
            seconds.
        clock: tells the time, in seconds.

    Raises:
        ValueError: a budget of less than one.
    """

    def __init__(
        self,
        kinds: type[T] | Any,
        codec: Codec = JSON,
        *,
        budget: int = BUDGET,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.codec = codec
        self._decode = codec.decoder(kinds)
        self._number = codec.decoder(_Numbered)
        self._budget = Bucket(FORGIVEN, budget, clock)

    def admit(self, message: str | bytes) -> T:
        """Let a message in.

        Raises:
            BadMessage: it is none that a client may send.
            BudgetSpent: the same, and there were too many.
        """
        if isinstance(message, str) is not self.codec.text:
            kind = "text" if self.codec.text else "binary"
            raise self._bad("invalid", f"messages here are {kind} ({self.codec.name})")
        try:
            admitted: T = self._decode(message)
        except msgspec.ValidationError as error:
            reason, field = _split(str(error))
            raise self._bad("invalid", reason, self._id(message), field) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = f"no {self.codec.name}: {error}"
            raise self._bad("malformed", reason) from None
        return admitted

    def refuse(
        self,
        code: str,
        reason: str,
        re: int | None = None,
        field: str | None = None,
        *,
        retry_after: float | None = None,
    ) -> Error:
        """Return the error for a fault that only the application sees, at the same price.

        Raises:
            BudgetSpent: there were too many.
        """
        bad = self._bad(code, reason, re, field, retry_after)
        if isinstance(bad, BudgetSpent):
            raise bad
        return bad.error

    async def reject(self, connection: Closing, bad: BadMessage) -> None:
        """Send the reply to a bad message, and close the connection if that was one too many."""
        await connection.send(self.codec.encode(bad.error))
        if isinstance(bad, BudgetSpent):
            await connection.close(CloseCode.POLICY_VIOLATION, "too many bad messages")

    def _bad(
        self,
        code: str,
        reason: str,
        re: int | None = None,
        field: str | None = None,
        retry_after: float | None = None,
    ) -> BadMessage:
        error = Error(code, _short(reason), re, field, retry_after)
        return BudgetSpent(error) if self._budget.take() else BadMessage(error)

    def _id(self, message: str | bytes) -> int | None:
        try:
            numbered: _Numbered = self._number(message)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return numbered.id


def _split(text: str) -> tuple[str, str | None]:
    """Take msgspec's "Expected `str`, got `int` - at `$.text`" apart."""
    reason, _, at = text.rpartition(" - at `")
    return (reason, at.rstrip("`")) if reason else (text, None)


def _short(reason: str) -> str:
    return reason if len(reason) <= REASON else f"{reason[: REASON - 1]}…"
