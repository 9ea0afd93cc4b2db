"""A wrong result of a reader is told by the mistake that leads to it."""

import pytest

from tests.protocol.streams import to_peer
from wsdemo.lab.exercises.fast_reader import read_messages, streams
from wsdemo.lab.exercises.reader_faults import Flaw, judge, read
from wsdemo.protocol import Role

HELLO = to_peer(Role.SERVER, 0x81, b"Hello")


def test_without_a_mistake_it_reads_as_it_should() -> None:
    """Or it would name mistakes that nobody made."""
    for name, data in streams():
        assert read(data) == read_messages(data), name
        assert judge(data, read(data), read_messages(data)) == ""


@pytest.mark.parametrize("flaw", Flaw)
def test_every_mistake_shows_in_some_stream(flaw: Flaw) -> None:
    """And is named there."""
    cut = ((name, data[:at]) for name, data in streams() for at in (len(data), 9))
    told = [judge(data, read(data, flaw), read_messages(data)) for _, data in cut]
    assert flaw.value in told


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returns two things"),
        ((["Hello"], "rest"), "returns two things"),
        (([], b""), "still masked"),
        ((["Hello", "Hello"], b""), "reads too much: 1 to be read, 2 returned"),
        (([b"Hello"], b"\x81"), "is a str"),
        ((["hello"], b"\x81"), "what is in them is wrong"),
        ((["Hello"], b""), "the rest is lost"),
        ((["Hello"], HELLO + b"\x81"), "read twice"),
        ((["Hello"], HELLO[3:] + b"\x81"), "begins too early"),
    ],
)
def test_anything_else_is_told_by_what_it_is(value: object, words: str) -> None:
    """A type, a number, a place."""
    data = HELLO + b"\x81"
    assert words in judge(data, value, read_messages(data))
