"""What can be wrong with a delivery, and which of it each guarantee forbids.

The names are Kafka's ("Message Delivery Semantics" in its documentation): *at most once*, messages
may be lost and are never delivered again; *at least once*, messages are never lost and may be
delivered again; *exactly once*, each is delivered once and only once. Over a network that loses
messages nobody can deliver exactly once, for the last acknowledgement may be lost. What can be had
is the *effect* of it: send again until it is acknowledged, know again what has come before, and
keep its place. Kafka calls that the idempotent producer: exactly once and in order (KIP-98).

Leaves out how long a delivery may take: with patience alone, nobody can tell lost from late.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "AT_LEAST_ONCE",
    "AT_MOST_ONCE",
    "EXACTLY_ONCE_IN_EFFECT",
    "GUARANTEES",
    "Guarantee",
    "Verdict",
]


class Verdict(StrEnum):
    """What can be wrong. `checker` defines each."""

    LOST = "lost"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    PENDING = "pending"
    DUPLICATED = "duplicated"
    REORDERED_LOG = "reordered (log)"
    REORDERED_SENDER = "reordered (sender)"
    LEAKED = "leaked"
    INVENTED = "invented"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What is promised.

    Attributes:
        name: in words.
        forbids: the verdicts that break the promise.
    """

    name: str
    forbids: frozenset[Verdict]

    def __str__(self) -> str:
        return self.name


# No guarantee allows what no network does by itself: these three are faults of a program.
_NEVER = frozenset({Verdict.LEAKED, Verdict.INVENTED, Verdict.ALTERED})

AT_MOST_ONCE = Guarantee("at most once", _NEVER | {Verdict.DUPLICATED})
AT_LEAST_ONCE = Guarantee(
    "at least once", _NEVER | {Verdict.LOST, Verdict.PARTIAL, Verdict.UNKNOWN}
)
EXACTLY_ONCE_IN_EFFECT = Guarantee(
    "exactly once in effect",
    AT_MOST_ONCE.forbids
    | AT_LEAST_ONCE.forbids
    | {Verdict.REORDERED_LOG, Verdict.REORDERED_SENDER},
)

GUARANTEES = (AT_MOST_ONCE, AT_LEAST_ONCE, EXACTLY_ONCE_IN_EFFECT)
