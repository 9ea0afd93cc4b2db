"""Keepalive: a ping now and then, and the end of a peer that doesn't answer.

TCP says nothing when a cable is pulled or a laptop falls asleep: a connection over which
nothing is sent stays "open" for ever. Pings find the dead, and keep proxies, which close what
is idle for a minute, from closing the living.

It runs on two timers and needs no task: ten thousand connections have ten thousand timers, and
not as many stacks.

Left out: pings sent by the program (``Connection.ping``).
"""

from __future__ import annotations

from typing import Protocol

from wsdemo.scratch.inbox import Hold, Valve
from wsdemo.scratch.options import Clock, Options, Timer
from wsdemo.scratch.pings import Pings


class Pinger(Protocol):
    """What keepalive needs of a connection."""

    @property
    def options(self) -> Options:
        """Times and limits."""

    @property
    def clock(self) -> Clock:
        """What sets timers."""

    @property
    def pings(self) -> Pings:
        """What awaits its pong."""

    @property
    def valve(self) -> Valve:
        """Whether, and why, nothing is read."""

    @property
    def is_full(self) -> bool:
        """Whether the peer is slow to read."""

    def send_ping(self, payload: bytes) -> None:
        """Send a ping now, whatever is in the buffers."""

    def give_up(self) -> None:
        """Fail the connection: its peer is silent."""


class Keepalive:
    """The heartbeat of one connection.

    Args:
        connection: whose heart it is.
    """

    __slots__ = ("_connection", "_payload", "_timer")

    def __init__(self, connection: Pinger) -> None:
        self._connection = connection
        self._payload: bytes | None = None
        self._timer: Timer | None = None

    def start(self) -> None:
        """Send the first ping one interval from now; never, without an interval."""
        interval = self._connection.options.ping_interval
        if interval is not None:
            self._set_timer(interval)

    def stop(self) -> None:
        """Send no more pings; may be called twice."""
        self._cancel()
        # A pong that comes after this must not start the heart again.
        self._payload = None

    def heard(self) -> None:
        """Take note that a pong came, and rest if it answers our ping."""
        options, pings = self._connection.options, self._connection.pings
        if self._payload is None or self._payload in pings or options.ping_interval is None:
            return
        self._payload = None
        # From ping to ping it is one interval, not one interval and one round trip.
        self._set_timer(max(0.0, options.ping_interval - pings.latency))

    def __call__(self) -> None:
        """Do what is due: send a ping, or act on a pong that did not come; for the timer.

        The heart itself is what the timer calls: a method would be one more object for each.
        """
        if self._payload is not None and self._connection.options.ping_timeout is not None:
            self._expire()
        else:
            self._beat()

    def _beat(self) -> None:
        options, pings = self._connection.options, self._connection.pings
        if self._payload is not None:
            # Without a ping_timeout nobody waits for pongs, and a peer that sends none must
            # not make us remember every ping.
            pings.forget(self._payload)
        self._payload = pings.add(None)
        if options.ping_timeout is not None:
            self._set_timer(options.ping_timeout)
        elif options.ping_interval is not None:
            self._set_timer(options.ping_interval)
        self._connection.send_ping(self._payload)

    def _expire(self) -> None:
        timeout = self._connection.options.ping_timeout
        unread = Hold.INBOX in self._connection.valve.held
        if timeout is None or not unread or self._connection.is_full:
            self._connection.give_up()
            return
        # The pong may have come long ago: it is we who aren't reading, because our own program
        # is slow. (Unless the peer doesn't read, either: the two of us would wait for each
        # other for ever.)
        self._set_timer(timeout)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _set_timer(self, delay: float) -> None:
        self._cancel()
        self._timer = self._connection.clock.call_later(delay, self)
