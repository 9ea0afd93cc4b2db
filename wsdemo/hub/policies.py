"""What happens to a slow consumer: one whose outbox is full when one more message comes.

Waiting is not among the choices. Whoever publishes would then go at the pace of the slowest, and
so would everybody else in the room. Something has to give, and what that is depends on what a
message means:

============  ==========================================  ==============================
policy        what a slow client still gets               for
============  ==========================================  ==============================
DropOldest    the latest, with gaps before it             positions in a game, logs
DropNewest    the earliest, with gaps after it            "is typing", what comes again
Conflate      the newest of each key, at its place        prices, scores, presence
Disconnect    everything, or the end of the connection    chat: what may have no gap
============  ==========================================  ==============================

Whatever the policy, a client gets no message twice, none from before it joined, and what it gets
of one room (with Conflate: of one key) comes in the order of publishing. What it doesn't get is
counted.

Leaves out how an outbox does it: these are only the names, with their promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from wsdemo.protocol.closing import Close, CloseCode, may_be_sent

__all__ = ["Conflate", "Disconnect", "DropNewest", "DropOldest", "Policy", "checked"]


def checked(code: int, reason: str) -> Close:
    """Return a code and a reason as a close that a frame can carry.

    Raises:
        ValueError: it can't carry them.
    """
    close = Close(code, reason)
    if not may_be_sent(code):
        raise ValueError(f"close code {close.code} may not be sent")
    close.serialize()
    return close


@dataclass(frozen=True, slots=True)
class DropOldest:
    """Make room by dropping what has waited longest.

    Guarantee: the last message published always gets a place, and so a client that catches up
    ends with the latest ones, as many as its outbox holds, without a gap among them.
    """


@dataclass(frozen=True, slots=True)
class DropNewest:
    """Drop the message for which there is no room.

    Guarantee: what has a place keeps it, and so the first messages that a client missed are later
    than all it was given when it fell behind. The last one published may be lost: this is no
    policy for state.
    """


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Close the connection, and drop everything that waits for it.

    Guarantee: as long as a client is connected it has missed nothing. It can come back and ask
    for what it has not seen, if the application keeps it.

    1013, "Try Again Later", says to come back, and `wsdemo.client` does so by itself. It is not in
    RFC 6455 but in IANA's "WebSocket Close Code Number Registry"
    (https://www.iana.org/assignments/websocket). 1008 (RFC 6455, 7.4.1: "a message that violates
    its policy") says to stay away: it is for a client that does harm, not for one that is slow.

    Args:
        code: the close code; 1013 or 1008, or one of the application's from 3000 on.
        reason: the same for people, at most 123 octets in UTF-8.

    Raises:
        ValueError: a close frame can't carry this.
    """

    code: int = CloseCode.TRY_AGAIN_LATER
    reason: str = "too slow"

    def __post_init__(self) -> None:
        # A plain number, so that a policy prints the same wherever its code came from.
        object.__setattr__(self, "code", checked(self.code, self.reason).code)


@dataclass(frozen=True, slots=True)
class Conflate:
    """Let a message take the place of the one with the same key, in the same room, that waits.

    Guarantee: of each key at most one message waits, the newest; and a key that waits is sent
    after those that were before it, however often it changes.

    The newer message gets the *place of the older one*, not a new one at the end. At the end, the
    key that changes fastest would be overtaken again and again and never be sent to the slowest,
    who would see only what is dull. The price: two keys may arrive in the order of their first
    changes and not of their last. So a message must stand for itself (a state, not a delta), and
    sequence numbers are per key.

    Messages without a key wait like any others. If the outbox is full in spite of it (more keys
    than places), or a message has grown too big for the old one's place, ``full`` decides. To drop
    the newest is no choice there: the client would keep the old value for ever.

    Args:
        full: what to do when there is no room.

    Raises:
        TypeError: ``full`` is another policy.
    """

    full: DropOldest | Disconnect = Disconnect()

    def __post_init__(self) -> None:
        if not isinstance(self.full, (DropOldest, Disconnect)):
            raise TypeError(f"when full, Conflate drops the oldest or disconnects: {self.full!r}")


Policy: TypeAlias = DropOldest | DropNewest | Conflate | Disconnect
