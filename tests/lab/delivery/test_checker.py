"""The checker: silent about runs that are right, and exact about what was put into one."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.delivery.implants import IMPLANTS
from tests.lab.delivery.runs import SCRIPTS, patient
from wsdemo.lab.delivery import EXACTLY_ONCE_IN_EFFECT, Delivery, Report, Run, Verdict, check

Script = Any


def _counts(report: Report) -> Counter[Verdict]:
    return Counter({verdict: len(report[verdict]) for verdict in report.found})


@given(SCRIPTS)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_a_run_that_is_right_passes(script: Script) -> None:
    """Whoever joins, leaves, is cut off, comes back and sends again."""
    report = check(Run(patient(script).events))
    assert report.found == (), report
    assert report.holds(EXACTLY_ONCE_IN_EFFECT)
    assert report.messages >= 3
    assert report.receipts >= 6


@pytest.mark.parametrize("name", IMPLANTS)
@given(script=SCRIPTS, data=st.data())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_one_implanted_fault_is_named_and_nothing_else(
    name: str, script: Script, data: st.DataObject
) -> None:
    """So often as it is there, under its own name."""
    healthy = patient(script)
    events, expected = IMPLANTS[name](healthy, lambda options: data.draw(st.sampled_from(options)))
    report = check(Run(events))
    assert _counts(report) == expected, report
    assert report.holds(EXACTLY_ONCE_IN_EFFECT) is (name == "absence")


@pytest.fixture
def record() -> Delivery:
    """Give a recording in which ann and bob are in the lobby, and one message is under way."""
    record = Delivery(clock=lambda: 0.0)
    record.joined("ann", "lobby")
    record.joined("bob", "lobby")
    record.sent("ann", "ann/1", to="lobby", body="Hello")
    return record


def _deliver(record: Delivery, *clients: str) -> None:
    for client in clients:
        record.received(client, "ann/1", "lobby", 1, "Hello")


def test_a_finding_says_who_what_where(record: Delivery) -> None:
    """In words."""
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "ann")
    assert [str(finding) for finding in record.check()["lost"]] == [
        "bob: ann/1 in lobby, acknowledged at offset 1"
    ]


def test_a_sender_may_have_nothing_of_its_own_coming(record: Delivery) -> None:
    """Where a server sends to the others only."""
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "bob")
    assert record.check().found == (Verdict.LOST,)
    assert record.check(echo=False).found == ()


def test_who_joins_or_leaves_meanwhile_may_get_it_or_not(record: Delivery) -> None:
    """Between the question and the answer, both are right."""
    record.joining("cid", "lobby")
    record.leaving("bob", "lobby")
    _deliver(record, "ann")
    assert record.check().found == ()
    _deliver(record, "bob", "cid")
    assert record.check().found == ()
    record.left("bob", "lobby")
    record.left("cid", "lobby")
    record.received("cid", "ann/1", "lobby", 1, "Hello")
    assert record.check().found == (Verdict.LEAKED,)


def test_who_joined_before_it_was_acknowledged_need_not_have_it(record: Delivery) -> None:
    """Nobody can tell where in the log it came in; but before it was sent, one can."""
    record.joined("cid", "lobby")
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "ann", "bob")
    assert record.check().found == ()


def _something_later(record: Delivery, *clients: str) -> None:
    record.sent("ann", "ann/2", to="lobby")
    record.acknowledged("ann", "ann/2", 2)
    for client in clients:
        record.received(client, "ann/2", "lobby", 2)


def test_who_leaves_with_something_later_was_passed_over(record: Delivery) -> None:
    """Whatever else it still gets after that."""
    record.sent("bob", "bob/1", to="lobby")
    record.acknowledged("bob", "bob/1", 3)
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "ann")
    _something_later(record, "ann", "bob")
    for client in ("ann", "bob"):
        record.received(client, "bob/1", "lobby", 3)
    record.left("bob", "lobby")
    assert record.check().found == (Verdict.LOST,)


def test_what_was_sent_meanwhile_passes_over_nobody(record: Delivery) -> None:
    """It may be before this one in the log."""
    _something_later(record, "ann", "bob")
    record.acknowledged("ann", "ann/1", 3)
    record.left("bob", "lobby")
    _deliver(record, "ann")
    assert Verdict.LOST not in record.check().found


def test_who_was_leaving_before_it_was_known_was_not_passed_over(record: Delivery) -> None:
    """Even with something later that came before it had left."""
    record.leaving("bob", "lobby")
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "ann")
    _something_later(record, "ann", "bob")
    record.left("bob", "lobby")
    assert record.check().found == ()


def test_what_is_leaked_is_not_out_of_order_as_well(record: Delivery) -> None:
    """Who should not have it has no order to expect."""
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "ann", "bob")
    _something_later(record, "ann", "bob", "eve")
    _deliver(record, "eve")
    report = record.check()
    assert report.found == (Verdict.LEAKED,)
    assert len(report["leaked"]) == 2


def test_of_two_copies_in_the_log_the_one_that_came_has_the_offset(record: Delivery) -> None:
    """The other one was acknowledged."""
    _deliver(record, "ann", "bob")
    _something_later(record, "ann", "bob")
    record.acknowledged("ann", "ann/1", 3)
    assert record.check().found == ()


def test_a_refused_message_is_not_unknown_until_it_is_sent_again(record: Delivery) -> None:
    """A no is an answer, to what was asked before it."""
    record.refused("ann", "ann/1")
    assert record.check().found == ()
    record.sent("ann", "ann/1", to="lobby", body="Hello")
    assert record.check().found == (Verdict.UNKNOWN,)


def test_a_sender_that_is_away_may_still_send_again(record: Delivery) -> None:
    """Until it is back, nobody knows."""
    record.disconnected("ann")
    assert record.check().found == (Verdict.PENDING,)
    record.connected("ann")
    assert record.check().found == (Verdict.UNKNOWN,)


def test_a_second_acknowledgement_changes_nothing(record: Delivery) -> None:
    """As when a message that was sent again is known again."""
    record.acknowledged("ann", "ann/1", 1)
    record.sent("ann", "ann/1", to="lobby", body="Hello")
    record.acknowledged("ann", "ann/1", 1)
    _deliver(record, "ann", "bob")
    assert record.check().found == ()


def test_an_answer_to_somebody_else_is_invented(record: Delivery) -> None:
    """Bob has sent nothing."""
    record.acknowledged("bob", "ann/1", 1)
    _deliver(record, "ann", "bob")
    report = record.check()
    assert [str(each) for each in report["invented"]] == [
        "bob: ann/1, acknowledged, but never sent"
    ]
    assert report.found == (Verdict.INVENTED,)


def test_the_offset_may_be_known_to_the_sender_only(record: Delivery) -> None:
    """Then the log's order is that of the acknowledgements."""
    record.acknowledged("ann", "ann/1", 2)
    record.sent("bob", "bob/1", to="lobby")
    record.acknowledged("bob", "bob/1", 1)
    for client in ("ann", "bob"):
        record.received(client, "ann/1", "lobby", body="Hello")
        record.received(client, "bob/1", "lobby")
    report = record.check()
    assert report.found == (Verdict.REORDERED_LOG,)
    assert [finding.words for finding in report["reordered (log)"]] == ["after ann/1"] * 2


def test_without_offsets_there_is_the_senders_order_only(record: Delivery) -> None:
    """Nobody knows the log's."""
    record.sent("ann", "ann/2", to="lobby")
    for client in ("ann", "bob"):
        record.received(client, "ann/2", "lobby")
        record.received(client, "ann/1", "lobby", body="Hello")
    assert record.check().found == (Verdict.REORDERED_SENDER,)


def test_a_long_body_is_cut_in_a_finding(record: Delivery) -> None:
    """A table is not a dump."""
    record.received("ann", "ann/1", "lobby", 1, "Hello" * 1000)
    _deliver(record, "bob")
    assert [finding.words for finding in record.check()["altered"]] == [
        "'HelloHelloHelloHell…' instead of 'Hello'"
    ]


def test_an_id_belongs_to_one_message(record: Delivery) -> None:
    """Or nothing could be said about either."""
    record.sent("ann", "ann/1", to="lobby", body="Goodbye")
    with pytest.raises(ValueError, match="two messages have the id 'ann/1'"):
        record.check()


def test_an_empty_run_is_all_right() -> None:
    """Nothing was promised."""
    assert check(Run(())).found == ()
