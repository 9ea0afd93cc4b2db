"""Visitors that keep to the rules. Every message comes back, once, in order, to the octet.

Leaves out visitors that do anything wrong.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tests.soak.peer import Peer, request
from tests.soak.traffic import (
    CODES,
    OFFERS,
    Message,
    Pen,
    Squeezer,
    chunks,
    close,
    command,
    message,
)
from tests.soak.verdicts import compare_pongs
from tests.soak.visit import Deed, Visit, turns
from wsdemo.protocol import Close, CloseCode, Opcode

# No text that is drawn has an "l": when this one is back, all that went before it must be.
LAST = Message(Opcode.TEXT, b"last")

PATIENCE = 200  # turns of the loop in which a slow reader reads nothing
SIP = 4096  # octets that it reads at once

# Octets behind a request that is not answered yet: the engine takes as many as a second one may
# have.
EARLY = 16_384


@dataclass(frozen=True, slots=True)
class Talk:
    """What a visitor will say.

    Attributes:
        echoed: the messages that come back.
        writings: for each of them, and for a command if one follows, the octets of its frames.
        pings: the payloads of the pings between.
        ended_by: who closes: "client", or how the server is told to: "close", "return", "raise".
        close: what the side that closes says.
        farewell: the octets of our close frame.
    """

    echoed: list[Message]
    writings: list[bytes]
    pings: list[bytes] = field(repr=False)
    ended_by: str
    close: Close
    farewell: bytes

    @classmethod
    def draw(cls, visit: Visit, squeezer: Squeezer | None) -> Talk:
        """Make a talk up."""
        rng, pen = visit.rng, Pen(visit.rng, squeezer)
        echoed = [message(rng) for _ in range(rng.choice((2, 2, 5, 12, 30)))]
        ended_by = rng.choice(("client", "client", "close", "return", "raise"))
        if ended_by == "client":
            said = close(rng)
            echoed.append(LAST)
            writings = [pen.message(each) for each in echoed]
        else:
            said = ordered(ended_by, close(rng, CODES[1:]))
            words = f"{ended_by} {said.code} {said.reason}"
            writings = [pen.message(each) for each in [*echoed, command(words)]]
        return cls(echoed, writings, pen.pings, ended_by, said, pen.close(said))


def ordered(how: str, drawn: Close) -> Close:
    """Return what the server says when it is told to end in that way."""
    codes = {"return": CloseCode.NORMAL_CLOSURE, "raise": CloseCode.INTERNAL_ERROR}
    return Close(codes[how]) if how in codes else drawn


@contextlib.asynccontextmanager
async def begun(visit: Visit) -> AsyncIterator[tuple[Peer, Talk]]:
    """Shake hands, with or without an offer of compression, and think of something to say."""
    rng = visit.rng
    async with visit.call(small_buffers=rng.random() < 0.3) as peer:
        visit.stage = "shaking hands"
        await peer.send_all(chunks(rng, request(rng.choice(OFFERS))))
        await peer.accepted()
        talk = Talk.draw(visit, peer.squeezer)
        visit.stage = f"waiting for {len(talk.echoed)} messages"
        yield peer, talk


async def hear_all(peer: Peer, talk: Talk, pause: int = 0) -> None:
    """Read until the last echo is here, or the server's close frame, or nothing more comes."""
    while peer.close is None and not has_all(peer, talk) and await peer.hear():
        await turns(pause)


def has_all(peer: Peer, talk: Talk) -> bool:
    """Tell whether there is nothing more to wait for before we close."""
    if talk.ended_by != "client":
        return False
    # As many as were sent is enough even if they are others: that is a fault of its own.
    return peer.got[-1:] == [LAST] or len(peer.got) >= len(talk.echoed)


async def part(visit: Visit, peer: Peer, talk: Talk) -> str:
    """Do the closing handshake, and judge the whole talk."""
    visit.stage = "closing"
    await peer.send_all(chunks(visit.rng, talk.farewell))
    if visit.rng.random() < 0.2:
        peer.finish()
    await peer.hear_out()
    if visit.expect(talk.echoed):
        for fault in compare_pongs(talk.pings, peer.pongs):
            visit.record(fault)
        visit.expect_code(talk.close.code)
    return "closed by the client" if talk.ended_by == "client" else "closed by the server"


async def pipelined(visit: Visit) -> str:
    """Send everything, however cut, and read meanwhile."""
    async with begun(visit) as (peer, talk):
        async with peer.sending(chunks(visit.rng, b"".join(talk.writings))) as sent:
            await hear_all(peer, talk)
            await sent
        return await part(visit, peer, talk)


async def eager(visit: Visit) -> str:
    """Send frames behind the request, before the response has come.

    RFC 6455, 4.1, has a client wait for it; the engine indulges those who don't.
    """
    async with visit.call() as peer:
        talk = Talk.draw(visit, None)
        visit.stage = f"waiting for {len(talk.echoed)} messages"
        stream = b"".join(talk.writings)
        await peer.send_all(chunks(visit.rng, request() + stream[:EARLY]))
        await peer.accepted()
        async with peer.sending(chunks(visit.rng, stream[EARLY:])) as sent:
            await hear_all(peer, talk)
            await sent
        return await part(visit, peer, talk)


async def in_turn(visit: Visit) -> str:
    """Wait for each echo before the next message."""
    async with begun(visit) as (peer, talk):
        for number, writing in enumerate(talk.writings, 1):
            visit.stage = f"waiting for echo {number}"
            await peer.send_all(chunks(visit.rng, writing))
            while len(peer.got) < min(number, len(talk.echoed)) and await peer.hear():
                pass
        await hear_all(peer, talk)
        return await part(visit, peer, talk)


async def slow_reader(visit: Visit) -> str:
    """Read nothing for a while, then in sips, while everything is sent."""
    async with begun(visit) as (peer, talk):
        peer.bite = SIP
        async with peer.sending(chunks(visit.rng, b"".join(talk.writings))) as sent:
            await turns(visit.rng.randrange(PATIENCE))
            await hear_all(peer, talk, pause=2)
            await sent
        return await part(visit, peer, talk)


async def hasty(visit: Visit) -> str:
    """Close right behind the last message: what comes back is a beginning of what was sent."""
    async with begun(visit) as (peer, talk):
        pen = Pen(visit.rng)
        said = close(visit.rng)
        stream = b"".join(talk.writings[: len(talk.echoed)]) + pen.close(said)
        async with peer.sending(chunks(visit.rng, stream)):
            await peer.hear_out()
        if visit.expect_begun(talk.echoed):
            visit.expect_code(said.code)
        return "closed by the client"


async def half_reader(visit: Visit) -> str:
    """Read half of the echoes, or none, and leave without a word."""
    async with begun(visit) as (peer, talk):
        most = visit.rng.randrange(len(talk.echoed))
        stream = b"".join(talk.writings[: len(talk.echoed)])
        async with peer.sending(chunks(visit.rng, stream)):
            while len(peer.got) < most and await peer.hear():
                pass
            await turns(visit.rng.randrange(PATIENCE))
        visit.expect_begun(talk.echoed)
        if visit.rng.random() < 0.5:
            peer.reset()
        return "left"


async def pinger(visit: Visit) -> str:
    """Ping, pong and close, with no message at all."""
    async with visit.call() as peer:
        visit.stage = "shaking hands"
        await peer.send_all([request()])
        await peer.accepted()
        visit.stage = "pinging"
        pen = Pen(visit.rng)
        stream = b"".join(pen.ping() for _ in range(visit.rng.randrange(50)))
        await peer.send_all(chunks(visit.rng, stream + pen.frame(Opcode.CLOSE)))
        await peer.hear_out()
        visit.expect([])
        for fault in compare_pongs(pen.pings, peer.pongs):
            visit.record(fault)
        visit.expect_code(1005)
        return "closed by the client"


# How many of a hundred visitors are of each kind.
TALKS: dict[str, tuple[int, Deed]] = {
    "pipelined": (20, pipelined),
    "eager": (6, eager),
    "in turn": (16, in_turn),
    "slow reader": (6, slow_reader),
    "hasty": (5, hasty),
    "half reader": (5, half_reader),
    "pinger": (2, pinger),
}
