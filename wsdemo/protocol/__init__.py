"""RFC 6455 and RFC 7692 without I/O: bytes in, events out.

Left out: sockets, event loops, clocks. Randomness comes in as a parameter.
"""

from wsdemo.protocol.closing import Close, CloseCode, may_be_sent
from wsdemo.protocol.connection import TRANSITIONS, Cue, State, advance
from wsdemo.protocol.events import (
    Accepted,
    Binary,
    Closed,
    Ended,
    Event,
    Failed,
    Ping,
    Pong,
    Rejected,
    RequestReceived,
    Text,
)
from wsdemo.protocol.frames import Frame, FrameReader, Header, Opcode
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.masking import apply_mask

__all__ = [
    "TRANSITIONS",
    "Accepted",
    "Binary",
    "Close",
    "CloseCode",
    "Closed",
    "Cue",
    "Ended",
    "Event",
    "Failed",
    "Frame",
    "FrameReader",
    "Header",
    "Limits",
    "Opcode",
    "Ping",
    "Pong",
    "Rejected",
    "RequestReceived",
    "State",
    "Text",
    "advance",
    "apply_mask",
    "may_be_sent",
]
