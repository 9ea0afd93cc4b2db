"""Rooms and fan-out: what is said once is sent to everybody, and nobody waits for anybody.

::

    hub = Hub(Disconnect(reason="too slow"))

    async def chat(connection):
        async with hub.client(connection) as client:
            room = client.join("lobby")
            async for message in connection:
                room.publish(message, exclude=[client])

The shape is that of gorilla's chat example: the hub owns the set of clients, each client has one
reader and one writer, and a full outbox means that the client is dropped. Here that last is one
policy out of four. The reader is the handler; the writer is a task of the hub::

    publish ─▶ serialised once ─▶ an outbox each ─▶ a writer each ─▶ member.send()

    core       Hub: who is here, the terms for all, the end
    rooms      Room: publish; Client: join, leave, post
    writer     the one task that sends to a client
    outbox     Post, Outbox: what waits for it, bounded
    policies   what happens to a slow consumer, and what is promised then
    counting   what was delivered and what was not, as a Snapshot
    hangups    closing connections without anybody's waiting for it
    terms      what all clients and rooms of a hub have in common

Everything but ``close`` and the sending itself is synchronous: between two lines without an
``await`` nobody joins, leaves or publishes, so ``client.post(snapshot)`` right after
``client.join(name)`` leaves no gap before the first change and doubles none. All of it belongs to
one event loop; another thread says ``loop.call_soon_threadsafe(room.publish, message)``.

Leaves out what a room remembers (``wsdemo.log``), who may join it and how many rooms one client
may be in, which an application knows, and hubs in other processes.
"""

from wsdemo.hub.core import Hub
from wsdemo.hub.counting import Fate, Snapshot
from wsdemo.hub.policies import Conflate, Disconnect, DropNewest, DropOldest, Policy
from wsdemo.hub.rooms import Client, Room
from wsdemo.hub.writer import Member, QuickMember

__all__ = [
    "Client",
    "Conflate",
    "Disconnect",
    "DropNewest",
    "DropOldest",
    "Fate",
    "Hub",
    "Member",
    "Policy",
    "QuickMember",
    "Room",
    "Snapshot",
]
