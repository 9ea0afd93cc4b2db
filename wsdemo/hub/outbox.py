"""The outbox: what waits to be sent to one client, in order, bounded in messages and in octets.

A `Post` is a message as it was published: serialised, measured, and shared by all the outboxes in
which it waits. An outbox holds no copy of its own, so a thousand slow clients cost a thousand
references.

The message that is being sent is in the writer's hands and not in here, so the bounds are for
what waits behind it.

Leaves out who takes messages out and sends them; nothing here waits or knows a loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import TypeAlias

from wsdemo.hub.counting import Counts, Fate
from wsdemo.hub.policies import Conflate, Disconnect, DropNewest, DropOldest, Policy

__all__ = ["Outbox", "Post"]

Slot: TypeAlias = "tuple[str | None, Hashable]"


class Post:
    """A message that was published.

    Args:
        message: as it will be sent.
        octets: of its payload.
        counts: the books in which its copies are counted: the room's and the hub's.
        slot: the room's name and the key, for Conflate; None if it has no key.
    """

    __slots__ = ("counts", "message", "octets", "slot")

    def __init__(
        self,
        message: str | bytes,
        octets: int,
        counts: tuple[Counts, ...] = (),
        slot: Slot | None = None,
    ) -> None:
        self.message = message
        self.octets = octets
        self.counts = counts
        self.slot = slot

    def copied(self, number: int) -> None:
        """Count so many copies, one for each client."""
        for counts in self.counts:
            counts.copies += number

    def waits(self, depth: int) -> None:
        """Count a copy that has got a place in an outbox."""
        for counts in self.counts:
            counts.waits(self.octets, depth)

    def ends(self, fate: Fate) -> None:
        """Count the fate of a copy that never waited."""
        for counts in self.counts:
            counts.fates[fate] += 1

    def leaves(self, fate: Fate) -> None:
        """Count the fate of a copy that has waited."""
        for counts in self.counts:
            counts.waiting -= 1
            counts.octets -= self.octets
            counts.fates[fate] += 1


class Outbox:
    """Messages that wait for one client.

    Args:
        policy: what to do when there is no room.
        messages: how many may wait.
        octets: how many octets of payload they may have together; a post has no more.
    """

    __slots__ = ("_full", "_latest", "_line", "_max_messages", "_max_octets", "octets")

    def __init__(self, policy: Policy, messages: int, octets: int) -> None:
        conflates = isinstance(policy, Conflate)
        self._full = policy.full if isinstance(policy, Conflate) else policy
        self._max_messages = messages
        self._max_octets = octets
        self.octets = 0
        # In the line stands a post, or the slot whose latest post is looked up when its turn
        # comes. So to conflate is one assignment, and what was conflated is freed at once.
        self._line: deque[Post | Slot] = deque()
        self._latest: dict[Slot, Post] | None = {} if conflates else None

    def __len__(self) -> int:
        return len(self._line)

    def put(self, post: Post) -> Disconnect | None:
        """Find a place for a message, or do what the policy says.

        Returns:
            How to disconnect the client, if that is what the policy says; else None.
        """
        slot = None if self._latest is None else post.slot
        if slot is not None and self._conflate(slot, post):
            return None
        while not self._fits(post):
            match self._full:
                case DropOldest():
                    self.take().leaves("dropped_oldest")
                case DropNewest():
                    post.ends("dropped_newest")
                    return None
                case Disconnect():
                    post.ends("discarded")
                    return self._full
        self._append(slot, post)
        return None

    def take(self) -> Post:
        """Take out the first message; it counts as waiting until it ``leaves``.

        Raises:
            IndexError: nothing waits.
        """
        first = self._line.popleft()
        if isinstance(first, tuple):
            assert self._latest is not None  # only one that conflates has slots in its line
            first = self._latest.pop(first)
        self.octets -= first.octets
        return first

    def discard(self) -> None:
        """Empty it: the client has left."""
        while self._line:
            self.take().leaves("discarded")

    def _fits(self, post: Post) -> bool:
        return (
            len(self._line) < self._max_messages and self.octets + post.octets <= self._max_octets
        )

    def _append(self, slot: Slot | None, post: Post) -> None:
        if slot is None or self._latest is None:
            self._line.append(post)
        else:
            self._line.append(slot)
            self._latest[slot] = post
        self.octets += post.octets
        post.waits(len(self._line))

    def _conflate(self, slot: Slot, post: Post) -> bool:
        """Drop the waiting message of this slot, if any, and say whether its place was taken."""
        assert self._latest is not None
        older = self._latest.get(slot)
        if older is None:
            return False
        self.octets -= older.octets
        older.leaves("conflated")
        if self.octets + post.octets > self._max_octets:
            # It has grown too much for the place. Rare, so that looking through the line is fine.
            del self._latest[slot]
            self._line.remove(slot)
            return False
        self._latest[slot] = post
        self.octets += post.octets
        post.waits(len(self._line))
        return True
