"""What all clients and rooms of one hub have in common: bounds, policy, serialiser, books.

Leaves out everything that changes, but for the books and the connections being closed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from wsdemo.hub.counting import Counts
from wsdemo.hub.hangups import HangUps
from wsdemo.hub.outbox import Post
from wsdemo.hub.policies import Policy

__all__ = ["Message", "Serialize", "Terms"]

Message: TypeAlias = "str | bytes | bytearray | memoryview"
Serialize: TypeAlias = Callable[[Any], Message]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a hub.

    Attributes:
        policy: for slow consumers that have none of their own.
        messages: how many may wait in one outbox.
        octets: how many octets they may have together.
        serialize: makes text or bytes of what is published; None if it is that already.
        hangups: connections that are being closed.
        counts: the books of the whole hub.

    Raises:
        TypeError: the policy is none.
        ValueError: an outbox that could hold nothing.
    """

    policy: Policy
    messages: int
    octets: int
    serialize: Serialize | None
    hangups: HangUps
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self.check_policy(self.policy)
        if self.messages < 1:
            raise ValueError(f"an outbox holds at least 1 message, not {self.messages!r}")
        if self.octets < 1:
            raise ValueError(f"an outbox holds at least 1 octet, not {self.octets!r}")

    @staticmethod
    def check_policy(policy: object) -> None:
        """Check that something is a policy.

        Raises:
            TypeError: it is none; a class is none either.
        """
        if not isinstance(policy, Policy):
            raise TypeError(f"not a policy for slow consumers: {policy!r}")

    def post(
        self, message: Any, key: Hashable = None, *, room: str | None = None, counts: Counts | None
    ) -> Post:
        """Serialise a message, once for however many will get it.

        Args:
            message: what to publish.
            key: what it is the state of, for Conflate; None if of nothing.
            room: the name of the room; None for a message to one client.
            counts: the room's books.

        Raises:
            TypeError: it is neither text nor bytes when it should be.
            ValueError: no outbox could ever hold it; or text that UTF-8 has no octets for.
        """
        whole = self._whole(message if self.serialize is None else self.serialize(message))
        octets = len(whole) if isinstance(whole, bytes) or whole.isascii() else len(whole.encode())
        if octets > self.octets:
            raise ValueError(f"a message of {octets} octets; an outbox holds {self.octets}")
        books = (self.counts,) if counts is None else (counts, self.counts)
        for each in books:
            each.published += 1
        return Post(whole, octets, books, None if key is None else (room, key))

    def _whole(self, message: Any) -> str | bytes:
        if isinstance(message, (str, bytes)):
            return message
        if isinstance(message, (bytearray, memoryview)):
            return bytes(message)  # the caller may write on in it while it waits
        raise TypeError(f"a message is str or bytes, not {type(message).__name__}")
