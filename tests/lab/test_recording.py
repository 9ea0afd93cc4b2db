"""A recording of what crossed a wire."""

import json
import threading
from pathlib import Path

import pytest

from tests.lab.traffic import (
    DOWN,
    HANDSHAKE,
    REQUEST,
    UP,
    masked,
    plain,
    play,
    record,
    texts,
)
from wsdemo.lab.chunks import Kind
from wsdemo.lab.recording import OVERHEAD, Recording
from wsdemo.protocol import Frame, Opcode

HELLO = (*HANDSHAKE, (UP, masked(b"Hello")), (DOWN, plain(b"Hello")))


def test_time_begins_with_the_recording() -> None:
    """Only differences of the clock matter."""
    clock = iter([100.0, 100.25, 101.0])
    recording = Recording(clock=lambda: next(clock))
    recording.add(1, UP, b"a")
    recording.add(1, UP, b"b")
    assert [chunk.time for chunk in recording.chunks] == [0.25, 1.0]


def test_bytes_are_counted_by_direction() -> None:
    """What clients sent and what servers sent are two numbers."""
    recording = record((UP, b"four"), (DOWN, b"three"), (UP, b"x"))
    assert (recording.bytes_up, recording.bytes_down) == (5, 5)
    assert repr(recording) == "<Recording: 5 bytes up, 5 bytes down>"


def test_raw_bytes_are_those_of_one_stream() -> None:
    """Connections and directions are kept apart."""
    recording = record((UP, b"a"), (DOWN, b"b"), (UP, b"c"))
    recording.add(2, UP, b"d")
    assert recording.raw(1, UP) == b"ac"
    assert recording.raw(2, UP) == b"d"
    assert recording.raw(3, UP) == b""


def test_entries_can_be_those_of_one_connection() -> None:
    """A ladder has two endpoints."""
    recording = record(*HELLO)
    recording.add(2, UP, REQUEST.serialize(), at=9.0)
    assert len(recording.entries()) == 5
    assert texts(recording.entries(connection=2)) == ["GET /chat HTTP/1.1"]


def test_frames_are_picked_out() -> None:
    """By direction, by connection, or all."""
    recording = record(*HELLO)
    assert [frame.payload for frame in recording.frames()] == [b"Hello", b"Hello"]
    assert recording.frames(DOWN) == [Frame(Opcode.TEXT, b"Hello")]
    assert recording.frames(connection=2) == []


def test_entries_are_decoded_as_they_come() -> None:
    """A reader of all entries sees the new ones, without starting again."""
    recording = record(*HELLO)
    assert len(recording.decoded()) == 4
    recording.add(1, UP, masked(b"more"))
    assert texts(recording.decoded(4)) == ["TEXT 'more' [4 bytes, masked]"]


def test_what_is_unfinished_can_be_seen() -> None:
    """A frame that waits for its last byte is no entry yet, and no secret."""
    recording = record(*HELLO, (UP, masked(b"Hello")[:7]))
    assert len(recording.entries()) == 4
    assert texts(recording.pending()) == ["unfinished [7 bytes]"]


def test_an_entry_has_arrived_with_its_last_byte() -> None:
    """Sending and arriving are two times, with the network between them."""
    recording = record((UP, REQUEST.serialize()))
    [entry] = recording.entries()
    assert recording.arrived(entry) is None
    recording.add_arrival(1, UP, len(entry.raw) - 1, at=3.0)
    assert recording.arrived(entry) is None
    recording.add_arrival(1, UP, 1, at=4.0)
    assert recording.arrived(entry) == 4.0


def test_an_end_arrives_like_a_byte() -> None:
    """A FIN has a place in the stream; an event of the wire itself goes nowhere."""
    recording = record((UP, b""), (UP, Kind.EOF), (UP, Kind.CUT))
    recording.add_arrival(1, UP, 1, at=5.0)
    assert [recording.arrived(entry) for entry in recording.entries()] == [5.0, None]


def test_clearing_forgets_and_goes_on_understanding() -> None:
    """The frames of an open connection are still frames."""
    recording = record(*HELLO)
    recording.clear()
    recording.add(1, UP, masked(b"more"))
    assert texts(recording.entries()) == ["TEXT 'more' [4 bytes, masked]"]
    assert (recording.bytes_up, recording.bytes_down) == (10, 0)


def test_positions_outlive_clearing() -> None:
    """What is sent afterwards arrives afterwards."""
    recording = record((UP, REQUEST.serialize()))
    recording.add_arrival(1, UP, recording.bytes_up, at=1.0)
    recording.clear()
    play(recording, [(DOWN, HANDSHAKE[1][1]), (UP, masked(b"Hello"))])
    recording.add_arrival(1, UP, 11, at=7.0)
    assert recording.arrived(recording.entries()[1]) == 7.0


def test_a_full_recording_counts_and_says_so() -> None:
    """Memory is bounded, and nobody takes the beginning for everything."""
    recording = record((UP, bytes(100)), max_bytes=OVERHEAD + 100)
    assert not recording.full
    recording.add(1, DOWN, bytes(1000))
    recording.add(1, DOWN, b"x")
    assert recording.full
    assert recording.unkept == 1001
    assert recording.bytes_down == 1001
    assert texts(recording.entries())[-1] == "recording full: later bytes are not kept"
    assert repr(recording) == "<Recording: 100 bytes up, 1001 bytes down, 1001 not kept>"


def test_nothing_is_kept_behind_a_gap() -> None:
    """A small chunk that would fit behind a large one that did not would be misread."""
    recording = Recording(max_bytes=1000)
    for size in (100, 5000, 1):
        recording.add(1, UP, bytes(size))
    assert recording.raw(1, UP) == bytes(100)


def test_chunks_cost_memory_beside_their_data() -> None:
    """A million chunks of one byte are not one megabyte."""
    recording = Recording(max_bytes=10 * (OVERHEAD + 1))
    for _ in range(20):
        recording.add(1, UP, b"x")
    assert (len(recording.raw(1, UP)), recording.unkept) == (10, 10)


def test_a_cleared_recording_that_was_full_reads_new_connections_only() -> None:
    """On the others bytes are missing."""
    recording = record(*HELLO, max_bytes=700)
    assert recording.full
    recording.clear()
    recording.add(1, UP, masked(b"more"))
    recording.add(2, UP, REQUEST.serialize())
    assert texts(recording.entries()) == ["GET /chat HTTP/1.1"]
    assert texts(recording.pending()) == ["unread, behind a gap in the recording [10 bytes]"]


def test_a_saved_recording_is_the_same_when_loaded(tmp_path: Path) -> None:
    """Chunks, their meaning, and what arrived when."""
    recording = record(*HELLO, (UP, Kind.EOF))
    recording.add_arrival(1, UP, 50, at=1.5)
    recording.add_arrival(1, UP, recording.bytes_up - 50, at=2.5)
    recording.save(tmp_path / "hello.json")
    loaded = Recording.load(tmp_path / "hello.json")
    assert loaded.chunks == recording.chunks
    assert loaded.entries() == recording.entries()
    assert loaded.arrived(loaded.entries()[0]) == 2.5


def test_saving_is_the_same_every_time(tmp_path: Path) -> None:
    """A trace in a repository changes only when its bytes do."""
    record(*HELLO).save(tmp_path / "a.json")
    Recording.load(tmp_path / "a.json").save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("content", [[], {"chunks": []}, {"chunks": [{}], "arrivals": []}])
def test_a_file_that_holds_no_recording_is_refused(content: object, tmp_path: Path) -> None:
    """Loading it by mistake is noticed at once."""
    path = tmp_path / "other.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"other\.json holds no recording"):
        Recording.load(path)


def test_watchers_are_called_while_they_watch() -> None:
    """Whoever waits for an entry is woken, and forgotten afterwards."""
    recording, calls = Recording(), []
    with recording.watched(lambda: calls.append(len(recording.chunks))):
        recording.add(1, UP, b"a")
        recording.add(1, UP, b"b")
    recording.add(1, UP, b"c")
    assert calls == [1, 2]


def test_one_thread_writes_while_others_read() -> None:
    """Every entry is decoded exactly once, whoever asks first."""
    recording = record(*HANDSHAKE)
    lengths: list[int] = []
    reader = threading.Thread(
        target=lambda: lengths.extend(len(recording.entries()) for _ in range(200))
    )
    reader.start()
    for _ in range(500):
        recording.add(1, UP, masked(b"x"))
        recording.entries()
    reader.join()
    assert lengths == sorted(lengths)
    assert len(recording.entries()) == 502
