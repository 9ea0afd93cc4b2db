"""A link: two lanes between two sockets."""

import asyncio
import contextlib
import socket
from typing import Any

from tests.lab.hand_loop import HandLoop, HandSide, HandTransport, say
from tests.lab.traffic import DOWN, UP, texts
from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.link import Lane, Link
from wsdemo.lab.recording import Recording
from wsdemo.lab.shaping import Item, Shape, Shaper
from wsdemo.lab.sockets import bind


class Bench:
    """A lane on a bench: no sockets, no time but that of the hand."""

    def __init__(self, **shape: Any) -> None:
        self.loop = HandLoop()
        self.recorded: list[Item] = []
        self.arrived = 0
        self.ends = 0
        shaper = Shaper(Shape(**shape), lambda: 0.0)
        loop: Any = self.loop
        self.lane = Lane(self.recorded.append, self._arrive, shaper, self._end, loop)
        self.source, self.sink = HandSide(self.loop), HandSide(self.loop)
        self.lane.source, self.lane.sink = self.source, self.sink  # type: ignore[assignment]
        self.lane.hold(held=False)
        self.loop.run_until(0.0)

    def _arrive(self, size: int) -> None:
        self.arrived += size

    def _end(self) -> None:
        self.ends += 1


def test_bytes_are_recorded_when_sent_and_delivered_when_due() -> None:
    """The recording is ahead of the receiver by the delay."""
    bench = Bench(delay=0.1)
    bench.lane.put(b"Hello")
    assert bench.recorded == [b"Hello"]
    assert bench.arrived == 0
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(0.1, b"Hello")]
    assert bench.arrived == 5


def test_a_fin_comes_behind_the_bytes_before_it() -> None:
    """An end is delayed like anything else, and counts as one byte."""
    bench = Bench(delay=0.1, rate=1000)
    bench.lane.put(b"x" * 50)
    bench.lane.put(Kind.EOF)
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(0.15, b"x" * 50), (0.15, "FIN")]
    assert (bench.arrived, bench.ends) == (51, 1)


def test_a_full_lane_pauses_its_sender_until_a_quarter_is_free() -> None:
    """Backpressure: the sender is read no more, and not woken for every piece."""
    bench = Bench(rate=1000, buffer=400)
    bench.lane.put(bytes(464))
    assert not bench.source.reading
    bench.loop.run_until(0.09)
    assert not bench.source.reading
    bench.loop.run_until(0.13)
    assert bench.source.reading


def test_a_receiver_that_is_busy_fills_the_lane() -> None:
    """And the lane goes on from where it was when the receiver does."""
    bench = Bench(buffer=10)
    bench.lane.hold(held=True)
    bench.lane.put(b"0123456789")
    bench.loop.run_until(1.0)
    assert bench.sink.log == []
    assert not bench.source.reading
    bench.lane.hold(held=False)
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(1.0, b"0123456789")]
    assert bench.source.reading


def test_a_shape_can_be_changed_at_any_time() -> None:
    """What was under way arrives as it would have, what follows does not overtake it."""
    bench = Bench(delay=0.5)
    bench.lane.put(b"slow")
    bench.loop.run_until(0.1)
    bench.lane.change("delay", 0.0)
    bench.lane.put(b"fast")
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(0.5, b"slowfast")]


def test_a_stall_ends_where_it_began() -> None:
    """Nothing is lost, and nothing is early."""
    bench = Bench(delay=0.1)
    bench.lane.put(b"a")
    bench.loop.run_until(0.05)
    bench.lane.change("stalled", value=True)
    bench.lane.put(b"b")
    bench.loop.run_until(2.0)
    assert bench.sink.log == []
    bench.lane.change("stalled", value=False)
    bench.loop.run_until(3.0)
    assert bench.sink.log == [(2.0, b"a"), (2.1, b"b")]


def test_half_open_delivers_nothing_and_closes_nothing() -> None:
    """Not what was under way, not what comes, and no end either; it is still recorded."""
    bench = Bench(delay=0.1)
    bench.lane.put(b"a")
    bench.lane.half_open()
    bench.lane.put(b"b")
    bench.lane.put(Kind.EOF)
    bench.lane.half_open()
    bench.loop.run_until(9.0)
    assert bench.sink.log == []
    assert bench.recorded == [b"a", Kind.HALF_OPEN, b"b", Kind.EOF]


def test_a_cut_loses_what_is_under_way() -> None:
    """The receiver sees a FIN at once; what the sender goes on sending goes nowhere."""
    bench = Bench(delay=0.1)
    bench.lane.put(b"a")
    bench.lane.cut()
    bench.lane.put(b"b")
    bench.lane.cut()
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(0.0, "FIN")]
    assert bench.recorded == [b"a", Kind.CUT, b"b"]
    assert bench.source.reading


def test_a_reset_loses_what_is_under_way() -> None:
    """The receiver sees a RST at once, and a second one is not sent."""
    bench = Bench(delay=0.1)
    bench.lane.put(b"a")
    bench.lane.reset()
    bench.lane.reset()
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(0.0, "RST")]
    assert bench.recorded == [b"a", Kind.BROKEN]


def test_a_reset_by_the_sender_passes() -> None:
    """Behind the bytes that were sent before."""
    bench = Bench(delay=0.1)
    bench.lane.put(b"a")
    bench.lane.put(Kind.RESET)
    bench.loop.run_until(1.0)
    assert bench.sink.log == [(0.1, b"a"), (0.1, "RST")]


def test_an_appointment_is_kept_once() -> None:
    """A thousand small chunks don't make a thousand timers."""
    bench = Bench(delay=0.1)
    for _ in range(1000):
        bench.lane.put(b"x")
    assert len(bench.loop._timers) == 1


def _link(recording: Recording) -> Link:
    shapers = {direction: Shaper(Shape(), lambda: 0.0) for direction in Direction}
    return Link(7, recording, shapers, memoryview(bytearray(1000)))


async def test_a_link_passes_bytes_and_ends_in_both_directions() -> None:
    """Both sockets are closed once both endpoints have ended, and not before."""
    recording = Recording()
    link = _link(recording)
    client, server = HandTransport(link.client), HandTransport(link.server)
    say(link.client, b"question")
    link.client.eof_received()
    assert server.told == [b"question", "FIN"]
    assert not link.finished.is_set()
    assert link.ending
    say(link.server, b"answer")
    link.server.eof_received()
    assert client.told == [b"answer", "FIN", "end"]
    assert link.finished.is_set()


async def test_a_link_writes_its_number_into_the_recording() -> None:
    """And which way things went."""
    recording = Recording()
    link = _link(recording)
    HandTransport(link.client)
    say(link.client, b"up")
    link.lane(DOWN).cut()
    assert [(c.connection, c.direction, c.kind) for c in recording.chunks] == [
        (7, UP, Kind.DATA),
        (7, DOWN, Kind.CUT),
    ]


async def test_what_is_said_before_the_server_is_reached_waits() -> None:
    """A client may be faster than the connection behind the wire."""
    link = _link(Recording())
    HandTransport(link.client)
    say(link.client, b"early")
    server = HandTransport(link.server)
    await asyncio.sleep(0)
    assert server.told == [b"early"]


async def test_a_server_that_cannot_be_reached_is_told_by_a_reset() -> None:
    """The client's connection was accepted before anybody could know."""
    recording = Recording()
    link = _link(recording)
    client = HandTransport(link.client)
    with contextlib.closing(bind((socket.AF_INET, ("127.0.0.1", 0)))) as closed_door:
        await link.connect(*closed_door.getsockname())
    assert client.told == ["RST", "end"]
    assert texts(recording.entries()) == ["server not reached"]
    assert link.finished.is_set()
