"""Open connections on which the load generator talks: to each by itself, or for all to hear.

One loop over what the kernel says is ready, and for each answer a `recv`, a comparison, and a
`send` of octets made before: a round trip costs this less than it costs a server that has to
read frames. Whether that was so is in every sample.

Leaves out latency: see `wsdemo.lab.load` for that.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence

from wsdemo.lab.bench.inbound import BadAnswer, Deflated, Inbound
from wsdemo.lab.bench.member import Member
from wsdemo.lab.bench.octets import exchange
from wsdemo.lab.bench.opening import STALL
from wsdemo.lab.bench.readiness import Readiness, readiness
from wsdemo.lab.bench.workloads import Workload

__all__ = ["Crowd"]

# What one read takes at most. The usual answer fits, and for large ones the kernel's buffer does.
LEAST_ROOM, MOST_ROOM = 2**12, 2**18

Clock = Callable[[], float]


class Crowd:
    """All connections to one server.

    Args:
        connections: open ones.
        workload: what is to be measured.
        raw: whether the server sends back every octet as it came.
        stall: seconds of silence after which the server is given up.
        clock: tells the time.
        ready: tells what is ready.
    """

    def __init__(
        self,
        connections: Sequence[socket.socket],
        workload: Workload,
        *,
        raw: bool = False,
        stall: float = STALL,
        clock: Clock = time.perf_counter,
        ready: Callable[[], Readiness] = readiness,
    ) -> None:
        one = exchange(workload, raw=raw)
        self._frame, self._depth = one.frame, workload.depth
        self._room = min(max(len(one.reply) * self._depth, LEAST_ROOM), MOST_ROOM)
        self._stall, self._clock, self._ready = stall, clock, ready()
        kind = Deflated if workload.deflate else Inbound
        self._heard = 0.0
        self._members: dict[int, Member] = {}
        for connection in connections:
            self._members[connection.fileno()] = Member(connection, kind(one, self._depth))
            self._ready.watch(connection.fileno())

    def close(self) -> None:
        """Stop watching; the connections stay open."""
        self._ready.close()

    def converse(self, seconds: float) -> int:
        """Let every member send, wait for the answers, and send again.

        Args:
            seconds: after which nobody sends again; the last answers are waited for.

        Returns:
            How many messages came back.
        """
        burst, depth, members = self._frame * self._depth, self._depth, self._members
        self._heard = self._clock()
        end = self._heard + seconds
        for descriptor in members:
            self._send(descriptor, burst, depth)
        busy, answered, going = len(members), 0, True
        while busy:
            complete = self._receive()
            going = going and self._clock() < end
            for descriptor in complete:
                answered += depth
                if going:
                    self._send(descriptor, burst, depth)
                else:
                    busy -= 1
        return answered

    def listen(self, seconds: float) -> int:
        """Let one member after the other say something that all are to hear.

        Args:
            seconds: after which nobody says anything more.

        Returns:
            How many messages were delivered.
        """
        self._heard = self._clock()
        end, heard, turn = self._heard + seconds, 0, 0
        descriptors = list(self._members)
        while not heard or self._clock() < end:
            for member in self._members.values():
                member.awaited = self._depth
            self._send(descriptors[turn % len(descriptors)], self._frame, self._depth)
            deaf = len(self._members)
            while deaf:
                deaf -= len(self._receive())
            heard += len(self._members) * self._depth
            turn += 1
        return heard

    def _send(self, descriptor: int, data: bytes, awaited: int) -> None:
        member = self._members[descriptor]
        member.awaited = awaited
        if not member.send(data):
            self._ready.watch_writing(descriptor, True)

    def _receive(self) -> list[int]:
        """Read what is ready, and return the members whose last awaited answer came by it."""
        complete, members, room, heard = [], self._members, self._room, False
        for descriptor, _ in self._ready.poll(self._stall):
            member = members[descriptor]
            awaited = member.awaited
            if member.is_behind and member.send(b""):
                self._ready.watch_writing(descriptor, False)
            if not member.receive(room):
                self._ready.watch_writing(descriptor, True)
            if member.awaited != awaited:
                heard = True
                if not member.awaited:
                    complete.append(descriptor)
        self._note(heard)
        return complete

    def _note(self, heard: bool) -> None:
        """Give the server up that has not answered for too long, though it may still send pings."""
        now = self._clock()
        if heard:
            self._heard = now
        elif now - self._heard >= self._stall:
            raise BadAnswer(f"the server answered nothing for {self._stall:g} s")
