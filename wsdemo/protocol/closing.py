"""Close codes and the body of close frames (RFC 6455, 5.5.1 and 7.4).

Left out: when a close frame is sent and what follows it; that is the endpoint's and the state
machine's.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from wsdemo.errors import ProtocolError
from wsdemo.protocol.utf8 import Utf8Decoder

# RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less", and two
# of them are the code.
MAX_REASON = 123

ELLIPSIS = "…"


class CloseCode(enum.IntEnum):
    """The registered close codes (RFC 6455, 7.4.1, and IANA's registry)."""

    NORMAL_CLOSURE = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    # 1004: "Reserved. The specific meaning might be defined in the future."
    NO_STATUS_RCVD = 1005
    ABNORMAL_CLOSURE = 1006
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_GATEWAY = 1014
    TLS_HANDSHAKE = 1015


# RFC 6455, 7.4.1, of each of these: "is a reserved value and MUST NOT be set as a status code
# in a Close control frame by an endpoint."
NEVER_SENT = frozenset(
    {CloseCode.NO_STATUS_RCVD, CloseCode.ABNORMAL_CLOSURE, CloseCode.TLS_HANDSHAKE}
)
REGISTERED = frozenset(CloseCode)


def may_be_sent(code: int) -> bool:
    """Tell whether a close frame may carry this code.

    Args:
        code: any number.
    """
    # RFC 6455, 7.4.2: "Status codes in the range 3000-3999 are reserved for use by libraries,
    # frameworks, and applications [...] in the range 4000-4999 are reserved for private use"
    return 3000 <= code <= 4999 or (code in REGISTERED and code not in NEVER_SENT)


def meaning(code: int) -> str:
    """Put a close code into words.

    Args:
        code: any number.

    Returns:
        ``"normal closure"`` for 1000, and so on.
    """
    if 3000 <= code <= 3999:
        return "registered by a library"
    if 4000 <= code <= 4999:
        return "private use"
    if code not in REGISTERED:
        return "unknown"
    return CloseCode(code).name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Close:
    """The code and the reason of a close frame.

    Attributes:
        code: why; 1005 stands for a close frame without a code.
        reason: the same for people, at most 123 octets in UTF-8.
    """

    code: int = CloseCode.NORMAL_CLOSURE
    reason: str = ""

    def __post_init__(self) -> None:
        # A plain number, so that a close prints the same wherever its code came from.
        object.__setattr__(self, "code", int(self.code))

    @classmethod
    def parse(cls, payload: bytes) -> Close:
        """Read the payload of a close frame.

        Args:
            payload: unmasked.

        Raises:
            ProtocolError: a single byte, or a code that may not be sent.
            InvalidData: the reason is not UTF-8.
        """
        # RFC 6455, 7.1.5: "If this Close control frame contains no status code, _The WebSocket
        # Connection Close Code_ is considered to be 1005."
        if not payload:
            return cls(CloseCode.NO_STATUS_RCVD)
        # RFC 6455, 5.5.1: "the first two bytes of the body MUST be a 2-byte unsigned integer"
        if len(payload) == 1:
            raise ProtocolError(f"close frame with a 1-byte payload: 0x{payload[0]:02x}")
        code = int.from_bytes(payload[:2], "big")
        # RFC 6455, 5.5.1: "Following the 2-byte integer, the body MAY contain UTF-8-encoded data"
        close = cls(code, Utf8Decoder("close reason").decode(payload[2:]))
        close.check()
        return close

    def serialize(self) -> bytes:
        """Write the payload of a close frame; nothing at all for the code 1005.

        Raises:
            ValueError: the code may not be sent, or the reason is too long.
        """
        if self.code == CloseCode.NO_STATUS_RCVD and not self.reason:
            return b""
        if not may_be_sent(self.code):
            raise ValueError(f"close code {self.code} ({meaning(self.code)}) may not be sent")
        reason = self.reason.encode()
        if len(reason) > MAX_REASON:
            raise ValueError(f"close reason of {len(reason)} bytes, over {MAX_REASON}")
        return self.code.to_bytes(2, "big") + reason

    def check(self) -> None:
        """Check a close that came in a close frame.

        Raises:
            ProtocolError: the code may not be sent.
        """
        if not may_be_sent(self.code):
            raise ProtocolError(f"close code {self.code}")

    def shortened(self) -> Close:
        """Return this close with a reason that a frame can hold, cut between characters."""
        encoded = self.reason.encode(errors="replace")
        if len(encoded) <= MAX_REASON:
            return Close(self.code, encoded.decode())
        kept = encoded[: MAX_REASON - len(ELLIPSIS.encode())].decode(errors="ignore")
        return Close(self.code, kept + ELLIPSIS)

    def __str__(self) -> str:
        return f"{self.code} ({meaning(self.code)}) {self.reason}".rstrip()
