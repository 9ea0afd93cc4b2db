"""What a slow, long or broken link does to bytes, computed without waiting."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from wsdemo.lab.chunks import Kind
from wsdemo.lab.shaping import WINDOW, Item, Shape, Shaper


def _shaper(random: float = 0.0, **shape: object) -> Shaper:
    return Shaper(Shape(**shape), lambda: random)  # type: ignore[arg-type]


def _run(shaper: Shaper, end: float = math.inf) -> list[tuple[float, Item]]:
    """Take everything out up to a time, each at its own time."""
    taken: list[tuple[float, Item]] = []
    while (time := shaper.next_time()) is not None and time <= end:
        taken += [(round(time, 9), item) for item in shaper.take(time)]
    return taken


def test_nothing_is_changed_unless_asked_for() -> None:
    """A plain wire gives out at once what it takes in."""
    shaper = _shaper()
    shaper.put(b"Hello", 1.0)
    assert shaper.take(1.0) == [b"Hello"]
    assert shaper.empty


def test_delay_is_exact_for_each_chunk() -> None:
    """Each chunk is due a delay after it came."""
    shaper = _shaper(delay=0.1)
    shaper.put(b"a", 1.0)
    shaper.put(b"b", 1.03)
    assert shaper.take(1.0999) == []
    assert _run(shaper) == [(1.1, b"a"), (1.13, b"b")]


def test_delay_does_not_limit_throughput() -> None:
    """A thousand chunks are on their way at a time: a long link is not a slow one."""
    shaper = _shaper(delay=1.0)
    for number in range(1000):
        shaper.put(bytes(1000), number / 1000)
        shaper.advance(number / 1000)
    assert [time for time, _ in _run(shaper)] == [number / 1000 for number in range(1000, 2000)]


def test_rate_makes_bytes_wait_for_those_before_them() -> None:
    """At 1,000 bytes/s the second hundred arrives a tenth of a second after the first."""
    shaper = _shaper(rate=1000)
    shaper.put(b"a" * 50, 0.0)
    shaper.put(b"b" * 50, 0.0)
    assert _run(shaper) == [(0.05, b"a" * 50), (0.1, b"b" * 50)]


def test_an_idle_serialiser_saves_nothing_up() -> None:
    """After a pause the rate is what it was before."""
    shaper = _shaper(rate=1000)
    shaper.put(b"a" * 50, 0.0)
    assert _run(shaper)[-1][0] == 0.05
    shaper.put(b"b" * 50, 7.0)
    assert _run(shaper) == [(7.05, b"b" * 50)]


def test_a_chunk_trickles_out_in_small_pieces() -> None:
    """A receiver sees the first bytes of a large chunk long before the last."""
    shaper = _shaper(rate=64_000)
    shaper.put(bytes(640), 0.0)
    assert _run(shaper) == [(round(n / 1000, 9), bytes(64)) for n in range(1, 11)]


def test_delay_comes_on_top_of_rate() -> None:
    """Queuing and propagation are two delays, and add up."""
    shaper = _shaper(rate=1000, delay=0.3)
    shaper.put(b"a" * 50, 0.0)
    assert _run(shaper) == [(0.35, b"a" * 50)]


def test_room_shrinks_with_what_waits_for_the_serialiser() -> None:
    """A full queue is what its sender feels; bytes on their way take no place in it."""
    shaper = _shaper(rate=1000, delay=9.0, buffer=200)
    shaper.put(bytes(200), 0.0)
    assert shaper.room == 0
    shaper.advance(0.0)
    assert shaper.room == 64
    shaper.advance(1.0)
    assert shaper.room == 200


def test_a_long_fast_link_has_a_window() -> None:
    """A delay without a rate doesn't fill the memory."""
    shaper = _shaper(delay=60.0, buffer=2 * WINDOW)
    shaper.put(bytes(WINDOW - 10), 0.0)
    shaper.advance(0.0)
    assert shaper.room == 10


def test_jitter_never_changes_the_order() -> None:
    """What is late holds up what is behind it, as in TCP."""
    numbers = iter([1.0, 0.0, 0.5])
    shaper = Shaper(Shape(delay=0.1, jitter=0.2), lambda: next(numbers))
    for item in (b"a", b"b", b"c"):
        shaper.put(item, 0.0)
    assert _run(shaper) == [(0.3, b"a"), (0.3, b"b"), (0.3, b"c")]


def test_jitter_is_at_most_what_was_asked_for() -> None:
    """Chunks far apart are each late by their own share."""
    shaper = Shaper(Shape(delay=0.1, jitter=0.05), random.Random(1).random)
    for number in range(100):
        shaper.put(b"x", float(number))
    late = [time - number for number, (time, _) in enumerate(_run(shaper))]
    assert 0.1 <= round(min(late), 6) < 0.11
    assert 0.14 < max(late) <= 0.15


def test_nothing_moves_in_a_stall() -> None:
    """What is on its way waits where it is, and so does what comes."""
    shaper = _shaper(delay=0.1)
    shaper.put(b"a", 0.0)
    shaper.advance(0.05)
    shaper.shape.stalled = True
    shaper.put(b"b", 0.06)
    assert shaper.take(5.0) == []
    assert shaper.next_time() is None


def test_after_a_stall_what_was_overdue_comes_first() -> None:
    """What was sent meanwhile still has the whole way before it."""
    shaper = _shaper(delay=0.1)
    shaper.put(b"a", 0.0)
    shaper.advance(0.05)
    shaper.shape.stalled = True
    shaper.put(b"b", 0.06)
    shaper.shape.stalled = False
    shaper.resume(5.0)
    assert shaper.take(5.0) == [b"a"]
    assert _run(shaper) == [(5.1, b"b")]


def test_a_receiver_that_takes_no_more_holds_everything() -> None:
    """Backpressure passes: the queue fills."""
    shaper = _shaper(buffer=100)
    shaper.held = True
    shaper.put(bytes(100), 0.0)
    assert shaper.take(1.0) == []
    assert shaper.room == 0


def test_a_change_counts_from_now_on() -> None:
    """What was sent under the old delay arrives as it would have."""
    shaper = _shaper(delay=0.5)
    shaper.put(b"a", 0.0)
    shaper.advance(0.1)
    shaper.shape.delay = 0.0
    shaper.put(b"b", 0.1)
    assert _run(shaper) == [(0.5, b"a"), (0.5, b"b")]


def test_a_new_rate_meets_what_still_waits() -> None:
    """A queue in front of a link that becomes faster is emptied faster."""
    shaper = _shaper(rate=64)
    shaper.put(bytes(64 * 3), 0.0)
    shaper.advance(0.5)
    shaper.shape.rate = 640
    assert [time for time, _ in _run(shaper)] == [1.0, 1.1, 1.2]


def test_the_end_of_a_stream_comes_behind_its_bytes() -> None:
    """A FIN overtakes nothing, and takes no time of its own."""
    shaper = _shaper(rate=1000, delay=0.2)
    shaper.put(b"a" * 50, 0.0)
    shaper.put(Kind.EOF, 0.0)
    assert _run(shaper) == [(0.25, b"a" * 50), (0.25, Kind.EOF)]


def test_what_is_cleared_is_lost() -> None:
    """A cut loses what waits and what is on its way."""
    shaper = _shaper(rate=1000, buffer=500)
    shaper.put(bytes(500), 0.0)
    shaper.advance(0.1)
    shaper.clear()
    assert shaper.empty
    assert shaper.room == 500


@given(
    chunks=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=300)), max_size=20),
    rate=st.none() | st.floats(1, 1e6),
    delay=st.floats(0, 2),
    jitter=st.floats(0, 1),
    seed=st.integers(0, 9),
)
def test_bytes_come_out_whole_in_order_and_not_too_early(
    chunks: list[tuple[float, bytes]], rate: float | None, delay: float, jitter: float, seed: int
) -> None:
    """Whatever a link does, TCP's promise holds, and physics."""
    shaper = Shaper(Shape(delay=delay, jitter=jitter, rate=rate), random.Random(seed).random)
    now, sent = 0.0, b""
    for gap, data in chunks:
        now += gap
        shaper.put(data, now)
        sent += data
    taken = _run(shaper)
    assert b"".join(item for _, item in taken if isinstance(item, bytes)) == sent
    assert [time for time, _ in taken] == sorted(time for time, _ in taken)
    if sent:
        least = delay + (0 if rate is None else len(chunks[-1][1]) / rate)
        assert taken[-1][0] >= now + least - 1e-6
