"""The outbox keeps its bounds and its policy's promise, whatever comes in whatever order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.members import balanced, is_subsequence
from wsdemo.hub import Conflate, Disconnect, DropNewest, DropOldest, Policy, Snapshot
from wsdemo.hub.counting import Counts
from wsdemo.hub.outbox import Outbox, Post

MESSAGES, OCTETS = 3, 20
POLICIES = [DropOldest(), DropNewest(), Disconnect(), Conflate(), Conflate(full=DropOldest())]


class Box:
    """An outbox, its books, and all that came out of it."""

    def __init__(self, policy: Policy, messages: int = MESSAGES, octets: int = OCTETS) -> None:
        self.outbox = Outbox(policy, messages, octets)
        self.counts = Counts()
        self.taken: list[Post] = []

    def put(self, message: str, key: str | None = None) -> Disconnect | None:
        """Put a message in."""
        slot = None if key is None else ("room", key)
        post = Post(message, len(message), (self.counts,), slot)
        post.copied(1)
        return self.outbox.put(post)

    def take(self) -> None:
        """Take a message out, and count it as delivered."""
        self.taken.append(self.outbox.take())
        self.taken[-1].leaves("delivered")

    def rest(self) -> list[str | bytes]:
        """Take out everything, and return all that ever came out."""
        while self.outbox:
            self.take()
        return [post.message for post in self.taken]

    @property
    def seen(self) -> Snapshot:
        """The numbers."""
        return self.counts.snapshot()


def filled(policy: Policy, text: str, **bounds: int) -> Box:
    """Return a box into which every letter was put; a small one has itself in capital for key."""
    box = Box(policy, **bounds)
    for letter in text:
        box.put(letter, letter.upper() if letter.islower() else None)
    return box


def test_the_oldest_is_dropped() -> None:
    """The last ones stay, in order."""
    box = filled(DropOldest(), "ABCDE")
    assert box.rest() == ["C", "D", "E"]
    assert box.seen.dropped_oldest == 2


def test_the_newest_is_dropped() -> None:
    """The first ones stay, in order."""
    box = filled(DropNewest(), "ABCDE")
    assert box.rest() == ["A", "B", "C"]
    assert box.seen.dropped_newest == 2


def test_a_client_is_to_be_disconnected() -> None:
    """With what the policy says; the message that was too many is counted, too."""
    box = filled(Disconnect(1008, "enough"), "ABC")
    assert box.put("D") == Disconnect(1008, "enough")
    box.outbox.discard()
    assert (box.seen.discarded, box.seen.waiting, len(box.outbox)) == (4, 0, 0)


def test_octets_are_bounded_too() -> None:
    """As many as it takes are dropped for a big one."""
    box = Box(DropOldest(), messages=10, octets=10)
    for message in ("aaa", "bbb", "ccc", "dddddd"):
        assert box.put(message) is None
    assert box.rest() == ["ccc", "dddddd"]
    assert (box.seen.octets_peak, box.seen.deepest) == (9, 3)


def test_a_newer_message_takes_the_place_of_the_older() -> None:
    """At its place, not at the end: the fastest key is not put off for ever."""
    box = Box(Conflate())
    for message, key in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a")):
        box.put(message, key)
    assert box.rest() == ["a3", "b1"]
    assert (box.seen.conflated, box.seen.peak) == (2, 2)


def test_a_key_that_always_changes_is_sent_all_the_same() -> None:
    """Between any two that are taken it changes, and it comes every second time."""
    box = Box(Conflate())
    for turn in range(4):
        box.put(f"slow {turn}", "slow")
        box.put(f"fast {turn}", "fast")
        box.take()
    assert [str(post.message)[:4] for post in box.taken] == ["slow", "fast", "slow", "fast"]


def test_what_was_taken_out_is_conflated_no_more() -> None:
    """It is being sent; the next one waits behind it."""
    box = filled(Conflate(), "a")
    box.take()
    box.put("b", "A")
    assert box.rest() == ["a", "b"]


def test_rooms_do_not_share_their_keys() -> None:
    """Nor does a room share them with messages to one client."""
    box = Box(Conflate())
    for room in ("x", "y", None):
        box.outbox.put(Post("m", 1, (), (room, "key")))
    assert len(box.outbox) == 3


def test_messages_without_a_key_are_not_conflated() -> None:
    """They wait like any others, in line with those that have one."""
    assert filled(Conflate(), "AaA").rest() == ["A", "a", "A"]


def test_other_policies_know_no_keys() -> None:
    """A key is a hint to those who conflate."""
    assert filled(DropOldest(), "aaa").rest() == ["a", "a", "a"]


def test_more_keys_than_places_are_for_the_second_policy() -> None:
    """To disconnect, or to drop the oldest."""
    assert filled(Conflate(), "abc").put("d", "D") == Disconnect()
    assert filled(Conflate(full=DropOldest()), "abcd").rest() == ["b", "c", "d"]


def test_a_message_that_has_grown_too_big_loses_its_place() -> None:
    """It goes to the end, and the second policy finds room for it."""
    box = filled(Conflate(full=DropOldest()), "abc", octets=10)
    assert box.put("a" * 9, "A") is None
    assert box.rest() == ["c", "a" * 9]
    assert (box.seen.conflated, box.seen.dropped_oldest) == (1, 1)


def test_a_dropped_key_can_come_again() -> None:
    """Nothing is left of a slot whose message was dropped."""
    box = filled(Conflate(full=DropOldest()), "abcd")
    box.put("a", "A")
    assert box.rest() == ["c", "d", "a"]


def test_an_empty_outbox_gives_nothing() -> None:
    """Its writer looks first."""
    with pytest.raises(IndexError):
        Box(DropOldest()).outbox.take()


STEPS = st.lists(
    st.one_of(
        st.just("take"),
        st.tuples(st.sampled_from([None, "a", "b", "c", "d"]), st.integers(1, OCTETS)),
    ),
    max_size=60,
)


def run(box: Box, steps: list[str | tuple[str | None, int]]) -> Iterator[tuple[str, str | None]]:
    """Do all steps, and yield each message that was put in and kept its client."""
    for number, step in enumerate(steps):
        if isinstance(step, str):
            if box.outbox:
                box.take()
        else:
            key, size = step
            message = f"{number:02}".ljust(size, ".")[: max(size, 2)]
            if box.put(message, key) is not None:
                box.outbox.discard()
            yield message, key
        assert len(box.outbox) <= MESSAGES
        assert box.outbox.octets == box.counts.octets <= OCTETS
        assert len(box.outbox) == box.counts.waiting
        assert balanced(box.seen)


@given(policy=st.sampled_from(POLICIES), steps=STEPS)
def test_bounds_and_books_hold(policy: Policy, steps: list[str | tuple[str | None, int]]) -> None:
    """After every step; and what comes out came in, once, each key in its order."""
    box = Box(policy)
    put = list(run(box, steps))
    out = box.rest()
    assert box.seen.delivered == len(out)
    for key in {key for _, key in put}:
        of_key = [message for message, its in put if its == key]
        assert is_subsequence([message for message in out if message in of_key], of_key)


@given(policy=st.sampled_from(POLICIES[:3]), steps=STEPS)
def test_without_conflation_all_is_in_order(
    policy: Policy, steps: list[str | tuple[str | None, int]]
) -> None:
    """Whatever was dropped in between."""
    box = Box(policy)
    put = [message for message, _ in run(box, steps)]
    assert is_subsequence(box.rest(), put)


@given(steps=STEPS)
def test_of_each_key_the_newest_is_the_last_to_come_out(
    steps: list[str | tuple[str | None, int]],
) -> None:
    """Unless there were too many keys at once, of which the books tell."""
    box = Box(Conflate(full=DropOldest()))
    put = [(message, key) for message, key in run(box, steps) if key is not None]
    out = box.rest()
    if not box.seen.dropped_oldest:
        newest = {key: message for message, key in put}
        assert {*newest.values()} <= {*out}
