"""What a wire records."""

import json

import pytest

from tests.lab.traffic import DOWN, UP
from wsdemo.lab.chunks import Chunk, Kind


def test_each_direction_has_an_opposite() -> None:
    """A connection has two streams."""
    assert UP.opposite is DOWN
    assert DOWN.opposite is UP


@pytest.mark.parametrize("kind", Kind)
def test_a_chunk_survives_json(kind: Kind) -> None:
    """Every kind of chunk can be saved, with bytes that are no text."""
    chunk = Chunk(0.25, 3, DOWN, b"\x00\xff", kind)
    assert Chunk.from_json(json.loads(json.dumps(chunk.to_json()))) == chunk


def test_times_are_saved_to_the_microsecond() -> None:
    """A saved recording is for reading, and nobody reads sixteen digits."""
    assert Chunk(1 / 3, 1, UP).to_json()["time"] == 0.333333


@pytest.mark.parametrize(("name", "value"), [("direction", "left"), ("kind", ""), ("data", "0")])
def test_what_no_chunk_holds_is_refused(name: str, value: str) -> None:
    """A damaged file is noticed when it is loaded."""
    values = {**Chunk(0.0, 1, UP).to_json(), name: value}
    with pytest.raises(ValueError, match=r".+"):
        Chunk.from_json(values)
