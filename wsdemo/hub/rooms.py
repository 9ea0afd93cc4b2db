"""Rooms, and the clients that are in them.

A room is there from the first join to the last leave: it lives as long as somebody is in it or a
program holds it, and for as long there is only one of its name. So a program may keep a room and
publish to it whoever comes and goes; one that nobody keeps costs nothing.

Leaves out names of people, permissions, history: a room is a set.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from wsdemo.errors import StateError
from wsdemo.hub.counting import Counts, Snapshot
from wsdemo.hub.policies import Policy
from wsdemo.hub.terms import Terms
from wsdemo.hub.writer import Member, Writer

__all__ = ["Client", "Room"]


class Room:
    """Who hears what is published here; iterate over it for its clients.

    Args:
        name: of the room.
        terms: the hub's.
    """

    def __init__(self, name: str, terms: Terms) -> None:
        self.name = name
        self._terms = terms
        self._clients: dict[Client, None] = {}  # a set that keeps the order of joining
        self._counts = Counts()

    def publish(
        self, message: Any, *, key: Hashable = None, exclude: Collection[Client] = ()
    ) -> int:
        """Send a message to everybody in the room, and wait for nobody.

        Args:
            message: what the hub's serialiser takes; without one, text or bytes.
            key: what this is the newest state of, for clients whose policy is `Conflate`.
            exclude: clients that don't get it, such as the one it comes from.

        Returns:
            The number of clients it is for.

        Raises:
            TypeError: without a serialiser, neither text nor bytes.
            ValueError: it is bigger than an outbox.
            Exception: what the serialiser raises; nothing that a member raises.
        """
        post = self._terms.post(message, key, room=self.name, counts=self._counts)
        # A list, because an offer may make a client leave.
        clients = [each for each in self._clients if each not in exclude]
        post.copied(len(clients))
        for client in clients:
            client.offer(post)
        return len(clients)

    def add(self, client: Client) -> None:
        """Let a client in; see `Client.join`."""
        self._clients[client] = None
        self._counts.members = len(self._clients)

    def remove(self, client: Client) -> None:
        """Let a client out; see `Client.leave`."""
        self._clients.pop(client, None)
        self._counts.members = len(self._clients)

    def snapshot(self) -> Snapshot:
        """Return what this room has counted since it is there, frozen."""
        return self._counts.snapshot()

    def __len__(self) -> int:
        return len(self._clients)

    def __bool__(self) -> bool:
        return True  # an empty room is a room

    def __iter__(self) -> Iterator[Client]:
        return iter(tuple(self._clients))

    def __contains__(self, client: object) -> bool:
        return client in self._clients

    def __repr__(self) -> str:
        return f"<room {self.name!r}: {len(self)} in it>"


class Client(Writer):
    """A member of the hub while it is here: from ``async with hub.client(member)`` to its end.

    However that ends, by a return, an exception or a cancellation, the client is then in no room
    and has no task. What still waited for it is discarded; ``await client.drain()`` comes before
    that where it matters.

    Args:
        member: the connection.
        terms: the hub's.
        room: gives the room of a name.
        books: the hub's clients, to which it adds itself; None once the hub is closed.
        policy: for this client, if it is to have another than the hub's.
    """

    def __init__(
        self,
        member: Member,
        terms: Terms,
        room: Callable[[str], Room],
        books: Callable[[], set[Client] | None],
        policy: Policy | None = None,
    ) -> None:
        super().__init__(member, terms, policy)
        self._find = room
        self._books = books
        self._present: set[Client] | None = None
        self._rooms: dict[str, Room] = {}

    @property
    def rooms(self) -> Mapping[str, Room]:
        """The rooms it is in, by name."""
        return MappingProxyType(self._rooms)

    def join(self, name: str) -> Room:
        """Go into a room, and return it; to be there already is fine.

        A client that is not here joins nothing. That is no error, because a slow one may be made
        to leave at any moment, between two lines of its own handler.
        """
        room = self._find(name)
        if not self._ending:
            self._rooms[name] = room
            room.add(self)
        return room

    def leave(self, name: str) -> None:
        """Go out of a room; not to be in it is fine. What was published until now still comes."""
        room = self._rooms.pop(name, None)
        if room is not None:
            room.remove(self)

    def post(self, message: Any, *, key: Hashable = None) -> None:
        """Send a message to this client alone, in line with what its rooms publish.

        Args:
            message: as for `Room.publish`.
            key: as for `Room.publish`; the keys of a room are others.

        Raises:
            TypeError: without a serialiser, neither text nor bytes.
            ValueError: it is bigger than an outbox.
        """
        post = self._terms.post(message, key, counts=None)
        post.copied(1)
        self.offer(post)

    async def drain(self, within: float | None = None) -> None:
        """Leave every room, and wait until everything was sent or the client has left.

        Args:
            within: seconds to wait at most; None for as long as it takes.
        """
        self.leave_rooms()
        await super().drain(within)

    def end(self) -> None:
        """Leave every room, and take and send nothing more. A second time is nothing."""
        self.leave_rooms()
        if self._present is not None:
            self._present.discard(self)
            self._terms.counts.members = len(self._present)
        super().end()

    def leave_rooms(self) -> None:
        """Go out of every room."""
        for name in tuple(self._rooms):
            self.leave(name)

    async def __aenter__(self) -> Self:
        present = self._books()
        if present is None:
            raise StateError("a client comes to a hub that is closed")
        if self._present is not None:
            raise StateError("a client comes twice")
        self._present = present
        present.add(self)
        self._terms.counts.members = len(present)
        self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()
        await self.ended()

    def __repr__(self) -> str:
        state = "gone" if self._gone else f"{self.waiting} waiting"
        return f"<client in {len(self._rooms)} rooms, {state}>"
