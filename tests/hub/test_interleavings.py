"""Whatever is done in whatever order: each gets what was published between its join and leave."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hub.members import Party, Peer, QuickPeer, balanced, is_subsequence, turns
from wsdemo.hub import Client, Conflate, Disconnect, DropNewest, DropOldest, Policy

MEMBERS, ROOMS, KEYS, BOUND = 3, "xy", "ab", 3

who = st.integers(0, MEMBERS - 1)
where = st.sampled_from(ROOMS)
ACTIONS = st.one_of(
    st.tuples(st.just("join"), who, where),
    st.tuples(st.just("leave"), who, where),
    st.tuples(st.just("publish"), where, st.sampled_from(KEYS)),
    st.tuples(st.just("publish"), where, st.sampled_from(KEYS)),
    st.tuples(st.just("post"), who),
    st.tuples(st.just("read"), who, st.integers(1, 3)),
    st.tuples(st.just("turn"), st.integers(1, 3)),
    st.tuples(st.just("end"), who),
)
# Everybody is in a room at first: most of what can happen then does.
SCENES = st.lists(ACTIONS, max_size=50)


@dataclass
class Guest:
    """A client, its connection, and what was published for it while it was here."""

    client: Client
    peer: Peer
    expected: list[str] = field(default_factory=list)


@dataclass
class Scene:
    """A party in which a list of actions is played."""

    party: Party
    guests: list[Guest]
    number: int = 0
    keys: dict[str, str] = field(default_factory=dict)

    async def play(self, actions: list[tuple[Any, ...]]) -> None:
        """Do one after the other; only "turn" lets the writers run."""
        for name, *arguments in actions:
            await getattr(self, name)(*arguments)
            assert balanced(self.party.hub.snapshot())

    async def join(self, who: int, room: str) -> None:
        """Join."""
        self.guests[who].client.join(room)

    async def leave(self, who: int, room: str) -> None:
        """Leave."""
        self.guests[who].client.leave(room)

    async def publish(self, room: str, key: str) -> None:
        """Publish the next number to a room."""
        inside = [guest for guest in self.guests if room in guest.client.rooms]
        message = self._next(f"{room}{key}")
        assert self.party.hub.room(room).publish(message, key=key) == len(inside)
        for guest in inside:
            guest.expected.append(message)

    async def post(self, who: int) -> None:
        """Send the next number to one client."""
        guest = self.guests[who]
        message = self._next("")
        guest.expected.append(message)
        guest.client.post(message)

    async def read(self, who: int, number: int) -> None:
        """Let one read some more."""
        self.guests[who].peer.read(number)

    async def turn(self, number: int) -> None:
        """Let the writers run, not always to the end."""
        await turns(number)

    async def end(self, who: int) -> None:
        """Let one leave for good."""
        self.guests[who].client.end()

    def _next(self, key: str) -> str:
        self.number += 1
        self.keys[str(self.number)] = key
        return str(self.number)

    async def read_all(self) -> None:
        """Let everybody read everything."""
        for guest in self.guests:
            guest.peer.read()
        await turns(4 * BOUND + 10)


def played(
    actions: list[tuple[Any, ...]], policy: Policy, kind: type[Peer], messages: int = BOUND
) -> tuple[Scene, int]:
    """Play a scene to the end; return it with the number of copies that were dropped."""

    async def main() -> tuple[Scene, int]:
        async with Party(policy, messages=messages) as party:
            guests = []
            for number in range(MEMBERS):
                peer = kind(permits=number)
                guests.append(Guest(await party.come(peer, ROOMS[0]), peer))
            scene = Scene(party, guests)
            await scene.play(actions)
            await scene.read_all()
            seen = party.hub.snapshot()
            assert (seen.waiting, seen.octets, balanced(seen)) == (0, 0, True)
            assert seen.delivered == sum(len(guest.peer.received) for guest in guests)
            assert seen.copies == sum(len(guest.expected) for guest in guests)
            assert seen.deepest <= messages
            return scene, seen.copies - seen.delivered

    return asyncio.run(main())


POLICIES = [DropOldest(), DropNewest(), Disconnect(), Conflate(full=DropOldest())]


@pytest.mark.parametrize("kind", [Peer, QuickPeer])
@given(actions=SCENES)
@settings(max_examples=60, deadline=None)
def test_with_room_enough_everybody_gets_everything(
    kind: type[Peer], actions: list[tuple[Any, ...]]
) -> None:
    """In the order of publishing, over all rooms; who ends gets the beginning of it."""
    scene, _ = played(actions, Disconnect(), kind, messages=1000)
    for guest in scene.guests:
        if guest.client.gone:
            assert guest.peer.received == guest.expected[: len(guest.peer.received)]
        else:
            assert guest.peer.received == guest.expected


@pytest.mark.parametrize("kind", [Peer, QuickPeer])
@given(actions=SCENES, policy=st.sampled_from(POLICIES))
@settings(max_examples=120, deadline=None)
def test_what_is_missing_was_counted(
    kind: type[Peer], policy: Policy, actions: list[tuple[Any, ...]]
) -> None:
    """And what came is in order and came once: over all, or with Conflate for each key."""
    scene, missing = played(actions, policy, kind)
    assert missing == sum(len(guest.expected) - len(guest.peer.received) for guest in scene.guests)
    for guest in scene.guests:
        conflated = isinstance(policy, Conflate)
        for key in {*scene.keys.values()} if conflated else {None}:
            came, due = (
                [each for each in line if key is None or scene.keys[str(each)] == key]
                for line in (guest.peer.received, guest.expected)
            )
            assert is_subsequence(came, due)


@given(actions=SCENES)
@settings(max_examples=60, deadline=None)
def test_the_oldest_dropped_leaves_the_latest_without_a_gap(
    actions: list[tuple[Any, ...]],
) -> None:
    """As many as an outbox holds."""
    scene, _ = played(actions, DropOldest(), Peer)
    for guest in scene.guests:
        if not guest.client.gone:
            assert guest.peer.received[-BOUND:] == guest.expected[-BOUND:]


@given(actions=SCENES)
@settings(max_examples=60, deadline=None)
def test_who_is_not_disconnected_has_missed_nothing(actions: list[tuple[Any, ...]]) -> None:
    """And who is has missed nothing before."""
    scene, _ = played(actions, Disconnect(), Peer)
    for guest in scene.guests:
        received = len(guest.peer.received)
        assert guest.peer.received == guest.expected[:received]
        assert guest.client.gone or received == len(guest.expected)


@given(actions=SCENES)
@settings(max_examples=60, deadline=None)
def test_conflation_ends_with_the_newest_of_each_key(actions: list[tuple[Any, ...]]) -> None:
    """There are places for all the keys, so that nothing else is lost."""
    actions = [action for action in actions if action[0] != "post"]  # those have no key
    scene, _ = played(actions, Conflate(), Peer, messages=len(ROOMS) * len(KEYS))
    for guest in scene.guests:
        newest: dict[str, dict[str, str]] = defaultdict(dict)
        for name, line in (("due", guest.expected), ("came", guest.peer.received)):
            newest[name] = {scene.keys[str(each)]: str(each) for each in line}
        assert guest.client.gone or newest["came"] == newest["due"]


@given(
    policy=st.sampled_from(POLICIES),
    early=st.integers(0, BOUND + 2),
    actions=st.lists(st.one_of(st.just("publish"), st.just("read")), max_size=30),
)
@settings(max_examples=100, deadline=None)
def test_a_client_gets_exactly_what_its_policy_says(
    policy: Policy, early: int, actions: list[str]
) -> None:
    """To the message, against a list that is dropped from by hand."""
    line: list[int] = []  # the first of it is in the hands of `send`
    due: list[int] = []

    async def main() -> None:
        async with Party(policy, messages=BOUND) as party:
            peer = Peer(permits=0)
            client = await party.come(peer, "room")
            for number, action in enumerate(["publish"] * early + actions):
                if action == "publish":
                    party.hub.room("room").publish(str(number), key="key")
                    _put(line, number, policy)
                elif line:
                    peer.read(1)
                    due.append(line.pop(0))
                await turns(3)
                assert client.gone == (len(line) > 1 + BOUND)
                assert peer.received == [str(each) for each in due]
                if client.gone:
                    return

    asyncio.run(main())


def _put(line: list[int], number: int, policy: Policy) -> None:
    """Put a number into a line, as the policy says."""
    if isinstance(policy, Conflate) and len(line) > 1:
        line[1] = number
    elif len(line) <= BOUND or isinstance(policy, Disconnect):
        line.append(number)
    elif isinstance(policy, DropOldest):
        del line[1]
        line.append(number)
