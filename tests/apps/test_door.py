"""What comes in at the door is typed, or gets an error reply that names the field."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.apps.toys import Fail, Say
from tests.scratch.clock import HandClock
from wsdemo.apps.door import JSON, MESSAGE_PACK, BadMessage, BudgetSpent, Codec, Door, Error

GOOD = {"type": "say", "id": 3, "text": "Hello"}
codecs = pytest.mark.parametrize("codec", [JSON, MESSAGE_PACK], ids=lambda codec: codec.name)


class Peer:
    """A connection that writes down what is done to it."""

    def __init__(self) -> None:
        self.done: list[Any] = []

    async def send(self, message: Any, /) -> None:
        """Send a message."""
        self.done.append(message)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection."""
        self.done.append((code, reason))


def _door(codec: Codec = JSON, budget: int = 10, time: Any = lambda: 0.0) -> Door[Say | Fail]:
    return Door(Say | Fail, codec, budget=budget, clock=time)


def _error(door: Door[Say | Fail], message: Any) -> Error:
    with pytest.raises(BadMessage) as caught:
        door.admit(message if isinstance(message, (str, bytes)) else door.codec.encode(message))
    return caught.value.error


@codecs
def test_a_good_message_comes_in_typed(codec: Codec) -> None:
    """In either codec it is the same."""
    assert _door(codec).admit(codec.encode(GOOD)) == Say(3, "Hello")


@codecs
@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"text": 5}, "$.text", "Expected `str`, got `int`"),
        ({"text": "x" * 21}, "$.text", "Expected `str` of length <= 20"),
        ({"more": 1}, None, "Object contains unknown field `more`"),
        ({"type": "sing"}, "$.type", "Invalid value 'sing'"),
    ],
)
def test_an_error_names_the_field_and_the_request(
    codec: Codec, wrong: dict[str, Any], field: str, reason: str
) -> None:
    """Whoever wrote the client can find the fault."""
    error = _error(_door(codec), GOOD | wrong)
    assert (error.code, error.reason, error.re, error.field) == ("invalid", reason, 3, field)


def test_a_field_that_is_missing_is_named() -> None:
    """With the request it is missing in."""
    error = _error(_door(), {"type": "say", "id": 4})
    assert (error.reason, error.re) == ("Object missing required field `text`", 4)


@pytest.mark.parametrize("number", [None, "3", {}, 2.5])
def test_an_id_that_is_none_is_not_repeated(number: Any) -> None:
    """The reply to what nobody asked has no ``re``."""
    assert _error(_door(), GOOD | {"id": number}).re is None


@pytest.mark.parametrize("message", ["", "{", "nonsense", "[" * 5000, '{"type": "say'])
def test_what_is_no_json_is_malformed(message: str) -> None:
    """However deep it goes."""
    error = _error(_door(), message)
    assert error.code in ("malformed", "invalid")
    assert len(error.reason) <= 200


@codecs
def test_what_is_nested_too_deeply_is_refused_like_anything_else(codec: Codec) -> None:
    """Also where it is looked through a second time, for the id."""
    deep: Any = codec.encode(0)
    opening, closing = ("[", "]") if isinstance(deep, str) else (b"\x91", b"")
    nested = opening * 50_000 + deep + closing * 50_000
    message = codec.encode({**GOOD, "text": 5, "more": 0})
    assert message.count(deep) == 1
    assert _error(_door(codec), message.replace(deep, nested)).code == "invalid"


def test_a_message_of_the_wrong_kind_is_refused() -> None:
    """Text where binary is spoken, and the other way round."""
    assert _error(_door(), b"{}").reason == "messages here are text (json)"
    assert _error(_door(MESSAGE_PACK), "{}").reason == "messages here are binary (msgpack)"


def test_a_reason_is_never_as_long_as_what_was_sent() -> None:
    """A reply is no amplifier."""
    error = _error(_door(), GOOD | {"type": "x" * 10_000})
    assert len(error.reason) == 200


def test_the_budget_is_for_so_many() -> None:
    """The next one is one too many."""
    door = _door(budget=2)
    kinds = []
    for _ in range(3):
        with pytest.raises(BadMessage) as caught:
            door.admit("{")
        kinds.append(type(caught.value))
    assert kinds == [BadMessage, BadMessage, BudgetSpent]


def test_a_bad_message_is_forgiven_in_time() -> None:
    """A page that is open for days may err now and then."""
    clock = HandClock()
    door = _door(budget=1, time=clock.time)
    assert door.refuse("taken", "the name is taken") == Error("taken", "the name is taken")
    clock.advance(9.9)
    with pytest.raises(BudgetSpent):
        door.refuse("taken", "the name is taken")
    clock.advance(0.1)
    assert door.refuse("slow", "later", 7, "$.text", retry_after=1.5).retry_after == 1.5


async def test_a_rejected_message_is_answered() -> None:
    """What is not set is not sent."""
    peer = Peer()
    await _door().reject(peer, BadMessage(Error("invalid", "no", 3, "$.text")))
    assert [msgspec.json.decode(message) for message in peer.done] == [
        {"type": "error", "code": "invalid", "reason": "no", "re": 3, "field": "$.text"}
    ]


async def test_one_bad_message_too_many_ends_the_connection() -> None:
    """With the answer before, and 1008."""
    peer = Peer()
    await _door().reject(peer, BudgetSpent(Error("invalid", "no")))
    assert peer.done[1:] == [(1008, "too many bad messages")]


def test_an_error_says_what_and_where() -> None:
    """In words, for a log."""
    assert str(BadMessage(Error("invalid", "no", field="$.text"))) == "no (at $.text)"
