"""Visitors that let the server's timers run out: it must not wait for anybody for ever.

Each takes seconds, and so a soak of a fixed number of visitors does without them.

Leaves out any judgement of how long the server waits.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from tests.soak.peer import Peer, request
from tests.soak.traffic import Pen, command
from tests.soak.verdicts import Fault
from tests.soak.visit import Deed, Visit
from wsdemo.protocol import Close

# In seconds, for a minute's run. A busy machine need only be fast enough for what a visitor has
# sent in one piece.
TIMES: dict[str, Any] = {
    "open_timeout": 3,
    "close_timeout": 2,
    "ping_interval": 1,
    "ping_timeout": 2,
}
KNOCK = 0.1  # seconds between two octets to a server that ought to have gone


async def shake(visit: Visit, peer: Peer) -> None:
    """Shake hands without delay."""
    visit.stage = "shaking hands"
    await peer.send_all([request()])
    await peer.accepted()


async def late(visit: Visit) -> str:
    """Send half a request and no more: 408."""
    async with visit.call(impatient=True) as peer:
        await peer.send(request()[: visit.rng.randrange(len(request()) - 1)])
        visit.stage = "waiting for 408"
        response = await peer.answer()
        if response.status != 408:
            raise Fault("wrong ending", f"{response.status}; 408 was due")
        if await peer.more():
            raise Fault("wrong octets", f"{peer.buffer[:80]!r} after the response")
        return "408"


async def deaf(visit: Visit) -> str:
    """Answer no ping: 1011."""
    async with visit.call(impatient=True) as peer:
        await shake(visit, peer)
        peer.answers = False
        visit.stage = "waiting for 1011"
        await peer.hear_out()
        visit.expect([])
        visit.expect_code(1011)
        return "1011"


async def patient(visit: Visit) -> str:
    """Do nothing but answer pings for a while: the connection stays."""
    async with visit.call() as peer:
        await shake(visit, peer)
        visit.stage = "answering pings"
        while peer.pings < 2 and await peer.hear():
            pass
        pen = Pen(visit.rng)
        await peer.send_all([pen.close(Close(1000))])
        await peer.hear_out()
        visit.expect([])
        visit.expect_code(1000)
        return "closed by the client"


async def sulky(visit: Visit) -> str:
    """Answer no close frame: the server ends TCP by itself."""
    async with visit.call(impatient=True) as peer:
        await shake(visit, peer)
        visit.stage = "letting the server wait for our close frame"
        await peer.send_all([Pen(visit.rng).message(command("close 4000 will you?"))])
        await peer.hear_out()
        visit.expect_code(4000)
        return "cut off"


async def clinging(visit: Visit) -> str:
    """Close, and then don't end TCP: the server cuts us off."""
    async with visit.call(impatient=True) as peer:
        await shake(visit, peer)
        await peer.send_all([Pen(visit.rng).close(Close(1000))])
        while peer.close is None and await peer.hear():
            pass
        visit.expect_code(1000)
        visit.stage = "letting the server wait for the end of TCP"
        await outlast(peer)
        return "cut off"


async def outlast(peer: Peer) -> None:
    """Wait until the server has forgotten us.

    Its FIN has come, so there is nothing to read; but what we write then is answered by a reset.
    """
    with contextlib.suppress(ConnectionError):
        while True:
            await peer.send(b"?")
            await asyncio.sleep(KNOCK)


# How many of a hundred visitors are of each kind.
LATECOMERS: dict[str, tuple[int, Deed]] = {
    "late": (1, late),
    "deaf": (1, deaf),
    "patient": (1, patient),
    "sulky": (1, sulky),
    "clinging": (1, clinging),
}
