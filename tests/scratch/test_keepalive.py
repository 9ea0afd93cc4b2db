"""The heartbeat of a connection, with a clock turned by hand."""

from __future__ import annotations

from tests.scratch.clock import HandClock
from wsdemo.scratch.inbox import Hold, Valve
from wsdemo.scratch.keepalive import Keepalive
from wsdemo.scratch.options import Options
from wsdemo.scratch.pings import Pings


class Heart:
    """What keepalive needs of a connection, and nothing else."""

    def __init__(self, ping_interval: float | None, ping_timeout: float | None) -> None:
        self.options = Options(ping_interval=ping_interval, ping_timeout=ping_timeout)
        self.clock = HandClock()
        numbers = iter(range(1000))
        self.pings = Pings(self.clock, lambda size: next(numbers).to_bytes(size, "big"))
        self.valve = Valve(self)
        self.sent: list[tuple[float, bytes]] = []
        self.given_up = False
        self.is_full = False
        self.keepalive = Keepalive(self)

    def send_ping(self, payload: bytes) -> None:
        """Note it, with the seconds since the start."""
        self.sent.append((self.clock.time() - 1000, payload))

    def give_up(self) -> None:
        """Note it."""
        self.given_up = True
        self.keepalive.stop()

    def pong(self, payload: bytes) -> None:
        """Do as a connection does when a pong comes."""
        self.pings.answer(payload)
        self.keepalive.heard()

    def pause_reading(self) -> None:
        """Do nothing."""

    def resume_reading(self) -> None:
        """Do nothing."""

    @property
    def times(self) -> list[float]:
        """When pings were sent."""
        return [time for time, _ in self.sent]


def test_pings_are_one_interval_apart() -> None:
    """The round trip is part of the interval."""
    heart = Heart(20, 20)
    heart.keepalive.start()
    for _ in range(3):
        heart.clock.advance(20 - heart.pings.latency)
        heart.clock.advance(0.5)
        heart.pong(heart.sent[-1][1])
    assert heart.times == [20, 40, 60]
    assert heart.pings.latency == 0.5


def test_a_silent_peer_is_given_up() -> None:
    """After one interval and one timeout, and not before."""
    heart = Heart(20, 15)
    heart.keepalive.start()
    heart.clock.advance(34.9)
    assert not heart.given_up
    heart.clock.advance(0.1)
    assert heart.given_up
    assert heart.clock.pending == 0


def test_a_pong_after_the_end_does_not_start_it_again() -> None:
    """The answer to a ping that was on its way when the connection began to close."""
    heart = Heart(20, 20)
    heart.keepalive.start()
    heart.clock.advance(20)
    heart.keepalive.stop()
    heart.pong(heart.sent[0][1])
    heart.clock.advance(1000)
    assert heart.times == [20]
    assert not heart.given_up
    assert heart.clock.pending == 0


def test_a_round_trip_longer_than_the_interval_is_followed_at_once() -> None:
    """The next ping does not wait a negative time."""
    heart = Heart(1, 20)
    heart.keepalive.start()
    heart.clock.advance(6)
    heart.pong(heart.sent[0][1])
    heart.clock.advance(0)
    assert heart.times == [1, 6]


def test_without_an_interval_nothing_is_sent() -> None:
    """None disables keepalive."""
    heart = Heart(None, 20)
    heart.keepalive.start()
    heart.clock.advance(1000)
    assert heart.sent == []
    assert heart.clock.pending == 0


def test_without_a_timeout_pings_go_on_and_are_not_remembered() -> None:
    """Nobody waits for pongs; a peer that sends none costs no memory."""
    heart = Heart(20, None)
    heart.keepalive.start()
    heart.clock.advance(100)
    assert heart.times == [20, 40, 60, 80, 100]
    assert len(heart.pings) == 1


def test_somebody_elses_pong_is_no_answer() -> None:
    """Only the pong to our ping, or to a later one, calms us."""
    heart = Heart(20, 20)
    heart.keepalive.start()
    heart.pings.add(b"mine")
    heart.clock.advance(20)
    heart.pong(b"mine")
    heart.clock.advance(20)
    assert heart.given_up


def test_silence_is_forgiven_while_our_own_program_is_slow() -> None:
    """The pong may lie behind messages that we have not read."""
    heart = Heart(20, 20)
    heart.keepalive.start()
    heart.valve.hold(Hold.INBOX)
    heart.clock.advance(200)
    assert not heart.given_up
    heart.valve.release(Hold.INBOX)
    heart.clock.advance(20)
    assert heart.given_up


def test_two_sides_that_wait_for_each_other_are_not_forgiven() -> None:
    """When neither side reads, somebody has to end it."""
    heart = Heart(20, 20)
    heart.keepalive.start()
    heart.valve.hold(Hold.INBOX)
    heart.is_full = True
    heart.clock.advance(40)
    assert heart.given_up


def test_a_stopped_heart_sends_nothing() -> None:
    """And may be stopped again."""
    heart = Heart(20, 20)
    heart.keepalive.start()
    heart.keepalive.stop()
    heart.keepalive.stop()
    heart.clock.advance(100)
    assert heart.sent == []
