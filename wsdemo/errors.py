"""Every error of wsdemo, in one tree that says whose fault it was.

    WsdemoError
    ├── PeerError                    the other side broke a rule
    │   ├── ProtocolError            of RFC 6455 or 7692; .code is the close code it earns
    │   │   ├── InvalidData          1007: bytes that are not UTF-8, corrupt compressed data
    │   │   └── TooBig               1009: more bytes or more fragments than we accept
    │   └── HandshakeError           of the opening handshake; .status is the HTTP status
    ├── LocalError                   we broke one
    │   └── StateError               the right call at the wrong time, such as send after close
    └── ConnectionClosed             nobody's fault, or told in .rcvd and .sent
        ├── ConnectionClosedOK       both sides closed with 1000, 1001 or no code at all
        └── ConnectionClosedError    anything else, such as 1006: no close frame came

A bad argument stays what it is in all of Python: ``ValueError`` or ``TypeError``.

Left out: this module imports nothing of wsdemo, so that everything else may import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol


class WsdemoError(Exception):
    """Any error that wsdemo raises by its own decision."""


class PeerError(WsdemoError):
    """The other side broke a rule."""


class ProtocolError(PeerError):
    """The other side broke a rule of the framing; the message holds the offending value.

    Args:
        message: what was wrong, with the value: ``reserved opcode 0x3``.
        code: the close code this error earns; the default is the class's own.
    """

    default_code: ClassVar[int] = 1002

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = self.default_code if code is None else code


class InvalidData(ProtocolError):
    """Bytes that are not what their type promises: no UTF-8, no deflate stream."""

    default_code = 1007


class TooBig(ProtocolError):
    """More than our limits allow: octets, fragments, or octets after decompression."""

    default_code = 1009


class HandshakeError(PeerError):
    """The other side's half of the opening handshake is not acceptable.

    Args:
        message: what was wrong, with the value: ``Sec-WebSocket-Version: 12``.
        status: the HTTP status that a server answers with.
        headers: header fields which that answer must carry, such as ``Allow``.
    """

    def __init__(
        self, message: str, status: int = 400, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = list(headers)


class LocalError(WsdemoError):
    """We broke a rule ourselves."""


class StateError(LocalError):
    """A call that the connection's present state does not allow; names both."""


class CloseLike(Protocol):
    """What this module needs to know of ``wsdemo.protocol.closing.Close``."""

    @property
    def code(self) -> int:
        """Why, as a number."""

    @property
    def reason(self) -> str:
        """Why, in words."""


class ConnectionClosed(WsdemoError):
    """The connection is closed, or was when the call was made.

    Args:
        rcvd: the close frame that the other side sent; None if none came.
        sent: the close frame that we sent; None if none was sent.
        rcvd_then_sent: whether theirs came before ours went; None unless both exist.
    """

    def __init__(
        self,
        rcvd: CloseLike | None,
        sent: CloseLike | None,
        rcvd_then_sent: bool | None = None,
    ) -> None:
        super().__init__(rcvd, sent, rcvd_then_sent)
        self.rcvd = rcvd
        self.sent = sent
        self.rcvd_then_sent = rcvd_then_sent

    @property
    def code(self) -> int:
        """The connection's close code: the received one, or 1006 when none came."""
        # RFC 6455, 7.1.5: "If _The WebSocket Connection is Closed_ and no Close control frame
        # was received by the endpoint [...], _The WebSocket Connection Close Code_ is
        # considered to be 1006."
        return 1006 if self.rcvd is None else self.rcvd.code

    @property
    def reason(self) -> str:
        """The connection's close reason: the received one, or the empty string."""
        return "" if self.rcvd is None else self.rcvd.reason

    def __str__(self) -> str:
        if self.rcvd is None and self.sent is None:
            return "no close frame received or sent"
        if self.rcvd is None:
            return f"sent {self.sent}; no close frame received"
        if self.sent is None:
            return f"received {self.rcvd}; no close frame sent"
        if self.rcvd_then_sent:
            return f"received {self.rcvd}; then sent {self.sent}"
        return f"sent {self.sent}; then received {self.rcvd}"


class ConnectionClosedOK(ConnectionClosed):
    """Both sides said goodbye: 1000, 1001, or a close frame without a code (1005)."""


class ConnectionClosedError(ConnectionClosed):
    """The connection ended in any other way."""
