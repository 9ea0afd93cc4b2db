"""What is published is serialised, measured and counted once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wsdemo.hub import DropOldest
from wsdemo.hub.counting import Counts
from wsdemo.hub.hangups import HangUps
from wsdemo.hub.terms import Serialize, Terms


def terms(
    serialize: Serialize | None = None, policy: Any = None, messages: int = 3, octets: int = 10
) -> Terms:
    """Return the terms of a hub."""
    return Terms(policy or DropOldest(), messages, octets, serialize, HangUps(None))


def test_octets_are_those_of_the_payload() -> None:
    """Text as UTF-8."""
    assert terms().post("€", counts=None).octets == 3
    assert terms().post(b"\xff", counts=None).octets == 1


def test_a_serialiser_gets_everything() -> None:
    """Text too: "a" is another thing in JSON."""
    made = terms(json.dumps)
    assert made.post([1], counts=None).message == "[1]"
    assert made.post("a", counts=None).message == '"a"'


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_bytes_are_as_they_were(kind: Any) -> None:
    """The caller may use its buffer again."""
    buffer = bytearray(b"abc")
    post = terms().post(kind(buffer), counts=None)
    buffer[:] = b"xyz"
    assert post.message == b"abc"


def test_it_is_counted_where_it_belongs() -> None:
    """In the room's books and in the hub's; a message to one client only in the latter."""
    made, room = terms(), Counts()
    post = made.post("a", "key", room="x", counts=room)
    made.post("a", counts=None)
    assert (room.published, made.counts.published) == (1, 2)
    assert post.slot == ("x", "key")


def test_what_no_outbox_can_hold_is_the_publishers_fault() -> None:
    """And counted nowhere."""
    made = terms()
    with pytest.raises(ValueError, match="11 octets; an outbox holds 10"):
        made.post("x" * 11, counts=None)
    with pytest.raises(UnicodeEncodeError):
        made.post("\ud800", counts=None)
    with pytest.raises(TypeError, match="not dict"):
        made.post({}, counts=None)
    assert made.counts.published == 0


def test_an_outbox_holds_something() -> None:
    """Else nobody would ever get anything."""
    with pytest.raises(ValueError, match="at least 1 message, not 0"):
        terms(messages=0)
    with pytest.raises(ValueError, match="at least 1 octet, not 0"):
        terms(octets=0)


def test_a_policy_is_an_object_and_not_its_class() -> None:
    """The mistake that is made first."""
    with pytest.raises(TypeError, match="not a policy"):
        terms(policy=DropOldest)
