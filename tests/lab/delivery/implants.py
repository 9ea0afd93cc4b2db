"""One thing that is wrong, put into a run that is right; and what a checker has to say of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeAlias

from tests.lab.delivery.runs import (
    OUTSIDER,
    Events,
    Expected,
    Patient,
    changed,
    contents,
    inserted,
    without,
)
from wsdemo.lab.delivery import Event, Kind, Verdict

Choose: TypeAlias = Callable[[list[Any]], Any]
Implant: TypeAlias = Callable[[Patient, Choose], tuple[Events, Expected]]


def loss(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Take a message away from somebody who should have it."""
    return without(healthy.events, choose(healthy.steady())), Counter([Verdict.LOST])


def passing_over(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """The same of somebody who has left since, with something later in its hands."""
    place = choose(healthy.steady())
    lost, end = healthy.events[place], len(healthy.events)
    later = Event(healthy.events[-1].at, Kind.SENT, OUTSIDER, "later", lost.room)
    members = sorted(who for who, room in healthy.members(end) if room == lost.room)
    got = (replace(later, kind=Kind.RECEIVED, who=who) for who in members)
    told = replace(later, kind=Kind.ACKNOWLEDGED, room="")
    left = replace(later, kind=Kind.LEFT, who=lost.who, message="")
    events = (*without(healthy.events, place), later, *got, told, left)
    return events, Counter([Verdict.LOST])


def half_a_loss(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Take a message away that others have, and its acknowledgement too."""
    receivers = Counter(healthy.events[at].message for at in healthy.all(Kind.RECEIVED))
    place = choose([at for at in healthy.steady() if receivers[healthy.events[at].message] > 1])
    told = healthy.all(Kind.ACKNOWLEDGED, healthy.events[place].message)
    return without(healthy.events, place, *told), Counter([Verdict.PARTIAL])


def absence(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Let somebody go before the last message has come."""
    last: dict[tuple[str, str], int] = {}
    for place in healthy.all(Kind.RECEIVED):
        receipt = healthy.events[place]
        key = receipt.who, receipt.room
        old = last.get(key)
        if old is None or healthy.first_sent(receipt.message) > healthy.first_sent(
            healthy.events[old].message
        ):
            last[key] = place
    place = choose([place for place in healthy.steady() if place in last.values()])
    gone = Event(healthy.events[-1].at, Kind.DISCONNECTED, healthy.events[place].who)
    return (*without(healthy.events, place), gone), Counter([Verdict.PENDING])


def silence(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Send something that is never heard of again."""
    place = choose([*range(len(healthy.events) + 1)])
    lone = Event(0, Kind.SENT, "c0", "lone", "r0")
    return inserted(healthy.events, place, lone), Counter([Verdict.UNKNOWN])


def duplicate(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Deliver something again, while the receiver is still a member."""
    place = choose(healthy.all(Kind.RECEIVED))
    again = choose([*range(place + 1, healthy.end_of_stay(place) + 1)])
    events = inserted(healthy.events, again, healthy.events[place])
    return events, Counter([Verdict.DUPLICATED])


def log_swap(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Swap two messages of different senders at one receiver."""
    return _swap(healthy, choose, same=False), Counter([Verdict.REORDERED_LOG])


def swap(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Swap two messages of one sender at one receiver: against both orders."""
    found = Counter([Verdict.REORDERED_LOG, Verdict.REORDERED_SENDER])
    return _swap(healthy, choose, same=True), found


def _swap(healthy: Patient, choose: Choose, *, same: bool) -> Events:
    def sender(place: int) -> str:
        return healthy.events[place].message.split("/")[0]

    pairs = [pair for pair in healthy.in_a_row() if (sender(pair[0]) == sender(pair[1])) is same]
    one, two = choose(pairs)
    first, second = healthy.events[one], healthy.events[two]
    events = changed(healthy.events, one, contents(first, second))
    return changed(events, two, contents(second, first))


def sender_swap(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Let the log itself have two messages of one sender the wrong way round."""
    one, two = choose(_sent_in_a_row(healthy))
    first, second = healthy.events[one], healthy.events[two]
    events = changed(healthy.events, one, contents(first, second))
    events = changed(events, two, contents(second, first))
    return events, Counter({Verdict.REORDERED_SENDER: len(_receivers(healthy, first, second))})


def _sent_in_a_row(healthy: Patient) -> list[tuple[int, int]]:
    """Find what was sent, once each, before anything else could happen, and got by somebody."""
    found = []
    for one in healthy.all(Kind.SENT)[:-1]:
        first, second = healthy.events[one : one + 2]
        if second.kind is not Kind.SENT or (first.who, first.room) != (second.who, second.room):
            continue
        once = all(len(healthy.all(Kind.SENT, each.message)) == 1 for each in (first, second))
        if once and _receivers(healthy, first, second):
            found.append((one, one + 1))
    return found


def _receivers(healthy: Patient, *sent: Event) -> set[str]:
    got = [
        {healthy.events[at].who for at in healthy.all(Kind.RECEIVED, each.message)} for each in sent
    ]
    return set.intersection(*got)


def leak(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Deliver something to somebody who is not, or not any more, in the room."""
    place = choose(healthy.all(Kind.RECEIVED))
    receipt = healthy.events[place]
    members = {who for who, room in healthy.members(place) if room == receipt.room}
    got = {healthy.events[at].who for at in healthy.all(Kind.RECEIVED, receipt.message)}
    clients = {event.who for event in healthy.events if event.kind is Kind.JOINED}
    who = choose(sorted(clients - members - got | {OUTSIDER}))
    events = inserted(healthy.events, place + 1, replace(receipt, who=who))
    return events, Counter([Verdict.LEAKED])


def invention(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Deliver something that nobody has sent, or acknowledge it."""
    place = choose([*range(len(healthy.events) + 1)])
    kind = choose([Kind.RECEIVED, Kind.ACKNOWLEDGED])
    made_up = Event(0, kind, choose(["c0", "c1", OUTSIDER]), "c0/0", "r0", choose([None, 1, 99]))
    return inserted(healthy.events, place, made_up), Counter([Verdict.INVENTED])


def alteration(healthy: Patient, choose: Choose) -> tuple[Events, Expected]:
    """Deliver something with another body, or for another room."""
    place = choose(healthy.all(Kind.RECEIVED))
    change = choose([{"body": "I am not"}, {"room": "elsewhere"}])
    events = changed(healthy.events, place, replace(healthy.events[place], **change))
    return events, Counter([Verdict.ALTERED])


IMPLANTS: Mapping[str, Implant] = MappingProxyType(
    {
        implant.__name__: implant
        for implant in (
            loss,
            passing_over,
            half_a_loss,
            absence,
            silence,
            duplicate,
            log_swap,
            swap,
            sender_swap,
            leak,
            invention,
            alteration,
        )
    }
)
