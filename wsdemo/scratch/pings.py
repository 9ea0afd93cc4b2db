"""Pings on their way, and the latency their pongs tell.

RFC 6455, 5.5.2: "A Ping frame may serve either as a keepalive or as a means to verify that the
remote endpoint is still responsive." Keepalive is in its own module; this one only remembers.

Left out: the frames themselves, which the endpoint writes and reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from wsdemo.scratch.options import Clock
from wsdemo.scratch.waiter import ConcurrencyError

# Four bytes: as many as a masking key, no two alike among the few pings that are ever pending,
# and a peer that has not read a ping cannot guess its answer.
PAYLOAD = 4


@dataclass(frozen=True, slots=True)
class Pending:
    """A ping that awaits its pong.

    Attributes:
        sent_at: the clock's time.
        waiter: gets the latency in seconds; None when nobody waits for it.
    """

    sent_at: float
    waiter: asyncio.Future[float] | None


class Pings:
    """The pings of one connection.

    Args:
        clock: tells the time.
        randbytes: makes up payloads.

    Attributes:
        latency: the latest round trip in seconds; 0.0 before the first.
    """

    __slots__ = ("_clock", "_pending", "_randbytes", "latency")

    def __init__(self, clock: Clock, randbytes: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._randbytes = randbytes
        self._pending: dict[bytes, Pending] = {}
        self.latency = 0.0

    def __contains__(self, payload: bytes) -> bool:
        return payload in self._pending

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, payload: bytes | None, waiter: asyncio.Future[float] | None = None) -> bytes:
        """Remember a ping that is about to be sent.

        Args:
            payload: None to make one up that no other pending ping has.
            waiter: gets the latency.

        Returns:
            The payload.

        Raises:
            ConcurrencyError: a ping with the same payload still awaits its pong.
        """
        if payload in self._pending:
            raise ConcurrencyError("already waiting for a pong with the same data")
        while payload is None or payload in self._pending:
            payload = self._randbytes(PAYLOAD)
        self._pending[payload] = Pending(self._clock.time(), waiter)
        return payload

    def answer(self, payload: bytes) -> None:
        """Take a pong: it answers the ping with its payload and all that were sent before.

        A pong that answers nothing is ignored. RFC 6455, 5.5.3: "A Pong frame MAY be sent
        unsolicited. This serves as a unidirectional heartbeat. A response to an unsolicited
        Pong frame is not expected."
        """
        if payload not in self._pending:
            return
        now = self._clock.time()
        # RFC 6455, 5.5.3: "If an endpoint receives a Ping frame and has not yet sent Pong
        # frame(s) in response to previous Ping frame(s), the endpoint MAY elect to send a Pong
        # frame for only the most recently processed Ping frame."
        for sent in list(self._pending):
            pending = self._pending.pop(sent)
            self.latency = now - pending.sent_at
            if pending.waiter is not None and not pending.waiter.done():
                pending.waiter.set_result(self.latency)
            if sent == payload:
                return

    def forget(self, payload: bytes) -> None:
        """Wait no longer for the pong to a ping."""
        self._pending.pop(payload, None)

    def end(self, error: Exception) -> None:
        """Tell everybody who still waits that no pong will come."""
        for pending in self._pending.values():
            if pending.waiter is not None and not pending.waiter.done():
                pending.waiter.set_exception(error)
                # Looked at once, so that asyncio does not complain when nobody else looks:
                # a ping may be sent without waiting for its pong.
                pending.waiter.exception()
        self._pending.clear()
