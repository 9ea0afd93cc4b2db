"""The stage of a rehearsal: order is kept, a broken line loses, and all of it is written down."""

from collections.abc import Callable
from typing import Any

import pytest

from wsdemo.lab.delivery import AT_MOST_ONCE, EXACTLY_ONCE_IN_EFFECT
from wsdemo.lab.rehearsal import Endless, Keeper, Member, rehearse, schedule

TWO = ["ann", "bob"]


class Broadcast:
    """Sends to everybody what anybody sends."""

    def __init__(self) -> None:
        self.lines: dict[str, Callable[[Any], None]] = {}
        self.heard: list[tuple[str, Any]] = []
        self.every: list[Callable[[Any], None]] = []

    def opened(self, who: str, send: Callable[[Any], None]) -> None:
        """Keep the line, and every one there was."""
        self.lines[who] = send
        self.every.append(send)

    def closed(self, who: str) -> None:
        """Forget it."""
        del self.lines[who]

    def hear(self, who: str, message: Any) -> None:
        """Send it on."""
        self.heard.append((who, message))
        for send in self.lines.values():
            send(message)


class Shout:
    """Sends what is said, shows what comes, and never is sure."""

    def __init__(self, send: Any, show: Any, tick: Any) -> None:
        self.send, self.show, self.tick = send, show, tick
        self.connections = 0

    def opened(self) -> None:
        """Count."""
        self.connections += 1

    def say(self, text: str) -> None:
        """Send it."""
        self.send([text])

    def hear(self, message: Any) -> None:
        """Show it."""
        self.show(message[0])


def test_on_a_quiet_day_everybody_hears_everything_in_order() -> None:
    """The sender, too."""
    played = rehearse(Shout, Broadcast, ["ann says", "bob says", "ann says"], TWO)
    assert played.server.heard == [("ann", ["ann/1"]), ("bob", ["bob/1"]), ("ann", ["ann/2"])]
    assert played.report.receipts == 6
    assert not played.report.found


def test_what_is_under_way_is_lost_with_its_line() -> None:
    """On the way up nobody hears it; on the way down, only that one doesn't."""
    up = rehearse(Shout, Broadcast, ["ann says", "cut ann"], TWO).report
    assert [str(finding) for finding in up["unknown"]] == [
        "ann: ann/1 in lobby, sent, never answered"
    ]
    down = rehearse(Shout, Broadcast, ["ann says", "carry 1", "cut bob"], TWO).report
    assert [finding.who for finding in down["partial"]] == ["bob"]


def test_a_send_without_a_connection_is_lost_and_does_not_tell() -> None:
    """As a write into a socket whose peer has gone."""
    played = rehearse(Shout, Broadcast, ["cut ann", "ann says"], TWO)
    assert played.server.heard == []
    assert [(trip.text, trip.lost) for trip in played.trips] == [('["ann/1"]', True)]


def test_what_a_server_sends_into_an_old_connection_is_lost() -> None:
    """Its `send` belongs to one connection, and not to the person."""

    class Late(Broadcast):
        def hear(self, who: str, message: Any) -> None:
            """Answer into the first connection there was."""
            self.every[0](message)

    played = rehearse(Shout, Late, ["cut ann", "back ann", "bob says"], TWO)
    assert [trip.lost for trip in played.trips] == [False, True]


def test_messages_travel_as_json() -> None:
    """What two programs share in memory would hide a mistake."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        rehearse(_sends(object()), Broadcast, [], TWO)
    assert rehearse(_sends((1, 2)), Broadcast, [], ["ann"]).server.heard == [("ann", [1, 2])]


def _sends(message: object) -> type[Shout]:
    class Sends(Shout):
        def opened(self) -> None:
            """Send it."""
            self.send(message)

        def hear(self, message: Any) -> None:
            """Show none of it."""
            assert message

    return Sends


def test_a_carry_takes_the_oldest_and_no_more() -> None:
    """Whoever they are for."""
    played = rehearse(Shout, Broadcast, ["ann says", "bob says", "carry 1", "cut bob"], TWO)
    assert played.server.heard == [("ann", ["ann/1"])]


def test_cutting_twice_or_coming_back_twice_changes_nothing() -> None:
    """A schedule written by hand may say so."""
    once = rehearse(Shout, Broadcast, ["cut ann", "back ann"], TWO)
    twice = rehearse(Shout, Broadcast, ["cut ann", "cut ann", "back ann", "back ann"], TWO)
    assert once.marks == twice.marks == [(1, "cut", "ann"), (2, "back", "ann")]


def test_who_lost_an_ack_knows_what_one_knows_who_lost_a_text() -> None:
    """The two generals: nothing that was sent or heard tells the two runs apart."""
    text = rehearse(Member, Keeper, ["carry", "ann says", "cut ann"], TWO)
    ack = rehearse(Member, Keeper, ["carry", "ann says", "carry 1", "cut ann"], TWO)
    assert text.known("ann") == ack.known("ann") == ['{"after": 0}', '{"say": "ann/1", "seq": 1}']
    with pytest.raises(ValueError, match="the line of 'bob' never broke"):
        ack.known("bob")


def test_two_that_never_stop_talking_are_stopped() -> None:
    """With an error, and not by the patience of whoever waits."""

    class Echo(Shout):
        def hear(self, message: Any) -> None:
            """Send it back."""
            self.send(message)

    with pytest.raises(Endless, match="5,000 messages, and no end"):
        rehearse(Echo, Broadcast, ["ann says"], TWO)


def test_a_run_is_the_same_every_time() -> None:
    """Verdicts, times and trips."""
    runs = [rehearse(Member, Keeper, schedule(5)) for _ in range(2)]
    assert runs[0].record.run == runs[1].record.run
    assert [*map(str, runs[0].trips)] == [*map(str, runs[1].trips)]
    assert repr(runs[0]) == repr(runs[1])


def test_a_design_is_told_from_another_by_the_checker() -> None:
    """Under the same schedules."""
    shouts = [rehearse(Shout, Broadcast, schedule(seed)).report for seed in range(20)]
    members = [rehearse(Member, Keeper, schedule(seed)).report for seed in range(20)]
    assert all(report.holds(AT_MOST_ONCE) for report in shouts)
    assert not all(report.holds(EXACTLY_ONCE_IN_EFFECT) for report in shouts)
    assert all(report.holds(EXACTLY_ONCE_IN_EFFECT) for report in members)
