"""The reins of a wire."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.traffic import DOWN, UP
from wsdemo.errors import LocalError
from wsdemo.lab.chunks import Direction
from wsdemo.lab.control import Connection, Control
from wsdemo.lab.link import Link
from wsdemo.lab.recording import Recording
from wsdemo.lab.shaping import Shape, Shaper


def _call(action: Callable[[], object]) -> None:
    """Do it here: the test is the wire's thread."""
    action()


def _link(number: int = 1) -> Link:
    shapers = {direction: Shaper(Shape(), lambda: 0.0) for direction in Direction}
    return Link(number, Recording(), shapers, memoryview(bytearray(10)))


def _shapes(*links: Link) -> list[Shape]:
    return [lane.shaper.shape for link in links for lane in (link.up, link.down)]


async def test_a_change_reaches_present_connections_and_future_ones() -> None:
    """What a wire is told holds for every connection."""
    links, beginning = [_link(1), _link(2)], Shape()
    control = Control(_call, [beginning], lambda: [link.up for link in links])
    control.delay = 0.5
    assert beginning.delay == 0.5
    assert [shape.delay for shape in _shapes(*links)] == [0.5, 0, 0.5, 0]


async def test_a_connection_can_be_treated_differently() -> None:
    """In one direction, or in both."""
    link, other = _link(1), _link(2)
    connection = Connection(_call, link)
    connection.down.rate = 1000
    connection.delay = 0.1
    assert (link.down.shaper.shape.rate, link.up.shaper.shape.rate) == (1000, None)
    assert [shape.delay for shape in _shapes(link, other)] == [0.1, 0.1, 0, 0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("delay", 0.1), ("jitter", 0.2), ("rate", 1000), ("rate", None), ("buffer", 1)],
)
async def test_what_was_set_can_be_read(name: str, value: object) -> None:
    """A setting is a plain attribute."""
    control = Connection(_call, _link())
    setattr(control, name, value)
    assert getattr(control.up, name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delay", -0.1),
        ("delay", math.inf),
        ("delay", math.nan),
        ("jitter", -1),
        ("rate", 0),
        ("rate", math.nan),
        ("buffer", 0),
    ],
)
async def test_what_makes_no_sense_is_refused(name: str, value: float) -> None:
    """And the message holds the value."""
    with pytest.raises(ValueError, match=f"{name} {value!r}"):
        setattr(Connection(_call, _link()), name, value)


async def test_an_infinite_rate_is_none() -> None:
    """It is what the machine can do."""
    control = Connection(_call, _link())
    control.rate = math.inf
    assert control.rate is None


async def test_two_directions_that_differ_have_no_common_value() -> None:
    """A number that is half true would mislead."""
    connection = Connection(_call, _link())
    connection.up.delay = 0.1
    with pytest.raises(LocalError, match="delay is not the same in both directions"):
        _ = connection.delay


async def test_a_stall_can_be_seen_and_ended() -> None:
    """It is a state, not an event."""
    connection = Connection(_call, _link())
    connection.up.stall()
    assert (connection.up.stalled, connection.down.stalled) == (True, False)
    connection.resume()
    assert not connection.stalled


@pytest.mark.parametrize("verb", ["cut", "reset", "half_open"])
async def test_a_direction_is_broken_alone_or_with_the_other(verb: str) -> None:
    """The recording says which."""
    recording = Recording()
    link: Any = _link()
    link._recording = recording
    connection = Connection(_call, link)
    getattr(connection.down, verb)()
    assert [chunk.direction for chunk in recording.chunks] == [DOWN]
    getattr(connection, verb)()
    assert [chunk.direction for chunk in recording.chunks] == [DOWN, UP]


async def test_it_shows_what_it_does() -> None:
    """In words, and once if both directions do the same."""
    connection = Connection(_call, _link(3))
    assert repr(connection) == "<connection 3: 0 s, any rate, buffer 65536 bytes>"
    connection.jitter, connection.delay, connection.up.rate = 0.2, 0.1, 1000
    connection.up.stall()
    assert repr(connection.up) == "0.1 to 0.3 s, 1000 bytes/s, buffer 65536 bytes, stalled"
    assert " / " in repr(connection)


async def test_an_ended_connection_says_so() -> None:
    """And can still be told things, which change nothing."""
    link = _link()
    connection = Connection(_call, link)
    link.client.abort()
    link.finished.set()
    connection.delay = 1.0
    connection.cut()
    assert connection.ended
    assert repr(connection).startswith("<connection 1, ended: ")
