"""One visitor: who it is, where it has got to, what it has found.

Leaves out what it does; see ``talks``, ``breaches`` and ``latecomers``.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.soak.peer import Peer
from tests.soak.traffic import Message
from tests.soak.verdicts import Fault, Finding, Ledger, compare


@dataclass(slots=True)
class Visit:
    """A visitor of the subject.

    Attributes:
        number: which one it is.
        kind: what it does.
        rng: its own generator; it depends on the seed and the number, and on nothing else.
        addresses: where the subject has patience, and where it hasn't.
        ledger: where what happened is entered.
        stage: what it is at.
        peer: its connection, once there is one.
    """

    number: int
    kind: str
    rng: random.Random
    addresses: Sequence[tuple[str, int]]
    ledger: Ledger
    stage: str = "calling"
    peer: Peer | None = field(default=None)

    @contextlib.asynccontextmanager
    async def call(
        self, *, small_buffers: bool = False, impatient: bool = False
    ) -> AsyncIterator[Peer]:
        """Connect, and close the socket at the end of the block, politely or not.

        Args:
            small_buffers: whether the kernel holds little for us.
            impatient: whether to call where the server has no patience.
        """
        address = self.addresses[impatient]
        self.peer = peer = await Peer.call(address, small_buffers=small_buffers)
        try:
            yield peer
        finally:
            peer.sock.close()
            self.ledger.octets += peer.octets

    def record(self, fault: Fault) -> None:
        """Enter a fault."""
        self.ledger.findings.append(Finding(fault, self.number, self.kind))

    def expect(self, sent: Sequence[Message]) -> bool:
        """Hold what came to what was sent, all of which was due; True if nothing is wrong."""
        assert self.peer is not None
        faults = compare(sent, self.peer.got)
        for fault in faults:
            self.record(fault)
        if not faults:
            self.ledger.messages += len(sent)
        return not faults

    def expect_begun(self, sent: Sequence[Message]) -> bool:
        """Hold what came to the beginning of what was sent; True if nothing is wrong."""
        assert self.peer is not None
        return self.expect(sent[: len(self.peer.got)])

    def expect_code(self, code: int) -> None:
        """Hold the close frame to the code that it must have, there being no more to come."""
        assert self.peer is not None
        close = self.peer.close
        if close is None:
            words = f"no close frame, but the end of TCP, after {len(self.peer.got)} messages"
            self.record(Fault("wrong ending", f"{words}; {code} was due"))
        elif close.code != code:
            self.record(Fault("wrong ending", f"{close}; {code} was due"))

    def whereabouts(self) -> str:
        """Say where it has got to."""
        if self.peer is None:
            return self.stage
        came = f"{len(self.peer.got)} messages came, {len(self.peer.pongs)} pongs"
        return f"{self.stage}; {came}, {self.peer.octets:,} octets in both directions"


# What a visitor does; returns how that ended, in a few words.
Deed: TypeAlias = Callable[[Visit], Awaitable[str]]


async def turns(count: int) -> None:
    """Let the loop turn: a pause that knows of no time."""
    for _ in range(count):
        await asyncio.sleep(0)
