"""How a connection sends: one message after another, at the pace of the peer.

Left out: a choice of what to do when the peer is slow. ``send`` waits; a program that can't
wait has to drop something, and only it knows what.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from wsdemo.protocol import CloseCode, State
from wsdemo.protocol.endpoint import Endpoint
from wsdemo.protocol.messages import payload_size
from wsdemo.scratch.fragments import (
    DataLike,
    Sendable,
    as_payload,
    is_whole,
    pieces,
)
from wsdemo.scratch.identity import Described
from wsdemo.scratch.options import Options, Tally
from wsdemo.scratch.transport import CORKED, CORKED_OCTETS, OPEN
from wsdemo.scratch.waiter import ConcurrencyError


class Sending(Described):
    """The sending half of a connection.

    Args:
        endpoint: the protocol's side.
        options: what this connection has in common with others.
    """

    __slots__ = ("_due", "_in_message", "_sending")

    def __init__(self, endpoint: Endpoint, options: Options) -> None:
        super().__init__(endpoint, options)
        # Completed when the message that is being sent in pieces has been sent.
        self._sending: asyncio.Future[None] | None = None
        # Whether a flush is coming at the end of this turn of the loop.
        self._due = False
        # Whether the peer has got a piece of it and waits for more.
        self._in_message = False

    async def send(self, message: Sendable, *, text: bool | None = None) -> None:
        """Send a message.

        Waits first while the peer is slow and the write buffer is full, or while another
        coroutine is sending a message in pieces. To cancel it then is safe: nothing was sent.
        To cancel it between two pieces fails the connection, for the peer would wait for the
        rest for ever.

        Args:
            message: text, or bytes, or an iterable, asynchronous or not, of one of the two,
                which is sent in as many frames.
            text: True to send bytes as a text message, False to send text as a binary one.

        Raises:
            ConnectionClosed: the connection is closed, or closing.
            TypeError: there is no way to send this.
        """
        if (
            (type(message) is str or type(message) is bytes)
            and text is None
            and not self._full
            and self._sending is None
            and self.endpoint.state is OPEN
        ):
            octets = self.endpoint.send(message)
            if (tally := self.options.tally) is not None:  # `_count`, without the call
                tally.messages_out += 1
                tally.payload_out += octets
            if not self._corked or octets > CORKED_OCTETS or len(self.endpoint.output) > CORKED:
                self.flush()
                if self.transport.is_closing():
                    # What is sent to a transport that has failed is dropped, and a loop that only
                    # sends would go on for ever: to tell us, the event loop needs its turn.
                    await self.writable()
            return
        if not is_whole(message):
            await self._send_pieces(pieces(message, text))
            return
        payload = as_payload(message, text)
        await self._turn()
        self.send_nowait(payload)

    def send_nowait(self, message: DataLike, *, text: bool | None = None) -> None:
        """Send a message now, whatever is in the buffers.

        Whoever only answers what has come may do so without a thought: while the peer is slow and
        ``is_full``, nothing is read, and so nothing has to be answered. Whoever sends on its own
        account has to look at ``is_full`` first, or pile up what the peer doesn't take.

        Args:
            message: text, or bytes.
            text: True to send bytes as a text message, False to send text as a binary one.

        Raises:
            ConnectionClosed: the connection is closed, or closing.
            ConcurrencyError: a message is being sent in pieces.
            TypeError: there is no way to send this.
        """
        if self.endpoint.state is not OPEN:
            raise self.closed_error()
        if self._sending is not None:
            raise ConcurrencyError("cannot send_nowait while a message is being sent in pieces")
        if text is not None or (type(message) is not str and type(message) is not bytes):
            message = as_payload(message, text)
        octets = self.endpoint.send(message)
        if (tally := self.options.tally) is not None:
            _count(tally, octets)
        if not self._corked:
            self.flush()

    def queue(self, message: str | bytes, frame: bytes, octets: int) -> bool:
        """Take a message that goes to many, to be written at the end of the loop's turn.

        Nothing happens if the connection is not open.

        Args:
            message: as ``send`` takes it.
            frame: what it looks like on most connections.
            octets: of its payload.

        Returns:
            Whether somebody has to call ``flush_due`` by then; False if somebody will already.

        Raises:
            ConcurrencyError: a message is being sent in pieces.
        """
        endpoint = self.endpoint
        if endpoint.state is not OPEN:
            return False
        if self._sending is not None:
            raise ConcurrencyError("a message is being sent in pieces")
        endpoint.send_framed(message, frame)
        if (tally := self.options.tally) is not None:
            _count(tally, octets)
        was_due, self._due = self._due, True
        return not was_due

    def flush_due(self) -> None:
        """Write what was queued, unless something that was sent later has taken it along."""
        self._due = False
        output = self.endpoint.output
        if len(output) == 1 and self.endpoint.state is OPEN and self.options.tally is None:
            # `flush()` for the usual case. If the transport is closing, asyncio drops it.
            self.transport.write(output.pop())
        else:
            self.flush()

    async def writable(self) -> None:
        """Wait until a frame may be sent.

        Raises:
            ConnectionClosed: the connection is closed, or closing.
        """
        # We wait before we write and not after it, so that whoever gives up waiting has sent
        # nothing, and may try again as often as it likes without filling the buffer.
        while True:
            if self.state not in (State.OPEN, State.CONNECTING) or self.transport.is_closing():
                raise await self.ended() from self.fault
            if not self.is_full:
                return
            await self.room()

    def start_close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Send a close frame if the connection is open, and wait for nothing."""
        if self._in_message:
            # The peer has got half a message. A close with 1000 would say that all is well.
            self.fail(CloseCode.INTERNAL_ERROR, "close during fragmented message")
        elif self.state is State.OPEN:
            self.endpoint.close(code, reason)
            self.flush()

    def fail(self, code: int, reason: str) -> None:
        """Fail the connection if it is open: say why, and read no more."""
        if self.state is State.OPEN:
            self.endpoint.fail(code, reason)
            self.flush()

    async def _turn(self) -> None:
        """Wait until a message may begin."""
        while True:
            await self.writable()
            if self._sending is None:
                return
            await asyncio.shield(self._sending)

    async def _send_pieces(self, payloads: AsyncGenerator[str | bytes]) -> None:
        """Send a message of several frames, and let no other message in between."""
        await self._turn()
        self._sending = self.loop.create_future()
        try:
            async with aclosing(payloads):
                async for payload in payloads:
                    await self.writable()
                    self._send_piece(payload)
            if self._in_message:
                await self.writable()
                # An empty frame ends the message: that a piece was the last is known only
                # when the next one doesn't come, and it was sent long before.
                self.endpoint.send_continuation(b"", fin=True)
                self._in_message = False
                self.flush()
        finally:
            if self._in_message:
                self.fail(CloseCode.INTERNAL_ERROR, "error in fragmented message")
                self._in_message = False
            self._sending.set_result(None)
            self._sending = None

    def _send_piece(self, payload: str | bytes) -> None:
        if (tally := self.options.tally) is not None:
            _count(tally, payload_size(payload), 0 if self._in_message else 1)
        if self._in_message:
            self.endpoint.send_continuation(payload, fin=False)
        elif isinstance(payload, str):
            self.endpoint.send_text(payload, fin=False)
        else:
            self.endpoint.send_binary(payload, fin=False)
        self._in_message = True
        self.flush()


def _count(tally: Tally, octets: int, messages: int = 1) -> None:
    tally.messages_out += messages
    tally.payload_out += octets
