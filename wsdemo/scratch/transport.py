"""The side of a connection that faces the transport: bytes in, bytes out, and the end of both.

A ``Link`` stands between asyncio's transport, which calls it, and a sans-I/O endpoint, which
it calls. It decides when bytes move, never what they mean:

    buffer_updated ─▶ endpoint.messages ─▶ inbox.put, or call_back     the fast path
                   ─▶ endpoint.receive ─▶ handle(event), for each      the readable one
                   ─▶ endpoint.output ─▶ transport.write, once

Whatever is sent while ``buffer_updated`` runs leaves in one write (*corking*): a read that
brought thirty pings is answered by one packet, not by thirty.

A connection that is no longer open has ``close_timeout`` seconds to end. That is a timer of
the link's own and depends on nobody's waiting for it: a peer that never answers the closing
handshake, and one that answers but never ends TCP, are both cut off.

Left out: ``asyncio`` streams. They would bring a second buffer, a task per connection and a
wake-up per read; a protocol is called at once, with all that has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import cast

from wsdemo.errors import ConnectionClosed
from wsdemo.protocol import TRANSITIONS, Cue, Event, State
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.scratch.inbox import Hold, Inbox, Valve
from wsdemo.scratch.options import Clock, LoopClock, Options, Timer

# Where the endpoint answers pings.
PONGING = frozenset(state for state, cue in TRANSITIONS if cue is Cue.RECEIVE_PING)
OPEN = State.OPEN
# Those from which a connection can only come to its end.
ENDING = frozenset(State) - {State.CONNECTING, State.OPEN}

# What may wait for the end of a read, in pieces and in octets of the last one. A coroutine that was
# woken amid it and sends without end has to meet the write buffer, as it does everywhere else.
CORKED, CORKED_OCTETS = 64, 16_384


class Link(asyncio.BufferedProtocol):
    """A transport and an endpoint, joined.

    Args:
        endpoint: the protocol's side.
        options: what this connection has in common with others.

    Attributes:
        fault: what ended the connection, when it did not end as it should; the cause of the
            ``ConnectionClosed`` that everybody gets.
    """

    __slots__ = (
        "_corked",
        "_deadline",
        "_farewell",
        "_full",
        "_lost",
        "_waiters",
        "_winding_down",
        "clock",
        "endpoint",
        "fault",
        "inbox",
        "loop",
        "options",
        "transport",
        "valve",
    )

    transport: asyncio.Transport
    valve: Valve
    inbox: Inbox

    def __init__(self, endpoint: Endpoint, options: Options) -> None:
        self.endpoint = endpoint
        self.options = options
        self.loop = asyncio.get_running_loop()
        self.clock: Clock = options.clock or LoopClock(self.loop)
        self.fault: BaseException | None = None
        self._corked = False
        self._full = False
        self._winding_down = False
        self._deadline: Timer | None = None
        self._waiters: set[asyncio.Future[None]] | None = None
        self._lost = False
        self._farewell: asyncio.Future[None] | None = None

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a new transport, and write what the endpoint has to say first."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(*self.options.write)
        self.valve = Valve(self.transport)
        self.inbox = Inbox(self.options.queue, self.valve, self.loop)
        self.flush()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio gives it
        """Tell asyncio where to put what it reads."""
        return self.options.memory

    def buffer_updated(self, nbytes: int) -> None:
        """Give what was read to the endpoint, and write what that has led to at one go."""
        endpoint, options = self.endpoint, self.options
        tally, output = options.tally, endpoint.output
        self._corked = True
        try:
            messages, octets, rest = endpoint.messages(options.memory[:nbytes])
            if tally is not None:
                tally.wire_in += nbytes
                tally.messages_in += len(messages)
                tally.payload_in += octets
            if messages:
                if options.on_message is None:
                    self.inbox.put(messages)
                else:
                    self.call_back(messages)
            if rest:
                for event in endpoint.receive(rest):
                    self.handle(event)
        finally:
            self._corked = False
            if output and endpoint.state is OPEN and not self.transport.is_closing():
                # What `flush()` does while nothing ends, without the calls.
                data = output[0] if len(output) == 1 else b"".join(output)
                output.clear()
                if tally is not None:
                    tally.wire_out += len(data)
                self.transport.write(data)
            else:
                self.flush()
        if self._full and self.endpoint.state in PONGING:
            # What we read may call for what we write, such as pongs: a peer that pings and never
            # reads would fill our memory. To stop here, and not when the buffer gets full, makes
            # sure that something is read each time it was emptied: else a program that fills it
            # again at once would keep us from hearing its slow client.
            self.valve.hold(Hold.OUTPUT)

    def data_received(self, data: bytes) -> None:
        """Take bytes from whoever does not put them into our memory."""
        memory = self.options.memory
        for start in range(0, len(data), len(memory)):
            size = min(len(memory), len(data) - start)
            memory[:size] = data[start : start + size]
            self.buffer_updated(size)

    def eof_received(self) -> None:
        """Tell the endpoint that no more bytes will come; asyncio then closes the transport.

        TCP would let us write on to a peer that has stopped writing. WebSocket has no use for
        it: whoever has something to say, or to hear, has not sent its close frame yet.
        """
        self.deliver(self.endpoint.receive_eof())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits for anything that TCP has ended."""
        self.fault = self.fault or exc
        self._lost = True
        if self._farewell is not None:
            self._farewell.set_result(None)
        if self._deadline is not None:
            self._deadline.cancel()
        self.deliver(self.endpoint.receive_eof())
        self.inbox.end()
        self._wake()

    def pause_writing(self) -> None:
        """Take note that the peer reads slower than we write."""
        self._full = True

    def resume_writing(self) -> None:
        """Let those write on who have waited."""
        self._full = False
        self.valve.release(Hold.OUTPUT)
        self._wake()

    # What the connection calls

    def call_back(self, messages: list[str | bytes]) -> None:
        """Call the program's function for messages that have come; for subclasses."""
        raise NotImplementedError

    def handle(self, event: Event) -> None:
        """Act on an event of the endpoint; for subclasses."""
        raise NotImplementedError

    def leave_open(self) -> None:
        """Act on the connection's not being open any more; for subclasses."""

    def deliver(self, events: Iterable[Event]) -> None:
        """Act on events, and write what that has led to at one go."""
        self._corked = True
        try:
            for event in events:
                self.handle(event)
        finally:
            self._corked = False
        self.flush()

    def flush(self) -> None:
        """Write what the endpoint has queued, unless it is little and more may come at once."""
        if self._corked:
            output = self.endpoint.output
            if len(output) <= CORKED and not (output and len(output[-1]) > CORKED_OCTETS):
                return
        data = self.endpoint.take_output()
        if data and not self.transport.is_closing():
            if (tally := self.options.tally) is not None:
                tally.wire_out += len(data)
            self.transport.write(data)
        if self.endpoint.state in ENDING and not self._lost:
            self._wind_down()

    @property
    def is_full(self) -> bool:
        """Whether whoever wants to send had better wait."""
        return self._full

    @property
    def is_lost(self) -> bool:
        """Whether TCP has ended."""
        return self._lost

    async def room(self) -> None:
        """Wait until the write buffer is below its low mark, or the connection is lost."""
        if not self._full or self.is_lost:
            return
        waiter = self.loop.create_future()
        if self._waiters is None:
            self._waiters = set()
        self._waiters.add(waiter)
        await waiter

    async def wait_closed(self) -> None:
        """Wait until the connection is closed: its closing handshake done, and TCP ended."""
        if not self._lost:
            self._farewell = self._farewell or self.loop.create_future()
            await asyncio.shield(self._farewell)

    async def ended(self) -> ConnectionClosed:
        """Wait for the end of TCP, and return the error for whoever wanted to go on."""
        # Not before: only then is it known whether the peer's close frame came.
        await self.wait_closed()
        return self.closed_error()

    def closed_error(self) -> ConnectionClosed:
        """Return a new error that tells how the connection ended."""
        error = self.endpoint.connection_closed()
        error.__cause__ = self.fault
        return error

    # The end

    def _wind_down(self) -> None:
        """See to it that a connection that isn't open any more comes to its end."""
        if not self._winding_down:
            self._winding_down = True
            self.leave_open()
            if self.options.close_timeout is not None:
                self._deadline = self.clock.call_later(self.options.close_timeout, self._expire)
        # The peer's close frame, or the end of its stream, is behind everything unread.
        self.inbox.overflow()
        if self.endpoint.state is not State.LOCAL_CLOSING:
            self.valve.release(Hold.OUTPUT | Hold.OPENING)
        if self.endpoint.wants_eof:
            self._end_output()

    def _end_output(self) -> None:
        """Say that we are done; what the peer still sends is read, and thrown away.

        RFC 6455, 7.1.1: "A clean closure of the underlying TCP connection [...] e.g., call
        shutdown() with SHUT_WR on the socket, call recv() until obtaining a return value of 0
        indicating that the peer has also performed an orderly shutdown, and finally call
        close() on the socket." To close at once, with bytes unread, would make the kernel send
        a reset, which destroys our close frame on its way.
        """
        try:
            if self.transport.can_write_eof():
                self.transport.write_eof()
            else:
                # TLS has no half-close; asyncio sends close_notify and waits for the peer's.
                self.transport.close()
        except (OSError, RuntimeError):
            self.transport.abort()  # the peer was faster

    def _expire(self) -> None:
        """Cut off a peer that has had its time."""
        if self.endpoint.rcvd is None or self.endpoint.sent is None:
            self.fault = self.fault or TimeoutError("timed out while closing connection")
        self.transport.abort()

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)
