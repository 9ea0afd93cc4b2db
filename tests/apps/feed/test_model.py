"""Whatever happens, in whatever order: who reads to the end knows what the market knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.feed.stand import Guest, Stand
from wsdemo.apps.door import JSON, MESSAGE_PACK, Codec
from wsdemo.apps.feed.messages import Slow

GUESTS = 3
PATTERNS = ("*", "A*", "?L?", "*V", "nothing")
SYMBOLS = 6

guests = st.integers(0, GUESTS - 1)
patterns = st.sampled_from(PATTERNS)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 12)),
        st.tuples(st.just("read"), guests, st.integers(1, 5)),
        st.tuples(st.just("lose"), guests),
        st.tuples(st.just("cut"), guests),
        st.tuples(st.just("subscribe"), guests, patterns),
        st.tuples(st.just("unsubscribe"), guests, patterns),
    ),
    max_size=40,
)


def take(stand: Stand, people: list[Guest], step: Any) -> None:
    """Do a step; time goes by, so that no limit of rates is met."""
    verb, *args = step
    if verb == "move":
        stand.move(args[0], seconds=3.0)
    else:
        getattr(people[args[0]], verb)(*args[1:])
    for guest in people:
        if guest.slow == "conflate":
            # One besides a replay, however long nothing is read.
            waiting = [each for each in guest.outlet.outbox if b"updates" in _octets(each)]
            assert len(waiting) <= 2


def _octets(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message


@pytest.mark.parametrize("codec", [JSON, MESSAGE_PACK], ids=lambda codec: codec.name)
@given(
    steps=steps,
    slow=st.sampled_from(("conflate", "drop")),
    window=st.sampled_from((0, 1, 4)),
    history=st.sampled_from((0, 5, 1000)),
)
@settings(max_examples=100, deadline=None)
def test_who_reads_to_the_end_knows_everything(
    codec: Codec, steps: list[Any], slow: Slow, window: int, history: int
) -> None:
    """After losses, cuts, changes of mind, and however little was read meanwhile."""
    stand = Stand(SYMBOLS, history)
    people = [Guest(stand, ["*"], slow, window, codec) for _ in range(GUESTS)]
    for step in steps:
        take(stand, people, step)
    for _ in range(3):  # read, be told that a second has passed, ask for what was missing
        for guest in people:
            guest.read()
        stand.move(0, seconds=3.0)
    for guest in people:
        guest.read()
        assert guest.view.prices == guest.right
        assert guest.view.missing is None
        assert guest.view.seq == stand.market.seq


@given(steps=steps, window=st.sampled_from((0, 1, 4)))
@settings(max_examples=100, deadline=None)
def test_nothing_is_called_a_loss_that_is_none(steps: list[Any], window: int) -> None:
    """Neither conflation, nor a subscription, nor a cut with a long history makes a gap."""
    stand = Stand(SYMBOLS, history=1000)
    people = [Guest(stand, ["*"], "conflate", window) for _ in range(GUESTS)]
    for step in steps:
        if step[0] != "lose":
            take(stand, people, step)
    stand.move(1, seconds=3.0)
    for guest in people:
        guest.read()
        assert guest.view.gaps == 0


@given(steps=steps, window=st.sampled_from((0, 1, 4)))
@settings(max_examples=100, deadline=None)
def test_every_change_was_told_or_conflated(steps: list[Any], window: int) -> None:
    """None is uncounted: what a client didn't get, it knows to have been left out."""
    stand = Stand(SYMBOLS)
    people = [Guest(stand, ["*"], "conflate", window) for _ in range(GUESTS)]
    for step in steps:
        if step[0] in ("move", "read"):
            take(stand, people, step)
    for guest in people:
        guest.read()
    stand.move(1)
    for guest in people:
        guest.read()
        told = sum(len(message.updates) + message.conflated for message in guest.updates)
        assert told == stand.market.seq == guest.view.seq
