"""Messages and exceptions over a pipe."""

import os
import pickle
import threading
from collections.abc import Iterator

import pytest

from tests.lab.handlers import Overslept
from wsdemo.errors import LocalError
from wsdemo.lab import pipe


@pytest.fixture
def ends() -> Iterator[list[int]]:
    """The reading and the writing end of a pipe; take one out to close it yourself."""
    ends = [*os.pipe()]
    yield ends
    for end in ends:
        os.close(end)


def test_messages_keep_their_bounds(ends: list[int]) -> None:
    """Two messages written at once are two when they are read."""
    pipe.send(ends[1], ("port", 1))
    pipe.send(ends[1], None)
    assert [pipe.receive(ends[0]), pipe.receive(ends[0])] == [("port", 1), None]


def test_a_message_may_be_larger_than_the_pipe(ends: list[int]) -> None:
    """Both sides go on until all of it is through."""
    message = bytes(3 * 2**20)
    writer = threading.Thread(target=pipe.send, args=(ends[1], message))
    writer.start()
    assert pipe.receive(ends[0]) == message
    writer.join()


@pytest.mark.parametrize("written", [b"", b"\0\0", b"\0\0\0\x05abc"])
def test_the_end_of_the_pipe_is_told(ends: list[int], written: bytes) -> None:
    """Between two messages or in the middle of one."""
    os.write(ends[1], written)
    os.close(ends.pop())
    with pytest.raises(EOFError, match="the other end of the pipe is closed"):
        pipe.receive(ends[0])


def _raised(error: Exception) -> BaseException:
    try:
        raise error
    except Exception as raised:
        raised.add_note("on connection 1")
        return raised


def test_an_exception_travels_with_its_notes_and_its_traceback() -> None:
    """It is the same on arrival, and its cause shows where it happened."""
    arrived = pipe.unpack(pipe.pack(_raised(KeyError("lost"))))
    assert isinstance(arrived, KeyError)
    assert (arrived.args, arrived.__notes__) == (("lost",), ["on connection 1"])
    assert isinstance(arrived.__cause__, pipe.ChildTraceback)
    assert "raise error" in str(arrived.__cause__)


def test_an_exception_that_cannot_be_made_again_keeps_its_words() -> None:
    """Its class wants other arguments than it has kept."""
    arrived = pipe.unpack(pipe.pack(_raised(Overslept(minutes=7))))
    assert isinstance(arrived, LocalError)
    assert "Overslept: overslept by 7 minutes\non connection 1" in str(arrived)


def test_an_exception_that_cannot_be_pickled_keeps_its_words() -> None:
    """It holds something that belongs to one process, as a lock does."""
    arrived = pipe.unpack(pipe.pack(_raised(ValueError(threading.Lock()))))
    assert isinstance(arrived, LocalError)
    assert "ValueError: <unlocked _thread.lock" in str(arrived)


def test_a_pickle_of_something_else_is_no_exception() -> None:
    """What arrives is an exception, whatever a __reduce__ made of it."""
    arrived = pipe.unpack((pickle.dumps("no exception"), "Odd: words", "Traceback"))
    assert isinstance(arrived, LocalError)
    assert str(arrived) == "Odd: words"
