"""Verdicts call each fault by its name, and find none where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.soak.traffic import Message
from tests.soak.verdicts import (
    NOISE,
    Census,
    compare,
    compare_pongs,
    left_behind,
    memory_leaked,
)
from wsdemo.protocol import Opcode


def messages(texts: str) -> list[Message]:
    """Return a message for each letter."""
    return [Message(Opcode.TEXT, letter.encode()) for letter in texts]


@pytest.mark.parametrize(
    ("got", "names"),
    [
        ("abcba", []),
        ("abcb", ["lost"]),
        ("", ["lost"]),
        ("abcbaa", ["duplicated"]),
        ("bacba", ["reordered"]),
        ("abcbx", ["altered"]),
        ("abxb", ["altered", "lost"]),
        ("abcbax", ["altered"]),
        ("aabba", ["lost", "duplicated"]),
    ],
)
def test_faults_of_echoes_have_names(got: str, names: list[str]) -> None:
    """Two messages may be alike; what counts is how often each came, and in which order."""
    assert [fault.name for fault in compare(messages("abcba"), messages(got))] == names


def test_text_that_comes_back_as_binary_is_altered() -> None:
    """The octets are the same, the message is not."""
    sent, got = [Message(Opcode.TEXT, b"x")], [Message(Opcode.BINARY, b"x")]
    assert [fault.name for fault in compare(sent, got)] == ["altered"]


@pytest.mark.parametrize(
    ("pongs", "names"),
    [
        ("abc", []),
        ("c", []),
        ("ac", []),
        ("ab", ["no pong"]),
        ("", ["no pong"]),
        ("abcc", ["wrong pong"]),
        ("bac", ["wrong pong"]),
        ("abcd", ["wrong pong"]),
    ],
)
def test_pongs_may_be_saved_but_not_made_up(pongs: str, names: list[str]) -> None:
    """RFC 6455, 5.5.3: only the most recent ping has to be answered."""
    pings = [letter.encode() for letter in "abc"]
    came = [letter.encode() for letter in pongs]
    assert [fault.name for fault in compare_pongs(pings, came)] == names


QUIET = Census(
    connections=0,
    now=0,
    open=0,
    balanced=True,
    descriptors=8,
    tasks={},
    memory=100_000,
    rss=1,
)


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ({}, []),
        ({"descriptors": 7}, []),
        ({"descriptors": 9}, ["descriptors leaked"]),
        ({"tasks": {"Server._attend": 1}}, ["tasks leaked"]),
        ({"now": 1}, ["connections leaked"]),
        ({"open": 1}, ["connections leaked"]),
        ({"balanced": False}, ["unbalanced"]),
    ],
)
def test_what_is_left_has_a_name(held: dict[str, Any], names: list[str]) -> None:
    """Everything that a census counts is judged."""
    assert [fault.name for fault in left_behind(QUIET, replace(QUIET, **held))] == names


@pytest.mark.parametrize(
    ("growth", "leaks"),
    [
        ([0, 0, 0], False),
        ([NOISE, NOISE, NOISE], False),
        ([10 * NOISE, 10 * NOISE, 0], False),
        ([300_000, 300_000, 300_000], True),
        ([], False),
    ],
)
def test_a_leak_grows_in_every_round(growth: list[int], leaks: bool) -> None:
    """What has grown once, and then stays, was a cache."""
    censuses = [QUIET]
    for octets in growth:
        last = censuses[-1]
        connections, memory = last.connections + 1000, last.memory + octets
        censuses.append(replace(last, connections=connections, memory=memory))
    assert bool(memory_leaked(censuses)) is leaks
