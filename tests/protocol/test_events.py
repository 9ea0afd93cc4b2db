"""Events: plain values that can be told apart, compared and printed."""

import dataclasses
from typing import get_args

import pytest

from wsdemo.protocol import events
from wsdemo.protocol.events import Binary, Event, Ping, Pong, Text


@pytest.mark.parametrize("kind", get_args(Event))
def test_events_are_frozen_values(kind: type) -> None:
    """Whoever receives an event cannot change it for others."""
    assert kind.__module__ == events.__name__
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert kind.__doc__


def test_every_event_is_in_the_union() -> None:
    """A match over Event that covers its members covers everything."""
    classes = [value for value in vars(events).values() if isinstance(value, type)]
    defined = {value for value in classes if value.__module__ == events.__name__}
    assert defined == set(get_args(Event))


def test_events_are_equal_by_kind_and_content() -> None:
    """Text and binary with the same content are two things."""
    things: list[Event] = [Text("a"), Text("b"), Binary(b"a"), Ping(b"a"), Pong(b"a")]
    assert [things.index(thing) for thing in things] == [0, 1, 2, 3, 4]
    assert Text("a") == Text("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Text("a").data = "b"  # type: ignore[misc]
