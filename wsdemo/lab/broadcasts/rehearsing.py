"""A rehearsal of a design in memory: peers without a network, and counts that are always the same.

The audience is three: two clients that read, and between them one that has stopped. What a peer
has taken lies in a buffer, as in the write buffer of a connection; ``send`` returns while there is
room in it, and waits while there is none.

Leaves out time, octets, and `Builtin`, which writes to the connections of `websockets` itself.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wsdemo.lab.broadcasts.designs import Design

__all__ = ["Peer", "Rehearsal", "rehearse", "settle"]

ROOM = 4  # messages that the one in the middle takes before a send waits
MESSAGES = tuple(f"message {number}" for number in range(1, 13))
TURNS = 20  # of the loop; more than anything in memory needs between two messages


class Peer:
    """A connection in memory.

    Args:
        room: how many messages it takes before ``send`` waits; None for any number.

    Attributes:
        got: what it has taken.
    """

    def __init__(self, room: int | None = None) -> None:
        self.got: list[str | bytes] = []
        self.closed: tuple[int, str] | None = None
        self._room = room
        self._moved = asyncio.Event()
        self._ended = asyncio.Event()

    async def send(self, message: str | bytes) -> None:
        """Take a message; return when there is room for another."""
        self.got.append(message)
        while self._room is not None and len(self.got) >= self._room:
            self._moved.clear()
            await self._moved.wait()

    async def wait_closed(self) -> None:
        """Wait until it is closed."""
        await self._ended.wait()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it, from either side."""
        self.closed = self.closed or (code, reason)
        self._ended.set()

    def read_on(self) -> None:
        """Take everything from now on."""
        self._room = None
        self._moved.set()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it, as numbers of messages.

    Attributes:
        returned: how many broadcasts have returned.
        first: what the client has that came before the one that stalls.
        stalled: what that one has taken.
        last: what the client has that came after it.
        tasks: how many tasks more there were at the end than before the first message.
        later: what the one that stalled had in the end, after it had read on.
        code: the close code that it got, if any.
    """

    returned: int
    first: int
    stalled: int
    last: int
    tasks: int
    later: tuple[str | bytes, ...]
    code: int | None


async def rehearse(
    make: Callable[[], Design], messages: Sequence[str | bytes] = MESSAGES, *, room: int = ROOM
) -> Rehearsal:
    """Broadcast messages to three, of whom the second takes only a few.

    Args:
        make: makes the design.
        messages: what is said, one by one; the loop turns between them.
        room: how many messages the second client takes before it stalls.

    Returns:
        The counts. It is played on a loop of its own, in a thread, where nobody else has tasks.
    """
    return await asyncio.to_thread(lambda: asyncio.run(_play(make, messages, room)))


async def _play(
    make: Callable[[], Design], messages: Sequence[str | bytes], room: int
) -> Rehearsal:
    design = make()
    peers = Peer(), Peer(room), Peer()
    handlers = [asyncio.create_task(design.handler(peer)) for peer in peers]
    await settle()
    before = len(asyncio.all_tasks())
    returned: list[str | bytes] = []
    speaker = asyncio.create_task(_speak(design, messages, returned))
    await settle(len(messages) + 1)
    waits = not speaker.done()
    returns, (first, stalled, last) = len(returned), (len(peer.got) for peer in peers)
    tasks = max(0, len(asyncio.all_tasks()) - before - waits)
    code = None if peers[1].closed is None else peers[1].closed[0]
    peers[1].read_on()
    await speaker
    await settle()
    later = tuple(peers[1].got)
    for peer in peers:
        await peer.close()
    await asyncio.gather(*handlers)
    return Rehearsal(returns, first, stalled, last, tasks, later, code)


async def _speak(
    design: Design, messages: Sequence[str | bytes], returned: list[str | bytes]
) -> None:
    for message in messages:
        waiting = design.broadcast(message)
        if inspect.isawaitable(waiting):
            await waiting
        returned.append(message)
        await settle()


async def settle(times: int = 1) -> None:
    """Let the loop turn until nothing in memory has anything left to do."""
    for _ in range(TURNS * times):
        await asyncio.sleep(0)
