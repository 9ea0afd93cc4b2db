"""What becomes of messages, counted: per room, and for the whole hub.

A message published to a room of three is three *copies*, one for each client. Every copy has
exactly one fate, so the books balance at any moment::

    copies == waiting + delivered + dropped_oldest + dropped_newest
              + conflated + discarded + unfinished

*Delivered* means that the member's ``send`` has returned, and no more: the message is in a buffer
of this machine. Whether it arrived only an acknowledgement can tell.

For Prometheus, `COUNTERS` only grow and `GAUGES` go up and down; a collector reads the whole
hub's at each scrape. Leaves out rooms as labels there: whoever may open rooms could fill the
database with series.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from wsdemo.metrics import Tally

__all__ = ["COUNTERS", "FATES", "GAUGES", "Counts", "Fate", "Snapshot"]

Fate: TypeAlias = Literal[
    "delivered",  # send() has returned
    "dropped_oldest",  # there was no room for a later one
    "dropped_newest",  # there was no room for it
    "conflated",  # a newer one of its key has taken its place
    "discarded",  # it waited when the client left, or came one too many, or too late
    "unfinished",  # send() has raised or was cancelled: it may have arrived, or not
]
FATES: tuple[Fate, ...] = get_args(Fate)
COUNTERS = ("published", "copies", *FATES, "lost")
GAUGES = ("members", "waiting", "peak", "octets", "octets_peak", "deepest")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was counted up to a moment; ``later - earlier`` is what happened between.

    Attributes:
        members: clients in the room, or at the hub, now.
        published: messages, before there was a copy for everybody.
        copies: those that were meant for a client.
        delivered: copies whose ``send`` has returned.
        dropped_oldest: copies dropped for a later one.
        dropped_newest: copies for which there was no room.
        conflated: copies whose place a newer one of the same key took.
        discarded: copies that nobody sends any more, for their client has left.
        unfinished: copies whose ``send`` raised or was cancelled; they may have arrived.
        waiting: copies in outboxes, and in the hands of ``send``.
        peak: the most that ever waited at once.
        octets: payload of those that wait. Copies of one message share their memory, so that this
            is what it takes at most.
        octets_peak: the most at once.
        deepest: the most copies that were ever in one client's outbox.
        disconnects: clients that were disconnected as slow consumers, by close code.
        lost: clients that left because their ``send`` raised.
    """

    members: int = 0
    published: int = 0
    copies: int = 0
    delivered: int = 0
    dropped_oldest: int = 0
    dropped_newest: int = 0
    conflated: int = 0
    discarded: int = 0
    unfinished: int = 0
    waiting: int = 0
    peak: int = 0
    octets: int = 0
    octets_peak: int = 0
    deepest: int = 0
    disconnects: Tally = field(default_factory=Tally)
    lost: int = 0

    @property
    def dropped(self) -> int:
        """The copies that a policy took from a client that is still here, or was."""
        return self.dropped_oldest + self.dropped_newest + self.conflated

    def __sub__(self, earlier: Snapshot) -> Snapshot:
        """Return what happened since; gauges stay as they are now.

        Raises:
            ValueError: a counter would go back: the other one is later, or of something else.
        """
        grown = {name: getattr(self, name) - getattr(earlier, name) for name in COUNTERS}
        for name, increase in grown.items():
            if increase < 0:
                was, now = getattr(earlier, name), getattr(self, name)
                raise ValueError(f"not an earlier snapshot: {name} went from {was} to {now}")
        gauges = {name: getattr(self, name) for name in GAUGES}
        return Snapshot(disconnects=self.disconnects - earlier.disconnects, **gauges, **grown)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON has it: codes as strings."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {"disconnects": {str(code): n for code, n in self.disconnects.items()}}


class Counts:
    """The numbers of one room, or of the whole hub, while they change: plain additions."""

    __slots__ = (
        "copies",
        "deepest",
        "disconnects",
        "fates",
        "lost",
        "members",
        "octets",
        "octets_peak",
        "peak",
        "published",
        "waiting",
    )

    def __init__(self) -> None:
        self.members = self.published = self.copies = self.lost = 0
        self.waiting = self.peak = self.octets = self.octets_peak = self.deepest = 0
        self.fates: dict[Fate, int] = dict.fromkeys(FATES, 0)
        self.disconnects: dict[int, int] = {}

    def waits(self, octets: int, depth: int) -> None:
        """Count a copy that has got a place.

        Args:
            octets: its payload.
            depth: how many wait in that outbox now.
        """
        self.waiting += 1
        self.octets += octets
        self.peak = max(self.peak, self.waiting)
        self.octets_peak = max(self.octets_peak, self.octets)
        self.deepest = max(self.deepest, depth)

    def disconnected(self, code: int) -> None:
        """Count a slow consumer that was disconnected."""
        self.disconnects[code] = self.disconnects.get(code, 0) + 1

    def snapshot(self) -> Snapshot:
        """Return everything, frozen."""
        names = (*GAUGES, "published", "copies", "lost")
        numbers = {name: getattr(self, name) for name in names}
        return Snapshot(disconnects=Tally(self.disconnects), **numbers, **self.fates)
