"""The designs that fail: each keeps what it promises, and fails as the course says."""

from typing import Any

import pytest

from wsdemo.lab.delivery import AT_MOST_ONCE, Verdict
from wsdemo.lab.rehearsal import rehearse, schedule
from wsdemo.lab.rehearsal.designs import Acknowledge, Broadcast, Forget, Retry

TWO = ["ann", "bob"]


@pytest.mark.parametrize(("client", "server"), [(Forget, Broadcast), (Retry, Acknowledge)])
def test_while_lines_hold_nothing_is_wrong(client: Any, server: Any) -> None:
    """Which is why such programs are written."""
    report = rehearse(client, server, ["ann says", "bob says", "carry", "ann says"]).report
    assert not report.found
    assert report.receipts == 9


def test_forgetting_loses_and_never_doubles() -> None:
    """At most once."""
    reports = [rehearse(Forget, Broadcast, schedule(seed)).report for seed in range(30)]
    assert all(report.holds(AT_MOST_ONCE) for report in reports)
    assert {verdict for report in reports for verdict in report.found} == {
        Verdict.UNKNOWN,
        Verdict.PARTIAL,
    }


def test_a_lost_ack_doubles() -> None:
    """For everybody in the room."""
    moves = ["ann says", "carry 1", "carry 2", "cut ann", "back ann"]
    report = rehearse(Retry, Acknowledge, moves, TWO).report
    assert [each.who for each in report["duplicated"]] == ["bob", "ann"]


def test_an_ack_is_the_servers_and_not_the_others() -> None:
    """Who is away misses what is acknowledged."""
    moves = ["cut bob", "ann says", "carry", "back bob"]
    report = rehearse(Retry, Acknowledge, moves, TWO).report
    assert [each.who for each in report["lost"]] == ["bob"]


def test_what_has_no_ack_is_said_again_and_what_has_is_not() -> None:
    """In order, each under its number."""
    moves = ["ann says", "carry", "ann says", "ann says", "cut ann", "back ann"]
    played = rehearse(Retry, Acknowledge, moves, ["ann"])
    said = [trip.text for trip in played.trips if trip.up and not trip.lost]
    assert [text[-2] for text in said] == ["1", "2", "3"]
