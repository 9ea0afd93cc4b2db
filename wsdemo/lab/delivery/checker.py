"""`check()`: reads a recorded run and says what was wrong with it.

A message is *known* from the moment it was acknowledged to its sender, or first received by
somebody; from then on it has a place in the log of its room, so it must not vanish. That is what
"known" means to Jepsen's `set-full` checker, which judges the broadcast workload of Maelstrom.
A client *has it coming* if it certainly had access to the room from before the message was sent
until after it was known, and then

- either received something later that was sent after this message was known: it was passed over;
- or kept its access until the end of the run and is connected: it will get nothing more.

Who joined or left while a message was under way may get it or not, and so may who left later with
nothing more to show for it. "Before" and "after" are the order of the recording, which is one
process's (Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978).

    lost                acknowledged, and a client that had it coming never received it
    partial             the same, though never acknowledged: others received it
    unknown             nobody received it, and its sender was told nothing, neither yes nor no,
                        and has stopped asking
    pending             lost, partial or unknown, but for a client that is away at the end; what
                        it would do on its return, this run doesn't tell
    duplicated          a client received what it had received before, by its id
    reordered (log)     it had received one with a higher offset of that room before. The log's
                        order is the same for everybody: total order
    reordered (sender)  it had received one that the same sender sent later to that room. FIFO
                        order, which Kafka keeps within a partition
    leaked              it had no access to the room that the message was sent to
    invented            nobody had sent this id; or it was answered to a client that hadn't
    altered             it came with another body, or for another room, than it was sent with

Of the first three, each message and client counts once (of an unknown one, each message); of the
others, each receipt.

FIFO and total order are those of Hadzilacos and Toueg, "Fault-tolerant broadcasts and related
problems" (1993); there, "lost" and "partial" break validity and agreement, "duplicated" and
"invented" integrity. A receipt that is leaked or invented is that, and neither repeats anything nor
counts for any order; of a message that comes twice, the first receipt counts for the orders.

Leaves out whether a log keeps its own promise (two messages at one offset, offsets that begin
again): a run shows that as messages that are lost or out of order. And latency, see `guarantees`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from wsdemo.lab.delivery.events import Kind, Run
from wsdemo.lab.delivery.guarantees import Verdict
from wsdemo.lab.delivery.history import NEVER, History, Message, Receipt, Stay
from wsdemo.lab.delivery.report import Finding, Report

__all__ = ["check"]

Found: TypeAlias = Iterator[tuple[Verdict, Finding]]

SHOWN = 20
"""Characters of a body that a finding shows."""


def check(run: Run, *, echo: bool = True) -> Report:
    """Judge a run.

    Args:
        run: Recorded to the end: no message under way, everybody back who will be back.
        echo: Whether a sender that is in the room has its own messages coming.

    Returns:
        The findings by verdict, to be shown, and held against a guarantee.

    Raises:
        ValueError: Two messages of the run have the same id.
    """
    history = History(run)
    findings: dict[Verdict, list[Finding]] = {verdict: [] for verdict in Verdict}
    for verdict, finding in _all(history, echo):
        findings[verdict].append(finding)
    rooms = {message.room for message in history.messages.values()} | history.stays.keys()
    people = {event.who for event in run.events if event.kind not in _NOBODY}
    return Report(
        {verdict: tuple(found) for verdict, found in findings.items()},
        clients=len(people),
        rooms=len(rooms),
        messages=len(history.messages),
        receipts=sum(len(message.receivers) for message in history.messages.values()),
        faults=sum(event.kind in _NOBODY for event in run.events),
    )


_NOBODY = frozenset({Kind.RESTARTED, Kind.FAULT})


def _all(history: History, echo: bool) -> Found:
    for message in history.messages.values():
        yield from _unanswered(history, message)
        yield from _missing(history, message, echo)
    for rule in (_repeated, _strange, _changed):
        for receipt in [*history.receipts, *history.strays]:
            yield from rule(receipt)
    for verdict in _ORDERS:
        yield from _late(history, verdict)


def _unanswered(history: History, message: Message) -> Found:
    if message.answered or message.came:
        return
    verdict = Verdict.PENDING if message.sender in history.away else Verdict.UNKNOWN
    at = history.events[message.sent].at
    yield verdict, Finding(message.sender, message.id, message.room, at, "sent, never answered")


def _missing(history: History, message: Message, echo: bool) -> Found:
    known = message.known
    if known == NEVER:
        return
    acknowledged = message.acknowledged < NEVER
    words = f"acknowledged{_offset(message.offset)}" if acknowledged else "others received it"
    at = history.events[int(message.acknowledged if acknowledged else known)].at
    for client, stays in history.stays[message.room].items():
        if client in message.receivers or (client == message.sender and not echo):
            continue
        verdict = Verdict.LOST if acknowledged else Verdict.PARTIAL
        if any(_passed_over(stay, message.sent, known) for stay in stays):
            yield verdict, Finding(client, message.id, message.room, at, words)
        elif any(stay.granted < message.sent and stay.ending == NEVER for stay in stays):
            verdict = Verdict.PENDING if client in history.away else verdict
            yield verdict, Finding(client, message.id, message.room, at, words)


def _passed_over(stay: Stay, sent: int, known: float) -> bool:
    return stay.granted < sent and known < stay.ending and stay.reach > known


def _repeated(receipt: Receipt) -> Found:
    if receipt.again:
        yield Verdict.DUPLICATED, _finding(receipt, f"again{_offset(receipt.event.offset)}")


def _strange(receipt: Receipt) -> Found:
    if receipt.message is None:
        told = receipt.event.kind
        words = "" if told is Kind.RECEIVED else f"{told}, but "
        yield Verdict.INVENTED, _finding(receipt, f"{words}never sent")
    elif not receipt.lawful:
        yield Verdict.LEAKED, _finding(receipt, "without access")


def _changed(receipt: Receipt) -> Found:
    message, event = receipt.message, receipt.event
    if message is None:
        return
    if event.room != message.room:
        yield Verdict.ALTERED, _finding(receipt, f"as one for {event.room}")
    elif event.body != message.body:
        words = f"{_clip(event.body)} instead of {_clip(message.body)}"
        yield Verdict.ALTERED, _finding(receipt, words)


# Where a receipt stands in an order, and in which one; None if it stands in none.
_Position: TypeAlias = "tuple[Hashable, int] | None"


def _in_log(receipt: Receipt, message: Message) -> _Position:
    offset = message.offset if receipt.event.offset is None else receipt.event.offset
    return None if offset is None else ((receipt.event.who, message.room), offset)


def _by_sender(receipt: Receipt, message: Message) -> _Position:
    return (receipt.event.who, message.room, message.sender), message.sent


_ORDERS: Mapping[Verdict, Callable[[Receipt, Message], _Position]] = MappingProxyType(
    {Verdict.REORDERED_LOG: _in_log, Verdict.REORDERED_SENDER: _by_sender}
)


def _late(history: History, verdict: Verdict) -> Found:
    """Find what came after something that it should have come before."""
    latest: dict[Hashable, tuple[int, str]] = {}
    for receipt in history.receipts:
        message = receipt.message
        if message is None or not receipt.lawful or receipt.again:
            continue
        position = _ORDERS[verdict](receipt, message)
        if position is None:
            continue
        order, at = position
        last, before = latest.get(order, (at, message.id))
        if at < last:
            yield verdict, _finding(receipt, f"after {before}")
        else:
            latest[order] = at, message.id


def _finding(receipt: Receipt, words: str) -> Finding:
    message, event = receipt.message, receipt.event
    room = event.room if message is None else message.room
    return Finding(event.who, event.message, room, event.at, words)


def _offset(offset: int | None) -> str:
    return "" if offset is None else f" at offset {offset}"


def _clip(body: str) -> str:
    return repr(body if len(body) <= SHOWN else f"{body[: SHOWN - 1]}…")
