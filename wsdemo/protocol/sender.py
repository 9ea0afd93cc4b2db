"""The half of an endpoint that speaks: calls in, bytes out.

Every call first asks the table of states whether it may be made; one that may not raises
``StateError`` and changes nothing.

Left out: everything that comes from the peer (``endpoint``).
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import ClassVar

from wsdemo.protocol.closing import Close, CloseCode, may_be_sent
from wsdemo.protocol.connection import TRANSITIONS, Cue, State, advance
from wsdemo.protocol.frames import Opcode
from wsdemo.protocol.masking import ApplyMask
from wsdemo.protocol.writer import FrameWriter


class Role(enum.Enum):
    """Which end of the connection an endpoint is."""

    CLIENT = "client"
    SERVER = "server"


class Sender(FrameWriter):
    """What an endpoint can say, and what it remembers of it.

    Args:
        masking: gives the masking key of each frame; None for a server.
        apply_mask: how to mask payloads.
    """

    __slots__ = ("_abandoned", "rcvd", "rcvd_then_sent", "sent", "state")

    role: ClassVar[Role]

    def __init__(self, masking: Callable[[int], bytes] | None, apply_mask: ApplyMask) -> None:
        super().__init__(masking, apply_mask)
        self.state = State.CONNECTING
        self.rcvd: Close | None = None
        self.sent: Close | None = None
        self.rcvd_then_sent: bool | None = None
        self._abandoned = False  # failed or rejected: nobody is waited for

    @property
    def wants_eof(self) -> bool:
        """Whether our side should end TCP now, once the output is written."""
        # RFC 6455, 7.1.1: "The underlying TCP connection, in most normal cases, SHOULD be
        # closed first by the server, so that it holds the TIME_WAIT state and not the client".
        if self.state is State.DRAINING:
            return self._abandoned or self.role is Role.SERVER
        return self.state is State.CLOSED

    def send_text(self, text: str, fin: bool = True) -> None:
        """Send a text message, or its first fragment if ``fin`` is false.

        Raises:
            StateError: the connection is not open, or a fragmented message is under way.
        """
        self._step(Cue.SEND_DATA)
        self._begin(Opcode.TEXT, text.encode(), fin)

    def send_binary(self, data: bytes, fin: bool = True) -> None:
        """Send a binary message, or its first fragment if ``fin`` is false.

        Raises:
            StateError: the connection is not open, or a fragmented message is under way.
        """
        self._step(Cue.SEND_DATA)
        self._begin(Opcode.BINARY, data, fin)

    def send_continuation(self, data: str | bytes, fin: bool = True) -> None:
        """Send the next fragment of the message under way; the last one unless ``fin`` is false.

        Args:
            data: text or octets; in a text message, octets are a piece of its UTF-8.
            fin: whether this is the last fragment.

        Raises:
            StateError: the connection is not open, or no fragmented message is under way.
            TypeError: text in a binary message.
        """
        self._step(Cue.SEND_DATA)
        self._resume(data, fin)

    def ping(self, data: bytes = b"") -> None:
        """Send a ping; the peer has to answer with a pong that holds the same data.

        Raises:
            StateError: neither open nor waiting for the peer's close frame.
            ValueError: more than 125 octets.
        """
        self._step(Cue.SEND_PING)
        self._control(Opcode.PING, data)

    def pong(self, data: bytes = b"") -> None:
        """Send a pong; one that answers a ping is sent without this.

        Raises:
            StateError: neither open nor waiting for the peer's close frame.
            ValueError: more than 125 octets.
        """
        # RFC 6455, 5.5.3: "A Pong frame MAY be sent unsolicited. This serves as a
        # unidirectional heartbeat."
        self._step(Cue.SEND_PING)
        self._control(Opcode.PONG, data)

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Start the closing handshake.

        Args:
            code: why; 1005 sends a close frame without a code.
            reason: the same for people, at most 123 octets in UTF-8.

        Raises:
            StateError: not open; so also at a second call.
            ValueError: the code may not be sent, or the reason is too long.
        """
        self._send_close(Close(code, reason))

    def fail(self, code: int = CloseCode.PROTOCOL_ERROR, reason: str = "") -> None:
        """Fail the connection: say why if that is still possible, and wait for nothing.

        During the opening handshake it is not possible: a server rejects the request instead.

        Args:
            code: why; with 1006 no close frame is sent, since the transport is lost.
            reason: the same for people; cut if it is too long for a close frame.

        Raises:
            StateError: the connection is closed.
        """
        # RFC 6455, 7.1.7: "If _The WebSocket Connection is Established_ prior to the point
        # where the endpoint is required to _Fail the WebSocket Connection_, the endpoint SHOULD
        # send a Close frame with an appropriate status code [...] before proceeding to _Close
        # the WebSocket Connection_."
        if may_be_sent(code) and (self.state, Cue.SEND_CLOSE) in TRANSITIONS:
            self._send_close(Close(code, reason).shortened())
        self._step(Cue.FAIL)
        self._abandoned = True

    def _step(self, cue: Cue) -> None:
        self.state = advance(self.state, cue)

    def _send_close(self, close: Close) -> None:
        payload = close.serialize()
        self._step(Cue.SEND_CLOSE)
        self._control(Opcode.CLOSE, payload)
        self.sent = close
        if self.rcvd is not None:
            self.rcvd_then_sent = True
