"""One end of a connection: bytes in, events out; calls in, bytes out.

Whoever has the socket does four things, and nothing here does any of them by itself:

    events = endpoint.receive(data)     what the network brought
    events = endpoint.receive_eof()     the other side has ended TCP
    data = endpoint.take_output()       to be written, after each of these and each send
    endpoint.wants_eof                  to be asked after writing: end our side of TCP?

``receive`` never raises for what the peer did. A broken rule becomes a ``Failed`` event, with
the close frame that tells the peer so already in the output; what follows in the stream is not
looked at. Pongs and the answer to a close frame are in the output too.

Left out: time. An endpoint waits for ever: for the handshake, for a pong, for the peer's close
frame, for the end of TCP. Whoever has a clock calls ``fail``. What is said is in
``sender``, and the opening handshake in the two subclasses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from wsdemo.errors import (
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    PeerError,
    ProtocolError,
)
from wsdemo.protocol.closing import Close, CloseCode
from wsdemo.protocol.connection import TRANSITIONS, Cue, State
from wsdemo.protocol.events import Closed, Ended, Event, Failed, Ping, Pong
from wsdemo.protocol.extensions import ExtensionItem, parse_extensions
from wsdemo.protocol.frames import Frame, FrameReader, Opcode
from wsdemo.protocol.http import Response
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import ApplyMask, Buffer
from wsdemo.protocol.messages import Assembler, Codec
from wsdemo.protocol.record import Recorded
from wsdemo.protocol.sender import Role

# The states in which frames are read: those in which a close frame may come.
READING = frozenset(state for state, cue in TRANSITIONS if cue is Cue.RECEIVE_CLOSE)

# 1005 belongs here: the ``close()`` of a browser sends a close frame without a code.
GOODBYES = frozenset({CloseCode.NORMAL_CLOSURE, CloseCode.GOING_AWAY, CloseCode.NO_STATUS_RCVD})


class Incoming(NamedTuple):
    """The readable path's memory of what has come, while there is something to remember."""

    reader: FrameReader
    assembler: Assembler

    @property
    def is_idle(self) -> bool:
        """Whether all that has come was read, and no message is under way."""
        return not self.reader.buffered and not self.assembler.under_way


class Endpoint(Recorded):
    """What server and client have in common: everything but the opening handshake.

    Args:
        limits: what the peer may cost us.
        masking: gives the masking key of each frame; None for a server.
        apply_mask: how to mask and unmask; an engine may bring a faster one.

    Attributes:
        state: where the connection stands.
        subprotocol: the one agreed upon, if any.
        extensions: those agreed upon, in the order in which they are applied.
        rcvd: the close frame that has come, if any.
        sent: the close frame that we have sent, if any.
        rcvd_then_sent: which of the two was first; None unless both exist.
        error: what the peer did wrong, if that ended the connection.
    """

    __slots__ = (
        "_incoming",
        "error",
        "extensions",
        "subprotocol",
    )

    def __init__(
        self,
        *,
        limits: Limits,
        masking: Callable[[int], bytes] | None,
        apply_mask: ApplyMask,
    ) -> None:
        super().__init__(limits, masking, apply_mask)
        self.subprotocol: str | None = None
        self.extensions: tuple[ExtensionItem, ...] = ()
        self.error: PeerError | None = None
        self._incoming: Incoming | None = None

    # What the network brings

    def receive(self, data: Buffer) -> list[Event]:
        """Take in bytes from the network.

        Args:
            data: any number of them, cut anywhere; none, to be told of what has waited.

        Returns:
            What has happened, in order; after a ``Failed``, nothing.
        """
        events: list[Event] = []  # keeps those that came before an error
        try:
            self._feed(data)
            events.extend(self._handshake() if self.state is State.CONNECTING else ())
            events.extend(self._frames())
        except PeerError as error:
            events.append(self._refuse(error))
        self._between = self._incoming is None or self._incoming.is_idle
        if self._between and self._codec is None:
            self._incoming = None
        return events

    def receive_eof(self) -> list[Event]:
        """Take note that the transport has ended, in our direction at least.

        Returns:
            ``Ended``, after a ``Failed`` if it should not have ended here; nothing when it
            had ended before.
        """
        if self.state is State.CLOSED:
            return []
        events = self._ending()
        self._step(Cue.END)
        return [*events, Ended()]

    # What became of it

    @property
    def close_code(self) -> int | None:
        """The connection's close code; None while that is not known."""
        # RFC 6455, 7.1.5: "If _The WebSocket Connection is Closed_ and no Close control frame
        # was received by the endpoint [...], _The WebSocket Connection Close Code_ is
        # considered to be 1006." That is certain as soon as nothing more is read.
        if self.rcvd is not None:
            return self.rcvd.code
        over = self.state in (State.DRAINING, State.CLOSED)
        return int(CloseCode.ABNORMAL_CLOSURE) if over else None

    @property
    def close_reason(self) -> str | None:
        """The connection's close reason; None while that is not known."""
        if self.rcvd is not None:
            return self.rcvd.reason
        return None if self.close_code is None else ""

    def connection_closed(self) -> ConnectionClosed:
        """Build the error to raise for calls that come too late."""
        both = (self.rcvd, self.sent)
        said_goodbye = all(close is not None and close.code in GOODBYES for close in both)
        kind = ConnectionClosedOK if said_goodbye else ConnectionClosedError
        error = kind(self.rcvd, self.sent, self.rcvd_then_sent)
        error.__cause__ = self.error
        return error

    # How it is done

    def _open(self, response: Response, codec: Codec | None) -> None:
        self.subprotocol = response.headers.get("Sec-WebSocket-Protocol")
        if (extensions := response.headers.get("Sec-WebSocket-Extensions")) is not None:
            self.extensions = tuple(parse_extensions(extensions))
        self._step(Cue.ACCEPT)
        self._use(codec)

    def _turn_away(self) -> None:
        self._step(Cue.REJECT)
        self._abandoned = True

    def _feed(self, data: Buffer) -> None:
        # RFC 6455, 1.4: "after receiving a control frame indicating the connection should be
        # closed, a peer discards any further data received." And 7.1.7: "An endpoint MUST NOT
        # continue to attempt to process data (including a responding Close frame) from the
        # remote endpoint after being instructed to _Fail the WebSocket Connection_."
        if data and self.state in READING:
            self._take_rest()
            self._incoming = self._incoming or self._await_frames()
            self._incoming.reader.feed(data)

    def _take_rest(self) -> None:
        """Give the reader what the fast path, or the opening handshake, has left lying."""
        if self._rest and self.state in READING:
            self._incoming = self._incoming or self._await_frames()
            self._incoming.reader.feed(self._rest)
            self._rest = b""

    def _handshake(self) -> Iterator[Event]:
        """Go on with the opening handshake."""
        raise NotImplementedError

    def _frames(self) -> Iterator[Event]:
        self._take_rest()
        if (incoming := self._incoming) is None:
            return
        while self.state in READING and (frame := incoming.reader.read()) is not None:
            event = self._receive_frame(frame, incoming.assembler)
            if event is not None:
                yield event

    def _await_frames(self) -> Incoming:
        assembler = Assembler(self.limits, self._codec)
        reader = FrameReader(
            from_client=self.role is Role.SERVER,
            limits=self.limits,
            rsv1_allowed=self._codec is not None,
            on_header=assembler.check,
            apply_mask=self._apply_mask,
        )
        return Incoming(reader, assembler)

    def _receive_frame(self, frame: Frame, assembler: Assembler) -> Event | None:
        if not frame.opcode.is_control:
            self._step(Cue.RECEIVE_DATA)
            return assembler.add(frame)
        if frame.opcode is Opcode.CLOSE:
            return self._receive_close(Close.parse(frame.payload))
        self._step(Cue.RECEIVE_PING)
        if frame.opcode is Opcode.PONG:
            return Pong(frame.payload)
        # RFC 6455, 5.5.3: "A Pong frame sent in response to a Ping frame must have identical
        # "Application data" as found in the message body of the Ping frame being replied to."
        self.pong(frame.payload)
        return Ping(frame.payload)

    def _receive_close(self, close: Close) -> Event:
        self._step(Cue.RECEIVE_CLOSE)
        self.rcvd = close
        if self.sent is not None:
            self.rcvd_then_sent = False
            return Closed(close)
        # RFC 6455, 5.5.1: "If an endpoint receives a Close frame and did not previously send a
        # Close frame, the endpoint MUST send a Close frame in response. (When sending a Close
        # frame in response, the endpoint typically echos the status code it received.)"
        self._send_close(close)
        return Closed(close)

    def _refuse(self, error: PeerError) -> Failed:
        """Fail the connection for what the peer did."""
        self.error = error
        code = error.code if isinstance(error, ProtocolError) else CloseCode.ABNORMAL_CLOSURE
        self.fail(code, str(error))
        return Failed(error)

    def _ending(self) -> list[Event]:
        """Judge the end of the transport, in the present state."""
        if self.state not in READING:
            return []
        where = "without a close frame"
        incoming = self._incoming
        if buffered := len(self._rest) + (incoming.reader.buffered if incoming else 0):
            where = f"{buffered} bytes into a frame"
        elif incoming is not None and incoming.assembler.under_way:
            where = "amid a fragmented message"
        message = f"the connection ended {where}"
        self.error = ProtocolError(message, CloseCode.ABNORMAL_CLOSURE)
        return [Failed(self.error)]
