"""`Hub`: the rooms, the clients, and the end of both.

A hub that closes takes nobody in, empties its rooms, and then, for every client at once: lets its
writer send what waits, and closes the connection. All of that has one deadline. Whoever has not
been sent everything by then is sent the close frame at once, and what still waits is discarded.

Leaves out listening: a server accepts connections, and a hub gets them from its handlers.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from wsdemo.hub.counting import Snapshot
from wsdemo.hub.hangups import HangUps, hang_up
from wsdemo.hub.policies import Policy, checked
from wsdemo.hub.rooms import Client, Room
from wsdemo.hub.terms import Serialize, Terms
from wsdemo.hub.writer import Member
from wsdemo.protocol.closing import Close, CloseCode

__all__ = ["CLOSE_TIMEOUT", "MESSAGES", "OCTETS", "Hub"]

# As in gorilla's example: at ten messages a second, what a phone misses in a long tunnel.
MESSAGES = 256
# 1 MiB: one message as big as either engine receives. A thousand clients that all stand still
# take a gibibyte at most, and only if no two of them wait for the same messages.
OCTETS = 2**20
# Seconds; both engines give a closing handshake as long.
CLOSE_TIMEOUT = 10.0


class Hub:
    """Rooms, and the clients in them.

    Args:
        policy: what happens to a client whose outbox is full. There is no default, because
            nobody but the application knows what its messages mean.
        messages: how many may wait in one client's outbox, besides the one being sent.
        octets: how many octets of payload they may have together.
        serialize: makes text or bytes of what is published, once for each ``publish``; whatever
            is published goes through it, text too. Without it only text and bytes are taken.
        close_timeout: seconds for the closing handshake of a client that is disconnected; None
            for as long as it takes.

    Raises:
        TypeError: the policy is none.
        ValueError: an outbox that could hold nothing.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        messages: int = MESSAGES,
        octets: int = OCTETS,
        serialize: Serialize | None = None,
        close_timeout: float | None = CLOSE_TIMEOUT,
    ) -> None:
        hangups = HangUps(close_timeout)
        self._terms = Terms(policy, messages, octets, serialize, hangups)
        self._clients: set[Client] = set()
        # Weak: a client holds the rooms that it is in, and nobody else has to.
        self._rooms: WeakValueDictionary[str, Room] = WeakValueDictionary()
        self._farewells: set[asyncio.Task[None]] = set()
        self._closed = False

    def client(self, member: Member, *, policy: Policy | None = None) -> Client:
        """Return a client, who is here inside of its ``async with``.

        Args:
            member: the connection.
            policy: for this client, if it is to have another than the others.

        Raises:
            TypeError: the policy is none.
            StateError: on entering: the hub is closed, or this client was here before.
        """
        return Client(member, self._terms, self.room, self._books, policy)

    def room(self, name: str) -> Room:
        """Return the room of this name, whether somebody is in it or not."""
        room = self._rooms.get(name)
        if room is None:
            self._rooms[name] = room = Room(name, self._terms)
        return room

    @property
    def rooms(self) -> dict[str, Room]:
        """The rooms that somebody is in, by name."""
        return {name: room for name, room in self._rooms.items() if len(room)}

    @property
    def clients(self) -> frozenset[Client]:
        """Everybody who is here."""
        return frozenset(self._clients)

    @property
    def closed(self) -> bool:
        """Whether it is closed, or closing."""
        return self._closed

    def snapshot(self) -> Snapshot:
        """Return what the whole hub has counted, rooms that are gone included, frozen."""
        return self._terms.counts.snapshot()

    async def close(
        self,
        code: int = CloseCode.GOING_AWAY,
        reason: str = "",
        within: float | None = CLOSE_TIMEOUT,
    ) -> None:
        """Send what waits, close every connection, and leave no task behind.

        To call it again only waits. To cancel it gives up on those who are still left.

        Args:
            code: the close code for everybody.
            reason: the same for people, at most 123 octets in UTF-8.
            within: seconds for all of it; None for as long as it takes.

        Raises:
            ValueError: the code or the reason can't be sent.
        """
        close = checked(code, reason)
        loop = asyncio.get_running_loop()
        deadline = None if within is None else loop.time() + within
        if not self._closed:
            self._closed = True
            for client in self.clients:
                self._farewells.add(asyncio.create_task(_farewell(client, close, within)))
        try:
            if self._farewells:
                await asyncio.wait(self._farewells)
            left = None if deadline is None else max(0.0, deadline - loop.time())
            await self._terms.hangups.finish(left)
        finally:
            for task in self._farewells:
                task.cancel()
            self._terms.hangups.give_up()

    def _books(self) -> set[Client] | None:
        return None if self._closed else self._clients

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<hub: {len(self._clients)} clients in {len(self.rooms)} rooms>"


async def _farewell(client: Client, close: Close, within: float | None) -> None:
    deadline = None if within is None else asyncio.get_running_loop().time() + within
    try:
        await client.drain(within)
    finally:
        client.end()
    await client.ended()
    await hang_up(client.member, close, deadline)
