"""What was wrong: with what a server sent back, and with what it still held in the end.

Leaves out how any of it is learnt.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.soak.traffic import Message

# What a round may add to the server's memory and be no leak: a few timers that were cancelled and
# not yet thrown away, a table that has grown. It goes up and down; a leak only goes up.
NOISE = 4_096
OCTETS_PER_CONNECTION = 16


class Fault(Exception):
    """Something that a server must not do.

    Args:
        name: which kind of fault: "lost", "wrong ending".
        detail: what exactly.
    """

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and what it takes to see it again.

    Attributes:
        fault: what was wrong.
        visitor: which visitor saw it; None for what only shows in the sum.
        kind: what that visitor was.
    """

    fault: Fault
    visitor: int | None = None
    kind: str = ""

    def __str__(self) -> str:
        who = "" if self.visitor is None else f" [visitor {self.visitor}, {self.kind}]"
        return f"{self.fault}{who}"


@dataclass(slots=True)
class Ledger:
    """What happened in a run.

    Attributes:
        outcomes: visitors, by kind and by how they ended.
        messages: messages that came back as they should.
        octets: what the visitors sent and received, in octets of TCP.
        findings: all faults.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: int = 0
    octets: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The kinds of faults that were found."""
        return {finding.fault.name for finding in self.findings}


def compare(sent: Sequence[Message], got: Sequence[Message]) -> list[Fault]:
    """Say what is wrong with the echoes of some messages, all of which are due.

    Args:
        sent: the messages, in order.
        got: what came back.
    """
    missing = list((Counter(sent) - Counter(got)).elements())
    extra = list((Counter(got) - Counter(sent)).elements())
    foreign = [message for message in extra if message not in sent]
    twice = [message for message in extra if message in sent]
    if foreign:  # what it has taken the place of is not lost as well
        missing = missing[len(foreign) :]
    faults = [
        Fault(name, f"{len(messages)} of {len(sent)} messages, the first {messages[0]}")
        for name, messages in (("altered", foreign), ("lost", missing), ("duplicated", twice))
        if messages
    ]
    if not faults and list(sent) != list(got):
        at = next(at for at, (one, two) in enumerate(zip(sent, got, strict=True)) if one != two)
        faults.append(Fault("reordered", f"from message {at + 1} of {len(sent)} on"))
    return faults


def compare_pongs(pings: Sequence[bytes], pongs: Sequence[bytes]) -> list[Fault]:
    """Say what is wrong with the pongs that came for some pings, the last of which is due.

    RFC 6455, 5.5.3: "If an endpoint receives a Ping frame and has not yet sent Pong frame(s) in
    response to previous Ping frame(s), the endpoint MAY elect to send a Pong frame for only the
    most recently processed Ping frame."

    Args:
        pings: their payloads, in order.
        pongs: likewise.
    """
    rest = iter(pings)
    if not all(pong in rest for pong in pongs):
        return [Fault("wrong pong", f"{len(pongs)} pongs are no part of {len(pings)} pings")]
    if list(pings[-1:]) != list(pongs[-1:]):
        return [Fault("no pong", f"the last of {len(pings)} pings was not answered")]
    return []


@dataclass(frozen=True, slots=True)
class Census:
    """What a server holds when nobody is there.

    Attributes:
        connections: TCP connections that ever came.
        now: those that the books still have.
        open: those in ``server.connections``.
        balanced: whether the books balance.
        descriptors: open ones of the process.
        tasks: by name of their coroutine.
        memory: octets of Python's own memory.
        rss: octets of the process.
    """

    connections: int
    now: int
    open: int
    balanced: bool
    descriptors: int
    tasks: dict[str, int]
    memory: int
    rss: int

    def is_as_quiet_as(self, before: Census) -> bool:
        """Tell whether everybody has gone, and everything is back to where it was."""
        quiet = self.now == self.open == 0 and self.tasks == before.tasks
        return quiet and self.descriptors <= before.descriptors


def left_behind(before: Census, after: Census) -> list[Fault]:
    """Say what a server still holds, besides memory, that it did not hold before."""
    faults = []
    if after.now or after.open:
        words = f"{after.now} in the books, {after.open} open, and nobody is there"
        faults.append(Fault("connections leaked", words))
    if not after.balanced:
        faults.append(Fault("unbalanced", "server.counters.balanced is False"))
    if more := Counter(after.tasks) - Counter(before.tasks):
        named = ", ".join(f"{count} × {name}" for name, count in more.items())
        faults.append(Fault("tasks leaked", named))
    if after.descriptors > before.descriptors:
        words = f"{before.descriptors} before, {after.descriptors} after"
        faults.append(Fault("descriptors leaked", words))
    return faults


def growths(censuses: Sequence[Census]) -> list[tuple[int, int]]:
    """Return, for each round, how many connections came, and by how many octets memory grew.

    Args:
        censuses: one after the warm-up, and one after each round.
    """
    return [
        (after.connections - before.connections, after.memory - before.memory)
        for before, after in itertools.pairwise(censuses)
    ]


def memory_leaked(censuses: Sequence[Census]) -> list[Fault]:
    """Say whether memory grew as it does with a leak: in every round, by more than noise.

    Args:
        censuses: one after the warm-up, and one after each round.
    """
    rounds = growths(censuses)
    if not rounds or any(grown <= NOISE + OCTETS_PER_CONNECTION * n for n, grown in rounds):
        return []
    words = ", ".join(f"{grown:,} octets with {n:,} connections" for n, grown in rounds)
    return [Fault("memory leaked", f"round by round: {words}")]
